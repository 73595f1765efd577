# Q182576: a TP that is registered while the node runs is known after the new-TP event (reload), without a restart.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
sed -i 's/tptimeout:[0-9]*/tptimeout:1/' "$CFG"
dest LATER LATER
node_start
"$BIN/aping" LATER >"$DIR/out" 2>&1 && fail "known too early"
printf '[%s\\TPs\\LATER\\Parameters]\n"SNAServiceType"=dword:6\n"PathName"="%s"\n' "$KEY" "$BIN/apingd" >>"$REG"
snactl reload >/dev/null || fail "reload"
"$BIN/aping" LATER >"$DIR/out" || fail "not known after reload"
kill -HUP "$NODE_PID"
await "SIGHUP" logged 'reload: .* TPs?$'
"$BIN/aping" LATER >"$DIR/out" || fail "not known after SIGHUP"
