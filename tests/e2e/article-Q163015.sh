# Q163015, Q135316: security SAME: the user that was verified goes on to the next TP, a user the program gives
# itself does not replace it; without a verified user nothing is claimed as verified (see HACKING, security).
. "${BASH_SOURCE%/*}/lib.sh"
SECURE='"ConversationSecurity"="yes"
"ALICE"="Secret01"'
VERIFIED="$SECURE
\"AlreadyVerified\"=\"yes\""
MORE=$SECURE tp SECOND each "$TPS/who" "serve $DIR/second THIRD"
MORE=$VERIFIED tp THIRD each "$TPS/who" "serve $DIR/third LAST"
tp LAST each "$TPS/who" "serve $DIR/last"
MORE=$SECURE tp NOTYET each "$TPS/who" "serve $DIR/notyet"
tp OPEN each "$TPS/who" "serve $DIR/open NOTYET"
node_start
is "chain" "$("$TPS/who" call SECOND program ALICE Secret01)" "call CM_OK"
is "second" "$(cat "$DIR/second")" "SECOND user=ALICE security=2
chain CM_OK"
is "third" "$(cat "$DIR/third")" "THIRD user=ALICE security=1
chain CM_OK"
is "last" "$(cat "$DIR/last")" "LAST user=ALICE security=1"
# a TP without security passes nothing on: the third one of such a chain refuses
is "open" "$("$TPS/who" call OPEN program ALICE Secret01)" "call CM_OK"
has "$DIR/open" 'chain CM_SECURITY_NOT_VALID'
is "same without a user" "$("$TPS/who" call SECOND same)" "call CM_SECURITY_NOT_VALID"
is "nothing was started for it" "$(show tp starts name=NOTYET)" 0
