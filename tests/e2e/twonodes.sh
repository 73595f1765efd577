# Two nodes over a link, plain and with TLS: programs reach TPs of the other node, and its TPs cannot tell.
# plain: linkboth, linkend and linkcut have two nodes under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

"$ROOT/scripts/make-test-ca" "$DIR/ca" near far || fail "make-test-ca"
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
try() { # plain or tls
    local tls_near= tls_far=
    rm -rf far
    if [ "$1" = tls ]; then
        tls_near=" /tls:yes /certificate:\"$DIR/ca/near.pem\" /key:\"$DIR/ca/near.key\" /ca:\"$DIR/ca/ca.pem\" /peername:far"
        tls_far=" /tls:yes /certificate:\"$DIR/ca/far.pem\" /key:\"$DIR/ca/far.key\" /ca:\"$DIR/ca/ca.pem\" /peername:near"
    fi
    far_node "$tls_near /keepalive:3 /record:\"$DIR/$1.pcapng\"" "$tls_far /keepalive:3"
    far_tp APINGD each "$BIN/apingd"
    far_tp QUEUED turn "$BIN/apingd"
    far_tp MANY turn "$BIN/mpingd"
    far_tp ECHO each "$TPS/steps" "out:$DIR/echo accept receive receive receive"
    far_tp DEAF each "$TPS/steps" "accept touch:$DIR/deaf pause"
    far_tp CONFIRMS each "$TPS/steps" "accept receive confirmed receive confirmed"
    far_tp FAILS each "$TPS/steps" "accept receive abend"
    rm -f deaf echo
    far_start
    node_start
    becomes "the connection is active ($1)" active show link state name=TOFAR
    is "its partner" "$(show link node name=TOFAR)" FARNET.FARNODE
    for t in APINGD QUEUED MANY; do
        "$BIN/aping" -i 3 -s 500 "$t" >out 2>&1 || fail "aping $t over $1: $(cat out)"
        has out '^Totals'
    done
    "$BIN/aping" -i 2 -s 30000 -c 3 -m "#BATCH" APINGD >out 2>&1 || fail "aping of large records over $1: $(cat out)"
    "$BIN/aping" -i 1 NOTHERE >out 2>&1 && fail "a TP that is not there"
    has out "CM_TP_NOT_AVAILABLE_NO_RETRY"
    becomes "no conversation is left here" 0 show status conversations
    becomes "no conversation is left there" 0 far show status conversations
    snactl check || fail "check here"
    far snactl check || fail "check there"

    # Confirmation, an abend, and a program that dies: the partner is told at once.
    "$TPS/steps" init:CONFIRMS sync allocate send:100 confirm deallocate >out 2>&1
    has out '^confirm CM_OK'
    has out '^deallocate CM_OK'
    "$TPS/steps" init:FAILS allocate send:10 flush receive >out 2>&1
    has out '^receive CM_DEALLOCATED_ABEND'
    background dies "$TPS/steps" init:ECHO allocate flush pause
    local dies=$!
    await "the TP has accepted" has_line echo '^accept CM_OK'
    kill -9 "$dies"
    await "the TP over there is told" has_line echo '^receive CM_DEALLOCATED_ABEND'

    # A TP that does not read stops who sends to it, and nobody else.
    local many=
    for i in {1..300}; do many="$many send:32767"; done
    background sends "$TPS/steps" init:DEAF allocate $many
    local sends=$!
    await "the TP has accepted" test -e deaf
    "$BIN/aping" -i 2 -s 20000 APINGD >out 2>&1 || fail "aping beside a TP that does not read: $(cat out)"
    alive "$sends" || fail "all was sent to a TP that does not read: $(tail -1 sends)"
    kill -9 "$sends"

    # The other way, over the same link.
    far "$BIN/aping" -i 2 BACK >out 2>&1 || fail "aping back over $1: $(cat out)"

    # An administrator ends it and begins it; an Allocate does too.
    snactl deactivate connection TOFAR >out || fail "deactivate: $(cat out)"
    becomes "the connection is inactive" inactive show link state name=TOFAR
    "$BIN/aping" -i 1 APINGD >out 2>&1 || fail "on demand: $(cat out)"
    is "the state after an Allocate" "$(show link state name=TOFAR)" active

    # The node over there stops, as a machine that hangs: it is given up after /keepalive.
    rm -f deaf
    background here "$TPS/steps" init:DEAF allocate flush receive
    local stopped=$! start
    await "a conversation is there" test -e deaf
    kill -STOP "$FAR_PID"
    start=$EPOCHREALTIME
    join "$stopped" 30
    has here '^receive CM_RESOURCE_FAILURE_RETRY'
    within "a partner that hangs" 1000 8000 "$(ms_since $start)"
    kill -CONT "$FAR_PID"
    await "it is reached again" "$BIN/aping" -i 1 APINGD

    # The node over there dies in the middle of a conversation, and comes back.
    rm -f deaf
    background here "$TPS/steps" init:DEAF allocate flush receive
    local waits=$!
    await "a conversation is there" test -e deaf
    kill -9 "$FAR_PID"
    wait "$FAR_PID" 2>/dev/null
    FAR_PID=
    join "$waits"
    has here '^receive CM_RESOURCE_FAILURE_RETRY'
    "$BIN/aping" -i 1 APINGD >out 2>&1 && fail "no node is there"
    has out CM_ALLOCATE_FAILURE_RETRY
    far_start
    await "it is reached again" "$BIN/aping" -i 1 APINGD
    node_stop || fail "the node does not stop"
    far_stop || fail "the node over there does not stop"
    [ -s "$1.pcapng" ] || fail "nothing is recorded"
    look "$1.pcapng"
}

# What the link carries can be recorded, TLS or not, and is what Wireshark knows.
look() { # file
    command -v tshark >/dev/null || return 0
    local reads=(tshark -r "$1" -d "tcp.port==$FAR_PORT,dlsw") f
    for f in "$ROOT"/scripts/wireshark/*.lua; do reads+=(-X "lua_script:$f"); done
    is "malformed packets in $1" "$("${reads[@]}" -V 2>tshark.err | grep -ciE 'malformed|dissector bug')" 0
    "${reads[@]}" -q -z io,phs >phs 2>>tshark.err
    for f in dlsw sna snaru; do has phs "^ +$f +frames:"; done
}

expect_log "warn +event 23: Connection (TOFAR|TONEAR)"
tp LOCALD each "$BIN/apingd"
try plain
try tls
