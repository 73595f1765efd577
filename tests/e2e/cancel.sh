# Four thousand Allocates that wait, cancelled at random, then by the death of their program: nothing is left of them, and
# the counters are right all the time.
. "${BASH_SOURCE%/*}/lib.sh"

tp ECHO turn "$TPS/many" serve
ulimit -n "$(ulimit -Hn)"
count=$(($(ulimit -n) / 2)) # each is a call that waits: a process may have so many
[ $count -le 4000 ] || count=4000
[ -z "$SANITIZED" ] || count=1000
PATIENCE=$((PATIENCE * 3))
node_start
"$TPS/many" converse ECHO 1 >out || fail "$(cat out)"
becomes "processes" 1 show status processes # the TP
becomes "conversations" 0 show status conversations
before=$(descriptors)

background cancelled "$TPS/many" cancel ECHO $count
cancels=$!
while alive $cancels; do snactl check || fail "the counters under cancellation"; done
join $cancels || fail "$(cat cancelled)"
has cancelled '^done$'
waited=$(sed -n 's/^waited //p' cancelled)
[ "$waited" -ge $((count - 8)) ] || fail "only $waited have waited"
becomes "conversations" 0 show status conversations
descriptors_at_most "$before"

background left "$TPS/many" leave ECHO $count
leaves=$!
await "half of them to be cancelled" grep -q '^waited' left
# those of the eight on a session that were cancelled gave it to one that waited
is "what waits" "$(show cnos waiting mode=#INTER)" $((count - count / 2 - 8))
snactl check || fail "the counters with half of them left"
kill -9 $leaves
becomes "conversations" 0 show status conversations
is "what waits" "$(show cnos waiting mode=#INTER)" 0
is "sessions in use" "$(rows session id 'state=in use')" 0
descriptors_at_most "$before"
snactl check || fail "the counters at the end"
"$TPS/many" converse ECHO 1 >out || fail "afterwards: $(cat out)"
