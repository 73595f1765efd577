# SIGTERM with everything outstanding: mpingd ends with status 0, its partners are told; so does the node.
. "${BASH_SOURCE%/*}/lib.sh"

MORE='"LocalLU"="HOSTLU"' tp HAND hand ""
tp MANY turn "$BIN/mpingd"
node_start

# an Accept outstanding
APPCLLU=HOSTLU background "$DIR/mpingd" "$BIN/mpingd" -t HAND
mpingd=$!
becomes "Accepts" 1 show tp accepts name=HAND
kill $mpingd
join $mpingd
is "status of mpingd with an Accept outstanding" $? 0

# an Accept, and three Receives
APPCLLU=HOSTLU background "$DIR/mpingd" "$BIN/mpingd" -t HAND
mpingd=$!
talk=()
for i in 0 1 2; do talk+=(use:$i init:HAND allocate send:10 flush); done
background "$DIR/invoker" "$TPS/steps" "${talk[@]}" await:"$DIR/told" turn receive
invoker=$!
becomes "conversations" 3 rows conversation id state=running
becomes "Receives" 3 rows conversation id tp_state=RECEIVE
kill $mpingd
join $mpingd
is "status of mpingd with Receives outstanding" $? 0
touch "$DIR/told"
join $invoker
# mpingd cancels: CM_DEALLOCATED_ABEND_SVC, also for mapped conversations
has "$DIR/invoker" '^(turn|receive) CM_DEALLOCATED_ABEND_SVC '
is "what mpingd had to say" "$(cat "$DIR/mpingd")" ""
becomes "conversations" 0 show status conversations

# The node: TPs of its own are ended, programs started by people get an error.
"$BIN/aping" MANY >"$DIR/aping" || fail "aping: $(cat "$DIR/aping")"
child=$(show tp pid name=MANY)
background "$DIR/accepter" "$TPS/steps" name:ELSE accept
accepter=$!
becomes "Accepts" 2 show status accepts_outstanding
node_stop || exit 1
gone "$child" || fail "the TP that the node started is still there"
join $accepter
has "$DIR/accepter" '^accept CM_PRODUCT_SPECIFIC_ERROR'
has "$LOG" 'info  TP MANY: process .* ended with status 0|info  stopped'
