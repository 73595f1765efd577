# Q163015, Q135316: security SAME: the user that was verified goes on to the next TP, a user the program gives
# itself does not replace it; without a verified user nothing is claimed as verified [A35], unless
# AP_SAMENosUser lets a program that nobody invoked claim the user who runs it.
# plain: other tests run all of its lines of snanode/io under sanitizers
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

# AP_SAMENosUser, and its older name: the user who is logged on, for who was not invoked and gives no user
me=$(id -un)
MORE=$VERIFIED tp LOGGEDON each "$TPS/who" "serve $DIR/loggedon"
cp "$REG" without
with() { # VALUE of the Client key
    cp without "$REG"
    printf '[%s\\Client]\n%s\n' "$KEY" "$1" >>"$REG"
    snactl reload >/dev/null || fail "reload"
}
for value in '"AP_SAMENosUser"="no"' '"UnverifiedAP_SAME"=dword:0'; do
    with "$value"
    is "$value" "$("$TPS/who" call LOGGEDON same)" "call CM_SECURITY_NOT_VALID"
done
for value in '"AP_SAMENosUser"="YES"' '"UnverifiedAP_SAME"=dword:1'; do
    with "$value"
    rm -f "$DIR/loggedon" "$DIR/open"
    if [ ${#me} -le 10 ]; then
        is "$value" "$("$TPS/who" call LOGGEDON same)" "call CM_OK"
        is "$value: user" "$(cat "$DIR/loggedon")" "LOGGEDON user=$me security=1"
    else # no user ID has so many characters
        is "$value" "$("$TPS/who" call LOGGEDON same)" "call CM_SECURITY_NOT_VALID"
    fi
    is "$value: password wanted" "$("$TPS/who" call SECOND same)" "call CM_SECURITY_NOT_VALID"
    is "$value: security NONE" "$("$TPS/who" call LOGGEDON none)" "call CM_SECURITY_NOT_VALID"
    is "$value: a user of its own" "$("$TPS/who" call LOGGEDON same ALICE Secret01)" "call CM_OK"
    is "$value: a wrong password" "$("$TPS/who" call LOGGEDON same ALICE wrong)" "call CM_SECURITY_NOT_VALID"
    is "$value: an invoked TP" "$("$TPS/who" call OPEN none)" "call CM_OK"
    has "$DIR/open" 'chain CM_SECURITY_NOT_VALID'
done
