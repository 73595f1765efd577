# Q139678, Q137438, Q180791, Q182421: credentials octet for octet: empty, 8 and mixed case; nothing folded, nothing
# padded with what is not there.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
MORE='"ConversationSecurity"="yes"
"ALICE"="Secret01"
"bob"="pa55Word"
"TENCHARSID"="tencharspw"' tp SAFE each "$TPS/who" "serve $DIR/out"
node_start
try() { "$TPS/who" call SAFE program "$@"; }
is "right" "$(try ALICE Secret01)" "call CM_OK"
is "mixed case" "$(try bob pa55Word)" "call CM_OK"
is "password folded" "$(try ALICE SECRET01)" "call CM_SECURITY_NOT_VALID"
is "user folded" "$(try BOB pa55Word)" "call CM_SECURITY_NOT_VALID"
is "password of somebody else" "$(try ALICE pa55Word)" "call CM_SECURITY_NOT_VALID"
is "empty password" "$(try ALICE '')" "call CM_SECURITY_NOT_VALID"
is "a blank" "$(try ALICE ' ')" "call CM_SECURITY_NOT_VALID"
is "cut short" "$(try ALICE Secret0)" "call CM_SECURITY_NOT_VALID"
is "no credentials" "$("$TPS/who" call SAFE none)" "call CM_SECURITY_NOT_VALID"
is "user ID of 9" "$(try ALICEALIC Secret01)" "call CM_PROGRAM_PARAMETER_CHECK"
# 10 characters come from configuration
printf 'cpic TEN /add /appltpname:"SAFE" /lualias:"HOSTLU" /modename:"#INTER" /seckeytype:program /secuserid:"TENCHARSID" /secpassword:"tencharspw"\n' >>"$CFG"
snactl reload >/dev/null || fail "reload"
is "ten characters" "$("$TPS/steps" init:TEN sync allocate confirm | tail -n 1 | cut -d' ' -f2)" CM_OK
grep -qiE 'secret01|pa55word|tencharspw' "$LOG" && fail "a password is in the log"
snactl --json tp >"$DIR/json"
snactl --json side >>"$DIR/json"
snactl --json event >>"$DIR/json"
grep -qiE 'secret01|pa55word|tencharspw' "$DIR/json" && fail "a password is in what snactl shows"
is "refused before any start" "$(show tp starts name=SAFE)" 3
