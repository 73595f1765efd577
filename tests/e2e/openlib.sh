# A conversation that stays open while a test does other things: numbered records go to and fro when it says so.
# open_tp before the node starts, then open_begin; $what says in messages where the test is.

open_tp() {
    tp OPEN each "$TPS/numbers" "answer"
}
open_begin() { # its invoker is $OPENED
    coproc OPEN { exec "$TPS/numbers" call OPEN; }
    OPENED=$OPEN_PID NUMBER=0
    PIDS+=("$OPENED")
}
open_ask() { # for the next record
    echo >&"${OPEN[1]}" || fail "$what: the open conversation is gone"
}
open_comes() { # the record that was asked for
    local got=
    NUMBER=$((NUMBER + 1))
    read -rt $PATIENCE -u "${OPEN[0]}" got
    is "$what: the open conversation" "$got" $NUMBER
}
open_next() {
    open_ask
    open_comes
}
open_end() { # its invoker ends, and somebody joins it
    eval "exec ${OPEN[1]}>&-"
}
