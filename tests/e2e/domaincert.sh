# The certificates of a domain's machines are changed while they run: a new one of the same authority, files that are no
# good, and another authority.  What runs goes on; connections that are made from then on show the new one.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"

nats_start
joined A
joined B
offer B PING each "$BIN/apingd"
offer B TALKS each "$TPS/steps" "accept receive receive send:7 flush pause"
for m in A B; do machine_start $m; done
becomes "a TP of B" nonqueued at A "domain tp" kind name=PING state=live

serial() { openssl x509 -noout -serial; }
port() { at B domain address self=true | sed 's/.*://'; }
shown() { # the certificate that B shows
    openssl s_client -connect "127.0.0.1:$(port)" -cert "$DIR/ca/HOSTA.pem" -key "$DIR/ca/HOSTA.key" </dev/null 2>/dev/null | serial
}
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
read_again() { # MACHINE
    on "$1" snactl reload >said 2>&1 || fail "reload of $1: $(cat said)"
}
answered() {
    on A "$BIN/aping" -i 2 PING >out 2>&1 || fail "aping, $1: $(cat out)"
}

# ---- a new one of the same authority, beside a conversation ----

back talks A "$TPS/steps" init:TALKS allocate send:5 receive receive receive
talks=$!
await "the TP has answered" has_line talks '^receive CM_OK .* length=7 '
is "what B shows" "$(shown)" "$(serial <ca/HOSTB.pem)"
old=$(serial <ca/HOSTB.pem)
rm ca/HOSTB.pem
"$ROOT/scripts/make-test-ca" "$DIR/ca" HOSTB || fail "make-test-ca"
[ "$(serial <ca/HOSTB.pem)" != "$old" ] || fail "the new certificate has the old number"
is "what B shows before it has read it" "$(shown)" "$old"
read_again B
is "what B shows" "$(shown)" "$(serial <ca/HOSTB.pem)"
answered "with a new certificate"
is "connections" "$(grep -c 'event 9009: ' A.log)" 1

# ---- files that are no good: the one that it has stays ----

expect_log 'domain TEST: the certificate is still the old one: |warning: SnaBase.Parameters.Domain: '
good=$(shown)
cp ca/HOSTB.key good.key
cp ca/HOSTA.key ca/HOSTB.key
read_again B
has B.log 'domain TEST: the certificate is still the old one: key .*HOSTB.key is not that of the certificate'
is "what B shows" "$(shown)" "$good"
cp ca/HOSTB.pem good.pem
for f in pem key; do cp ca/HOSTA.$f ca/HOSTB.$f; done
read_again B
has B.log 'domain TEST: the certificate is still the old one: certificate .*HOSTB.pem does not have the name of this machine, HOSTB'
: >ca/HOSTB.pem
read_again B
is "what B shows" "$(shown)" "$good"
is "errors" "$(grep -c 'the certificate is still the old one: ' B.log)" 3
answered "with files that are no good"

# ---- another authority: a machine that has not got it yet is refused, and taken when it has ----

"$ROOT/scripts/make-test-ca" "$DIR/ca2" HOSTA HOSTB || fail "make-test-ca"
sed -i "s|$DIR/ca/|$DIR/ca2/|" B.reg
expect_log 'event 901[0-2]: '
read_again B # another Domain: it leaves, and enters anew
becomes "B for A" live at A domain state machine=HOSTB
join $talks
has talks '^receive CM_RESOURCE_FAILURE_RETRY'
back early A "$BIN/aping" -i 2 PING
early=$!
await "A does not take B" has_line A.log 'event 9011: machine HOSTB cannot be reached: .*certificate'
for f in HOSTA.pem HOSTA.key ca.pem; do cp ca2/$f ca/$f; done # under the names that A has
read_again A
join $early || fail "aping that waited: $(cat early)"
has early '^Totals'
answered "with another authority"
on B snactl tp stop TALKS >/dev/null || fail "tp stop"
for m in A B; do
    becomes "conversations of $m" 0 at $m status conversations
    on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
    machine_stop $m
done
