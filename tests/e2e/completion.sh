# Completion of command lines in bash and zsh: options, what they take, commands and their words, names that a running
# node has, files.
# plain: nearly all of it is shell
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
tp OTHER each "$BIN/apingd"
node_start
export PATH=$BIN:$PATH
touch some.pcapng

# What bash offers for the last of the words.
in_bash() {
    bash --norc -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _snanode; echo "${COMPREPLY[*]}"' _ \
        "$BUILD/completion/snanode.bash" "$@"
}
# The same in zsh, with the two functions of its completion system that are called.
in_zsh() {
    zsh -fc 'words=("${@[2,-1]}") CURRENT=$(($# - 1))
        compadd() { shift; print -rl -- "$@"; }
        _files() { print -rl -- *; }
        . "$1" | while read -r w; do [[ $w != ${words[CURRENT]}* ]] || print -rn -- "$w "; done' _ \
        "$BUILD/completion/_snanode" "$@" | sed 's/ $//'
}
offers() { # EXPECTED WORD ...
    local expected=$1
    shift
    is "bash for '$*'" "$(in_bash "$@")" "$expected"
    [ -z "$ZSH" ] || is "zsh for '$*'" "$(in_zsh "$@")" "$expected"
}
ZSH=$(command -v zsh) || echo "no zsh: bash alone is tried"

offers "session side status stop" snactl s
offers "activate" snactl act
offers "purge show start stop" snactl tp ""
offers "EACH OTHER" snactl tp stop ""
offers "OTHER" "$BIN/snactl" -s "$SNANODE_SOCKET" tp show O
offers "CLIENTLU HOSTLU connection" snactl activate ""
offers "#BATCH #BATCHC #BATCHSC" snactl cnos CLIENTLU HOSTLU "#B"
offers "set" snactl cnos CLIENTLU HOSTLU "#INTER" s
offers "--json" snactl --js
offers "" snactl nosuch ""
offers "debug" snanode -l d
offers "journal" snanode --log j
offers "--drain" snanode --d
offers "always never auto" snatrace --colour ""
offers "some.pcapng" snatrace some
offers "EACH" aping E
offers "NONE SAME PROGRAM" aping -n ""
offers "add" tpsetup -f some.reg a
offers "connection cpic" snacfg '#some.cfg' c
offers "infinite" tpsetup -f some.reg add X --timeout i

# All that a usage has is there: each program's own words, read in another way.  One bash for all of them.
words() { # lines PROGRAM WORD
    local program
    for program in snanode snactl snatrace snacheck snacfg tpsetup aping apingd mpingd tpsh; do
        "$program" --help | grep -oE '(^|[[ ])--[a-z][a-z0-9-]+' | tr -d '[ ' | sort -u | sed "s/^/$program /"
    done
    "$BIN/snactl" --help | sed -n 's/^  \([a-z][a-z]*\) .*/snactl \1/p' | sort -u
}
words >words.txt
bash --norc -c '. "$1"
    while read -r program word; do
        COMP_WORDS=("$program" "$word") COMP_CWORD=1
        _snanode
        case " ${COMPREPLY[*]} " in *" $word "*) ;; *) echo "$program $word" ;; esac
    done' _ "$BUILD/completion/snanode.bash" <words.txt >missing.txt
is "words that bash does not offer" "$(cat missing.txt)" ""
[ "$(wc -l <words.txt)" -gt 60 ] || fail "only $(wc -l <words.txt) words were found in what --help prints"
