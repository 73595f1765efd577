# No process and no memory for a copy: the invoker is told so, the events say it, and the node goes on.  The limits are
# those of the node's process.  Root never runs out of processes, so as root the test runs the node as another user.
. "${BASH_SOURCE%/*}/lib.sh"

if ! command -v prlimit >/dev/null; then
    echo "skipped: a node without processes and memory (needs prlimit)"
    exit 77
fi
SOMEBODY=$((60000 + $$ % 5000)) # nobody else's, so that all its processes are the node's
mkdir theirs theirs/bin theirs/lib
cp "$BIN/snanode" "$BIN/apingd" theirs/bin
cp "$BUILD/lib/libcpic.so.1" theirs/lib
chmod -R a+rX . # by root they are run from here: others may not be able to reach the place of the build
TP=$DIR/theirs/bin/apingd
launch() { # NAME LINE: a key Launch for it
    printf '[%s\\TPs\\%s\\Parameters\\Launch]\n%s\n' "$KEY" "$1" "$2"
}

# couldnot ERROR NAME ...: each of these TPs cannot be started
couldnot() {
    local error=$1 n start
    shift
    for n in "$@"; do
        start=$EPOCHREALTIME
        "$BIN/aping" "$n" >"$n" 2>&1 && fail "$n was started"
        within "refusal of $n" 0 1500 "$(ms_since $start)"
        has "$n" 'CM_TP_NOT_AVAILABLE_NO_RETRY \(10\)'
        logged "warn  TP $n: .*/apingd: $error" || fail "no warning for $n"
        logged "event 60: TP $n on HOSTLU could not be invoked, sense 084C0000: .*: $error" || fail "no event 60: $n"
        logged "event 703: TP $n: invocation failed, error code 1016" || fail "no event 703 for $n"
        logged "event 575: TP $n: .*: $error" || fail "no event 575 for $n"
    done
}
# dies NAME ...: a start needs no memory of the node's, but each of these programs gets no more than the node has
dies() {
    local n
    for n in "$@"; do
        "$BIN/aping" "$n" >"$n" 2>&1 && fail "$n was started"
        has "$n" 'CM_TP_NOT_AVAILABLE_NO_RETRY \(10\)'
        logged "event 60: TP $n on HOSTLU could not be invoked, sense 084C0000: the program \(pid [0-9]+\) was ended by signal [0-9]+ before its first Accept" ||
            fail "no event 60: $n"
    done
}
can() {
    local n
    for n in "$@"; do "$BIN/aping" "$n" >"$n" 2>&1 || fail "$n: $(cat "$n")"; done
}
expect_log '(process [0-9]+ of user [0-9]+ is not served|dropped a connection of process [0-9]+ of user [0-9]+, .*): the node is short of memory'
expect_log 'warn  TP (EACH|TURN|FORKED|OTHER): .*/apingd: Resource temporarily unavailable'

tp EACH each "$TP"
tp TURN turn "$TP" -q
MORE=$(launch FORKED '"MaxOpenFiles"=dword:00000040') tp FORKED each "$TP"
as=()
if [ "$(id -u)" -eq 0 ]; then
    as=(setpriv --reuid=$SOMEBODY --regid=$SOMEBODY --clear-groups)
    "${as[@]}" true || {
        echo "skipped: a node without processes and memory (root cannot become user $SOMEBODY here)"
        exit 77
    }
    chown $SOMEBODY:$SOMEBODY "$DIR"
fi
SNANODE=("${as[@]}" "$DIR/theirs/bin/snanode")
node_start -l debug # for the events
can EACH # a session and the node's first memory are there
becomes "children" 0 show status tp_processes
before=$(node_load)

"${as[@]}" prlimit --pid "$NODE_PID" --nproc=1: || fail "prlimit"
couldnot 'Resource temporarily unavailable' EACH TURN FORKED
"${as[@]}" prlimit --pid "$NODE_PID" --nproc="$(ulimit -H -u):" || fail "prlimit"
is "starts that failed" "$(show status tp_start_failures)" 3
becomes "what the node holds" "$before" node_load
can EACH TURN FORKED

if [ -z "$SANITIZED" ]; then # a sanitizer ends a program that gets no memory
    snactl tp stop TURN >/dev/null
    becomes "what the node holds, then" "$before" node_load
    "${as[@]}" prlimit --pid "$NODE_PID" --as=1: || fail "prlimit"
    dies EACH TURN
    # Programs until there is no memory for one more: it is told so.
    background many "$TPS/holder" "$SNANODE_SOCKET" programs 900
    many=$!
    await "programs" grep -q '^held ' many
    has many ', waiting 0, gone 0$'
    has many '^refused [0-9]+: the node is short of memory$'
    "$BIN/aping" EACH >out 2>&1 && fail "aping was served without memory"
    has out 'the node is short of memory'
    kill $many
    wait $many
    logged 'not the local protocol' && fail "the log blames the programs"
    "${as[@]}" prlimit --pid "$NODE_PID" --as="$(ulimit -H -v):" || fail "prlimit"
    is "starts that failed, then" "$(show status tp_start_failures)" 3
    becomes "what the node holds, without memory" "$before" node_load
    can EACH TURN FORKED
fi
node_stop

# root starts a copy that is to be somebody else, who has too many processes already: it is exec that says so
if [ "$(id -u)" -ne 0 ] || ! id nobody >/dev/null 2>&1; then
    exit 0
fi
MORE=$(launch OTHER '"RunAs"="nobody"') tp OTHER each "$TP"
rm -f "$SNANODE_SOCKET"*
SNANODE=("$BIN/snanode")
node_start -l debug # for the events
background /dev/null setpriv --reuid=nobody --clear-groups sleep 60 # one is one too many
becomes "its user" nobody stat -c %U "/proc/$!"
prlimit --pid "$NODE_PID" --nproc=0: || fail "prlimit"
couldnot 'Resource temporarily unavailable' OTHER
