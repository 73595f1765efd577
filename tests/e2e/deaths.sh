# kill -9 at every moment of a conversation: the partner is told what happened at once, and after a thousand
# deaths the node is as it was before.
. "${BASH_SOURCE%/*}/lib.sh"

cat >>"$CFG" <<END
cpic DEATHS /add /appltpname:"DEATHS" /lualias:"HOSTLU" /modename:"#INTER" /seckeytype:none
END
tp EACH each "$BIN/apingd"
tp ACCEPTS each "$TPS/steps" "accept kill"
tp RECEIVES each "$TPS/steps" "accept receive kill"
tp SENDS each "$TPS/steps" "accept receive send:100 kill"
tp CONFIRMS each "$TPS/steps" "accept receive confirm kill"
tp TURN turn "$TPS/steps" "accept receive kill"
tp EARLY each "$TPS/steps" "kill"
node_start
times=1000 copies=40
[ -z "$SANITIZED" ] || times=208 copies=10 # a sanitizer is after each way to die, eight times, and not after numbers
"$TPS/deaths" 26 || fail "a death was not reported as it should be (above)"
becomes "conversations" 0 show status conversations
becomes "processes" 0 show status processes
before=$(node_load)
sessions=$(rows session id)
"$TPS/deaths" ${DEATHS:-$times} || fail "a death was not reported as it should be (above)"
becomes "what the node holds" "$before" node_load

# Copies that the node started itself: one for each death.
for d in ACCEPTS RECEIVES SENDS CONFIRMS TURN; do
    "$TPS/steps" init:$d allocate send:10 turn receive again:$copies >"$DIR/$d"
    is "deaths of $d" "$(grep -c '^receive CM_DEALLOCATED_ABEND [0-9]\{1,3\} ' "$DIR/$d")" $copies
    is "starts of $d" "$(show tp starts name=$d)" $copies
done
"$TPS/steps" init:EARLY allocate send:10 turn receive again:$copies >"$DIR/EARLY"
is "deaths of EARLY" "$(grep -c '^receive CM_TP_NOT_AVAILABLE_NO_RETRY [0-9]\{1,3\} ' "$DIR/EARLY")" $copies
becomes "what the node holds after deaths of copies" "$before" node_load
is "sessions" "$(rows session id)" "$sessions"
is "sessions in use" "$(rows session id 'state=in use')" 0
"$BIN/aping" EACH >"$DIR/aping" 2>&1 || fail "aping afterwards: $(cat "$DIR/aping")"
