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
background hold "${PYTHON:-python3}" hold.py "$FAR_PORT"
holder=$!
await "it holds the connection" has_line hold '^holds'
node_start
becomes "the partner's connection is active" active show link state name=TOFAR
"$BIN/aping" -i 1 FARD >out 2>&1 || fail "aping: $(cat out)"
join "$holder" 20
has hold '^let go'
# who is active is not put aside, though
for i in 1 2 3; do "${PYTHON:-python3}" -c "import socket; socket.create_connection(('127.0.0.1', $FAR_PORT), 5).recv(1)" || true; done
is "the connection after other calls" "$(show link state name=TOFAR)" active
"$BIN/aping" -i 1 FARD >out 2>&1 || fail "aping after other calls: $(cat out)"
node_stop || fail "the node does not stop"
far_stop || fail "the far node does not stop"
