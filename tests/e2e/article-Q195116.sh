# Q195116: an unknown mode does not hurt the node.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp PING each "$BIN/apingd"
node_start
out=$("$TPS/steps" init:PING mode:NOMODE allocate | tail -n 1)
[[ $out == "allocate CM_PARAMETER_ERROR"* ]] || fail "$out"
"$BIN/aping" PING >"$DIR/out" || fail "aping"
