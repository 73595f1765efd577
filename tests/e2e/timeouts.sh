# Time limits: how long an Accept waits for an Attach (Timeout), and an Attach for an Accept (TpTimeout).
TPTIMEOUT=1
. "${BASH_SOURCE%/*}/lib.sh"

MORE='"Timeout"=dword:000001f4' tp SHORT turn "$TPS/steps" "out:$DIR/short accept receive receive again"
MORE='"Timeout"=dword:000001f4
"LocalLU"="HOSTLU"' tp BYHAND hand ""
tp NOBODY hand ""
MORE="\"LocalLU\"=\"CLIENTLU\"" tp NoSuchTP turn "$TPS/steps"
dest UNKNOWN NOSUCHTP
node_start

# An Accept that finds nothing: state check after Timeout, for a copy and for a program started by hand.
"$TPS/steps" init:SHORT allocate send:10 deallocate >"$DIR/invoker"
has "$DIR/invoker" '^deallocate CM_OK'
becomes "Accepts of SHORT" 2 grep -c '^accept' "$DIR/short"
has "$DIR/short" '^accept CM_OK .* tp=SHORT'
has "$DIR/short" '^accept CM_PROGRAM_STATE_CHECK (4[89]|[5-9][0-9]|1[0-4][0-9])[0-9] '
export APPCLLU=HOSTLU
"$TPS/steps" name:BYHAND accept >"$DIR/byhand"
has "$DIR/byhand" '^accept CM_PROGRAM_STATE_CHECK (4[89]|[5-9][0-9]|1[0-4][0-9])[0-9] '
unset APPCLLU

# An Attach that nobody takes: refused after the LU's TpTimeout.
for d in NOBODY UNKNOWN; do
    start=$EPOCHREALTIME
    "$TPS/steps" init:$d allocate send:10 turn receive >"$DIR/$d"
    within "refusal of $d" 950 3000 "$(ms_since $start)"
    has "$DIR/$d" '^receive CM_TP_NOT_AVAILABLE_NO_RETRY '
done
# An Attach that matches nothing is reported on arrival, with near misses, and again at the end.  The operator starts NOBODY's
# program: that it is not there yet is a matter of course.
becomes "arrival in the log" 1 grep -c 'warn  event 703: TP NOSUCHTP on HOSTLU: not in the table, error code 1011: TP NoSuchTP differs in case, is for LU CLIENTLU' "$LOG"
is "arrivals" "$(show event count event=703)" 1
logged 'TP NOSUCHTP on HOSTLU refused: .*: no TP matched: TP NoSuchTP differs in case, is for LU CLIENTLU$' || fail "the refusal does not say what came near"
logged 'TP NOBODY on HOSTLU refused: .*TP NOBODY waits for an operator to start it$' || fail "the refusal of NOBODY"
background "$DIR/unknown" "$TPS/steps" init:UNKNOWN allocate send:10 turn receive
becomes "what comes near" "TP NoSuchTP differs in case, is for LU CLIENTLU" show queue near tp=NOSUCHTP
join $!
[ -n "$(show event count event=60)" ] || fail "no event 60: TP could not be invoked"
[ -n "$(show event count event=730)" ] || fail "no event 730: no invokable TP of that name"

# One that comes in time is served.
background "$DIR/waits" "$TPS/steps" init:NOBODY allocate send:10 deallocate
becomes "Attaches that wait" 1 show status attaches_queued
"$TPS/steps" name:NOBODY accept receive receive >"$DIR/late"
has "$DIR/late" '^accept CM_OK'
has "$DIR/late" '^receive CM_DEALLOCATED_NORMAL'
becomes "conversations" 0 show status conversations
