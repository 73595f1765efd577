# Q170071: a nonqueued TP that was run by hand and accepts first does not disturb the pairing of started copies.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp PING each "$TPS/steps" "out:$DIR/started accept receive"
node_start
APPCTPN=PING background "$DIR/hand" "$TPS/steps" accept receive
becomes "accepts outstanding" 1 show status accepts_outstanding
for i in 1 2 3; do
    "$TPS/steps" init:PING sync allocate send:10 confirm >/dev/null
done
becomes "conversations" 0 show status conversations
is "accepted by hand" "$(grep -c 'accept CM_OK' "$DIR/hand")" 1
is "accepted by started copies" "$(grep -c 'accept CM_OK' "$DIR/started")" 2
is "pids of the started copies" "$(sort -u "$DIR/started" | grep -c 'pid=')" 2
