# A link is lost in every way, plain and with TLS: reset, silent in both directions or in one, and the partner's node
# stopped and gone on.  The programs on both sides get CM_RESOURCE_FAILURE_RETRY: within a second of a reset, or within
# the keepalive limit; and then the link comes back.
. "${BASH_SOURCE%/*}/lib.sh"

"$ROOT/scripts/make-test-ca" "$DIR/ca" near far || fail "make-test-ca"
cat >between.py <<'END'
"""between.py FROM TO FILE: connections to port FROM go on to port TO, as the word in FILE says: forward, silent
(nothing goes on), deaf (nothing goes on to TO), reset (what there is is reset, and no more are taken)."""
import os, select, socket, struct, sys

def word():
    try:
        with open(sys.argv[3]) as f:
            return f.read().strip()
    except OSError:
        return "forward"

listen = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
pairs = {}

def end(s, reset):
    other = pairs.pop(s)
    pairs.pop(other, None)
    for x in (s, other):
        if reset:
            x.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        x.close()

near = set()
while True:
    now = word()
    if now == "reset":
        while pairs:
            end(next(iter(pairs)), True)
    take = [s for s in pairs if now == "forward" or (now == "deaf" and s not in near)]
    ready, _, _ = select.select([listen] + take, [], [], 0.02)
    for s in ready:
        if s is listen:
            a = listen.accept()[0]
            if now == "reset":
                a.close()
                continue
            b = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
            pairs[a], pairs[b] = b, a
            near.add(a)
        elif s in pairs:
            try:
                data = s.recv(65536)
                if data:
                    pairs[s].sendall(data)
                    continue
            except OSError:
                pass
            end(s, False)
END
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
between() { echo "$1" >word.new && mv word.new word; }
conversations() { # one in which the TP receives, and one in which the program does
    rm -f hears deaf go
    background talks "$TPS/steps" init:HEARS allocate flush pause
    TALKS=$!
    background waits "$TPS/steps" init:DEAF allocate flush receive
    WAITS=$!
    await "the TP has accepted" has_line hears '^accept CM_OK'
    await "the other TP has accepted" test -e deaf
}
are_told() { # WHAT FROM_MS TO_MS: since $START
    join "$WAITS" 30
    has waits '^receive CM_RESOURCE_FAILURE_RETRY'
    within "$1: the program" "$2" "$3" "$(ms_since "$START")"
    PATIENCE=30 await "$1: the TP is told" has_line hears '^receive CM_RESOURCE_FAILURE_RETRY'
    within "$1: the TP" "$2" "$3" "$(ms_since "$START")"
    kill "$TALKS"
    touch go
}
comes_back() {
    between forward
    PATIENCE=30 await "it is reached again" "$BIN/aping" -i 1 APINGD
    becomes "conversations here" 0 show status conversations
    becomes "conversations there" 0 far show status conversations
    snactl check || fail "check here"
    far snactl check || fail "check there"
}
try() { # plain or tls
    local near= far= p
    if [ "$1" = tls ]; then
        near=" /tls:yes /certificate:\"$DIR/ca/near.pem\" /key:\"$DIR/ca/near.key\" /ca:\"$DIR/ca/ca.pem\" /peername:far"
        far=" /tls:yes /certificate:\"$DIR/ca/far.pem\" /key:\"$DIR/ca/far.key\" /ca:\"$DIR/ca/ca.pem\" /peername:near"
    fi
    rm -rf far
    far_node "$near /keepalive:3" "$far /keepalive:3"
    p=$(free_port)
    sed -i "/^connection TOFAR/s/:$FAR_PORT\"/:$p\"/" "$CFG"
    far_tp APINGD each "$BIN/apingd"
    far_tp HEARS each "$TPS/steps" "out:$DIR/hears accept receive receive"
    far_tp DEAF each "$TPS/steps" "accept touch:$DIR/deaf await:$DIR/go"
    between forward
    background between.out "$PYTHON" between.py "$p" "$FAR_PORT" word
    local proxy=$!
    await "what is between listens" has_line between.out ready
    far_start
    node_start
    becomes "the connection" active show link state name=TOFAR

    conversations
    START=$EPOCHREALTIME
    between reset
    are_told "reset ($1)" 0 1000
    comes_back

    for how in silent deaf; do
        conversations
        START=$EPOCHREALTIME
        between $how
        are_told "$how ($1)" 500 4500 # /keepalive, and what has been on its way
        comes_back
    done

    # The node over there is stopped, and goes on when it has been given up.
    conversations
    START=$EPOCHREALTIME
    kill -STOP "$FAR_PID"
    join "$WAITS" 30
    has waits '^receive CM_RESOURCE_FAILURE_RETRY'
    within "a node that is stopped" 500 4500 "$(ms_since "$START")"
    kill -CONT "$FAR_PID"
    await "the TP is told" has_line hears '^receive CM_RESOURCE_FAILURE_RETRY'
    kill "$TALKS"
    touch go
    comes_back

    # It is stopped for a moment: nobody is told.
    conversations
    kill -STOP "$FAR_PID"
    measure_for 1000
    kill -CONT "$FAR_PID"
    measure_for 500
    alive "$WAITS" || fail "a moment's silence has ended a conversation: $(cat waits)"
    touch go # the TP ends without a word
    join "$WAITS"
    has waits '^receive CM_DEALLOCATED_ABEND'
    kill "$TALKS"

    node_stop || fail "the node does not stop"
    far_stop || fail "the far node does not stop"
    kill "$proxy"
    wait "$proxy" 2>/dev/null || : # it has ended by the signal
}
expect_log 'event 23: Connection TO'
try plain
try tls
