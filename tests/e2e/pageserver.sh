# The HTTP server of the page and of the figures, without a browser: who gets what, TLS and token, and clients that mean
# no good: many, slow, silent ones.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/mpingd"
port=$(free_port)
SERVR='[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]'
plain_reg=$(cat "$REG")
# values NAME=VALUE ...: the registry with these, besides the port
values() {
    {
        printf '%s\n' "$plain_reg"
        printf "$SERVR\n\"MetricsPort\"=dword:%08x\n" "$port"
        printf '%s\n' "$@"
    } >"$REG"
}
at() { # WHAT ...
    SNANODE_PID=$NODE_PID PORT=$port DIR=$DIR SLOW=$SLOW BIN=$BIN BUSY=${busy-} NAME=${name-} \
        "$PYTHON" "$ROOT/tests/e2e/pageclients.py" "$@" || fail "$* (above)"
}

# off by default; the figures alone do not bring the page
values
node_start
at no_page

# with the page: what it says about itself, names that are not ours, and nothing but reading
values '"MetricsPage"="YES"'
snactl reload >/dev/null || fail "reload"
at headers hosts read_only

# the stream: tables as snactl shows them, the trace without its data
snactl trace on >/dev/null
at stream
snactl trace off >/dev/null

# many readers, many connections, those that say nothing, that are slow, that never end their request
snactl trace on --ring 64K >/dev/null # small: the memory that slow_reader looks at is the page's
background busy "$BIN/aping" -i 2000000 -s 2000 TURN
busy=$!
becomes "a conversation that goes on" running show conversation state
before=$(descriptors)
at many_readers slow_reader
kill "$busy"
kill -CONT "$busy"
join "$busy"
at silent
becomes "conversations" 0 show status conversations
snactl trace off >/dev/null
descriptors_at_most "$before"

# a token, on this machine
umask 077
echo 'a-token-of-24-characters' >token
values '"MetricsPage"="YES"' "\"MetricsToken\"=\"$DIR/token\""
snactl reload >/dev/null || fail "reload with a token"
expect_log 'warn  metrics: [0-9]+ wrong tokens?, the last one from 127\.0\.0\.1'
at token
snactl trace on >/dev/null
at data
snactl trace off >/dev/null
[ "$(grep -c 'wrong token' "$LOG")" -eq 1 ] || fail "a warning for each wrong token"
grep -q 'a-token-of' "$LOG" && fail "the token is in the log"

# TLS, at all addresses; the certificate has the name
"$ROOT/scripts/make-test-ca" "$DIR/ca" localhost node.example || fail "make-test-ca"
tls=('"MetricsPage"="YES"' '"MetricsAddress"="0.0.0.0"' "\"MetricsToken\"=\"$DIR/token\""
    "\"MetricsCertificate\"=\"$DIR/ca/localhost.pem\"" "\"MetricsKey\"=\"$DIR/ca/localhost.key\"")
values "${tls[@]}"
snactl reload >/dev/null || fail "reload with TLS"
name=localhost at tls
has "$LOG" "metrics: https://0\.0\.0\.0:$port/metrics, and the page at /, for those who have the token"
# a new certificate is used from the next reload on
cp ca/node.example.pem ca/localhost.pem && cp ca/node.example.key ca/localhost.key
snactl reload >/dev/null || fail "reload with another certificate"
name=node.example at tls

# what cannot be used is told, and nothing is served
expect_log 'error metrics: not served: '
chmod 644 token
snactl reload >/dev/null || fail "reload with an open token"
has "$LOG" "metrics: not served: token $DIR/token: others than its owner may read it \(mode 0644\): chmod 600"
at nothing
chmod 600 token && echo short >token
snactl reload >/dev/null || fail "reload with a short token"
has "$LOG" "token $DIR/token: its first line has less than 16 characters; \"openssl rand -hex 16\" makes a good one"
values '"MetricsAddress"="0.0.0.0"'
snactl reload >out 2>&1 && fail "all addresses without a certificate"
expect_log 'error .*(MetricsAddress can be reached|reload: 1 error)'
has "$LOG" 'MetricsAddress can be reached from other machines: it needs MetricsCertificate, MetricsKey and MetricsToken'
snactl check || fail "the counters at the end"
