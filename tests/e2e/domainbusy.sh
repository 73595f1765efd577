# A machine without LUs, while the sessions of its servers are in use: an Allocate goes to the next server; when all are
# exhausted it waits at one of them, and moves on when that one is stopped, killed or does not answer any more.
# plain: domainclient and domainkill wait for and move to other servers under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"

nats_start
for m in A B C; do
    FIXED=1 joined $m
    printf 'mode ONE /add /sessionlim:1 /conwin:1\n' >>$m.cfg # one session for each pair of LUs
done
for m in A B; do
    CFG=C.cfg REG=$m.reg tp HOLDS each "$TPS/steps" "accept receive receive"
    CFG=$m.cfg dest HOLDS HOLDS ONE
    CFG=C.cfg REG=$m.reg tp ECHO turn "$TPS/many" serve
    printf 'appcllu SHARED /add /server:HOST%s\n' $m >>$m.cfg
done
sed -i '/^appcllu /d; s/"#INTER"/"ONE"/' C.cfg
sort -u -o C.cfg C.cfg
for m in A B C; do machine_start $m; done
lus() { at C "domain lu" lu state=live | sort | tr '\n' ' '; }
becomes "LUs that C knows" "CLIENTLU CLIENTLU HOSTLU HOSTLU LUA LUB SHARED SHARED " lus

other() { # NAME
    [ "$1" = A ] && echo B || echo A
}
conversations() { # NAME STATE
    at "$1" conversation state "state=$2" | grep -c .
}
# Which server has a conversation of STATE; nothing while none or both have.
where() { # STATE
    local a b
    a=$(conversations A "$1") b=$(conversations B "$1")
    [ "$a" = 0 ] || [ "$b" != 0 ] || echo A
    [ "$b" = 0 ] || [ "$a" != 0 ] || echo B
}
there() { # STATE
    [ -n "$(where "$1")" ]
}
# asks FILE STEP ...: a program of C that allocates on SHARED; its pid is in $!
asks() {
    back "$1" C env APPCLLU=SHARED "$TPS/steps" init:HOLDS "${@:2}"
}
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
quits() { # PID
    kill -9 "$1"
    wait "$1" 2>/dev/null
}
quiet() {
    for m in "$@"; do
        becomes "conversations of $m" 0 at $m status conversations
        on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
    done
}

# ---- one is exhausted: the other one is asked ----

asks both allocate send:10 flush use:1 init:HOLDS allocate send:10 flush pause
holder=$!
await "two conversations" has_line both '^flush CM_OK.*'
for m in A B; do becomes "conversations of $m" 1 conversations $m running; done

# ---- both are: IMMEDIATE is told, a program that waits may give up ----

on C env APPCLLU=SHARED "$TPS/steps" init:HOLDS immediate allocate >out 2>&1
has out '^allocate CM_UNSUCCESSFUL'
asks out allocate
waits=$!
await "it waits" there waiting
quits $waits
for m in A B; do becomes "who waits at $m" 0 conversations $m waiting; done

# ---- a hundred wait and are cancelled, or their program dies ----

quits $holder
on C env APPCLLU=SHARED "$TPS/many" cancel ECHO 100 >out 2>&1 || fail "cancel: $(cat out)"
has out '^done$'
[ "$(sed -n 's/^waited //p' out)" -ge 98 ] || fail "they have not waited: $(cat out)"
quiet A B C
background left env SNANODE_SOCKET="$DIR/C.sock" APPCLLU=SHARED "$TPS/many" leave ECHO 100
leaves=$!
await "half of them are left" has_line left '^waited'
quits $leaves
quiet A B C
asks both allocate send:10 flush use:1 init:HOLDS allocate send:10 flush pause
holder=$!
for m in A B; do becomes "conversations of $m" 1 conversations $m running; done

# ---- the server where it waits is killed: it waits at the other one, and has what comes free there ----

asks moved allocate send:10 flush pause
waits=$!
await "it waits" there waiting
first=$(where waiting)
machine_stop "$first" -KILL
becomes "it waits at the other one" 1 conversations "$(other "$first")" waiting
quits $holder
await "it has a session" has_line moved '^allocate CM_OK'
is "on the machine that is left" "HOST$(other "$first")" "$(at C conversation tp_machine)"
expect_log 'event 90(03|08|10|11): '
machine_start "$first"
becomes "LUs that C knows" "CLIENTLU CLIENTLU HOSTLU HOSTLU LUA LUB SHARED SHARED " lus
becomes "conversations of C" 1 at C status conversations

# ---- ... is stopped in order ----

asks second allocate send:10 flush pause
second=$!
await "a session of the one that is back" has_line second '^flush CM_OK'
asks stopped allocate send:10 flush pause
third=$!
await "it waits" there waiting
first=$(where waiting)
kill "${NODE[$first]}"
becomes "it waits at the other one" 1 conversations "$(other "$first")" waiting
quits $waits
quits $second
wait "${NODE[$first]}"
await "it has a session" has_line stopped '^allocate CM_OK'
machine_start "$first"
becomes "LUs that C knows" "CLIENTLU CLIENTLU HOSTLU HOSTLU LUA LUB SHARED SHARED " lus

# ---- ... does not answer any more ----

asks fourth allocate send:10 flush pause
fourth=$!
await "a session of the one that is back" has_line fourth '^flush CM_OK'
asks frozen allocate send:10 flush pause
fifth=$!
await "it waits" there waiting
first=$(where waiting)
kill -STOP "${NODE[$first]}"
becomes "it waits at the other one" 1 conversations "$(other "$first")" waiting
kill -CONT "${NODE[$first]}"
quits $third
quits $fourth
await "it has a session" has_line frozen '^allocate CM_OK'
quits $fifth
quiet A B C

# ---- a server's own programs: its sessions, those of the other one, and then they wait at home ----

own() { # FILE STEP ...
    back "$1" A env APPCLLU=SHARED "$TPS/steps" init:HOLDS "${@:2}"
}
own out allocate send:10 flush pause
first=$!
await "a session of its own" has_line out '^flush CM_OK'
is "on no other machine" "" "$(at A conversation tp_machine)"
own out allocate send:10 flush pause
second=$!
becomes "one of the other machine" HOSTB at A conversation tp_machine invoker_pid=$second
on A env APPCLLU=SHARED "$TPS/steps" init:HOLDS immediate allocate >out 2>&1
has out '^allocate CM_UNSUCCESSFUL'
own waits allocate send:10 flush pause
third=$!
becomes "it waits at home" 1 conversations A waiting
is "and nowhere else" 0 "$(conversations B waiting)"
quits $first
await "it has what is free at home" has_line waits '^allocate CM_OK'
own gives allocate
fourth=$!
becomes "another one waits" 1 conversations A waiting
quits $fourth
becomes "and gives up" 0 conversations A waiting
quits $second
quits $third
quiet A B C

# ---- AllocateWait of the servers is over ----

for m in A B; do
    printf '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"AllocateWait"=dword:1\n' >>$m.reg
    on $m snactl reload >said 2>&1 || fail "reload of $m: $(cat said)"
done
asks both allocate send:10 flush use:1 init:HOLDS allocate send:10 flush pause
holder=$!
await "two conversations" has_line both '^flush .*'
expect_log 'event [0-9]+: .*ONE'
on C env APPCLLU=SHARED "$TPS/steps" init:HOLDS allocate >out 2>&1
has out '^allocate CM_ALLOCATE_FAILURE_RETRY'
quits $holder
quiet A B C
for m in A B C; do machine_stop $m; done
expect_log '3993: LU HOSTLU is not defined'
