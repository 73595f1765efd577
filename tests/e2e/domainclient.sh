# A machine without LUs in a domain: its programs allocate on LUs of the servers HOSTA and HOSTB, its TPs serve both.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"

# client NAME: joined, and then without a local LU; its destinations name the partner by its alias on a server
client() {
    joined "$1"
    sed -i '/^appcllu /d' "$1.cfg"
}

nats_start
nats_listen traffic
joined A
joined B
client C
sed -i "s/^\(appcllu CLIENTLU .*\)/\1\nappcllu SHARED \/add \/server:HOSTA/" A.cfg
sed -i "s/^\(appcllu CLIENTLU .*\)/\1\nappcllu SHARED \/add \/server:HOSTB/" B.cfg
for m in A B; do
    CFG=C.cfg REG=$m.reg tp PING$m each "$BIN/apingd"
    CFG=C.cfg REG=$m.reg tp WAITS$m each "$TPS/steps" "accept receive receive"
    MORE='"ALICE"="XYZZYTP"' CFG=C.cfg REG=$m.reg tp CHECKS$m each "$BIN/apingd"
    CFG=C.cfg REG=$m.reg tp HOLDS$m each "$TPS/steps" "accept await:$DIR/over receive"
    CFG=C.cfg REG=$m.reg tp FAILS$m each "$TPS/steps" "accept receive abend"
done
REG=C.reg CFG=C.cfg tp ATC each "$BIN/apingd"
for m in A B; do dest_at $m ATC; done
printf '[%s\\AllocateAccess]\n"LUA"="nobody"\n' "$KEY" >>A.reg
for m in A B C; do machine_start $m; done
lus() { at C "domain lu" lu state=live | sort -u | tr '\n' ' '; }
becomes "LUs that C knows" "CLIENTLU HOSTLU LUA LUB SHARED " lus
for m in A B; do becomes "a TP of C at $m" nonqueued at $m "domain tp" kind name=ATC; done
is "local LUs of C" 0 "$(on C snactl --json lu | "$ROOT/scripts/field" lu | grep -c .)"

try() { # OUT STEP ...: an invoker on C
    on C env ${LU:+APPCLLU=$LU} "$TPS/steps" "${@:2}" >"$1" 2>&1
}
ping() { # TP ...
    on C env ${LU:+APPCLLU=$LU} "$BIN/aping" -i 3 -s 500 "$@" >out 2>&1 || fail "aping $*: $(cat out C.log)"
    has out '^Totals'
}
left_alone() {
    for m in "$@"; do
        becomes "conversations of $m" 0 at $m status conversations
        on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
    done
}

# ---- the pool, a named LU ----

ping PINGA # wherever the LU is, the TP is found
ping PINGB
LU=LUB ping PINGB
LU=SHARED ping PINGA
ping -c 2 -i 2 -s 30000 PINGA
left_alone A B C

# ---- a trace: readable on the machine with the LU, and on that of the program ----

for m in B C; do on $m snactl trace on --file "$DIR/$m.pcapng" >/dev/null || fail "trace on at $m"; done
LU=LUB ping -i 2 -n PROGRAM -u ALICE -p XYZZYPW PINGA # the TP is on a third machine
left_alone A B C
for m in B C; do on $m snactl trace off >/dev/null || fail "trace off at $m"; done
grep -aq 'sender=invoker invoker=HOSTC acceptor=HOSTA ' B.pcapng || fail "the invoker, seen from B"
grep -aq 'sender=acceptor invoker=HOSTC acceptor=HOSTA ' B.pcapng || fail "the acceptor, seen from B"
grep -aq 'sender=invoker invoker=aping\[[0-9]*\] acceptor=HOSTB ' C.pcapng || fail "the invoker, seen from C"
grep -aq 'sender=acceptor invoker=aping\[[0-9]*\] acceptor=HOSTB ' C.pcapng || fail "the acceptor, seen from C"
for m in B C; do
    "$BIN/snatrace" $m.pcapng >$m.chart 2>&1 || fail "snatrace of $m: $(cat $m.chart)"
    has $m.chart 'PINGA'
    LC_ALL=C grep -aqF "$("$PYTHON" -c 'import sys; sys.stdout.buffer.write("XYZZYPW".encode("cp037"))')" $m.pcapng &&
        fail "the password is in $m.pcapng"
done

# ---- neither that password nor those of TPs go through the directory ----

becomes "the TPs that C knows" "nonqueued" at C "domain tp" kind name=WAITSA # what follows has been said there
grep -aq 'name=WAITSA' traffic || fail "nothing of the directory is in the record of its traffic"
for secret in XYZZYPW XYZZYTP; do
    grep -aq "$secret" traffic && fail "$secret went through the directory"
    LC_ALL=C grep -aqF "$("$PYTHON" -c 'import sys; sys.stdout.buffer.write(sys.argv[1].encode("cp037"))' $secret)" traffic &&
        fail "$secret went through the directory, in EBCDIC"
done

# ---- its own TP, which the servers' programs and its own reach ----

for m in A B; do on $m "$BIN/aping" -i 2 ATC >out 2>&1 || fail "aping to C: $(cat out)"; done
ping ATC # by a server, and back
left_alone A B C

# ---- what conversations do ----

has_line() { grep -qE "$2" "$1" 2>/dev/null; }
try out init:FAILSA allocate send:10 flush receive
has out '^receive CM_DEALLOCATED_ABEND'
expect_log 'conversation [0-9]+: Attach for TP .* refused: '
back waits C env APPCLLU=LUB "$TPS/steps" init:WAITSB allocate send:10 flush pause
becomes "at the server" running at B conversation state
is "its LU" LUB "$(at B conversation lu)"
is "its invoker there" HOSTC "$(at B conversation invoker_machine)"
is "its LU here" HOSTB "$(at C conversation tp_machine)"
on C snactl conversation >said && on B snactl conversation >>said || fail "snactl conversation: $(cat said)"
kill -9 "$(at C conversation invoker_pid)"
left_alone A B C

# ---- what cannot be had ----

expect_log 'machine HOSTC: its program may not allocate on LUA \(AllocateAccess, OfferLUs\)'
LU=LUA try out init:PINGA allocate
has out '^allocate CM_PRODUCT_SPECIFIC_ERROR'
has C.log 'event [0-9]+: .*LUA'
LU=NOWHERE try out init:PINGA
has out '^init CM_PRODUCT_SPECIFIC_ERROR|^allocate CM_PRODUCT_SPECIFIC_ERROR'
try out init:PINGA partner:NOSUCH allocate
has out '^allocate CM_PARAMETER_ERROR'
left_alone A B C

# ---- a server is killed: who talks over it is told, and the other one is asked ----

back first C env APPCLLU=SHARED "$TPS/steps" init:HOLDSA allocate send:10 flush receive await:"$DIR/again" init:PINGA allocate pause
becomes "a conversation" running at C conversation state
gone=$(at C conversation tp_machine)
gone=${gone: -1}
left=$([ "$gone" = A ] && echo B || echo A)
machine_stop "$gone" -KILL
await "the program is told" has_line first '^receive CM_RESOURCE_FAILURE_RETRY'
touch again over
await "another server has the LU" has_line first '^allocate CM_OK'
becomes "it is the one that is left" "HOST$left" at C conversation tp_machine
kill -9 "$(at C conversation invoker_pid)"
ping PING$left
left_alone $left C

# ---- of twenty machines that say they have an LU and are not there, sixteen are asked ----

fakes=()
put() { # KEY LINE ...
    local text
    text=$(printf '%s\n' "snanode-entry 1" version=1 "${@:2}")$'\n'
    fakes+=("PUB \$KV.snanode-TEST.$1 ${#text}" "$text")
}
for i in {10..29}; do
    put FAKE$i.00000000000000$i.l1 alias=NOTTHERE name=TESTNET.NOTTHERE pool=0
    put FAKE$i.00000000000000$i.m address=127.0.0.1:1 certificate=FAKE$i lease=60 since=0
done
nats_say "${fakes[@]}"
becomes "LUs of machines that are not there" 20 eval 'at C "domain lu" lu lu=NOTTHERE state=live | grep -c .'
LU=NOTTHERE try out init:PING$left allocate
has out '^allocate CM_'
is "machines that were asked" "$(grep -o 'event 9011: machine FAKE[0-9]*' C.log | sort -u | grep -c .)" 16
left_alone $left C
for m in $left C; do machine_stop $m; done
expect_log '3993: LU HOSTLU is not defined'
expect_log 'event 90(03|08|10|11): '
