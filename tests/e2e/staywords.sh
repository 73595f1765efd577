# A program of the same user that falsifies the words of sessions that stay (stay.h): it may disturb the programs of its
# user while it does, and nothing else; afterwards the next programs are served, and the node's books agree.
#   SEED=N       what it writes (printed; another one each time otherwise)
#   TIME=N       for how many seconds, 3 by default
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/staylib.sh"
expect_log 'conversation [0-9]+: |event [0-9]+: |process [0-9]+: |TP STAY: '
SEED=${SEED:-$((RANDOM * 32768 + RANDOM))} TIME=${TIME:-3}
echo "seed $SEED"
tp STAY turn "$TPS/brackets" serve
node_start

background words "$TPS/words" "$TIME" "$SEED"
words=$!
invokers=0
while alive $words; do
    # whoever is told something by mistake, or waits for nothing, goes; the next one comes
    background disturbed "$TPS/brackets" invoke STAY 1000000
    invoker=$!
    invokers=$((invokers + 1))
    start=$EPOCHREALTIME
    while alive $words && alive $invoker && [ "$(ms_since "$start")" -lt 300 ]; do nap "$start"; done
    kill -9 $invoker 2>/dev/null
    wait $invoker 2>/dev/null
done
join $words || fail "$(cat words)"
[[ $(cat words) =~ ^changed\ [1-9] ]] || fail "no word was falsified: $(cat words)"

"$TPS/brackets" invoke STAY 500 >after || fail "afterwards: $(cat after)"
is "afterwards" "$(cat after)" "answered 500"
# what the TP was made to believe of its conversations ends with it
snactl tp stop STAY >/dev/null
nothing_left
node_stop || exit 1
echo "$(cat words) words beside $invokers invokers"
