# Q171622: a symbolic destination shorter than 8 characters may come unpadded.
. "${BASH_SOURCE%/*}/lib.sh"
tp P each "$BIN/apingd"
node_start
"$BIN/aping" P >"$DIR/out" || fail "aping"
