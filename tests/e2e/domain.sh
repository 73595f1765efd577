# Machines of a domain see what each other offers: three nodes and a NATS server of their own.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"

# ---- they see each other ----

expect_log 'event 900[38]: '
nats_start
for m in A B C; do
    machine $m TP$m
    machine_start $m
done
becomes "the others of A" "HOSTB HOSTC " live A
becomes "the others of C" "HOSTA HOSTB " live C
is "TPs of the others of A" "$(tps A)" "TPB TPC "
is "LUs" "$(at A "domain lu" lu | sort | tr '\n' ' ')" "LUA LUB LUC "
is "address of B" "$(at A domain address machine=HOSTB)" 127.0.0.1:166
is "A itself" "$(at A domain state self=true)" connected
SNANODE_SOCKET=$DIR/A.sock snactl domain >table || fail "snactl domain"
has table '^ *MACHINE +STATE +AGE_S'
has table '^ *HOSTB +live +[0-9]+ '
has A.log 'event 9007: domain TEST: directory reached'
has A.log 'event 9001: machine HOSTB is in the domain, address 127.0.0.1:166'

# A name is known elsewhere from its first Accept until its program ends.
background accepter env SNANODE_SOCKET="$DIR/A.sock" "$TPS/steps" name:BYHAND accept
accepter=$!
becomes "TPs of A at B" "BYHAND TPA TPC " tps B
is "kind" "$(at B "domain tp" kind name=BYHAND)" operator
becomes "Accepts of it" 1 at B "domain tp" waiting name=BYHAND
kill $accepter
becomes "TPs of A at B" "TPA TPC " tps B

# A reload that brings a TP.
printf '[%s\\TPs\\MORE\\Parameters]\n"SNAServiceType"=dword:6\n"PathName"="%s"\n' "$KEY" "$BIN/apingd" >>A.reg
SNANODE_SOCKET=$DIR/A.sock snactl reload >/dev/null || fail "reload"
becomes "TPs of A at B" "MORE TPA TPC " tps B

# ---- one leaves, one is killed, one comes again ----

machine_stop C
becomes "the others of A" "HOSTB " live A
has A.log 'event 9002: machine HOSTC has left'
start=$EPOCHREALTIME
machine_stop B -KILL
is "B, not known to be dead" "$(at A domain state machine=HOSTB)" live
becomes "the others of A" "" live A
within "the lease of B" $((LEASE * 1000 * 2 / 3 - 300)) $((LEASE * 1000 + 1000)) "$(ms_since $start)"
has A.log 'event 9003: machine HOSTB has not renewed its lease of 2 s'
machine_start B
becomes "B again" live at A domain state machine=HOSTB
is "B once" "$(at A domain machine machine=HOSTB | grep -c .)" 1
has B.log 'event 9007: '

# ---- NATS restarted, without anything that was in it ----

nats_kill
becomes "A without NATS" lost at A domain state self=true
is "what is known is used" "$(tps A)" "TPB "
is "still" "$(at A domain state machine=HOSTB)" live
has A.log 'event 9008: domain TEST: directory not reached: the server has ended the connection; what is known'
nats_start
becomes "A with NATS" connected at A domain state self=true
becomes "B with NATS" connected at B domain state self=true
machine_start C
becomes "the others of C" "HOSTA HOSTB " live C
is "TPs of A and B" "$(tps C)" "MORE TPA TPB "

# What was withdrawn while NATS was gone does not come back with it.
nats_kill
becomes "A without NATS" lost at A domain state self=true
sed -i '/MORE/,$d' A.reg
SNANODE_SOCKET=$DIR/A.sock snactl reload >/dev/null || fail "reload"
nats_start
becomes "TPs" "TPA TPB " tps C
[ -z "$(grep -h 'event 9003' C.log)" ] || fail "C lost somebody because NATS was gone"

# ---- two machines with one name ----

expect_log 'event 9004: '
machine D TPD "" '"Machine"="HOSTB"'
machine_start D
becomes "two of that name" "HOSTB HOSTB HOSTC " live A
has A.log 'event 9004: two machines of the domain have the name HOSTB, at addresses 127.0.0.1:16[68] and'
becomes "D is told" 1 grep -c 'event 9004: ' D.log
is "TPs of both" "$(tps A)" "TPB TPC TPD "
for m in A B C D; do machine_stop $m; done
