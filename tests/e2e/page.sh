# The page of the node in a browser: what the node has, a conversation while it runs, its ladder line by line, an event,
# a node that comes back; TLS and token.  With SCREENSHOT=FILE it also makes that picture (make screenshot).
# plain: pageserver has the page of the node under sanitizers; this is its JavaScript
. "${BASH_SOURCE%/*}/lib.sh"

command -v chromium >/dev/null || command -v chromium-browser >/dev/null || {
    echo 'skipped: no browser (Debian package chromium)'
    exit 77
}
cat >echo.lua <<'END'
local c = cpic.accept()
for record, what in c:records() do
  if not what then c:receive() end
  c:send("OK " .. record)
  c:turn()
end
END
# A conversation that goes on by a line of standard input at a time.
cat >ask.lua <<'END'
local c = cpic.allocate("ECHO")
for line in io.lines() do
  c:send(line)
  c:turn()
  local _, what = c:receive()
  if what ~= "turn" then c:receive() end
  print(line)
  io.stdout:flush()
end
c:deallocate()
END
sed -i 's/tptimeout:10/tptimeout:1/' "$CFG"
tp ECHO each "$BIN/tpsh" "$DIR/echo.lua"
tp EACH each "$BIN/apingd"
tp HAND hand "$BIN/mpingd"
dest MISSING MISSING
far_node
far_tp FARD each "$BIN/apingd"
port=$(free_port) tls_port=$(free_port)
cp "$REG" plain.reg
umask 077
echo 'a-token-of-24-characters' >token
"$ROOT/scripts/make-test-ca" "$DIR/ca" localhost || fail "make-test-ca"
# values PORT NAME=VALUE ...: the registry with these
values() {
    cp plain.reg "$REG"
    printf '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"MetricsPort"=dword:%08x\n' \
        "$1" >>"$REG"
    shift
    printf '%s\n' '"MetricsPage"="YES"' "$@" >>"$REG"
}
values "$port"
far_start
node_start
snactl trace on --lu HOSTLU >/dev/null || fail "trace on"

# The browser is driven from here, and the node from there: each says "NAME" when it has got so far.
mkfifo orders answers
PORT=$port TLS_PORT=$tls_port DIR=$DIR BIN=$BIN PATIENCE=$PATIENCE \
    "$PYTHON" "$ROOT/tests/e2e/page.py" <orders >answers 2>page.err &
driver=$!
PIDS+=($driver)
exec 5>orders 6<answers
rm orders answers # the logs are all that is looked at in the end
browser() { # WHAT: the browser does it
    local answer
    echo "$1" >&5
    read -r answer <&6 && [ "$answer" = "done $1" ] || {
        cat page.err
        fail "$1: $answer"
    }
}
browser tables
browser ladder
"$BIN/aping" MISSING >/dev/null 2>&1 && fail "a TP that is missing"
browser event
browser keyboard
browser narrow
node_stop || fail "the end of the node"
browser lost
node_start
browser back

values "$tls_port" '"MetricsAddress"="0.0.0.0"' "\"MetricsToken\"=\"$DIR/token\"" \
    "\"MetricsCertificate\"=\"$DIR/ca/localhost.pem\"" "\"MetricsKey\"=\"$DIR/ca/localhost.key\""
snactl reload >/dev/null || fail "reload with TLS"
expect_log 'warn  metrics: [0-9]+ wrong tokens?, the last one from 127\.0\.0\.1'
snactl trace on >/dev/null
browser refused
await "a wrong token in the log" logged 'metrics: [0-9]+ wrong token'
browser token
[ -z "${SCREENSHOT:-}" ] || browser picture
echo end >&5
exec 5>&- 6<&-
join $driver || {
    cat page.err
    fail "the browser"
}
pgrep -f "user-data-dir=$DIR" >/dev/null && fail "a process of the browser is left"
snactl check || fail "the counters at the end"
