# badtplib.sh - what the tests with hostile TPs share: a ledger of good conversations, hostile TPs beside it that are killed
# again and again, and what is to be so afterwards.  Include it behind lib.sh.
#
#   SEED=N, TIME=N              of the test: what the hostile ones say (printed), and for how many seconds, 3 by default
#   good_start DEST [ENV ...]   start the node, and two senders to DEST, whose receiver is the TP GOOD; ENV as for env
#   hostile_killed MS [WORD ...]  hostile TPs with WORDs, each killed MS to MS + 250 ms after its start, until the time is up
#   good_end                    the senders end; nothing is left of anything, and the ledger balances
SEED=${SEED:-$(($$ % 10000))}
TIME=${TIME:-3}
echo "seed $SEED, $TIME s"
expect_log 'process [0-9]+ (of user [0-9]+ )?(sent what is not the local protocol|connected and said nothing for 5 s|does not read its answers|is not served|gets no conversation)'
expect_log 'event [0-9]+: |conversation [0-9]+: |CNOS |warn +(TP|LU|session|side|mode) '
LEDGER=$TPS/ledger SENDERS=() DEATHS=0

tp GOOD turn "$LEDGER" "receive $DIR/got GOOD"
tp ONLYME hand ""
tp MANY turn "$BIN/mpingd"

good_start() {
    local i
    node_start
    for i in 1 2; do
        background send$i.out env "${@:2}" "$LEDGER" send "$DIR/sent$i" "sent$i" $((SEED + i)) "$DIR/stop" "$1"
        SENDERS+=($!)
    done
    becomes "its receiver" 1 show status tp_processes
}

hostile_killed() {
    local until=$((${EPOCHREALTIME/./} + TIME * 1000000)) victim
    while [ "${EPOCHREALTIME/./}" -lt $until ]; do
        "$TPS/hostiletp" "$SNANODE_SOCKET" $((SEED + 100 + DEATHS)) 60 "${@:2}" >out 2>&1 &
        victim=$!
        PIDS+=($victim)
        measure_for $(($1 + SEED * 7 % 50 + DEATHS * 13 % 200))
        kill -9 $victim || fail "it ended by itself: $(cat out)"
        wait $victim 2>/dev/null
        DEATHS=$((DEATHS + 1))
        snactl status >/dev/null || fail "snactl status"
    done
}

good_end() {
    local p t
    touch stop
    for p in "${SENDERS[@]}"; do join "$p" 60 || fail "a sender: $(cat send?.out)"; done
    for t in GOOD MANY; do snactl tp stop $t >/dev/null; done
    becomes "conversations" 0 show status conversations
    becomes "processes" 0 show status processes
    becomes "Accepts" 0 show status accepts_outstanding
    becomes "Attaches" 0 show status attaches_queued
    snactl check >said 2>&1 || fail "check: $(cat said)"
    "$PYTHON" "$ROOT/tests/e2e/ledger.py" -v sent? -- got.* >sums || fail "seed $SEED: $(cat sums)"
    ! grep '^end .* CM_[A-NP-Z]' sent? || fail "seed $SEED: a good sender was told of an error"
}
