# Two nodes on two machines, that is in two network namespaces, over a wire that delays, reorders and loses packets.  What
# programs exchange arrives, both ways; and when the wire is cut both sides are told within the keepalive limit.
skip() {
    echo "skipped: $*"
    exit 77
}
if [ "$(id -u)" != 0 ] && [ -z "${LINKWIRE_INSIDE:-}" ]; then
    unshare -Ur true 2>/dev/null || skip "unshare: no user namespaces here"
    LINKWIRE_INSIDE=1 exec unshare -Ur bash "${BASH_SOURCE[0]}"
fi
command -v ip >/dev/null || skip "ip is not installed (iproute2)"
unshare -n true 2>/dev/null || skip "unshare: no network namespaces here"
[ -w /dev/net/tun ] || skip "no /dev/net/tun"
. "${BASH_SOURCE%/*}/lib.sh"

"$ROOT/scripts/make-test-ca" "$DIR/ca" near far || fail "make-test-ca"
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
like() { echo "$1" >word.new && mv word.new word; }
machine() { # a process in a network namespace of its own, as $MACHINE
    background "$1.out" unshare -n sh -c 'echo there; exec sleep 170'
    MACHINE=$!
    await "a namespace" has_line "$1.out" there
}
on() { # MACHINE COMMAND ...
    SNANODE=(nsenter "--net=/proc/$1/ns/net" "$BIN/snanode")
    "${@:2}"
}
machine near
NEAR=$MACHINE
machine far
FAR_MACHINE=$MACHINE
like good
background wire.out "$PYTHON" "$ROOT/tests/e2e/wire.py" "$NEAR" "$FAR_MACHINE" word
WIRE=$!
wire() { has_line wire.out ready || ! alive "$WIRE"; }
await "the wire" wire
alive "$WIRE" || skip "no wire between namespaces: $(tail -1 wire.out)"

# TCP connections of the node here.
connections() { awk '$4 == "01" { n++ } END { print n + 0 }' "/proc/$NODE_PID/net/tcp"; }
both_active() {
    [ "$(show link state name=TOFAR)" = active ] && [ "$(far show link state name=TONEAR)" = active ]
}
exchange() { # WHAT
    "$BIN/aping" -i 8 -s 3000 APINGD >out 2>&1 || fail "$1: aping: $(cat out)"
    far "$BIN/aping" -i 8 -s 3000 BACK >out 2>&1 || fail "$1: aping back: $(cat out)"
    "$BIN/aping" -i 2 -s 30000 -c 4 APINGD >out 2>&1 || fail "$1: large records: $(cat out)"
}
try() { # plain or tls: both call each other, and one TCP connection is left
    local near= far=
    if [ "$1" = tls ]; then
        near=" /tls:yes /certificate:\"$DIR/ca/near.pem\" /key:\"$DIR/ca/near.key\" /ca:\"$DIR/ca/ca.pem\" /peername:far"
        far=" /tls:yes /certificate:\"$DIR/ca/far.pem\" /key:\"$DIR/ca/far.key\" /ca:\"$DIR/ca/ca.pem\" /peername:near"
    fi
    rm -rf far hears deaf go
    like good
    far_node "$near /keepalive:3" "$far /keepalive:3"
    sed -i "/^connection TOFAR/{s/127.0.0.1:$FAR_PORT/10.77.0.2:2065/;s/\/calldirection:Outgoing/\/listen:\"10.77.0.1:2065\" \/calldirection:Both/}" "$CFG"
    sed -i "/^connection TONEAR/{s/127.0.0.1:$FAR_PORT/10.77.0.2:2065/;s/\/calldirection:Incoming/\/peer:\"10.77.0.1:2065\" \/calldirection:Both \/activation:onserverstartup \/retrydelay:1/}" "$FAR/node.cfg"
    far_tp APINGD each "$BIN/apingd"
    far_tp HEARS each "$TPS/steps" "out:$DIR/hears accept receive receive"
    far_tp DEAF each "$TPS/steps" "accept touch:$DIR/deaf await:$DIR/go"
    on "$FAR_MACHINE" far_start
    on "$NEAR" node_start
    PATIENCE=30 await "both are active ($1)" both_active
    becomes "TCP connections ($1)" 1 connections
    exchange "a good wire ($1)"
    like bad
    exchange "a bad wire ($1)"
    is "failures" "$(show event text event=23)" ""

    background talks "$TPS/steps" init:HEARS allocate flush pause
    local talks=$! start waits
    background waits "$TPS/steps" init:DEAF allocate flush receive
    waits=$!
    await "the TP has accepted" has_line hears '^accept CM_OK'
    await "the other TP has accepted" test -e deaf
    start=$EPOCHREALTIME
    like cut
    join "$waits" 30
    has waits '^receive CM_RESOURCE_FAILURE_RETRY'
    within "a cut ($1): the program" 500 4500 "$(ms_since "$start")"
    PATIENCE=30 await "a cut ($1): the TP is told" has_line hears '^receive CM_RESOURCE_FAILURE_RETRY'
    within "a cut ($1): the TP" 500 4500 "$(ms_since "$start")"
    kill "$talks"
    touch go
    like bad
    PATIENCE=60 await "both are active again ($1)" both_active
    exchange "a bad wire again ($1)"
    snactl check || fail "check here"
    far snactl check || fail "check there"
    like good
    node_stop || fail "the node does not stop"
    far_stop || fail "the far node does not stop"
}
expect_log 'event (23|9108): .*(TOFAR|TONEAR)'
tp LOCALD each "$BIN/apingd"
try plain
try tls
