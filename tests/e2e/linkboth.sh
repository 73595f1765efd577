# Two nodes that both call each other.  With TLS they settle on one TCP connection, whoever comes first; without it they
# have one in each direction, as the standard says.  Sessions go both ways over either.
. "${BASH_SOURCE%/*}/lib.sh"

"$ROOT/scripts/make-test-ca" "$DIR/ca" near far || fail "make-test-ca"
# TCP connections that are up at the ports of the two nodes.
connections() {
    awk -v a="$(printf ':%04X' "$NEAR_PORT")" -v b="$(printf ':%04X' "$FAR_PORT")" '
        $4 == "01" && (substr($2, 9) == a || substr($2, 9) == b) { n++ }
        END { print n + 0 }' /proc/net/tcp
}
both_active() {
    [ "$(show link state name=TOFAR)" = active ] && [ "$(far show link state name=TONEAR)" = active ]
}
settled() { both_active && [ "$(connections)" = "$1" ]; }
exchange() {
    "$BIN/aping" -i 2 -s 5000 APINGD >out 2>&1 || fail "aping: $(cat out)"
    far "$BIN/aping" -i 2 -s 5000 BACK >out 2>&1 || fail "aping back: $(cat out)"
}
try() { # plain or tls, and how many TCP connections there are to be
    local near= far=
    if [ "$1" = tls ]; then
        near=" /tls:yes /certificate:\"$DIR/ca/near.pem\" /key:\"$DIR/ca/near.key\" /ca:\"$DIR/ca/ca.pem\" /peername:far"
        far=" /tls:yes /certificate:\"$DIR/ca/far.pem\" /key:\"$DIR/ca/far.key\" /ca:\"$DIR/ca/ca.pem\" /peername:near"
    fi
    rm -rf far
    far_node "$near" "$far"
    NEAR_PORT=$(free_port)
    sed -i "/^connection TOFAR/{s/\/calldirection:Outgoing/\/listen:\"127.0.0.1:$NEAR_PORT\" \/calldirection:Both/}" "$CFG"
    sed -i "/^connection TONEAR/{s/\/calldirection:Incoming/\/peer:\"127.0.0.1:$NEAR_PORT\" \/calldirection:Both \/activation:onserverstartup \/retrydelay:1/}" "$FAR/node.cfg"
    far_tp APINGD each "$BIN/apingd"
    far_start
    node_start
    PATIENCE=30 await "both are active ($1)" settled "$2"
    exchange
    # Again and again, both at once.
    for i in {1..6}; do
        snactl deactivate connection TOFAR >out || fail "deactivate: $(cat out)"
        far snactl deactivate connection TONEAR >out || fail "deactivate there: $(cat out)"
        becomes "here" inactive show link state name=TOFAR
        becomes "there" inactive far show link state name=TONEAR
        snactl activate connection TOFAR >here 2>&1 &
        far snactl activate connection TONEAR >there 2>&1
        wait $! || fail "activate: $(cat here)"
        PATIENCE=30 await "both are active again ($1, $i)" settled "$2"
    done
    exchange
    # One of them dies, and comes back: both call again.
    kill -9 "$FAR_PID"
    wait "$FAR_PID" 2>/dev/null
    far_start
    PATIENCE=30 await "both are active after one has died ($1)" settled "$2"
    exchange
    snactl check || fail "check here"
    far snactl check || fail "check there"
    node_stop || fail "the node does not stop"
    far_stop || fail "the far node does not stop"
}
expect_log 'event (23|9108): .*(TOFAR|TONEAR)'
tp LOCALD each "$BIN/apingd"
try tls 1
try plain 2
