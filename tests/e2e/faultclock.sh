# The wall clock is set while the node works, far and little, forwards and backwards: what waits is as long as it is to
# be, nothing runs out early, conversations go on, and the log says the new time.  (domainclock does it with machines.)
# plain: the node under the wrong clock is loaded with a library of its own
TPTIMEOUT=1 # seconds, for whom nobody accepts
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/openlib.sh"

set_clock() { # SECONDS: ahead of the right one
    printf '%-16s' "$1" | dd of=clock conv=notrunc status=none
}
tp EACH each "$BIN/apingd"
open_tp
dest WAITS NOBODY
set_clock 0
SNANODE=(env "LD_PRELOAD=$BUILD/tests/shim/clock.so" "WRONG_CLOCK=$DIR/clock" "$BIN/snanode")
node_start
open_begin
what=start
open_next
snactl trace on >/dev/null || fail "trace on"
before=$(node_load)

for step in 1 -3600 3153600000 -1700000000 0; do # of them a century, and back to the seventies
    what="clock $step"
    start=$EPOCHREALTIME
    background waits "$TPS/steps" init:WAITS allocate flush receive
    becomes "$what: who waits" 1 show status attaches_queued
    set_clock "$step"
    "$BIN/aping" EACH >said 2>&1 || fail "$what: aping: $(cat said)"
    open_next
    snactl reload >said 2>&1 || fail "$what: reload: $(cat said)"
    uptime=$(show status uptime_s)
    [ "$uptime" -ge 0 ] && [ "$uptime" -le 300 ] || fail "$what: it has been up for $uptime s"
    wait "${PIDS[-1]}"
    within "$what: who waits is refused" 900 4000 "$(ms_since $start)"
    grep -q 'receive CM_TP_NOT_AVAILABLE\|receive CM_PRODUCT\|receive CM_ALLOCATE' waits || fail "$what: $(cat waits)"
    snactl check >said 2>&1 || fail "$what: check: $(cat said)"
    snactl --json event >said 2>&1 || fail "$what: events: $(cat said)"
    year=$(date -u -d "@$(($(date +%s) + step))" +%Y-%m-%d)
    tail -n 5 "$LOG" | grep -q "^$year" || fail "$what: the log does not say $year: $(tail -n 2 "$LOG")"
done
snactl trace dump --file dump >said 2>&1 || fail "dump: $(cat said)"
"$BIN/snatrace" dump >said 2>&1 || fail "the trace cannot be read: $(cat said)"
snactl trace off >/dev/null
open_end
join $OPENED || fail "the open conversation ended badly"
node_stop || exit 1
PIDS=()
