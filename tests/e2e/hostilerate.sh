# A conversation over a good link keeps its rate while the partner of another link floods, stalls or sends garbage.
# Both are measured in turn; the bound is wide, for the hostile partner takes one of the machine's cores itself.
# plain: it looks at a rate; hostile and hostilesessions send the same under sanitizers
. "${BASH_SOURCE%/*}/hostilelib.sh"

WORST=8 # times as long as alone
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
exchanges() { # the shortest time of three runs, in ms, as $TOOK
    local i start ms
    TOOK=
    for i in 1 2 3; do
        start=$EPOCHREALTIME
        "$BIN/aping" -i 300 -s 500 FARD >rate.out 2>&1 || fail "over the good link, $1: $(cat rate.out)"
        ms=$(ms_since $start)
        [ -n "$TOOK" ] && [ "$TOOK" -le "$ms" ] || TOOK=$ms
    done
}
for way in flooding stalling sending_garbage; do
    exchanges alone
    alone=$TOOK
    background evil "$PYTHON" "$HERE/evil.py" keeps_$way "$PORT"
    evil=$!
    await "a partner is $way" has_line evil '^ready'
    exchanges "$way"
    alive "$evil" || fail "$way has ended by itself: $(tail -3 evil)"
    printf '%-16s %6d ms, alone %d ms\n' "$way" "$TOOK" "$alone" >>table
    [ "$TOOK" -le $((WORST * alone)) ] || fail "the good link takes $TOOK ms beside a partner $way, and $alone ms alone"
    kill -9 "$evil"
    wait "$evil" 2>/dev/null
    PATIENCE=60 await "the connection is free after $way" free_line EVIL
done
good_end
