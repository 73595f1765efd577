# Every program: --help and --version on standard output, exit status 0; a usage error is one line with the reason and
# where to look, on standard error, exit status 2.
# plain: it starts programs that end at once: their command lines
. "${BASH_SOURCE%/*}/lib.sh"

version=$(sed -n 's/^VERSION *:= *//p' "$ROOT/Makefile")

right() { # PROGRAM ARGUMENT
    "$BIN/$1" "$2" >out 2>said </dev/null
    is "status of $1 $2" $? 0
    is "what $1 $2 says on standard error" "$(cat said)" ""
    [ -s out ] || fail "$1 $2 says nothing"
}
wrong() { # PROGRAM REASON ARGUMENT ...
    local program=$1 reason=$2
    shift 2
    "$BIN/$program" "$@" >out 2>said </dev/null
    is "status of $program $*" $? 2
    is "what $program $* says on standard output" "$(cat out)" ""
    is "lines of $program $* on standard error" "$(wc -l <said)" 1
    has said "^$program: $reason; see $program --help\$"
}
programs=$(sed -n 's/^PROGS *:= *//p' "$ROOT/Makefile")
for program in $programs; do
    right $program --help
    has out "^usage: $program "
    cp out help
    if [ $program != snacfg ]; then # its own language has /?
        right $program -h
        cmp -s out help || fail "$program -h is not $program --help"
    fi
    right $program --version
    is "$program --version" "$(cat out)" "$program (snanode) $version"
    grep -qE -- '--?version|-version' "$ROOT/man/$program.1" || fail "$program(1) does not know --version"
    [ $program = snacfg ] || wrong $program '--nonsense: no such option' --nonsense
    [ $program = snacfg ] || wrong $program '-Z: no such option' -Z
    [ $program = snacfg ] || wrong $program '--help: the option takes no argument' --help=me
done
for program in snanode snactl; do wrong $program '-s: the option needs an argument' -s; done
wrong snanode '-c FILE is missing'
wrong snanode 'x\.cfg: files are given with -c or -t' x.cfg
wrong snanode '--server: the option needs an argument' --server
wrong snanode '-l loud: .*' -c x.cfg -l loud
wrong snanode '-s x+: .*' -c x.cfg -s "$(printf 'x%.0s' $(seq 200))"
wrong snactl 'a command is missing'
wrong snactl '--watch x: not a number .*' --watch x session
wrong snactl '--watch x: not a number .*' session --watch x
wrong snactl 'wait 2: .*' wait 1 2
wrong snactl 'wait soon: .*' wait soon
wrong snactl '-s x+\.\.\.: .*' -s "$(printf 'x%.0s' $(seq 200))" status
wrong snacheck '-c FILE or -t FILE\.reg is missing'
wrong snacheck 'x\.cfg: files are given with -c or -t' x.cfg
wrong snacfg "the arguments are not a command: .*"
wrong snacfg "the arguments are not a command: .*" '#x.cfg'
wrong tpsetup 'a command is missing, and there is no terminal for the form'
wrong tpsetup '-f: the option needs an argument' -f
wrong tpsetup 'frobnicate: no such command' -f x.reg frobnicate
wrong tpsetup '--json: the option is not for this command' -f x.reg add X --json
wrong aping 'the destination is missing'
wrong aping 'TWO: there is one destination, ONE' ONE TWO
wrong aping '-s x: must be a number from .*' -s x ONE
wrong aping '-n x: must be NONE, SAME or PROGRAM' -n x ONE
wrong aping '-n NONE sends no user ID and password' -n NONE -u A ONE
for program in apingd mpingd; do wrong $program 'NAME: a TP name is given with -t' NAME; done
wrong tpsh '-e: the option needs an argument' -e

# Words after a script, or after -e, belong to the script.
echo 'print(...)' >show.lua
is "a script's --help" "$("$BIN/tpsh" show.lua --help --version -Z)" "--help	--version	-Z"
is "-e's --help" "$("$BIN/tpsh" -e 'print(...)' -- --help)" "--help"
