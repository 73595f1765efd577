# Q240840: a TP that a person runs and that is also registered as autostarted: the person's copy gets the Attach,
# and the registered one is started once that has ended.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp PING each "$BIN/apingd"
node_start
APPCTPN=PING background "$DIR/hand" "$BIN/apingd" -q
hand=$!
becomes "accepts outstanding" 1 show status accepts_outstanding
"$BIN/aping" PING >"$DIR/out" || fail "aping"
is "starts while the person's copy runs" "$(show status tp_starts)" 0
kill $hand
await "the end of the person's copy" gone $hand
becomes "processes" 0 show status processes
"$BIN/aping" PING >"$DIR/out" || fail "aping, later"
is "starts later" "$(show status tp_starts)" 1
