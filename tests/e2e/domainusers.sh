# Who may have a TP of another machine: the users in the registry of the machine with the TP decide, whoever has the LU and
# the program [D22; A30 to A33].
# plain: check_attachmgr has the users under sanitizers, domainway the way
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'conversation [0-9]+: Attach for TP .* refused: '
expect_log "3993: LU HOSTLU is not defined"

ALICE=$'"ConversationSecurity"="yes"\n"ALICE"="Secret01"'
secure() { # MACHINE TP VALUES PARAMETERS [CFG]: as offer, with security
    REG=$1.reg CFG=${5:-A.cfg} MORE=$3 tp "$2" each "$TPS/who" "$4"
    sed -i '/^"ConversationSecurity"="no"$/{N;s/^.*\n\("ConversationSecurity"="yes"\)/\1/}' "$1.reg"
}
nats_start
for m in A B C; do joined $m; done
sed -i '/^appcllu /d' C.cfg # it has no LU
secure B SAFE "$ALICE" "serve $DIR/safe"
secure B VERIFIED "$ALICE"$'\n"AlreadyVerified"="yes"' "serve $DIR/verified"
secure B NOBODY '"ConversationSecurity"="yes"' "serve $DIR/nobody"
secure A FIRST "$ALICE" "serve $DIR/first VERIFIED"
secure A OTHER "$ALICE" "serve $DIR/other SAFE"
# A has an entry of the same name with users of its own; it is for another LU, and so for another Attach.
secure A SAFE $'"LocalLU"="LUA"\n"ConversationSecurity"="yes"\n"EVE"="Secret02"' "serve $DIR/wrong" /dev/null
sed -n "/^cpic /{/NOTHERE/!p}" A.cfg >>C.cfg
for m in A B C; do machine_start $m; done
becomes "TPs of B" nonqueued at A "domain tp" kind name=NOBODY
lent() { at C "domain lu" lu state=live | grep -c '^CLIENTLU$'; }
becomes "LUs that C may use" 2 lent

REFUSED="call CM_SECURITY_NOT_VALID"
call() { # MACHINE EXPECTED TP SECURITY [USER PASSWORD]
    is "on $1: $3 with ${*:4}" "$(on "$1" "$TPS/who" call "${@:3}" 2>&1)" "$2"
}
for m in A C; do
    rm -f safe
    call $m "call CM_OK" SAFE program ALICE Secret01
    is "the user, from $m" "$(cat safe)" "SAFE user=ALICE security=2"
    call $m "$REFUSED" SAFE program ALICE Secret02
    call $m "$REFUSED" SAFE program alice Secret01
    call $m "$REFUSED" SAFE program EVE Secret02
    call $m "$REFUSED" SAFE none
    call $m "$REFUSED" SAFE same
    call $m "$REFUSED" NOBODY program ALICE Secret01
    call $m "call CM_OK" VERIFIED program ALICE Secret01
done
[ ! -e wrong ] || fail "the entry for another LU was used"
[ ! -e nobody ] || fail "a TP without users was started"
is "copies that were started" "$(at B tp starts name=SAFE)" 2

# A user that a TP on A has verified goes on to B, and is enough for a TP that takes verified users.
call A "call CM_OK" FIRST program ALICE Secret01
is "the chain" "$(cat first)" "FIRST user=ALICE security=2
chain CM_OK"
is "its user" "$(tail -n 1 verified)" "VERIFIED user=ALICE security=1"
call A "call CM_OK" OTHER program ALICE Secret01
has other '^chain CM_SECURITY_NOT_VALID'

# B has another password from now on; A and C need not be told.
sed -i 's/"ALICE"="Secret01"/"ALICE"="Secret03"/' B.reg
on B snactl reload >/dev/null || fail "reload"
for m in A C; do
    call $m "$REFUSED" SAFE program ALICE Secret01
    call $m "call CM_OK" SAFE program ALICE Secret03
done
machines_end A B C
[ -z "$(grep -l 'Secret0' ./*.log nats.out)" ] || fail "a password is in a log"
