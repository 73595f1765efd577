# An Attach that comes on a link from a node in no domain, for a TP on another machine of this node's domain.
# plain: domainway and linkwire have both halves of it under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'conversation [0-9]+: Attach for TP .* refused: '

nats_start
joined B
"$ROOT/scripts/make-test-ca" "$DIR/ca" E2ENODE || fail "make-test-ca"
printf '[%s\\Domain]\n"Name"="TEST"\n"Servers"="nats://127.0.0.1:%s"\n"Lease"=dword:2\n"ListenAddress"="127.0.0.1:0"\n' \
    "$KEY" "$NATS_PORT" >>"$REG"
printf '"Certificate"="%s"\n"Key"="%s"\n"CA"="%s"\n' "$DIR/ca/E2ENODE.pem" "$DIR/ca/E2ENODE.key" "$DIR/ca/ca.pem" >>"$REG"
far_node
for t in CONFIRMS ECHO TALKS SAFE LOCALD; do
    printf 'cpic %s /add /appltpname:"%s" /lualias:"HOSTLU" /modename:"#INTER" /seckeytype:none\n' $t $t >>"$FAR/node.cfg"
done
tp_on_b() { REG=B.reg CFG=/dev/null tp "$@"; }
tp_on_b LOCALD each "$BIN/apingd"
tp_on_b CONFIRMS each "$TPS/steps" "accept receive confirmed receive confirmed"
tp_on_b ECHO each "$TPS/steps" "out:$DIR/echo accept receive receive"
tp_on_b TALKS each "$TPS/steps" "out:$DIR/talks accept receive pause"
MORE=$'"ConversationSecurity"="YES"\n"BOB"="secret"' tp_on_b SAFE each "$BIN/apingd"
sed -i '/^"ConversationSecurity"="no"$/{N;s/^.*\n\("ConversationSecurity"="YES"\)/\1/}' B.reg
machine_start B
far_start
node_start
becomes "the connection is active" active show link state name=TOFAR
ln -s node.sock E.sock
becomes "a TP of B" nonqueued at E "domain tp" kind name=LOCALD
has_line() { grep -qE "$2" "$1" 2>/dev/null; }

far "$BIN/aping" -i 3 -s 500 BACK >out 2>&1 || fail "aping over a link and on: $(cat out)"
far "$BIN/aping" -i 2 -s 30000 -c 3 BACK >out 2>&1 || fail "aping of large records: $(cat out)"
far "$TPS/steps" init:CONFIRMS sync allocate send:100 confirm deallocate >out 2>&1
has out '^confirm CM_OK'
has out '^deallocate CM_OK'
far "$TPS/steps" init:SAFE allocate flush receive >out 2>&1
has out '^receive CM_SECURITY_NOT_VALID'
background dies env SNANODE_SOCKET="$FAR/node.sock" "$TPS/steps" init:ECHO allocate send:7 flush pause
await "the TP has received" has_line echo '^receive CM_OK .* length=7 '
kill -9 $!
await "the TP is told" has_line echo '^receive CM_DEALLOCATED_ABEND'
becomes "conversations here" 0 show status conversations
becomes "conversations of B" 0 at B status conversations
becomes "conversations of the far node" 0 far show status conversations
snactl check || fail "check here"
on B snactl check || fail "check of B"

# The machine with the TP dies: the far program is told.
background cut env SNANODE_SOCKET="$FAR/node.sock" "$TPS/steps" init:TALKS allocate send:7 flush receive
cut=$!
await "the TP has received" has_line talks '^receive CM_OK .* length=7 '
expect_log 'event (23|9010|9011|9003): '
machine_stop B -KILL
join "$cut"
has cut '^receive CM_RESOURCE_FAILURE_RETRY'
becomes "conversations here" 0 show status conversations
snactl check || fail "check here"
far_stop
