# A hostile TP opens 5,000 connections, as programs, as ports, without a word, and as conversations: the node keeps
# descriptors for others, also for programs of the same user, says in words why it gives no more, and good conversations
# notice nothing.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/badtplib.sh"
command -v prlimit >/dev/null || {
    echo "skipped: a node with few descriptors (needs prlimit)"
    exit 77
}
MOST=4096 CROWD=5000
expect_log 'dropped a connection of process [0-9]+ of user [0-9]+, who has [0-9]+: '
expect_log 'conversation [0-9]+ cannot begin: '
echo 'mode WIDE /add /sessionlim:10000 /conwin:5000 /conlose:5000' >>"$CFG"
tp EACH each "$BIN/apingd"
SNANODE=(prlimit "--nofile=$MOST:$MOST" "${SNANODE[@]}")
good_start GOOD

for kind in programs ports silent conversations; do
    background crowd prlimit "--nofile=$((CROWD + 100))" "$TPS/holder" "$SNANODE_SOCKET" $kind $CROWD
    crowd=$!
    PATIENCE=60 await "$CROWD $kind" grep -q '^held' crowd
    had=$(descriptors)
    "$BIN/aping" MANY >out 2>&1 || fail "another program of the same user, beside $CROWD $kind: $(cat out)"
    "$BIN/aping" EACH >out 2>&1 || fail "a new TP beside $CROWD $kind: $(cat out)"
    snactl status >out 2>&1 || fail "a tool beside $CROWD $kind: $(cat out)"
    [ "$had" -gt $((MOST / 2)) ] || fail "only $had descriptors by $CROWD $kind"
    [ "$had" -lt $((MOST - 64)) ] || fail "$kind took $had of $MOST descriptors"
    if [ $kind != silent ]; then
        has crowd '^refused [0-9]+: this process has (more than half of the node|as many waiting calls)'
    fi
    echo "$kind: $(head -n 1 crowd), $had descriptors of $MOST"
    kill $crowd
    wait $crowd 2>/dev/null
    PATIENCE=30 descriptors_at_most 99
done
logged "warn  .*: this process has more than half of the node's descriptors" || fail "the log does not say why"
good_end
tail -n 1 sums
