# TPs that say anything to the node and die at any moment, beside conversations of other programs on the same LUs and in
# the same mode: they are not noticed when they leave out what a program may do to others (SECURITY.md): be the attach
# manager of their LU, accept for any TP, end sessions, and change their limits.
#   SEED=N       what they say (printed; another one each time otherwise)
#   TIME=N       for how many seconds, 3 by default
. "${BASH_SOURCE%/*}/lib.sh"
SEED=${SEED:-$(($$ % 10000))}
TIME=${TIME:-3}
echo "seed $SEED, $TIME s"
expect_log 'process [0-9]+ (of user [0-9]+ )?(sent what is not the local protocol|connected and said nothing for 5 s|does not read its answers|is not served|gets no conversation)'
expect_log 'event [0-9]+: |conversation [0-9]+: |CNOS |warn +(TP|LU|session|side|mode) '
LEDGER=$TPS/ledger

tp GOOD turn "$LEDGER" "receive $DIR/got GOOD"
tp ONLYME hand ""
tp MANY turn "$BIN/mpingd"
node_start
SENDERS=()
for i in 1 2; do
    background send$i.out "$LEDGER" send "$DIR/sent$i" "sent$i" $((SEED + i)) "$DIR/stop" GOOD
    SENDERS+=($!)
done
becomes "its receiver" 1 show status tp_processes
until=$((${EPOCHREALTIME/./} + TIME * 1000000))
deaths=0
while [ "${EPOCHREALTIME/./}" -lt $until ]; do
    "$TPS/hostiletp" "$SNANODE_SOCKET" $((SEED + 100 + deaths)) 60 modest >out 2>&1 &
    victim=$!
    PIDS+=($victim)
    measure_for $((50 + SEED * 7 % 50 + deaths * 13 % 200))
    kill -9 $victim || fail "it ended by itself: $(cat out)"
    wait $victim 2>/dev/null
    deaths=$((deaths + 1))
done
touch stop
for p in "${SENDERS[@]}"; do join "$p" 60 || fail "a sender: $(cat send?.out)"; done
for t in GOOD MANY; do snactl tp stop $t >/dev/null; done
becomes "conversations" 0 show status conversations
snactl check >said 2>&1 || fail "check: $(cat said)"
"$PYTHON" "$ROOT/tests/e2e/ledger.py" -v sent? -- got.* >sums || fail "seed $SEED: $(cat sums)"
grep '^end .* CM_[A-NP-Z]' sent? && fail "seed $SEED: a good sender was told of an error"
echo "killed $deaths, seed $SEED; $(tail -n 1 sums)"
