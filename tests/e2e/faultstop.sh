# A TP that is stopped for a while (SIGSTOP), in every state: nobody else is held up, and when it goes on its
# conversation goes on and ends as if nothing had been.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/openlib.sh"

cat >starts.sh <<END
#!/bin/sh
kill -STOP \$\$
exec "$BIN/apingd"
END
chmod +x starts.sh
tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/apingd" -q
tp STARTS each "$DIR/starts.sh"
open_tp
tp CONFIRMS each "$TPS/steps" "out:$DIR/confirms accept receive touch:$DIR/received await:$DIR/go confirmed receive"
tp BULK each "$BIN/apingd"
node_start
"$BIN/aping" EACH >said || fail "aping: $(cat said)"
"$BIN/aping" TURN >said || fail "aping: $(cat said)"

state() { # of process PID
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null && set -- ${stat##*) } && echo "$1"
}
stop() { # PID
    kill -STOP "$1" || fail "$what: there is no process $1"
    becomes "$what: it is stopped" T state "$1"
}
others_go_on() {
    local start=$EPOCHREALTIME
    "$BIN/aping" EACH >said 2>&1 || fail "$what: aping: $(cat said)"
    snactl check >said 2>&1 || fail "$what: check: $(cat said)"
    snactl --json conversation >said 2>&1 || fail "$what: listing: $(cat said)"
    within "$what: others" 0 2000 "$(ms_since $start)"
}
ends_well() { # PID FILE: that of an invoker in the background
    join "$1" || fail "$what: $(cat "$2")"
}
pid_of() { show tp pid "name=$1"; }
has_pid() { [ -n "$(pid_of "$1")" ] && [ "$(pid_of "$1")" != 0 ]; }

what="while it starts"
background bg "$BIN/aping" STARTS
invoker=$!
await "$what: a process" has_pid STARTS
pid=$(pid_of STARTS)
becomes "$what: it is stopped" T state "$pid"
others_go_on
kill -CONT "$pid"
ends_well $invoker bg

what="while it waits in Accept"
pid=$(pid_of TURN)
stop "$pid"
background bg "$BIN/aping" TURN
invoker=$!
becomes "$what: a conversation" 1 show status conversations
others_go_on
kill -CONT "$pid"
ends_well $invoker bg

open_begin
open_next
for what in "while it is in Receive" "while its invoker has the turn"; do
    pid=$OPENED
    [ "$what" != "while it is in Receive" ] || pid=$(pid_of OPEN)
    stop "$pid"
    open_ask
    others_go_on
    kill -CONT "$pid"
    open_comes
done
open_end
ends_well $OPENED /dev/null

for who in "the one that is asked" "the one that asks"; do
    what="while a confirmation is asked for, $who"
    rm -f received go
    background bg "$TPS/steps" init:CONFIRMS sync allocate confirm deallocate
    invoker=$!
    await "$what" test -e received
    pid=$invoker
    [ "$who" = "the one that asks" ] || pid=$(pid_of CONFIRMS)
    stop "$pid"
    touch go
    others_go_on
    kill -CONT "$pid"
    ends_well $invoker bg
    has bg '^confirm CM_OK'
done

# Records of both sides fill the way, and who sends waits too.  When they are all over before one can be stopped, there
# have to be more.
stop_amid() { # WHO
    await "$what: a process" has_pid_or_ends BULK "$invoker"
    pid=$invoker
    [ "$1" = "of the invoker" ] || pid=$(pid_of BULK)
    kill -STOP "$pid" 2>/dev/null && await "$what: it is stopped or gone" stopped_or_gone "$pid" && [ "$(state "$pid")" = T ]
}
has_pid_or_ends() { has_pid "$1" || gone "$2"; }
stopped_or_gone() { [[ $(state "$1") =~ ^[TZ]?$ ]]; }
for who in "of the invoker" "of the TP"; do
    what="amid many records, $who"
    for ((n = 300; ; n *= 2)); do
        background bg "$BIN/aping" -i $n -s 32000 BULK
        invoker=$!
        ! stop_amid "$who" || break
        ends_well $invoker bg
        [ $n -lt 100000 ] || fail "$what: $n are not enough"
    done
    others_go_on
    kill -CONT "$pid"
    ends_well $invoker bg
done

# Who is to end it does not wait for it for ever.
what="while it is to end"
pid=$(pid_of TURN)
stop "$pid"
expect_log 'has not ended: killing it'
snactl tp stop TURN >/dev/null || fail "$what: snactl tp stop"
others_go_on
await "$what: its end" gone "$pid"
becomes "conversations" 0 show status conversations
