# snactl: exit status 0 done, 1 refused by the node, 2 usage, 3 no node; tables and JSON.
# plain: it starts programs that end at once: their command lines
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
tp NOBODY hand ""
tp TURN turn "$BIN/mpingd"

status() { # EXPECTED WORDS ...
    local expected=$1
    shift
    snactl "$@" >out 2>said
    is "status of snactl $*" $? "$expected"
}

status 3 status
has said "no node at $SNANODE_SOCKET"
status 3 wait 0
status 3 stop
start=$EPOCHREALTIME
status 3 wait 0.3
within "snactl wait 0.3" 290 2000 "$(ms_since $start)"
status 2
status 2 wait soon
status 2 wait 1 2
status 2 wait -1
status 2 --nonsense
status 0 --help

node_start
status 0 wait
status 0 wait 1
kill -STOP "$NODE_PID" # it listens, and does not answer
start=$EPOCHREALTIME
status 3 wait 0.5
kill -CONT "$NODE_PID"
within "snactl wait 0.5 for a node that does not answer" 490 9000 "$(ms_since $start)"
status 0 status
for table in lu mode session conversation tp queue side event; do
    status 0 $table
    is "what snactl $table complains of" "$(cat said)" ""
    status 0 --json $table
    has out '^\['
    cp out first
    status 0 $table --json
    cmp out first || fail "snactl $table --json is not snactl --json $table"
    status 2 $table and more words that no table takes
done
# ---- what the manual page says of the fields is what there is ----
fields() { # of the rows in out, sorted
    grep -oE '^ *"[a-z_]+":' out | tr -d ' ":' | sort -u | tr '\n' ' '
}
documented() { # TABLE
    sed -n "/^\\.Ss $1\$/,/^\\.El/s/^\\.It Li //p" "$ROOT/man/snactl.1" | sort | tr '\n' ' '
}
"$TPS/steps" init:NOBODY mode:NOMODE allocate >/dev/null # an event
snactl inject allocate NOSUCH 1 084C0000
background waits "$TPS/steps" init:NOBODY allocate send:1 turn receive # in the queue, on a session
waits=$!
becomes "Attaches that wait" 1 show status attaches_queued
for table in status lu plu mode session conversation tp queue side event cnos inject; do
    status 0 --json $table
    is "fields of $table" "$(fields)" "$(documented $table)"
done
kill $waits
snactl inject clear >/dev/null
becomes "conversations" 0 show status conversations

# nothing but JSON goes to standard output
status 0 --json reload
is "reload as JSON" "$(cat out)" "[]"
has said 'local LUs'
status 2 status state=active
has said 'no such field'
status 2 stop now
status 2 reload now
status 2 frobnicate
status 2 tp frobnicate
status 0 tp show EACH
status 1 tp show NOSUCH
has said 'NOSUCH'
status 0 tp purge NOBODY

# a purge ends what waits
background waits "$TPS/steps" init:NOBODY allocate send:10 turn receive
waits=$!
becomes "Attaches that wait" 1 show status attaches_queued
status 0 queue
has out 'NOBODY'
snactl tp purge NOBODY >out
has out '1 Attach'
join $waits
has waits '^receive CM_TP_NOT_AVAILABLE'

# long words are not passed on, and harm nobody
status 2 tp show "$(printf '%05000d' 0)"
status 1 tp show "$(printf '%03000d' 0)"

"$BIN/aping" EACH >aping 2>&1 || fail "aping: $(cat aping)"
status 0 tp start TURN
status 0 tp stop TURN
status 0 stop # before the time is up that TURN has for it
[ ! -e "$SNANODE_SOCKET" ] || fail "the node said it stops, and its socket is there"
join $NODE_PID
is "status of the node after snactl stop" $? 0
NODE_PID=
status 3 status

# aping's exit status
"$BIN/aping" >out 2>&1
is "aping without a destination" $? 2
"$BIN/aping" EACH >out 2>&1
is "aping without a node" $? 1
has out 'CM_PRODUCT_SPECIFIC_ERROR'
