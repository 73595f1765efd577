# TPs that say anything to the node, in any order, and die at any moment: conversations beside them notice nothing, and
# afterwards the node is what it was before.
#   SEED=N       what they say (printed; another one each time otherwise)
#   TIME=N       for how many seconds, 3 by default
. "${BASH_SOURCE%/*}/lib.sh"
SEED=${SEED:-$(($$ % 10000))}
TIME=${TIME:-3}
echo "seed $SEED, $TIME s"
expect_log 'process [0-9]+ (of user [0-9]+ )?(sent what is not the local protocol|connected and said nothing for 5 s|does not read its answers|is not served|gets no conversation)'
expect_log 'event [0-9]+: |conversation [0-9]+: |CNOS |warn +(TP|LU|session|side|mode) '
LEDGER=$TPS/ledger

# The good ones have LUs of their own: of its own LUs any program may be the attach manager, or end the sessions.
cat >>"$CFG" <<END
appcllu GOODLU /add /server:E2ENODE
appcllu GOODCLI /add /server:E2ENODE
cpic GOODDEST /add /appltpname:"GOOD" /lualias:"GOODLU" /modename:"#INTER" /seckeytype:none
END

tp GOOD turn "$LEDGER" "receive $DIR/got GOOD"
tp ONLYME hand ""
tp MANY turn "$BIN/mpingd"
node_start
for i in 1 2; do
    background send$i.out env APPCLLU=GOODCLI "$LEDGER" send "$DIR/sent$i" "sent$i" $((SEED + i)) "$DIR/stop" GOODDEST
    SENDERS="${SENDERS:-} $!"
done
becomes "its receiver" 1 show status tp_processes
fds() { ls "/proc/$NODE_PID/fd" | wc -l; }

# one that goes on, and others that are killed again and again
background long "$TPS/hostiletp" "$SNANODE_SOCKET" $SEED "$TIME"
long=$!
until=$((${EPOCHREALTIME/./} + TIME * 1000000))
deaths=0
while [ "${EPOCHREALTIME/./}" -lt $until ]; do
    "$TPS/hostiletp" "$SNANODE_SOCKET" $((SEED + 100 + deaths)) 60 >out 2>&1 &
    victim=$!
    PIDS+=($victim)
    measure_for $((20 + SEED * 7 % 50 + deaths * 13 % 200))
    kill -9 $victim || fail "it ended by itself: $(cat out)"
    wait $victim 2>/dev/null
    deaths=$((deaths + 1))
    snactl status >/dev/null || fail "snactl status"
done
join $long || fail "the hostile one ended badly: $(cat long)"
touch stop
for p in $SENDERS; do join "$p" 60 || fail "a sender: $(cat send?.out)"; done
for t in GOOD MANY; do snactl tp stop $t >/dev/null; done
becomes "conversations" 0 show status conversations
becomes "processes" 0 show status processes
becomes "Accepts" 0 show status accepts_outstanding
becomes "Attaches" 0 show status attaches_queued
snactl check >said 2>&1 || fail "check: $(cat said)"
"$PYTHON" "$ROOT/tests/e2e/ledger.py" -v sent? -- got.* >sums || fail "seed $SEED: $(cat sums)"
grep -q '^end .* CM_[A-NP-Z]' sent? && fail "seed $SEED: a good sender was told of an error"
echo "tried $TIME s, seed $SEED; $(tail -n 1 long), others killed $deaths times;" \
    "beside them $(tail -n 1 sums | sed 's/, lost/: lost/')"
