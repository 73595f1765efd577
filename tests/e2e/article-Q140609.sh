# Q140609: a queued TP whose first process forks and ends is alive as long as its child is connected; once that has
# gone too, the next Attach starts it again.
. "${BASH_SOURCE%/*}/lib.sh"
cat >"$DIR/daemon" <<END
#!/bin/sh
$BIN/apingd -q &
while ! $BIN/snactl --json tp show DAEMON | grep -q '"accepts": 1'; do :; done
END
chmod +x "$DIR/daemon"
tp DAEMON turn "$DIR/daemon"
node_start
"$BIN/aping" DAEMON >"$DIR/out" || fail "aping: $(cat "$DIR/out")"
becomes "children of the node" 0 show status tp_processes
"$BIN/aping" DAEMON >"$DIR/out" || fail "aping, later"
is "starts" "$(show tp starts name=DAEMON)" 1
kill "$(show tp pid name=DAEMON)"
becomes "processes" 0 show status processes
"$BIN/aping" DAEMON >"$DIR/out" || fail "aping, after the end"
is "starts, then" "$(show tp starts name=DAEMON)" 2
becomes "children of the node, then" 0 show status tp_processes
kill "$(show tp pid name=DAEMON)"
