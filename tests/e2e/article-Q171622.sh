# Q171622: a symbolic destination shorter than 8 characters may come unpadded.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp P each "$BIN/apingd"
node_start
"$BIN/aping" P >"$DIR/out" || fail "aping"
