# Q140833: a counter of 16 bits must not run over: 70,000 conversations with one queued TP.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp ECHO turn "$TPS/many" serve
node_start
n=70000
[ -z "${SANITIZED:-}" ] || n=5000
out=$("$TPS/many" converse ECHO $n) || fail "$out"
is "delivered" "$(show status attaches_delivered)" $n
is "starts" "$(show status tp_starts)" 1
becomes "conversations" 0 show status conversations
