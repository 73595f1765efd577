# Q166623: the node is started again under a living TP; its next Accept registers it with the new one.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp HAND hand ""
node_start
APPCTPN=HAND background "$DIR/tp" "$TPS/steps" accept "await:$DIR/go" accept receive
tp=$!
becomes "accepts outstanding" 1 show status accepts_outstanding
node_stop
node_start
touch "$DIR/go"
becomes "accepts outstanding, new node" 1 show status accepts_outstanding
"$TPS/steps" init:HAND allocate send:10 deallocate >/dev/null
join $tp
has "$DIR/tp" 'accept CM_OK.*tp=HAND'
