# Q180537: two instances of an operator-started TP; one ends, the other is still reached.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp HAND hand ""
node_start
APPCTPN=HAND background "$DIR/one" "$BIN/apingd" -q
one=$!
APPCTPN=HAND background "$DIR/two" "$BIN/apingd" -q
becomes "accepts outstanding" 2 show status accepts_outstanding
kill -9 $one
becomes "accepts outstanding" 1 show status accepts_outstanding
"$BIN/aping" HAND >"$DIR/out" || fail "the second instance is not reached"
