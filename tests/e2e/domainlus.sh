# Which server's LU a program gets whose machine has none: ResLocFlags, GETNEWTPID, AllocateAccess for its user, a pool
# whose server is killed, and entries of the directory that are not true any more.
# plain: domainclient and domainledger borrow LUs under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"

nats_start
for m in A B C; do
    FIXED=1 joined $m
    printf 'mode WIDE /add /sessionlim:50 /conwin:50\n' >>$m.cfg
done
for m in A B; do
    CFG=C.cfg REG=$m.reg tp HOLDS each "$TPS/steps" "accept receive receive"
    CFG=C.cfg REG=$m.reg tp LISTENS each "$TPS/steps" "accept receive await:$DIR/over"
    sed -i 's/^appcllu CLIENTLU /appcllu POOL'$m' /' $m.cfg
    printf 'appcllu SHARED /add /server:HOST%s\n' $m >>$m.cfg
    cp $m.cfg $m.first.cfg
    cp $m.reg $m.first.reg
done
sed -i '/^appcllu /d; s/"#INTER"/"WIDE"/' C.cfg
sort -u -o C.cfg C.cfg
cp C.reg C.first.reg
for m in A B C; do machine_start $m; done

other() { # NAME
    [ "$1" = A ] && echo B || echo A
}
lus() { at C "domain lu" lu state=live | sort | tr '\n' ' '; }
all_known() { becomes "LUs that C knows" "HOSTLU HOSTLU LUA LUB POOLA POOLB SHARED SHARED " lus; }
pools() { at C "domain lu" lu state=live pool=true | sort | tr '\n' ' '; }
machines() { at C conversation tp_machine | sort -u | tr '\n' ' '; }
conversations() { at C status conversations; }
reloaded() { # MACHINE: its files, read again
    on "$1" snactl reload >said 2>&1 || fail "reload of $1: $(cat said)"
}
# client_has LINE ...: values of the key Client on C
client_has() {
    cp C.first.reg C.reg
    printf '[%s\\Client]\n%s\n' "$KEY" "$(printf '%s\n' "$@")" >>C.reg
    reloaded C
}
# asks FILE N STEP ...: a program that makes N conversations and then takes the steps; its pid is in $asker
asks() {
    local steps=() i
    for ((i = 0; i < $2; i++)); do steps+=(use:$i "init:${TP:-HOLDS}" allocate send:10 flush); done
    back "$1" C env ${LU:+APPCLLU=$LU} "$TPS/steps" "${steps[@]}" "${@:3}" pause
    asker=$!
}
quits() {
    kill -9 $asker
    wait $asker 2>/dev/null
    becomes "conversations of C" 0 conversations
}
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
all_known

# ---- ResLocFlags: the server that the program had last, or any ----

for flags in 00000000 00008000; do
    client_has "\"ResLocFlags\"=dword:$flags"
    LU=SHARED asks out 8
    becomes "conversations with $flags" 8 conversations
    is "servers with $flags" "$(machines | wc -w)" 1
    quits
done
client_has '"ResLocFlags"=dword:00008001'
LU=SHARED asks out 20
becomes "conversations with 8001" 20 conversations
is "servers with 8001" "$(machines)" "HOSTA HOSTB "
quits

# ---- GETNEWTPID: an LU of the pool for each conversation ----

for new in no YES; do
    rm -f go
    client_has "\"GETNEWTPID\"=\"$new\""
    asks out 1 "await:$DIR/go" use:1 init:HOLDS allocate send:10 flush
    becomes "conversations" 1 conversations
    first=$(at C conversation tp_machine) first=${first: -1}
    sed -i "/^appcllu POOL$first /s/:yes/:no/" $first.cfg
    reloaded $first
    becomes "the pools" "POOL$(other $first) " pools
    touch go
    becomes "conversations" 2 conversations
    [ $new = no ] && lus_wanted="POOL$first POOL$first " || lus_wanted="POOLA POOLB "
    is "LUs with GETNEWTPID=$new" "$({ at A conversation lu && at B conversation lu; } | sort | tr '\n' ' ')" "$lus_wanted"
    quits
    cp $first.first.cfg $first.cfg
    reloaded $first
    becomes "the pools" "POOLA POOLB " pools
done
client_has

# ---- AllocateAccess: the account by its name, and by its groups on the server ----

expect_log 'machine HOSTC: its program may not allocate on SHARED \(AllocateAccess, OfferLUs\)'
for who in "$(id -un)" "@$(id -gn)"; do
    printf '[%s\\AllocateAccess]\n"SHARED"="nobody"\n' "$KEY" | cat A.first.reg - >A.reg
    printf '[%s\\AllocateAccess]\n"SHARED"="%s"\n' "$KEY" "$who" | cat B.first.reg - >B.reg
    reloaded A
    reloaded B
    for i in 1 2; do # whoever is asked first
        LU=SHARED asks out 1
        becomes "a conversation of $who" 1 conversations
        is "the server that admits $who" "$(machines)" "HOSTB "
        quits
    done
done
cp B.reg B.admits.reg
printf '[%s\\AllocateAccess]\n"SHARED"="nobody"\n' "$KEY" | cat B.first.reg - >B.reg
reloaded B
on C env APPCLLU=SHARED "$TPS/steps" init:HOLDS allocate >out 2>&1
has out '^allocate CM_PRODUCT_SPECIFIC_ERROR'
expect_log 'event [0-9]+: .*SHARED'
for m in A B; do
    cp $m.first.reg $m.reg
    reloaded $m
done

# ---- a server is killed under a conversation that has an LU of its pool ----

TP=LISTENS asks out 1 receive use:1 init:HOLDS allocate send:10 flush
becomes "conversations" 1 conversations
first=$(at C conversation tp_machine) first=${first: -1}
machine_stop $first -KILL
await "the program is told" has_line out '^receive CM_RESOURCE_FAILURE_RETRY'
becomes "its next one" "HOST$(other $first) " machines
is "of the pool that is left" "$(at "$(other $first)" conversation lu)" "POOL$(other $first)"
back new C "$TPS/steps" init:HOLDS allocate send:10 flush pause
new=$!
becomes "conversations of the server that is left" 2 at "$(other $first)" status conversations
kill -9 $new
wait $new 2>/dev/null
quits
expect_log 'event 90(03|08|10|11): '
touch over
# Until C has seen the machine's new start, what it knows is of the one before.
starts() { grep -c "event 9001: machine HOST$first " C.log; }
before=$(starts)
is_back() { [ "$(starts)" -gt "$before" ]; }
machine_start $first
await "HOST$first is in the domain again" is_back
all_known

# ---- entries that are not true any more: the LU is gone, its server is dead ----

nats_kill
sed -i '/^appcllu SHARED /d' A.cfg
reloaded A
for i in 1 2 3; do
    LU=SHARED asks out 1
    becomes "a conversation" 1 conversations
    is "the server that has the LU" "$(machines)" "HOSTB "
    quits
done
machine_stop B -KILL
cp A.first.cfg A.cfg
reloaded A
for i in 1 2; do
    LU=SHARED asks out 1
    becomes "a conversation" 1 conversations
    is "the server that is left" "$(machines)" "HOSTA "
    quits
done
for m in A C; do on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"; done
for m in A C; do machine_stop $m; done
expect_log '3993: LU HOSTLU is not defined'
