# Machines of a domain that die, hang, are cut off from NATS or are not of the domain, while Attaches and conversations
# are on their way between them: HOSTA has the LU, HOSTB and HOSTC have TPs, HOSTX has the certificate of another
# authority.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 900[38]: '
expect_log 'event 901[012]: '
expect_log 'conversation [0-9]+: Attach for TP .* refused: '

nats_start
FIXED=yes
for m in A B C; do joined $m; done
offer B TALKS each "$TPS/steps" "out:$DIR/talksB accept receive pause"
offer B HEARS each "$TPS/steps" "out:$DIR/hearsB accept receive receive"
offer B GONE each "$BIN/apingd"
for tp in BUSY MOVES; do dest_at A $tp; done
for m in A B C; do machine_start $m; done
becomes "the others of A" "HOSTB HOSTC " live A
becomes "TPs of B" nonqueued at A "domain tp" kind name=GONE

has_line() { grep -qE "$2" "$1" 2>/dev/null; }
talk() { # FILE: an invoker on A that talks with TALKS, and waits for an answer that never comes
    rm -f talksB
    back "$1" A "$TPS/steps" init:TALKS allocate send:5 flush receive
    await "the TP has received" has_line talksB '^receive CM_OK .* length=5 '
}
checked() { # MACHINE ...
    for m; do
        becomes "conversations of $m" 0 at $m status conversations
        on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
    done
}

# ---- a machine of another authority ----

joined X otherca
offer X ONLYX each "$BIN/apingd"
on A snactl reload >/dev/null || fail "reload"
dest_at X TALKS
machine_start X
becomes "X for A" live at A domain state machine=HOSTX
becomes "its TP" nonqueued at A "domain tp" kind name=ONLYX
back unsafe A "$TPS/steps" init:ONLYX allocate flush receive
unsafe=$!
await "it is refused" has_line A.log 'event 9011: machine HOSTX cannot be reached: .*certificate'
becomes "the Attach waits" ONLYX at A queue tp
has X.log 'event 9012: the machine that has called from 127.0.0.1 is refused: .*certificate'
back unsafe2 X "$TPS/steps" init:TALKS allocate flush receive
await "nor is X taken" has_line X.log 'event 9011: machine HOSTB cannot be reached: '
await "... by B" has_line B.log 'event 9012: the machine that has called from 127.0.0.1 is refused: .*certificate'
is "conversations of B" "$(at B status conversations)" 0
kill -9 "$unsafe" $!
machine_stop X
becomes "X for A" "" at A domain state machine=HOSTX state=live

# ---- the machine with the TP is killed, and the machine with the LU ----

talk invoker
invoker=$!
nats_kill # what runs goes on without NATS, and new ones find what is known
becomes "A without NATS" lost at A domain state self=true
talk second
second=$!
nats_start
becomes "A with NATS" connected at A domain state self=true
machine_stop B -KILL
join "$invoker"
has invoker '^receive CM_RESOURCE_FAILURE_RETRY'
join "$second"
has second '^receive CM_RESOURCE_FAILURE_RETRY'
has A.log 'event 9010: the connection with machine HOSTB is lost: '
checked A
machine_start B
becomes "its TP again" nonqueued at A "domain tp" kind name=TALKS state=live

back invoker A "$TPS/steps" init:HEARS allocate send:5 flush pause
await "the TP has received" has_line hearsB '^receive CM_OK .* length=5 '
machine_stop A -KILL
await "the TP is told" has_line hearsB '^receive CM_RESOURCE_FAILURE_RETRY'
checked B
machine_start A
becomes "the others of A" "HOSTB HOSTC " live A

# ---- it hangs ----

becomes "its TP" nonqueued at A "domain tp" kind name=TALKS state=live
talk invoker
invoker=$!
start=$EPOCHREALTIME
kill -STOP "${NODE[B]}"
join "$invoker" 30
has invoker '^receive CM_RESOURCE_FAILURE_RETRY'
within "a machine that hangs" $((LEASE * 1000 - 700)) $((LEASE * 1000 + 2500)) "$(ms_since $start)"
has A.log 'event 9010: the connection with machine HOSTB is lost: it has not answered for 2 seconds'
kill -CONT "${NODE[B]}"
kill "$(at B conversation tp_pid tp=TALKS)"
checked A B
becomes "B for A" live at A domain state machine=HOSTB

# ---- a stale entry: the owner's answer decides ----

becomes "B's TP" nonqueued at A "domain tp" kind name=GONE state=live
nats_kill
becomes "A without NATS" lost at A domain state self=true
sed -i '/TPs.GONE/,$d' B.reg
on B snactl reload >/dev/null || fail "reload"
is "A still believes" "$(at A "domain tp" kind name=GONE)" nonqueued
back stale A "$TPS/steps" init:GONE allocate send:9 deallocate
stale=$!

becomes "it waits at A" GONE at A queue tp machine=
back byhand A "$TPS/steps" name:GONE accept receive
join $!
has byhand '^receive CM_DEALLOCATED_NORMAL .* length=9 '
join "$stale"
nats_start
becomes "A with NATS" connected at A domain state self=true

# ---- an Attach that waits on a machine that dies is matched anew, and delivered once ----

attach_waits B pause pause
back onC C "$TPS/steps" name:MOVES accept receive
ON_C=$!
becomes "the TP on C" HOSTC at A "domain tp" machine name=MOVES waiting=1
is "it still waits on B" "$(at B queue tp)" MOVES
machine_stop B -KILL
attach_moves
kill "$HOLDS"
checked A C
for m in A C; do machine_stop $m; done
