# A session that stays with two programs: each conversation reaches the TP once and is answered, whatever takes
# the session back; the node's books are right in the end, and nothing of it is left.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/staylib.sh"
expect_log 'conversation [0-9]+: |event [0-9]+: '
N=${N:-2000}
tp STAY turn "$TPS/brackets" serve
tp THREADS hand ""

# answered N OUT ...: what invokers say that have been asked for N each
answered() {
    local n=$1 o
    shift
    for o; do is "$o" "$(cat "$o")" "answered $n"; done
}
once_each() {
    nothing_left
    ! logged 'TP STAY\[[0-9]+\]: twice' || fail "a conversation came twice"
}

SNANODE_STAY=${STAY:-1} node_start -l debug
"$TPS/brackets" invoke STAY "$N" >alone || fail "alone: $(cat alone)"
answered "$N" alone
stays_again || fail "no session stayed"
becomes "all of them in the books" "$N" show status allocates
once_each

# taken back all the time, by listings
background taken "$TPS/brackets" invoke STAY "$N"
invoker=$!
while kill -0 $invoker 2>/dev/null; do snactl --json conversation >/dev/null; done
join $invoker || fail "beside listings: $(cat taken)"
answered "$N" taken
once_each

# several invokers, so that Attaches wait
several=()
for i in 1 2 3; do
    background several$i "$TPS/brackets" invoke STAY $((N / 4))
    several+=($!)
done
for i in "${several[@]}"; do join "$i" || fail "several: $(cat several?)"; done
answered $((N / 4)) several1 several2 several3
becomes "all of them in the books" $((2 * N + 3 * (N / 4))) show status allocates
once_each

# threads: of an invoker, which take the session from each other, and of a TP
APPCTPN=THREADS APPCLLU=HOSTLU background serves "$TPS/brackets" serves 2
becomes "Accepts of the threads" 3 show status accepts_outstanding
"$TPS/brackets" threads STAY $((N / 4)) 3 >threads || fail "threads: $(cat threads)"
is "threads" "$(cat threads)" "$(for i in 1 2 3; do echo "answered $((N / 4))"; done)"
"$TPS/brackets" threads THREADS $((N / 4)) 1 >threads || fail "threads of the TP: $(cat threads)"
is "a thread and threads" "$(cat threads)" "answered $((N / 4))"
once_each

stays_again
# programs that die in the middle: the TP is started again, and who is cut off is told
for i in 1 2 3 4 5; do
    background dies "$TPS/brackets" invoke STAY 1000000
    invoker=$!
    await "a session that stays" stays_again
    if [ $((i % 2)) = 0 ]; then
        kill -9 $invoker
        wait $invoker 2>/dev/null
    else
        copy=$(sed -n 's/.*TP STAY: started .* as process //p' "$LOG" | tail -n 1)
        kill -9 "$copy"
        # the node has noticed: the next invoker does not come to this one
        while kill -0 "$copy" 2>/dev/null; do nap "$EPOCHREALTIME"; done
        # who was in a conversation is told; who was not goes on with the copy that is started next
        kill -9 $invoker 2>/dev/null
        wait $invoker 2>/dev/null
        ! grep -vE ' (17|26|27)$' dies || fail "told: $(cat dies)"
    fi
done
"$TPS/brackets" invoke STAY 100 >after || fail "afterwards: $(cat after)"
answered 100 after
snactl tp stop STAY >/dev/null
once_each
node_stop || exit 1
