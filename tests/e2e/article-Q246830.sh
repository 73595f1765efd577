# Q246830: a TP that starts before the node is told at once that there is none, and registers when there is.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp HAND hand ""
out=$(APPCTPN=HAND "$TPS/steps" accept)
[[ $out == "accept CM_PRODUCT_SPECIFIC_ERROR"* ]] || fail "without a node: $out"
node_start
APPCTPN=HAND background "$DIR/tp" "$BIN/apingd"
"$BIN/aping" HAND >"$DIR/out" || fail "aping"
