# The node's socket: one node at a time has it, and only its own people reach it.
# plain: it starts many nodes that end at once; holders, access and badclients have the socket under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
mode_of() {
    stat -c '%a %G' "$1"
}
cp "$CFG" second.cfg # another configuration, so that both could run
good() {
    "$BIN/aping" EACH >aping 2>&1 || fail "aping: $(cat aping)"
}

node_start
is "mode of the socket" "$(stat -c %a "$SNANODE_SOCKET")" 600
"$BIN/snanode" -c second.cfg -s "$SNANODE_SOCKET" >out 2>said
is "status of a second node" $? 1
has said "in use by process $NODE_PID[; ]"
is "what it prints" "$(cat out)" ""
good # the first has not noticed

# Gone without a word: the next one takes the place.
node_kill
[ -S "$SNANODE_SOCKET" ] || fail "kill -9 has removed the socket"
snactl status >out 2>said
is "status of snactl" $? 3
node_start
good
node_stop || exit 1
[ ! -e "$SNANODE_SOCKET" ] || fail "the socket is still there"
[ ! -e "$SNANODE_SOCKET.lock" ] || fail "the lock is still there"

# What is not the socket of a node that has ended stays as it is, and is named.
taken() { # WHAT NAME: the node is refused NAME, which is WHAT
    "$BIN/snanode" -c second.cfg -s "$2" >out 2>said
    is "status at $1" $? 1
    has said "^snanode: $2: .*$1.*-s$"
}
echo precious >prod.reg
taken 'an ordinary file' "$DIR/prod.reg"
is "the ordinary file" "$(cat prod.reg)" precious
[ ! -e prod.reg.lock ] || fail "its lock is still there"
mkdir directory
taken 'a directory' "$DIR/directory"
ln -s prod.reg link
taken 'a symbolic link' "$DIR/link"
mkfifo pipe
taken 'a pipe' "$DIR/pipe"
rm pipe
for type in SOCK_STREAM SOCK_SEQPACKET SOCK_DGRAM; do
    background "listener.$type" "$TPS/listen" $type "$DIR/other.$type"
    await "listener of $type" grep -q ready "listener.$type"
    taken 'the socket of another program' "$DIR/other.$type"
    [ -S "other.$type" ] || fail "the socket of $type has gone"
done
printf 'by hand: see 4711\n' >lost.sock.lock
"$BIN/snanode" -c second.cfg -s "$DIR/lost.sock" >out 2>said
is "status at somebody's file of the lock's name" $? 1
has said 'lost.sock.lock: not the lock of a node'
is "somebody's file beside it" "$(cat lost.sock.lock)" 'by hand: see 4711'

# Several at once: exactly one gets it.
pids=()
for i in 1 2 3 4 5 6; do
    background "node.$i.out" "$BIN/snanode" -c second.cfg -s "$DIR/race.sock"
    pids+=($!)
done
running() {
    local p n=0
    for p in "${pids[@]}"; do alive $p && n=$((n + 1)); done
    echo $n
}
becomes "nodes that run" 1 running
"$BIN/snactl" -s "$DIR/race.sock" wait 5 || fail "none of them can be reached"
is "nodes that run later" "$(running)" 1
is "nodes that were refused" "$(cat node.?.out | grep -c 'in use by process')" 5
"$BIN/snactl" -s "$DIR/race.sock" stop || fail "snactl stop"

# ... also while another ends and takes its lock away: never two, and one that says it is ready can be reached.
turn() {
    local i pid
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        : >"turn.$1"
        "$BIN/snanode" -c second.cfg -s "$DIR/race.sock" >"turn.$1" 2>>"turn.$1.log" &
        pid=$!
        until grep -q ready "turn.$1" || gone $pid; do :; done
        if grep -q ready "turn.$1"; then
            # somebody else has it, too, or it cannot be reached
            if ! mkdir turn.held || ! "$BIN/snactl" -s "$DIR/race.sock" wait 0; then
                kill $pid
                return 1
            fi
            rmdir turn.held
        fi
        kill $pid 2>/dev/null
        wait $pid
    done
    return 0
}
turns=()
for i in 1 2 3; do
    turn $i &
    turns+=($!)
done
for i in "${turns[@]}"; do
    wait $i || fail "two nodes had the same socket, or one its socket taken away"
done

# A place where no socket can be
"$BIN/snanode" -c second.cfg -s "$DIR/no/such/directory/node.sock" >out 2>said
is "status without a directory" $? 1
has said 'no/such/directory/node.sock.*No such file or directory'

# ---- other users ----

if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null; then
    echo "skipped: what another user may (needs root and setpriv)"
    exit 0
fi
other() { # as nobody, with what further groups setpriv's options give
    setpriv --reuid=65534 --regid=65534 "$@"
}
chmod 755 "$DIR"
mkdir theirs
cp "$BUILD/lib/libcpic.so.1" "$BIN/aping" "$BIN/snactl" theirs
chmod 755 theirs theirs/*
export LD_LIBRARY_PATH=$DIR/theirs

node_start
other --clear-groups theirs/snactl status >out 2>said
is "status of nobody's snactl" $? 3
has said "permission denied by $SNANODE_SOCKET: user 65534"
other --clear-groups theirs/aping EACH >out 2>&1 && fail "nobody's aping reached the node"
has out "permission denied by $SNANODE_SOCKET: user 65534"
# Even if the permissions are lost: the node looks who it is.
chmod 666 "$SNANODE_SOCKET"
expect_log 'refused a connection of user 65534 '
other --clear-groups theirs/snactl status >out 2>said
is "status of nobody's snactl at an open socket" $? 3
has said "the node at $SNANODE_SOCKET does not admit user 65534"
other --clear-groups theirs/aping EACH >out 2>&1 && fail "nobody's aping was let in"
logged 'refused a connection of user 65534 ' || fail "the node has not said so"
good
node_stop || exit 1

third=$(awk -F: '$3 > 0 && $3 < 100 { print $1; exit }' /etc/group)
printf '[%s]\n"ClientGroup"="%s"\n' "$KEY" "$third" >>"$REG"
node_start
is "mode of the socket with ClientGroup" "$(mode_of "$SNANODE_SOCKET")" "660 $third"
other --groups="$third" theirs/snactl status >out 2>said || fail "a member of $third is refused: $(cat said)"
other --groups="$third" theirs/aping EACH >out 2>&1 || fail "a member of $third cannot invoke: $(cat out)"
other --clear-groups theirs/snactl status >out 2>said && fail "who is no member is let in"
node_stop || exit 1

printf '[%s]\n"ClientGroup"="no-such-group"\n' "$KEY" >>"$REG"
"$BIN/snanode" -c "$CFG" -t "$REG" >out 2>said
is "status with an unknown group" $? 1
has said 'no-such-group'
