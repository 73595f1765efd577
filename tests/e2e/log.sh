# The log: when, what node it is, a file that can be put aside, levels that differ, and no flood of lines that are alike.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
tp GONE each "$DIR/no-such-program"
tp RENAMED each "$BIN/APINGD.EXE" # as the product's registry calls it
expect_log 'TP GONE: .*/no-such-program: No such file or directory'
expect_log 'refused|out of'
TIME='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z'

# Every line has its time; the first says what starts, from which files.
node_start
is "first line" "$(grep " snanode" "$LOG" | grep -cE "^$TIME info  snanode [0-9.]+ starts: pid $NODE_PID, socket $SNANODE_SOCKET, files $CFG $REG\$")" 1
"$BIN/aping" EACH >out 2>&1 || fail "aping: $(cat out)"
"$BIN/aping" RENAMED >out 2>&1 || fail "aping: $(cat out)"
logged "info  TP RENAMED: started $BIN/apingd as process" || fail "the log does not say which file runs"
is "lines without a time" "$(grep -v '^/.*: warning: ' "$LOG" | grep -cvE "^$TIME (error|warn|info|debug|trace) ")" 0
snactl --json event >events
grep -qE '"(first|last)":' events && { grep -qE '"first": ?"[0-9-]+T[0-9:]+Z"' events || fail "events without RFC 3339: $(cat events)"; }

# One failure is one line at warning; its events are told at info.
"$BIN/aping" GONE >out 2>&1 && fail "a TP without a program was started"
is "warnings of one failure" "$(grep -cE "^$TIME (warn|error) +.*GONE" "$LOG")" 1

# Lines that are alike are counted: ten are written in ten seconds, and none of the others is lost.
start=$EPOCHREALTIME
for i in $(seq 30); do "$BIN/aping" GONE >out 2>&1; done
most=$((11 * (2 + $(ms_since $start) / 10000)))
node_stop || exit 1
written=$(grep -cE "^$TIME warn +TP GONE" "$LOG")
[ "$written" -le $most ] || fail "a warning comes again and again: $written lines, not $most at most"
total=$(awk '/ warn +TP GONE: / { if (match($0, /\([0-9]+ times? more\)$/)) n += substr($0, RSTART + 1) + 0; else n++ } END { print n + 0 }' "$LOG")
is "warnings, written or counted" "$total" 31

# debug and trace
: >"$LOG"
node_start -l debug
"$BIN/aping" EACH >out 2>&1 || fail "aping: $(cat out)"
node_stop || exit 1
logged ' debug ' || fail "nothing at debug"
logged ' trace ' && fail "trace at debug"
: >"$LOG"
node_start -l trace
"$BIN/aping" EACH >out 2>&1 || fail "aping: $(cat out)"
node_stop || exit 1
logged ' trace process [0-9]+: allocate, [0-9]+ octets' || fail "no message at trace"
logged ' trace process [0-9]+ is answered: allocated, .*a descriptor' || fail "no answer at trace"

# A detached node writes into a file of its own, and another one of that name when it is told so.
: >"$LOG"
"$BIN/snanode" -d -c "$CFG" -t "$REG" -s "$SNANODE_SOCKET" >out 2>&1 || fail "snanode -d: $(cat out)"
NODE_LOG=$SNANODE_SOCKET.log
grep -qE "^$TIME info  snanode .* starts: " "$NODE_LOG" || fail "no first line: $(cat "$NODE_LOG")"
pid=$(show status pid)
mv "$NODE_LOG" "$NODE_LOG.1"
kill -HUP "$pid"
await "a new log" grep -qs 'reload: ' "$NODE_LOG"
snactl stop >out || fail "snactl stop"
await "the end" gone "$pid"
grep -q ' stopped$' "$NODE_LOG" || fail "the new log does not go on to the end: $(cat "$NODE_LOG")"

# A pipe that nobody reads in the place of the log does not hold the node: it runs, and says that there is no log.
rm -f "$NODE_LOG" "$NODE_LOG.1"
mkfifo "$NODE_LOG"
timeout 10 "$BIN/snanode" -d -c "$CFG" -t "$REG" -s "$SNANODE_SOCKET" >out 2>said
is "status with a pipe for a log" $? 0
has said "^snanode: $NODE_LOG: .*; there is no log"
pid=$(show status pid)
snactl stop >out || fail "snactl stop"
await "its end" gone "$pid"
rm "$NODE_LOG" # whoever reads the logs after the test would wait for its writer
