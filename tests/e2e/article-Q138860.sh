# Q138860: a TP that looks in now and then with a finite Timeout: 25 each time, and the log is not flooded.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
MORE='"Timeout"=dword:00000014' tp HAND hand ""
node_start
APPCTPN=HAND "$TPS/steps" accept accept accept accept accept >"$DIR/out"
is "accepts that ran out" "$(grep -c '^accept CM_PROGRAM_STATE_CHECK' "$DIR/out")" 5
is "lines in the log" "$(grep -c 'event 592\|event 94' "$LOG")" 0
is "event 592, counted" "$(show event count event=592)" 5
