# Q161775: two starts of a nonqueued TP at the same moment: each copy gets its own Attach.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp PING each "$BIN/apingd"
node_start
for round in 1 2 3 4 5; do
    background "$DIR/a" "$BIN/aping" PING
    a=$!
    background "$DIR/b" "$BIN/aping" PING
    b=$!
    join $a || fail "first: $(cat "$DIR/a")"
    join $b || fail "second: $(cat "$DIR/b")"
done
is "starts" "$(show tp starts name=PING)" 10
