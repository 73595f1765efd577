# A partner node that names a user as already verified is believed only if the configuration trusts that partner,
# whatever the TP says [L126].
. "${BASH_SOURCE%/*}/lib.sh"
[ "$(id -un | wc -c)" -le 11 ] || {
    echo "skipped: the name $(id -un) is longer than a user ID, 10 characters"
    exit 77
}

expect_log "event 23: Connection TO|is not trusted"
far_node
MORE='"ConversationSecurity"="yes"
"AlreadyVerified"="yes"
"ALICE"="Secret01"' far_tp SAFE each "$TPS/who" "serve $DIR/safe"
MORE='"ConversationSecurity"="no"' far_tp OPEN each "$TPS/who" "serve $DIR/open"
printf '[%s\\Client]\n"AP_SAMENosUser"="YES"\n' "$KEY" >>"$REG"
far_start
node_start
becomes "the connection is active" active show link state name=TOFAR
is "who shows a password" "$("$TPS/who" call SAFE program ALICE Secret01)" "call CM_OK"
for t in SAFE OPEN; do
    is "a user as already verified, $t" "$("$TPS/who" call $t same)" "call CM_SECURITY_NOT_VALID"
done
has "$DIR/far.log" 'is not trusted \(/alreadyverified of its appcrlu\)'
is "the session goes on" "$("$TPS/who" call OPEN none)" "call CM_OK"

sed -i '/^appcrlu CLIENTLU /s/$/ \/alreadyverified:yes/; /^appcrlu HOSTLU /s/$/ \/alreadyverified:yes/' "$FAR/node.cfg"
far snactl reload >/dev/null || fail "reload"
rm -f "$DIR/safe"
is "a trusted partner" "$("$TPS/who" call SAFE same)" "call CM_OK"
is "its user" "$(cat "$DIR/safe")" "SAFE user=$(id -un) security=1"
snactl check && far snactl check || fail "check"
node_stop || fail "the node does not stop"
far_stop || fail "the far node does not stop"
