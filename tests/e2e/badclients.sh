# Clients that send garbage, nothing or too much, or do not read, are dropped, and an aping beside them
# notices nothing.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
tp MANY turn "$BIN/mpingd"
expect_log 'process [0-9]+ (sent what is not the local protocol|connected and said nothing for 5 s|does not read its answers): dropped'
node_start
"$BIN/aping" MANY >aping || fail "aping: $(cat aping)"

bad() {
    "$TPS/badclient" "$1" "$SNANODE_SOCKET" ${2:-1} ${3:-} || fail "badclient $1 ${2:-1}: status $?"
}
# A new conversation again and again, until they are all done.
(
    n=0
    until [ -e bad.done ]; do
        "$BIN/aping" -i 20 -s 1000 MANY >aping.out 2>&1 || exit 1
        sed -n 's/.*maximum \([0-9]*\)\..*/\1/p; s/^Allocate .*connect \([0-9]*\)\..*/\1/p' aping.out >>aping.ms
        n=$((n + 1))
    done
    echo $n >aping.count
) &
loop=$!
PIDS+=($loop)
before=$(node_load | sed 's/[0-9]* processes//') # (an aping comes and goes)
(
    start=$EPOCHREALTIME
    bad silent
    within "time in which to say something" 4500 9000 "$(ms_since $start)"
) &
silent=$!
bad crowd &
crowd=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
    for way in garbage empty huge before-hello hello-twice late-request request-twice cut-short too-long mutated wrong-cookie two-at-once; do
        bad $way $i
    done
done
bad descriptors
mkfifo fifo
for page in /dev/null "$DIR" fifo; do bad bad-page 1 $page; done
rm fifo
# A file whose reading and closing never ends.
: >stuck
background stuck.out "$PYTHON" "$ROOT/tests/e2e/stuckfile.py" "$DIR/stuck" "$NODE_PID"
stuck=$!
await "the file" eval "grep -q . stuck.out || ! alive $stuck"
if grep -qx ready stuck.out; then
    bad bad-page 1 stuck
else
    echo "without a file of FUSE: $(cat stuck.out)"
fi
kill $stuck 2>/dev/null
join $stuck || grep -q 'no FUSE' stuck.out || fail "$(cat stuck.out)"
bad many-words
bad flood
bad flood-ends
wait $crowd || exit 1
wait $silent || exit 1
touch bad.done
join $loop || fail "the aping next to them: $(cat aping.out)"
[ "$(cat aping.count)" -gt 10 ] || fail "the aping next to them came only $(cat aping.count) times"
slowest=$(sort -n aping.ms | tail -n 1)
[ "$slowest" -lt 1000 ] || fail "the slowest exchange took $slowest ms"
becomes "conversations" 0 show status conversations
becomes "processes" 1 show status processes # mpingd
becomes "Accepts" 1 show status accepts_outstanding
[ "$(show status clients_dropped)" -gt 600 ] || fail "only $(show status clients_dropped) clients were dropped"
