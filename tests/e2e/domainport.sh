# A machine of a domain at whose address somebody else listens when it starts: it says so once, calls others, and is called
# itself as soon as the port is free.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 90(1[0-3]|08): |conversation [0-9]+: '

nats_start
FIXED=yes
for m in A B; do joined $m; done
offer B PINGB each "$BIN/apingd"
REG=A.reg CFG=B.cfg tp PINGA each "$BIN/apingd"
PORT=$(sed -n 's/^"ListenAddress"="127.0.0.1:\(.*\)"/\1/p' B.reg)
background squatter "$PYTHON" -c '
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("there", flush=True)
while True:
    s.accept()[0].close()' "$PORT"
squatter=$!
await "somebody at B's address" grep -q there squatter
for m in A B; do machine_start $m; done
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
await "B says so" has_line B.log "event 9013: other machines of the domain cannot call at 127.0.0.1:$PORT: Address already in use; it is tried again, or correct ListenAddress"
becomes "its TP for A" nonqueued at A "domain tp" kind name=PINGB state=live
becomes "A's TP for B" nonqueued at B "domain tp" kind name=PINGA state=live

# A calls who is there instead, and finds that it is not B.
back early A "$BIN/aping" -i 2 PINGB
early=$!
await "A does not reach B" has_line A.log 'event 9011: machine HOSTB cannot be reached: '
is "conversations of B" "$(at B status conversations)" 0
kill "$squatter"
wait "$squatter" 2>/dev/null
await "B listens" has_line B.log "machines of the domain may call at 127.0.0.1:$PORT"
join "$early" || fail "aping that waited: $(cat early)"
has early '^Totals'
is "how often B has said that it cannot be called" "$(grep -c 'event 9013: ' B.log)" 1
on B "$BIN/aping" -i 2 PINGA >out 2>&1 || fail "aping the other way: $(cat out)"
for m in A B; do
    becomes "conversations of $m" 0 at $m status conversations
    machine_stop $m
done
