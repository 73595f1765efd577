# The node under a service manager: what it tells NOTIFY_SOCKET, its watchdog, a socket that it is handed, its log for a
# journal and for syslog, and the drain with its limit.
# plain: it is about units and drains of whole processes; sigterm and restart end nodes under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
MORE='"LocalLU"="HOSTLU"' tp HAND hand ""
export APPCLLU=HOSTLU

# managed RUN [OPTION ...] -- [ARGUMENT ...]: a node under the stand-in; RUN is a directory, NODE_PID the node.
managed() {
    local run=$1 options=()
    shift
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    shift
    mkdir -p "$run" && rm -f "$run"/*
    : >"$run/notified"
    "$PYTHON" "$ROOT/tests/e2e/manager.py" "$run" "${options[@]}" "${SNANODE[@]}" -c "$CFG" -t "$REG" "$@" \
        >"$run/out" 2>"$run/node.log" &
    MANAGER=$!
    PIDS+=($!)
}
ready() {
    await "READY=1 of $1" grep -q 'READY=1' "$1/notified"
    NODE=$(cat "$1/main.pid")
}
ended() { # RUN STATUS
    join "$MANAGER" 30
    is "status of the node in $1" $? "$2"
    cat "$1/node.log" >>"$LOG"
}
notified() {
    grep -c -- "$2" "$1/notified"
}

# ---- ready, reloaded, alive, stopping ----

managed "$DIR/a" --watchdog 200 -- -s "$SNANODE_SOCKET"
ready "$DIR/a"
has a/notified '^[0-9]+ READY=1 \| STATUS=.*2 TPs'
"$BIN/aping" EACH >aping || fail "aping: $(cat aping)"
snactl reload >/dev/null || fail "reload"
has a/notified '^[0-9]+ RELOADING=1 \| MONOTONIC_USEC=[0-9]+'
becomes "READY=1 after the reload" 2 notified a READY=1
kill -HUP "$NODE"
becomes "READY=1 after SIGHUP" 3 notified a READY=1
alive_still() {
    [ "$(notified a 'WATCHDOG=1$')" -ge 5 ]
}
await "signs of life" alive_still
# The loop stands still: nothing says that it lives.
kill -STOP "$NODE"
await "the stop" grep -q '^State:.T' "/proc/$NODE/status"
before=$(notified a WATCHDOG=1)
measure_for 600
[ $(($(notified a WATCHDOG=1) - before)) -le 1 ] || fail "a node that stands still says that it lives"
kill -CONT "$NODE"
await "signs of life again" [ "$(notified a WATCHDOG=1)" -ge "$before" ]
kill "$MANAGER"
ended a 0
has a/notified 'STOPPING=1 \| STATUS=.* \| EXTEND_TIMEOUT_USEC=[0-9]{7,}$'
[ ! -e "$SNANODE_SOCKET" ] || fail "the socket is still there"
# What is the node's alone, its TPs do not see.
cat >env.sh <<END
#!/bin/sh
env >"$DIR/env"
exec "$BIN/apingd" "\$@"
END
chmod +x env.sh
tp ENV each "$DIR/env.sh"

# ---- a socket that is handed over ----

managed "$DIR/b" --socket "$SNANODE_SOCKET" --watchdog 5000 -- -s "$SNANODE_SOCKET"
ready b
"$BIN/aping" ENV >aping || fail "aping: $(cat aping)"
! grep -E '^(NOTIFY_SOCKET|WATCHDOG_|LISTEN_)' env || fail "a TP sees what the service manager told the node"
has env "^SNANODE_SOCKET=$SNANODE_SOCKET\$"
kill "$MANAGER"
ended b 0
[ -S "$SNANODE_SOCKET" ] || fail "a socket of the service manager was removed"
rm -f "$SNANODE_SOCKET"
# Without -s its name is that of the socket; with another one the node does not start.
managed "$DIR/c" --socket "$DIR/handed.sock" --
ready c
"$BIN/snactl" -s "$DIR/handed.sock" status >/dev/null || fail "no node at the socket that was handed over"
kill "$MANAGER"
ended c 0
rm -f handed.sock
managed "$DIR/d" --socket "$DIR/handed.sock" -- -s "$SNANODE_SOCKET"
join "$MANAGER"
is "status with two names" $? 1
has d/node.log "^snanode: .*$DIR/handed.sock.*$SNANODE_SOCKET"
rm -f handed.sock

# ---- drain ----

# A conversation ends in its own time, and the node waits for it; nothing new begins.
managed "$DIR/e" -- -s "$SNANODE_SOCKET" --drain 60
ready e
background accepter "$TPS/steps" name:HAND accept receive await:"$DIR/more" receive
accepter=$!
becomes "Accepts" 1 show tp accepts name=HAND
background other "$TPS/steps" name:HAND accept
other=$!
becomes "Accepts" 2 show tp accepts name=HAND
background invoker "$TPS/steps" init:HAND allocate send:10 flush await:"$DIR/stopping" \
    use:1 init:HAND allocate use:0 send:20 deallocate
invoker=$!
becomes "conversations that run" 1 rows conversation id state=running
background late "$TPS/steps" init:HAND allocate await:"$DIR/stopping" flush await:"$DIR/flown" receive
late=$!
becomes "conversations" 2 show status conversations
kill "$NODE"
await "STOPPING=1" grep -q STOPPING=1 e/notified
has e/notified 'STOPPING=1 .*EXTEND_TIMEOUT_USEC=[67][0-9]{7}$'
snactl status >/dev/null 2>&1 && fail "a node that stops admits a tool"
touch stopping
await "the other Allocate" grep -q '^allocate .*PRODUCT_SPECIFIC' invoker
touch flown
await "the Attach that came too late" grep -qE '^receive CM_TP_NOT_AVAILABLE_RETRY' late
! grep -q '^accept ' other || fail "an Attach was delivered to the other Accept"
touch more
join $invoker
join $accepter
has accepter '^receive CM_DEALLOCATED_NORMAL'
join $late
ended e 0
join $other
! grep -q cutting e/node.log || fail "the node has cut what ended well"

# The limit comes.
managed "$DIR/f" -- -s "$SNANODE_SOCKET" --drain 1
ready f
background accepter "$TPS/steps" name:HAND accept receive await:"$DIR/never"
becomes "Accepts" 1 show tp accepts name=HAND
background invoker "$TPS/steps" init:HAND allocate send:10 flush receive
becomes "conversations that run" 1 rows conversation id state=running
start=$EPOCHREALTIME
kill "$NODE"
ended f 0
within "a drain of one second" 900 8000 "$(ms_since $start)"
has f/node.log '1 conversation has not ended: cutting it'
expect_log 'warn  1 conversation has not ended: cutting it'
has f/notified 'STATUS=.*limit.*cut'

for wrong in x -1 1.5 99999999; do
    "$BIN/snanode" -c "$CFG" --drain "$wrong" 2>said
    is "status of --drain $wrong" $? 2
    has said "^snanode: --drain $wrong: not a number of seconds"
done

# ---- the log ----

# For a journal: its priority before each line, and neither time nor level in it.
managed "$DIR/g" --journal -- -s "$SNANODE_SOCKET"
ready g
"$BIN/aping" NOSUCH >aping 2>&1
kill "$MANAGER"
join "$MANAGER" 30
has g/node.log '^<6>snanode .* starts: pid '
! grep -qvE '^<[0-7]>' g/node.log || fail "lines without a priority: $(grep -vE '^<[0-7]>' g/node.log)"
! grep -qE '^<[0-7]>2[0-9]{3}-' g/node.log || fail "a journal has times of its own"

# For syslog: datagrams in the form of RFC 3164.  Nobody there: nothing waits, nothing fails.
: >syslog.out
"$PYTHON" - syslog syslog.out <<'END' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
with open(sys.argv[2], "w", buffering=1) as f:
    f.write("open\n")
    while True:
        f.write(s.recv(4096).decode() + "\n")
END
PIDS+=($!)
await "the syslog" grep -q open syslog.out
"$BIN/snanode" -d -c "$CFG" -t "$REG" --log "syslog:$DIR/syslog" >out 2>said || fail "snanode --log syslog: $(cat said)"
NODE_PID=$(show status pid)
await "the first line" grep -qE "^<30>[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} snanode\[$NODE_PID\]: snanode .* starts: pid " syslog.out
[ ! -e "$SNANODE_SOCKET.log" ] || fail "a node that logs to syslog has made a file"
rm syslog
snactl stop || fail "snactl stop"
finished() {
    gone "$NODE_PID" || grep -q ') Z ' "/proc/$NODE_PID/stat"
}
await "end of the node" finished
NODE_PID=
"$BIN/snanode" -c "$CFG" --log nowhere 2>said
is "status of --log nowhere" $? 2
has said '^snanode: --log nowhere: not one of stderr, journal, syslog'
