# hostilelib.sh - what the tests with a hostile partner share: a node with a connection EVIL and one with TLS, EVILTLS;
# and another link, to a node that means well.
#
#   attack WAY PORT CONNECTION    a way of evil.py; meanwhile all others go on
#   good_end                      what is to be so after all of them
. "${BASH_SOURCE%/*}/lib.sh"

HERE=$ROOT/tests/e2e
PORT=$(free_port) TLS_PORT=$(free_port)
"$ROOT/scripts/make-test-ca" "$DIR/ca" near far evil || fail "make-test-ca"
"$ROOT/scripts/make-test-ca" "$DIR/other" evil || fail "make-test-ca"
far_node
far_tp FARD each "$BIN/apingd"
tp APINGD each "$BIN/apingd"
tp SINK each "$TPS/steps" "accept receive receive receive"
cat >>"$CFG" <<END
connection EVIL /add /conntype:DLSW /listen:"127.0.0.1:$PORT" /calldirection:Incoming /remotemac:4000000000EE /localmac:4000000000AA /keepalive:6
connection EVILTLS /add /conntype:DLSW /listen:"127.0.0.1:$TLS_PORT" /calldirection:Incoming /remotemac:4000000000EE /localmac:4000000000AA /keepalive:6 /tls:yes /certificate:"$DIR/ca/near.pem" /key:"$DIR/ca/near.key" /ca:"$DIR/ca/ca.pem" /peername:evil
appcrlu EVILLU /add /connection:EVIL /netname:EVILNET /luname:EVILLU
END
expect_log 'event (18|23|56|230|9105|9108): .*EVIL|session [0-9]+ .*, which is |an Attach ends its session'
far_start
node_start
becomes "the other link" active show link state name=TOFAR
export PYTHONPATH=$HERE PYTHONDONTWRITEBYTECODE=1

rss() { # of the node, KiB, as $RSS; without a process
    local key value rest
    while read -r key value rest; do
        [ "$key" != VmRSS: ] || RSS=$value
    done <"/proc/$NODE_PID/status"
}
round() { # an exchange within the node, and one over the other link
    "$BIN/aping" -i 2 APINGD >near.out 2>&1 || fail "within the node, beside $1: $(cat near.out)"
    "$BIN/aping" -i 2 FARD >far.out 2>&1 || fail "over the other link, beside $1: $(cat far.out)"
}
free_line() { [ "$(show link state name="$1")" = inactive ]; }
attack() { # WAY PORT CONNECTION
    local start=$EPOCHREALTIME
    background evil "$PYTHON" "$HERE/evil.py" "$1" "$2"
    local evil=$!
    round "$1"
    while alive "$evil"; do
        rss
        [ "$RSS" -le "$peak" ] || peak=$RSS
        [ "$(ms_since $start)" -lt 90000 ] || fail "$1 does not end"
        nap "$start"
    done
    wait "$evil"
    has evil '^done'
    PATIENCE=60 await "the connection is free after $1" free_line "$3"
    rss
    printf '%-20s %6d ms, RSS %d KiB, %s\n' "$1" "$(ms_since $start)" "$RSS" "$(grep -v done evil | tail -1)" >>table
}
round nothing
rss
before_fds=$(descriptors) before=$RSS peak=0
: >table
good_end() {
    cat table
    becomes "sessions with it" 0 rows session id partner=EVILLU
    snactl tp stop SINK >out 2>&1 # copies whose Attach is gone wait for another one
    PATIENCE=30 descriptors_at_most $((before_fds + 4))
    [ -n "$SANITIZED" ] || [ "$peak" -lt $((before + 24576)) ] || fail "the node has grown from $before to $peak KiB"
    becomes "conversations" 0 show status conversations
    snactl check || fail "check"
    is "the other link" "$(show link state name=TOFAR)" active
    show event text event=23 >out
    grep TOFAR out && fail "the other link has failed"
    node_stop || fail "the node does not stop"
    far_stop || fail "the far node does not stop"
}
