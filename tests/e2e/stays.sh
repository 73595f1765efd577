# A session that stays with two programs (SNANODE_STAY): each conversation reaches the TP once and is answered, whatever takes
# the session back; the node's books are right in the end, and nothing of it is left.
. "${BASH_SOURCE%/*}/lib.sh"
expect_log 'conversation [0-9]+: |event [0-9]+: '
N=${N:-2000}
tp STAY turn "$TPS/brackets" serve

# answered N OUT ...: what invokers say that have been asked for N each
answered() {
    local n=$1 o
    shift
    for o; do is "$o" "$(cat "$o")" "answered $n"; done
}
nothing_left() {
    becomes "conversations" 0 show status conversations
    becomes "Attaches" 0 show status attaches_queued
    snactl check >said 2>&1 || fail "check: $(cat said)"
    ! logged 'TP STAY\[[0-9]+\]: twice' || fail "a conversation came twice"
}

SNANODE_STAY=${STAY:-1} node_start -l debug
"$TPS/brackets" invoke STAY "$N" >alone || fail "alone: $(cat alone)"
answered "$N" alone
logged 'the session stays with processes' || fail "no session stayed"
becomes "all of them in the books" "$N" show status allocates
nothing_left

# taken back all the time, by listings
background taken "$TPS/brackets" invoke STAY "$N"
invoker=$!
while kill -0 $invoker 2>/dev/null; do snactl --json conversation >/dev/null; done
join $invoker || fail "beside listings: $(cat taken)"
answered "$N" taken
nothing_left

# several invokers, so that Attaches wait
several=()
for i in 1 2 3; do
    background several$i "$TPS/brackets" invoke STAY $((N / 4))
    several+=($!)
done
for i in "${several[@]}"; do join "$i" || fail "several: $(cat several?)"; done
answered $((N / 4)) several1 several2 several3
becomes "all of them in the books" $((2 * N + 3 * (N / 4))) show status allocates
nothing_left

# programs that die in the middle: the TP is started again, and who is cut off is told
for i in 1 2 3 4 5; do
    background dies "$TPS/brackets" invoke STAY 1000000
    invoker=$!
    await "a session that stays" logged "the session stays with processes $invoker "
    if [ $((i % 2)) = 0 ]; then
        kill -9 $invoker
        wait $invoker 2>/dev/null
    else
        kill -9 "$(sed -n 's/.*TP STAY: started .* as process //p' "$LOG" | tail -n 1)"
        # who was in a conversation is told; who was not goes on with the copy that is started next
        kill -9 $invoker 2>/dev/null
        wait $invoker 2>/dev/null
        ! grep -vE ': (17|26|27)$' dies || fail "told: $(cat dies)"
    fi
done
"$TPS/brackets" invoke STAY 100 >after || fail "afterwards: $(cat after)"
answered 100 after
snactl tp stop STAY >/dev/null
nothing_left
node_stop || exit 1
