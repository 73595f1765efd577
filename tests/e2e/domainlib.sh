# domainlib.sh - for tests of a domain: a NATS server of their own, on a port that the kernel chose, and nodes that are
# machines.  Include it behind lib.sh; it ends the test as skipped when NATS is not there.
#
#   nats_start [ARGUMENT ...]           start it, again at the port that it had; by default with JetStream
#   nats_kill                           end it by force
#   nats_listen FILE                    what goes through it from now on, in a file
#   nats_say LINE ...                   lines of its protocol, as a client that knows it by heart
#   cluster_start                       a cluster of three servers, CLUSTER is what a machine has as Servers
#   cluster_kill N, cluster_member N    end and start the Nth of it
#   machine NAME TP [SERVERS [VALUES]]  the files of a node HOSTNAME
#   joined NAME [CA]                    the same of a machine that others can call, with a certificate of the authority CA
#   clustered NAME DEST ...             the same in the domain of the cluster, without TPs; an Attach goes to any machine
#   offer NAME TP KIND PROGRAM [PARAMETERS]  as tp, of that machine; the destination is at HOSTA
#   machine_start NAME                  start it, and wait until it is ready; machine_stop NAME [SIGNAL]
#   machine_begin NAME, machine_ready NAME  ... each alone
#   machines_end NAME ...               end them; none has a conversation any more, and each checks itself as sound
#   attach_waits NAME STEPS [STEPS]     an Attach of HOSTA for the TP MOVES waits on machine NAME
#   attach_moves                        it goes to machine C
#   at NAME TABLE FIELD [KEY=VALUE ...] as show, of that node
PATH=$PATH:/usr/sbin
command -v nats-server >/dev/null || {
    echo "skipped: nats-server is not installed"
    exit 77
}
grep -q 'built without libnats' "$BIN/snanode" && {
    echo "skipped: this snanode was built without libnats"
    exit 77
}
LEASE=2
declare -A NODE=()

# ---- a NATS server, on a port that the kernel chose ----

NATS_PID= NATS_PORT=-1
# nats_start [ARGUMENT ...]
nats_start() {
    rm -f nats.out
    background nats.out nats-server -a 127.0.0.1 -p "$NATS_PORT" "${@:---jetstream}" -sd "$DIR/store"
    NATS_PID=$!
    await "nats-server" grep -qs 'Server is ready' nats.out
    NATS_PORT=$(sed -n 's/.*Listening for client connections on 127.0.0.1://p' nats.out)
}

nats_kill() {
    kill -9 "$NATS_PID"
    wait "$NATS_PID" 2>/dev/null
}

nats_say() {
    local line answer
    exec 9<>"/dev/tcp/127.0.0.1/$NATS_PORT" || fail "no way to nats-server"
    printf 'CONNECT {"verbose":false}\r\n' >&9
    for line; do printf '%s\r\n' "$line" >&9; done
    printf 'PING\r\n' >&9
    until read -r -t "$PATIENCE" answer <&9 && [ "${answer%$'\r'}" = PONG ]; do
        [ -n "$answer" ] || fail "nats-server does not answer"
    done
    exec 9>&-
}

# Whatever is published: entries, and what the nodes and the server say about them.
nats_listen() {
    background "$1" "$PYTHON" -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(b"CONNECT {\"verbose\":false}\r\nSUB > 1\r\n")
while data := s.recv(65536):
    if b"PING\r\n" in data:
        s.sendall(b"PONG\r\n")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()' "$NATS_PORT"
    await "what nats-server says" grep -aqs INFO "$1"
}

# ---- a cluster of three ----

declare -A MEMBER=()
CLUSTER= CLUSTER_PORTS=() CLUSTER_ROUTES=
cluster_start() {
    local i
    for i in 1 2 3; do
        CLUSTER_PORTS[$i]=$(free_port) CLUSTER_PORTS[1$i]=$(free_port)
        CLUSTER=$CLUSTER,nats://127.0.0.1:${CLUSTER_PORTS[$i]}
        CLUSTER_ROUTES=$CLUSTER_ROUTES,nats://127.0.0.1:${CLUSTER_PORTS[1$i]}
    done
    CLUSTER=${CLUSTER#,} CLUSTER_ROUTES=${CLUSTER_ROUTES#,}
    for i in 1 2 3; do cluster_member $i; done
}

cluster_member() { # N
    background "nats$1.out" nats-server -a 127.0.0.1 -p "${CLUSTER_PORTS[$1]}" --jetstream -sd "$DIR/store$1" -n "n$1" \
        --cluster_name test --cluster "nats://127.0.0.1:${CLUSTER_PORTS[1$1]}" --routes "$CLUSTER_ROUTES"
    MEMBER[$1]=$!
    await "nats-server $1" grep -qs 'Server is ready' "nats$1.out"
}

cluster_kill() { # N
    kill -9 "${MEMBER[$1]}"
    wait "${MEMBER[$1]}" 2>/dev/null
    rm -f "nats$1.out"
}

# ---- machines ----

# machine NAME TP [SERVERS [VALUES]]: its files
machine() {
    local servers=${3:-nats://127.0.0.1:$NATS_PORT}
    printf 'server HOST%s /add /netname:"TESTNET" /cpname:"HOST%s"\nappcllu LU%s /add /server:HOST%s\n' \
        "$1" "$1" "$1" "$1" >"$1.cfg"
    {
        printf 'Windows Registry Editor Version 5.00\n\n[%s\\Domain]\n' "$KEY"
        printf '"Name"="TEST"\n"Servers"="%s"\n"Lease"=dword:%08x\n"ListenAddress"="%s"\n%s\n' \
            "$servers" $LEASE "${LISTEN:-127.0.0.1:1$(printf %d "'$1")}" "${4:-}"
        printf '[%s\\TPs\\%s\\Parameters]\n"SNAServiceType"=dword:5\n"PathName"="%s"\n' "$KEY" "$2" "$BIN/apingd"
    } >"$1.reg"
}

# joined NAME [CA]: it has LUs for invokers too, HOSTLU with a timeout of TPTIMEOUT; with FIXED set, its port is the
# same when it comes back
joined() {
    local ca=${2:-ca} LISTEN
    [ -e "$ca/HOST$1.pem" ] || "$ROOT/scripts/make-test-ca" "$DIR/$ca" "HOST$1" || fail "make-test-ca"
    [ -n "${FIXED:-}" ] && LISTEN=127.0.0.1:$(free_port) || LISTEN=127.0.0.1:0
    machine "$1" "TP$1" "" "$(printf '"Certificate"="%s"\n"Key"="%s"\n"CA"="%s"' \
        "$DIR/$ca/HOST$1.pem" "$DIR/$ca/HOST$1.key" "$DIR/$ca/ca.pem")"
    printf 'appcllu CLIENTLU /add /server:HOST%s /defaultpool:yes\nappcllu HOSTLU /add /server:HOST%s /tptimeout:%s\n' \
        "$1" "$1" "${TPTIMEOUT:-10}" >>"$1.cfg"
    dest_at "$1" NOTHERE
}

clustered() { # NAME DEST ...
    local m=$1 t
    joined $m
    sed -i '/TPs.TP/,$d' $m.reg
    sed -i 's|^"Servers"=.*|"Servers"="'"$CLUSTER"'"\n"Replicas"=dword:3|' $m.reg
    printf '[%s\\Parameters]\n"DloadMatchLocalFirst"="NO"\n' "${KEY%\\SnaBase*}\\SnaServr" >>$m.reg
    for t in "${@:2}"; do dest_at $m $t; done
}

dest_at() { # NAME TP
    CFG=$1.cfg dest "$2" "$2"
}

offer() {
    REG=$1.reg CFG=A.cfg tp "${@:2}"
}

# on NAME COMMAND ...: with the socket of that machine; back FILE NAME PROGRAM ...: as background
on() {
    SNANODE_SOCKET=$DIR/$1.sock "${@:2}"
}
back() {
    background "$1" env SNANODE_SOCKET="$DIR/$2.sock" "${@:3}"
}

machine_begin() { # NAME
    : >"$1.out"
    "${SNANODE[@]}" -c "$1.cfg" -t "$1.reg" -s "$DIR/$1.sock" >"$1.out" 2>>"$1.log" &
    NODE[$1]=$!
    PIDS+=($!)
}
machine_start() { # NAME
    machine_begin "$1"
    machine_ready "$1"
}

# Wait until it is ready; a node that ends instead has said why.
machine_ready() { # NAME
    await "node $1" ready_or_gone "$1"
    grep -q '^snanode: ready$' "$1.out" || fail "node $1 ended instead: $(tail -n 3 "$1.log")"
}
ready_or_gone() {
    grep -q '^snanode: ready$' "$1.out" || ! kill -0 "${NODE[$1]}" 2>/dev/null
}

machine_stop() { # NAME [SIGNAL]
    kill "${2:--TERM}" "${NODE[$1]}"
    wait "${NODE[$1]}" 2>/dev/null
}

machines_end() { # NAME ...
    local m
    for m; do
        becomes "conversations of $m" 0 at $m status conversations
        on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
        machine_stop $m
    done
}

# at NAME TABLE FIELD [KEY=VALUE ...], as show
at() {
    SNANODE_SOCKET=$DIR/$1.sock snactl --json $2 | "$ROOT/scripts/field" "${@:3}"
}

# The other machines that NAME finds live, and the TPs of them.
live() {
    at "$1" domain machine state=live | sort | tr '\n' ' '
}
tps() {
    at "$1" "domain tp" name state=live | sort | tr '\n' ' '
}

# A program on machine NAME accepts MOVES and BUSY and is busy with the latter, then goes on with STEPS; the invoker of its
# conversation, with the pid HOLDS, goes on with the second STEPS.  MOVES is the pid of the other invoker.
attach_waits() { # NAME STEPS [STEPS]
    back busy "$1" "$TPS/steps" name:MOVES name:BUSY accept $2
    becomes "the TP on $1" operator at A "domain tp" kind name=MOVES machine="HOST$1"
    back holds A "$TPS/steps" init:BUSY allocate flush ${3:-receive}
    HOLDS=$!
    becomes "the program on $1 is busy" running at "$1" conversation state tp=BUSY
    back moves A "$TPS/steps" init:MOVES allocate send:13 deallocate
    MOVES=$!
    becomes "it waits on $1" MOVES at "$1" queue tp
    becomes "... as A knows" "HOST$1" at A queue machine
}

# The program onC is there already, and is the only one that takes it.
attach_moves() {
    join "$MOVES"
    has moves '^deallocate CM_OK'
    join "$ON_C"
    has onC '^receive CM_DEALLOCATED_NORMAL .* length=13 '
}
