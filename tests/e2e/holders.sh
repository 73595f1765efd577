# Connections, conversations and names are limited, and descriptors run out: whoever asks for more is refused in words, the tools go on, the node
# neither spins nor floods its log, and all is well again when the connections are closed.
# alone: measures time or CPU time
. "${BASH_SOURCE%/*}/lib.sh"

if ! command -v prlimit >/dev/null; then
    echo "skipped: a node without descriptors (needs prlimit)"
    exit 77
fi
SWITCHES='[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SnaServr\Parameters]'
tp EACH each "$BIN/apingd"
echo 'mode WIDE /add /sessionlim:500 /conwin:250 /conlose:250' >>"$CFG"
expect_log 'process [0-9]+ of user [0-9]+ is not served: '
expect_log 'process [0-9]+ of user [0-9]+ gets no conversation: '
expect_log 'no new connections: Too many open files'
expect_log 'process [0-9]+ connected and said nothing for 5 s'
expect_log 'dropped a connection of process [0-9]+ of user [0-9]+, who has [0-9]+: '
expect_log 'conversation [0-9]+ cannot begin: the node has no descriptors left'

# Run a command as another user than the node's own, if possible: other COMMAND ...
OTHER=
if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --clear-groups true 2>/dev/null; then
    OTHER=$(awk -F: '$3 > 0 && $3 < 100 { print $1; exit }' /etc/group)
    printf '[%s]\n"ClientGroup"="%s"\n' "$KEY" "$OTHER" >>"$REG"
    mkdir theirs
    cp "$BUILD/lib/libcpic.so.1" "$BIN/aping" "$BIN/snactl" "$TPS/holder" theirs
    chmod 755 "$DIR" theirs theirs/*
fi
other() {
    LD_LIBRARY_PATH=$DIR/theirs exec setpriv --reuid=65534 --regid=65534 --groups="$OTHER" "$@"
}
# limit N: the node may have N descriptors.  It believes an answer of the system for 20 ms, so that it does not know at once.
limit() {
    prlimit --pid "$NODE_PID" --nofile="$1": || fail "prlimit $1"
    measure_for 25
}
node_start
"$BIN/aping" EACH >first 2>&1 || fail "aping: $(cat first)"
becomes "children" 0 show status tp_processes

# hold NAME KIND N [other]: a holder in the background, until `release NAME`
hold() {
    if [ -n "${4:-}" ]; then
        background "$1" other theirs/holder "$SNANODE_SOCKET" "$2" "$3"
    else
        background "$1" "$TPS/holder" "$SNANODE_SOCKET" "$2" "$3"
    fi
    eval "$1_pid=$!"
    await "$1" grep -q '^held ' "$1"
}
release() {
    local pid=$1_pid
    kill "${!pid}"
    wait "${!pid}"
}
cpu_ticks() { # user and system time of the node so far
    awk '{ print $14 + $15 }' "/proc/$NODE_PID/stat"
}

# ---- one process, one user ----

printf '%s\n"ConnectionsPerProcess"=dword:00000005\n"ConnectionsPerUser"=dword:00000014\n' "$SWITCHES" >>"$REG"
snactl reload >/dev/null || fail reload
hold ports ports 9
has ports '^held 6, waiting 0, gone 0$' # the program and five ports
has ports '^refused 4: this process has as many waiting calls .*ConnectionsPerProcess'
release ports
hold programs programs 30
has programs '^held 19, ' # a twentieth would have no room for its first port
has programs '^refused 11: this user has as many connections .*ConnectionsPerUser'
snactl status >out 2>&1 || fail "the tools are shut out: $(cat out)"
"$BIN/aping" EACH >refused 2>&1 && fail "aping was served beyond the limit"
has refused 'ConnectionsPerUser'
logged 'warn  process [0-9]+ of user [0-9]+ is not served: this user has as many connections' || fail "no warning"
release programs
await "aping after that" "$BIN/aping" EACH

# ---- names of one process ----

hold named names 1000
has named '^held 2, waiting 1, gone 0$'
release named
hold more names 1001
has more '^refused 1: this process has registered as many TP names as it may'
release more

# ---- conversations of one user ----

sed -i '/ConnectionsPer/d' "$REG"
printf '"ConversationsPerUser"=dword:00000007\n' >>"$REG"
snactl reload >/dev/null || fail reload
hold some conversations 9
has some '^held 9, waiting 0, gone 0$' # the program, its port, seven conversations
has some '^refused 2: this user has as many conversations as it may have \(ConversationsPerUser'
logged 'warn  process [0-9]+ of user [0-9]+ gets no conversation: this user has as many' || fail "no warning, conversation"
SNANODE_DEBUG=1 "$BIN/aping" EACH >refused 2>&1 && fail "aping got a conversation beyond the limit"
has refused 'CM_PRODUCT_SPECIFIC_ERROR \(20\)'
has refused 'as many conversations as it may have'
release some
becomes "conversations, then" 0 show status conversations
await "aping after the conversations" "$BIN/aping" EACH

# Without the switch: three quarters of the descriptors, beside the connections; the node's own user has all but those
# that are kept for tools.
sed -i '/ConversationsPer/d' "$REG"
snactl reload >/dev/null || fail reload
limit 400
hold most conversations 200
[[ $(head -n 1 most) =~ ^held\ ([0-9]+),\ waiting\ 0,\ gone\ 0$ ]] || fail "$(cat most)"
[ "${BASH_REMATCH[1]}" -ge 165 ] || fail "the node's own user has no more than others: $(cat most)"
has most '^refused [0-9]+: the node has no descriptors left'
hold program programs 3 # one may be left where a pair of sockets has no room
has program '^refused [23]: the node has no descriptors left'
snactl status >out 2>&1 || fail "the tools are shut out by conversations: $(cat out)"
release program
release most
becomes "conversations, then" 0 show status conversations
if [ -n "$OTHER" ]; then
    hold most conversations 160 other
    has most '^held 151, waiting 0, gone 0$' # two connections, 149 conversations
    has most '^refused 11: this user has as many conversations'
    hold program programs 1 other
    has program '^refused 1: this user has as many conversations'
    release program
    hold program programs 1
    has program '^held 1, '
    release program
    release most
    becomes "conversations, in the end" 0 show status conversations
fi
limit 1024
await "aping after most conversations" "$BIN/aping" EACH

# ---- descriptors ----

sed -i '/ConnectionsPer/d' "$REG"
snactl reload >/dev/null || fail reload
becomes "children, then" 0 show status tp_processes
before=$(node_load)
limit 100
hold many programs 100
has many '^held [1-9][0-9]*, '
has many '^refused [0-9]+: .*(descriptors|ConnectionsPerUser)'
# A program's page is no use of the last 24, which are for tools.
last=$(find "/proc/$NODE_PID/fd" -lname '*memfd:snanode-stats*' -printf '%f\n' | sort -n | tail -n 1)
[ "$last" -lt 76 ] || fail "descriptor $last is a program's page"
snactl --json conversation >out 2>&1 || fail "snactl without descriptors: $(cat out)"

# More than the kernel lets the node accept: they wait, and cost nothing.
hold silent silent 150
lines=$(wc -l <"$LOG") ticks=$(cpu_ticks)
if [ -z "$SANITIZED" ]; then
    limit 64 # none is free now
fi
hold later silent 20
measure_for 1000
[ $(($(cpu_ticks) - ticks)) -lt 30 ] || fail "the node used $(($(cpu_ticks) - ticks)) ticks while nobody asked for anything"
[ $(($(wc -l <"$LOG") - lines)) -lt 60 ] || fail "the node wrote $(($(wc -l <"$LOG") - lines)) lines"
[ -n "$SANITIZED" ] || logged 'warn  no new connections: Too many open files' || fail 'the log does not say why nobody gets in'
release many
release silent
release later

# Connections without a hello keep out only others of their kind, which are told why.
if [ -n "$OTHER" ]; then
    limit 100
    becomes "conversations, before silence" 0 show status conversations
    hold quiet silent 150 other
    start=$EPOCHREALTIME
    snactl status >out 2>&1 || fail "the tools are shut out by silence: $(cat out)"
    within "a tool beside silent connections" 0 1000 "$(ms_since $start)"
    (other theirs/aping EACH) >refused 2>&1 && fail "aping of another user was served"
    has refused 'the node has no descriptors left'
    (other theirs/snactl status) >refused 2>&1 && fail "snactl of another user was served"
    has refused 'the node has no descriptors left'
    release quiet
fi
limit 1024
await "aping at the end" "$BIN/aping" EACH
becomes "what the node holds" "$before" node_load

# A node that ends with conversations open: they are cut.
expect_log '[0-9]+ conversations have not ended: cutting them'
hold last conversations 9
node_stop || exit 1
logged 'stopping: 9 conversations, 0 TPs' || fail "what the node ends with"
