# What a copy finds when it starts: descriptors, signals, session, environment, arguments, and what the Launch key sets.
# The programs are those of the system, which tell all this about themselves and accept nothing.
# plain: the programs are those of the system; starting has the launching under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
trap '' USR1 WINCH # what started the node ignores these, as nohup does with HUP

# shows NAME PROGRAM PARAMETERS [LINE ...]: a TP whose output goes to the file NAME; LINEs are further ones of Launch
shows() {
    local name=$1 program=$2 parameters=$3
    shift 3
    MORE="[$KEY\\TPs\\$name\\Parameters\\Launch]
\"OutputFile\"=\"$DIR/$name\"
$(printf '%s\n' "$@")" tp $name each "$program" "$parameters"
}
# multi TEXT ...: a multi-string as regedit writes it
multi() {
    local t
    { for t; do printf '%s\0' "$t"; done; printf '\0'; } | iconv -t UTF-16LE | od -An -v -tx1 | tr -s ' \n' ',' |
        sed 's/^,//; s/,$//'
}
me=$(id -un 2>/dev/null) || me= # a user without a name has no RunAs
mkdir "work place"
# each in both ways of starting a program: limits need a fork
for way in S F; do
    limit=
    [ $way = S ] || limit='"MaxOpenFiles"=dword:00000028'
    shows FD$way /bin/ls '-l /proc/self/fd' "$limit"
    shows STATUS$way /bin/cat /proc/self/status "$limit"
    shows STAT$way /bin/cat /proc/self/stat "$limit"
    shows ENV$way "$(type -P env)" "" "$limit" \
        "\"Environment\"=hex(7):$(multi 'ORDERS=all of them' 'LANG=C.UTF-8' APPCTPN=FORGED)"
    shows PWD$way "$(type -P pwd)" -P "$limit" "\"WorkingDirectory\"=\"$DIR/work place\""
    shows ARGS$way "$(type -P printf)" '<%s> one "two words" "" th"re"e	four' "$limit"
    shows NODIR$way /bin/ls . "$limit" "\"WorkingDirectory\"=\"$DIR/no such place\""
done
shows MANYARGS "$(type -P printf)" "%s, $(seq -s ' ' 600)"
shows MANYVARS "$(type -P env)" "" "\"Environment\"=hex(7):$(multi $(seq -f 'SNATEST%.0f=set' 600))"
shows LIMITS /bin/cat /proc/self/limits '"MaxOpenFiles"=dword:00000028' '"MaxMemoryMB"=dword:00000064' \
    '"MaxCpuSeconds"=dword:0000000a'
shows MYSELF "$(type -P id)" -un "\"RunAs\"=\"$me\""
shows NOSUCH "$(type -P id)" -un '"RunAs"="nosuchuser"'
shows NOBODY "$(type -P id)" -un '"RunAs"="nobody"'
shows OTHER /bin/cat /proc/self/stat '"RunAs"="nobody"'
shows NOFILE /bin/ls .
sed -i "s|$DIR/NOFILE|$DIR/no such place/out|" "$REG"
tp LOGGED each /bin/sh "-c \"echo first line; echo second >&2; printf '\\033[1mbold and no end'\""
for t in NODIRS NODIRF NOSUCH NOBODY OTHER NOFILE; do expect_log "warn  TP $t: "; done
exec 9</dev/null # which the node inherits
SNANODE=(setsid "${SNANODE[@]}") # without a terminal, whether or not there is one here; launchterminal has one
APPCLLU=FORGED ORDERS=none SNANODE_TOKEN=forged node_start

run() { # NAME: the TP's output; fails unless its partner is told that it has not accepted
    "$TPS/steps" init:$1 allocate send:10 turn receive >refused
    has refused '^receive CM_TP_NOT_AVAILABLE_NO_RETRY '
}
line() { # FILE FIELD: of /proc/self/status
    sed -n "s/^$2:[[:space:]]*//p" "$1"
}
for way in S F; do
    run FD$way # ls itself has opened 3
    is "descriptors ($way)" "$(sed -n 's/.* \([0-9]*\) -> .*/\1/p' FD$way | tr '\n' ' ')" "0 1 2 3 "
    has FD$way ' 0 -> /dev/null$'
    has FD$way " 1 -> $DIR/FD$way\$"
    has FD$way " 2 -> $DIR/FD$way\$"
    run STATUS$way
    for s in SigBlk SigIgn SigCgt; do # 32 and 33 are the C library's
        is "$s ($way)" $((0x$(line STATUS$way $s) & ~0x180000000)) 0
    done
    run STAT$way
    read -r pid _ _ _ pgrp session tty _ <STAT$way
    is "process group ($way)" "$pgrp" "$pid"
    is "session ($way)" "$session" "$NODE_PID"
    is "terminal ($way)" "$tty" 0
    run ENV$way
    sort ENV$way | grep -E '^(APPC|SNANODE_|ORDERS|LANG=)' | sed 's/^\(SNANODE_TOKEN=\)[0-9a-f]\{16\}$/\1(16)/' >own
    is "environment ($way)" "$(cat own)" "APPCLLU=HOSTLU
APPCTPN=ENV$way
LANG=C.UTF-8
ORDERS=all of them
SNANODE_REGISTRY=$REG
SNANODE_SOCKET=$SNANODE_SOCKET
SNANODE_TOKEN=(16)"
    has ENV$way "^PATH=" # what else the node has
    run PWD$way
    is "working directory ($way)" "$(cat PWD$way)" "$DIR/work place"
    run ARGS$way
    is "arguments ($way)" "$(cat ARGS$way)" "<one><two words><><three><four>"
    run NODIR$way
    [[ $(show event text event=575) == *"TP NODIR$way: "*"No such file or directory"* ]] || fail "no event 575"
    logged "warn  TP NODIR$way: $DIR/no such place: No such file or directory" || fail "what there is not"
done
is "mode of an OutputFile" "$(stat -c %a FDS)" 640
run FDS
is "an OutputFile is appended to" "$(grep -c ' 0 -> ' FDS)" 2

run MANYARGS
is "arguments, many of them" "$(cat MANYARGS)" "$(seq -s , 600),"
run MANYVARS
is "variables, many of them" "$(grep -c '^SNATEST[0-9]*=set$' MANYVARS)" 600
run LIMITS
has LIMITS '^Max open files +40 +40 '
has LIMITS '^Max address space +104857600 +104857600 '
has LIMITS '^Max cpu time +10 +10 '
if [ -n "$me" ]; then
    run MYSELF
    is "RunAs oneself" "$(cat MYSELF)" "$me"
fi
run NOSUCH
logged 'warn  TP NOSUCH: nosuchuser: Invalid argument' || fail "RunAs somebody who does not exist"
run NOBODY
if [ "$(id -u)" -eq 0 ] || [ "$me" = nobody ]; then
    is "RunAs nobody" "$(cat NOBODY)" nobody
else
    logged 'warn  TP NOBODY: nobody: Operation not permitted' || fail "RunAs somebody else"
fi
if [ "$(id -u)" -eq 0 ]; then
    run OTHER
    read -r pid _ _ _ pgrp session _ <OTHER
    is "session of another user's copy" "$session" "$pid"
fi
run NOFILE
logged "warn  TP NOFILE: $DIR/no such place/out: No such file or directory" || fail "an OutputFile that cannot be made"

run LOGGED
await "first line" logged 'info  TP LOGGED\[[0-9]+\]: first line$'
await "second line" logged 'info  TP LOGGED\[[0-9]+\]: second$'
await "rest" logged 'info  TP LOGGED\[[0-9]+\]: \\x1b\[1mbold and no end$|info  TP LOGGED\[[0-9]+\]: .*bold and no end$'
if grep -q "$(printf '\033')" "$LOG"; then fail "the log has what a terminal obeys"; fi
