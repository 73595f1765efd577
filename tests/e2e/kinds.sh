# The four kinds of TP: how often each is started, by whom, and in what order it is served.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/apingd" -q
tp MANY turn "$BIN/mpingd"
MORE='"LocalLU"="HOSTLU"' tp HAND hand ""
node_start

three() {
    local i pids=()
    for i in 1 2 3; do
        background "$DIR/$1.$i" "$BIN/aping" "$1"
        pids+=($!)
    done
    for i in "${pids[@]}"; do
        join $i || fail "aping $1: $(cat "$DIR/$1".*)"
    done
}

# a new process each, which ends after it
three EACH
is "starts of the nonqueued TP" "$(show tp starts name=EACH)" 3
is "its conversations" "$(show tp accepted name=EACH)" 3
becomes "its processes" 0 show tp processes name=EACH

# one process, one after another; and again
three TURN
is "starts of the queued TP" "$(show tp starts name=TURN)" 1
is "its conversations" "$(show tp accepted name=TURN)" 3
pid=$(show tp pid name=TURN)
three TURN
is "starts of the queued TP, later" "$(show tp starts name=TURN)" 1
is "its process, later" "$(show tp pid name=TURN)" "$pid"

three MANY
is "starts of the multithreaded TP" "$(show tp starts name=MANY)" 1
is "its conversations" "$(show tp accepted name=MANY)" 3

# never started by the node; Attaches wait for it
background "$DIR/hand.early" "$BIN/aping" HAND
early=$!
becomes "Attaches that wait for a person" 1 show status attaches_queued
APPCLLU=HOSTLU background "$DIR/hand" "$BIN/apingd" -q -t HAND
hand=$!
join $early || fail "aping that came early: $(cat "$DIR/hand.early")"
three HAND
is "starts of the operator's TP" "$(show tp starts name=HAND)" 0
is "its process" "$(show tp pid name=HAND)" $hand

# all is over but the sessions, which stay for the next
becomes "conversations" 0 show status conversations
is "rejected" "$(show status attaches_rejected)" 0
is "sessions in use" "$(rows session id 'state=in use')" 0
