# Q182574: a TP's connection is lost and made again at once: the news of the loss does not undo the new one.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp HAND hand ""
node_start
for i in 1 2 3 4 5 6 7 8 9 10; do
    APPCTPN=HAND background "$DIR/old" "$TPS/steps" accept
    old=$!
    becomes "accepts outstanding" 1 show status accepts_outstanding
    kill -9 $old
    await "its end" gone $old
    APPCTPN=HAND background "$DIR/new" "$BIN/apingd"
    new=$!
    "$BIN/aping" HAND >"$DIR/out" || fail "round $i: $(cat "$DIR/out")"
    join $new
done
