# snanode -d: it returns when TPs may connect, with status 0; or with what went wrong.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
"$BIN/snanode" -d -c "$CFG" -t "$REG" >out 2>said
is "status of snanode -d" $? 0
has out '^snanode: ready$'
NODE_PID=$(show status pid)
finished() { # it is no child of this script: others reap it, some day
    gone "$NODE_PID" || grep -q ') Z ' "/proc/$NODE_PID/stat"
}
[ "$(readlink "/proc/$NODE_PID/fd/0")" = /dev/null ] || [ "$(id -u)" -ne 0 ] || fail "its input is not /dev/null"
"$BIN/aping" EACH >aping || fail "aping: $(cat aping)"
has "$SNANODE_SOCKET.log" 'info  TP EACH: started '
"$BIN/snanode" -d -c "$CFG" -t "$REG" >out 2>said
is "status of a second one" $? 1
has said "in use by process $NODE_PID[; ]"
snactl stop || fail "snactl stop"
await "end of the node" finished
NODE_PID=
has "$SNANODE_SOCKET.log" 'info  stopped'

echo nonsense here >>"$CFG"
"$BIN/snanode" -d -c "$CFG" -t "$REG" >out 2>said
is "status with bad configuration" $? 2
has said '^[^ ]*node.cfg:[0-9]+: unknown resource'
