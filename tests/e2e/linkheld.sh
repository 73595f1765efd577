# Somebody who only holds the TCP connection of a link without TLS does not keep the real partner out.
. "${BASH_SOURCE%/*}/lib.sh"

has_line() { grep -qE "$2" "$1" 2>/dev/null; }
far_node
far_tp FARD each "$BIN/apingd"
cat >hold.py <<'END'
# hold.py PORT: a caller that plays a partner and never opens a circuit.
import sys, time
from dlswpeer import KEEPALIVE, Peer
p = Peer(int(sys.argv[1]))
p.capabilities()
print("holds", flush=True)
p.sock.settimeout(0.5)
while True:
    try:
        if not p.sock.recv(65536):
            break
    except TimeoutError:
        p.say(KEEPALIVE)
    except OSError:
        break
print("let go", flush=True)
END
export PYTHONPATH=$ROOT/tests/e2e PYTHONDONTWRITEBYTECODE=1
expect_log 'event [0-9]+: .*(TONEAR|TOFAR)'
far_start
background hold "$PYTHON" hold.py "$FAR_PORT"
holder=$!
await "it holds the connection" has_line hold '^holds'
node_start
becomes "the partner's connection is active" active show link state name=TOFAR
"$BIN/aping" -i 1 FARD >out 2>&1 || fail "aping: $(cat out)"
join "$holder" 20
has hold '^let go'
# who is active is not put aside, though
cat >call.py <<'END'
# call.py PORT: a call that the other side ends without a word.
import socket, sys
try:
    said = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).recv(1)
except ConnectionResetError:
    said = b""
assert said == b"", said
END
refused() { grep -c 'is for no connection' "$DIR/far.log"; }
before=$(refused)
for i in 1 2 3; do "$PYTHON" call.py "$FAR_PORT" || fail "call $i is not ended"; done
is "the calls that the far node has refused" "$(refused)" $((before + 3))
is "the connection after other calls" "$(show link state name=TOFAR)" active
"$BIN/aping" -i 1 FARD >out 2>&1 || fail "aping after other calls: $(cat out)"
node_stop || fail "the node does not stop"
far_stop || fail "the far node does not stop"
