# What an operator does to TPs with snactl: start, stop, purge, and the queue.
# plain: it starts programs that end at once: their command lines
TPTIMEOUT=30
. "${BASH_SOURCE%/*}/lib.sh"

tp TURN turn "$BIN/apingd" -q
tp DEAF turn "$DIR/deaf"
tp EACH each "$BIN/apingd"
tp HAND hand ""
printf '#!/bin/sh\ntrap "" TERM\nexec "%s" accept receive pause\n' "$TPS/steps" >deaf
chmod +x deaf
expect_log 'warn  TP DEAF: process [0-9]+ has not ended: killing it'
node_start

says() { # STATUS REGEX WORD ...
    local status=$1 regex=$2
    shift 2
    snactl "$@" >said 2>&1
    is "status of snactl $*" $? "$status"
    has said "$regex"
}

# ---- start and stop ----

says 0 '^1 ' tp start TURN
becomes "Accepts of TURN" 1 show tp accepts name=TURN
pid=$(show tp pid name=TURN)
says 1 'nothing to start: not a queued TP, or it runs' tp start TURN
says 1 'nothing to start' tp start EACH # a copy of it would have nothing to take
says 1 'nothing to start' tp start HAND
says 1 'nothing to start' tp start NOSUCH
"$BIN/aping" TURN >out || fail "aping of a TP that the operator has started"
is "starts" "$(show tp starts name=TURN)" 1
is "process" "$(show tp pid name=TURN)" "$pid"
says 0 '^1 asked to end$' tp stop TURN
becomes "processes of TURN" 0 show tp processes name=TURN
says 1 'no copy that this node started runs' tp stop TURN
says 1 'no copy that this node started runs' tp stop NOSUCH
"$BIN/aping" TURN >out || fail "aping after tp stop"
is "starts" "$(show tp starts name=TURN)" 2

# SIGTERM, and SIGKILL after the time of grace; its partner is told
background invoker "$TPS/steps" init:DEAF allocate send:10 turn receive
invoker=$!
becomes "state of DEAF" busy show tp state name=DEAF
start=$EPOCHREALTIME
says 0 '^1 asked to end$' tp stop DEAF
becomes "processes of DEAF" 0 show tp processes name=DEAF
within "tp stop of a TP that is deaf" 2900 8000 "$(ms_since $start)"
join $invoker
has invoker '^receive CM_DEALLOCATED_ABEND '

# a program that a person has started is his
APPCTPN=HAND background hand "$TPS/steps" accept
becomes "Accepts of HAND" 1 show tp accepts name=HAND
says 1 'no copy that this node started runs' tp stop HAND
kill $!
becomes "processes" 1 show status processes

# ---- the queue ----

for i in 1 2 3; do
    background "waits.$i" "$TPS/steps" init:HAND allocate send:10 turn receive
    becomes "Attaches that wait" $i show status attaches_queued
done
is "rows of the queue" "$(rows queue tp tp=HAND)" 3
is "its LU" "$(show queue lu | sort -u)" HOSTLU
says 0 '^0 Attaches refused' tp purge TURN
says 0 '^3 ' tp purge HAND
for p in "${PIDS[@]: -3}"; do join "$p"; done
for i in 1 2 3; do has "waits.$i" '^receive CM_TP_NOT_AVAILABLE_NO_RETRY '; done
is "Attaches that wait" "$(show status attaches_queued)" 0
[[ $(show event text event=60) == *"purged by the operator" ]] || fail "event 60: $(show event text event=60)"
