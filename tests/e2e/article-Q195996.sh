# Q195996, Q275709: Allocates that wait for a session are cancelled; the next one works.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp ECHO turn "$TPS/many" serve
node_start
out=$("$TPS/many" cancel ECHO 100) || fail "$out"
[[ $out == *done ]] || fail "$out"
becomes "conversations" 0 show status conversations
is "sessions in use" "$(rows session id 'state=in use')" 0
