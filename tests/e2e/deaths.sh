# kill -9 at every moment of a conversation: the partner is told what happened at once, and after a thousand
# deaths the node is as it was before.
. "${BASH_SOURCE%/*}/lib.sh"

cat >>"$CFG" <<END
cpic DEATHS /add /appltpname:"DEATHS" /lualias:"HOSTLU" /modename:"#INTER" /seckeytype:none
END
tp EACH each "$BIN/apingd"
node_start
"$TPS/deaths" 26 || fail "a death was not reported as it should be (above)"
becomes "conversations" 0 show status conversations
becomes "processes" 0 show status processes
before=$(node_load)
sessions=$(rows session id)
"$TPS/deaths" ${DEATHS:-1000} || fail "a death was not reported as it should be (above)"
becomes "what the node holds" "$before" node_load
is "sessions" "$(rows session id)" "$sessions"
is "sessions in use" "$(rows session id 'state=in use')" 0
"$BIN/aping" EACH >"$DIR/aping" 2>&1 || fail "aping afterwards: $(cat "$DIR/aping")"
