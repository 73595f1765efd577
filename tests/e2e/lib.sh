# lib.sh - what end-to-end tests share; bash.  A test is a script of one subject: it includes this file, starts
# a node of its own in a directory of its own, and ends at the first failure.
#
#   tp NAME KIND PROGRAM [PARAMETERS]   register a TP (KIND: each, turn or hand) and a destination of its name
#   node_start [ARGUMENT ...]           start the node (SNANODE) with node.cfg and tps.reg, wait until it is ready
#   show TABLE FIELD [KEY=VALUE ...]    a field of the rows of snactl's table that have these values
#   is WHAT VALUE EXPECTED              fail unless they are the same
#   becomes WHAT EXPECTED COMMAND ...   wait until COMMAND prints EXPECTED; fail after $PATIENCE seconds
#   await WHAT COMMAND ...              wait until COMMAND succeeds; fail after $PATIENCE seconds
#   expect_log REGEX                    warnings and errors of the node that this test provokes
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
ROOT=$PWD
case ${BUILD:=build} in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
BIN=$BUILD/bin
SANITIZED=
case $BUILD in */san) SANITIZED=1 ;; esac # everything takes longer then
TPS=$BUILD/tests/tp
PYTHON=${PYTHON:-/usr/bin/python3} # not a wrapper that looks for versions first
PATIENCE=10 SLOW=1
case $BUILD in */san) PATIENCE=20 SLOW=4 ;; esac
if [ -n "${E2E_DIR:-}" ]; then
    DIR=$E2E_DIR
else
    DIR=$(mktemp -d "${TMPDIR:-/tmp}/snanode-e2e.XXXXXX")
fi
CFG=$DIR/node.cfg REG=$DIR/tps.reg LOG=$DIR/node.log
export SNANODE_SOCKET=$DIR/node.sock
# Every descriptor of the node must be one of its own, so that they can be counted.
unset APPCTPN APPCLLU
# A refused Attach, or one that will be refused, is a warning; tests check its outcome instead.
NODE_PID= EXPECTED='^$|warn  (conversation [0-9]+: Attach for TP .* refused: |event 703: .* error code 1011: )' PIDS=() SNANODE=("$BIN/snanode")
# The search for leaks takes two thirds of the time of a short program.  Nodes have it, and the TPs that they start; the
# library has it in tests/cpic.
if [ -n "$SANITIZED" ]; then
    SNANODE=(env "ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=1" "$BIN/snanode")
    export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
fi
cd "$DIR" || exit 1

# ---- ends ----

fail() {
    echo "FAILED: $*"
    exit 1
}

# Warnings that nobody provoked, and what sanitizers say: in the log of the node, where its TPs write too.
judge_logs() {
    local bad=0
    if grep -hE '^[0-9TZ:.-]+ (warn|error) |: warning: ' "$DIR"/*.log 2>/dev/null | grep -vE "$EXPECTED"; then
        echo "FAILED: the node logged what this test does not provoke (above)"
        bad=1
    fi
    if grep -lE 'ERROR: (Address|Leak)Sanitizer|SUMMARY: |runtime error:|LeakSanitizer has encountered' \
        "$DIR"/* 2>/dev/null; then
        echo "FAILED: a sanitizer complained (files above)"
        bad=1
    fi
    return $bad
}

# Whether process $1 is one of this shell's: in a long test a number may have gone to a process of somebody else.
is_child() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    set -- ${stat##*) } # state, parent, ...
    [ "$2" = $$ ]
}

finish() {
    local status=$?
    trap - EXIT INT TERM
    [ -z "$NODE_PID" ] || node_stop || status=1
    local p
    for p in "${PIDS[@]}"; do
        is_child "$p" || continue
        kill -CONT "$p" 2>/dev/null
        kill "$p" 2>/dev/null && wait "$p" 2>/dev/null
    done
    if [ $status -ne 77 ]; then
        judge_logs || status=1
    fi
    if [ $status -eq 1 ] && [ -s "$LOG" ]; then
        echo "---- $LOG, its end"
        tail -n 12 "$LOG"
    fi
    [ -n "${E2E_DIR:-}" ] || { [ $status -eq 1 ] && echo "files: $DIR"; } || rm -rf "$DIR"
    exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM

expect_log() {
    EXPECTED="$EXPECTED|$1"
}

# ---- conditions ----

is() {
    [ "$2" = "$3" ] || fail "$1: $2, not $3"
}

# Wait a moment before the next look at a condition that began to be waited for at START: a quarter of that time, 10 to
# 200 ms.  Tests wait most of their time, and looks that follow each other at once keep processors from what is waited
# for.  Without a process: nobody writes into this FIFO.
nap() { # START, a value of EPOCHREALTIME
    local ms=$(((${EPOCHREALTIME/./} - ${1/./}) / 4000)) s
    [ -p "$DIR/.nap" ] || mkfifo "$DIR/.nap"
    printf -v s '0.%03d' $((ms < 10 ? 10 : ms > 200 ? 200 : ms))
    ! read -rt "$s" <>"$DIR/.nap"
}

await() {
    local what=$1 until=$((SECONDS + PATIENCE)) start=$EPOCHREALTIME
    shift
    until "$@"; do
        [ $SECONDS -lt $until ] || fail "$what: not after $PATIENCE s"
        nap "$start"
    done
}

becomes() {
    local what=$1 expected=$2 until=$((SECONDS + PATIENCE)) got start=$EPOCHREALTIME
    shift 2
    while got=$("$@") && [ "$got" != "$expected" ] || [ "$got" != "$expected" ]; do
        [ $SECONDS -lt $until ] || fail "$what: $got, not $expected, after $PATIENCE s"
        nap "$start"
    done
}

# Milliseconds since START, a value of EPOCHREALTIME.
ms_since() {
    echo $(((${EPOCHREALTIME/./} - ${1/./}) / 1000))
}

# Let MS milliseconds go by while something is measured: a rate or processor time can only be measured over a
# time.
measure_for() {
    local start=$EPOCHREALTIME
    until [ "$(ms_since $start)" -gt "$1" ]; do nap "$EPOCHREALTIME"; done
}

# How many times longer than on an idle machine it now takes to start a process.
slowness() {
    local start=$EPOCHREALTIME i
    for ((i = 0; i < 50; i++)); do /bin/true; done
    i=$(($(ms_since $start) / 50)) # 1 ms each
    echo $((i > 0 ? i : 1))
}

# within WHAT FROM_MS TO_MS MS; a build with sanitizers may take longer, and so may a machine that is busy with
# something else.
within() {
    [ "$4" -ge "$2" ] || fail "$1: $4 ms, not $2 to $3"
    [ "$4" -le $(($3 * SLOW)) ] || [ "$4" -le $(($3 * SLOW * $(slowness))) ] || fail "$1: $4 ms, not $2 to $3"
}

logged() {
    grep -qE "$1" "$LOG"
}

# Fail unless FILE has a line that matches REGEX.
has() {
    grep -qE "$2" "$1" || {
        sed 's/^/  /' "$1"
        fail "$1 has no line $2"
    }
}

# ---- the node ----

cat >"$CFG" <<END
server E2ENODE /add /netname:"TESTNET" /cpname:"E2ENODE"
appcllu CLIENTLU /add /server:E2ENODE /defaultpool:yes
appcllu HOSTLU /add /server:E2ENODE /tptimeout:${TPTIMEOUT:-10}
END
KEY='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SnaBase\Parameters'
printf 'Windows Registry Editor Version 5.00\n\n' >"$REG"

# A path as a registry file writes it.
reg_path() {
    local s=${1//\\/\\\\}
    printf '%s' "${s//\"/\\\"}"
}

# More values of the TP registered last follow as lines on standard input when MORE is set.
tp() {
    local name=$1 kind=$2 program=$3 parameters=${4:-} type
    case $kind in
    each) type=6 ;;
    turn) type=5 ;;
    hand) type=1a ;;
    esac
    {
        printf '[%s\\TPs\\%s\\Parameters]\n"SNAServiceType"=dword:%08x\n' "$KEY" "$name" "0x$type"
        [ $kind = hand ] || printf '"PathName"="%s"\n"Parameters"="%s"\n' "$(reg_path "$program")" \
            "$(reg_path "$parameters")"
        printf '"ConversationSecurity"="no"\n%s\n' "${MORE:-}"
    } >>"$REG"
    dest "$name" "$name"
}

# dest SYMBOLIC TPNAME [MODE]
dest() {
    printf 'cpic %s /add /appltpname:"%s" /lualias:"HOSTLU" /modename:"%s" /seckeytype:none\n' \
        "$1" "$2" "${3:-#INTER}" >>"$CFG"
}

# Whether the node that writes into the file has said that it is ready.
is_ready() {
    local lines
    mapfile -t lines <"$1"
    [[ " ${lines[*]} " == *" snanode: ready "* ]]
}

node_start() {
    local until=$((SECONDS + PATIENCE)) start=$EPOCHREALTIME
    : >"$DIR/node.out" # not to take the word of a node that was there before
    "${SNANODE[@]}" -c "$CFG" -t "$REG" -s "$SNANODE_SOCKET" "$@" >"$DIR/node.out" 2>>"$LOG" &
    NODE_PID=$!
    until is_ready "$DIR/node.out"; do
        kill -0 "$NODE_PID" 2>/dev/null && [ $SECONDS -lt $until ] || {
            NODE_PID=
            fail "the node does not start: $(tail -n 3 "$LOG")"
        }
        nap "$start"
    done
}

# Of a TP that has ended, listings give 0 as its process: a signal to that would be for the whole test, which does not end
# when it is stopped.
kill() {
    local a
    for a; do
        [ "$a" != 0 ] || {
            echo "kill: no process" >&2
            return 1
        }
    done
    builtin kill "$@"
}
alive() {
    kill -0 "$1" 2>/dev/null
}
gone() {
    ! alive "$1"
}

# End the node as an administrator would; it must end well.
node_stop() {
    local pid=$NODE_PID until=$((SECONDS + 20)) status start=$EPOCHREALTIME
    NODE_PID=
    kill "$pid" 2>/dev/null
    while alive "$pid"; do
        if [ $SECONDS -ge $until ]; then
            kill -9 "$pid"
            echo "FAILED: the node has not ended 20 s after SIGTERM"
            return 1
        fi
        nap "$start"
    done
    wait "$pid"
    status=$?
    [ $status -eq 0 ] || {
        echo "FAILED: the node ended with status $status"
        return 1
    }
}

node_kill() {
    kill -9 "$NODE_PID"
    wait "$NODE_PID" 2>/dev/null
    NODE_PID=
}

# A program in the background that ends with the test at the latest: FILE gets its output, its pid is in $!.
background() {
    local file=$1
    shift
    : >"$file" # at once: who waits for a line must not find it in what an earlier program wrote
    "$@" >"$file" 2>&1 &
    PIDS+=($!)
}

# Wait for a background program of this test; its exit status.
join() {
    local until=$((SECONDS + ${2:-$PATIENCE})) start=$EPOCHREALTIME
    while alive "$1"; do
        [ $SECONDS -lt $until ] || fail "process $1 has not ended: $(cat /proc/"$1"/cmdline | tr '\0' ' ')"
        nap "$start"
    done
    wait "$1"
}

# ---- what the node shows ----

snactl() {
    "$BIN/snactl" -s "$SNANODE_SOCKET" "$@"
}

show() {
    local table=$1
    shift
    snactl --json "$table" | "$ROOT/scripts/field" "$@"
}

rows() {
    show "$@" | grep -c .
}

# Of the node.  One that it is about to close counts as well: wait for what lets them go, and then for no more than before.
descriptors() {
    ls "/proc/$NODE_PID/fd" 2>/dev/null | wc -l
}

descriptors_at_most() {
    local until=$((SECONDS + PATIENCE)) got start=$EPOCHREALTIME
    while got=$(descriptors) && [ "$got" -gt "$1" ]; do
        [ $SECONDS -lt $until ] || fail "descriptors: $got, more than $1, after $PATIENCE s"
        nap "$start"
    done
}

# What one conversation or process leaves behind would be seen here.
node_load() {
    printf '%s conversations, %s descriptors, %s children, %s processes, %s Attaches, %s accepts\n' \
        "$(show status conversations)" "$(descriptors)" \
        "$(show status tp_processes)" "$(show status processes)" \
        "$(show status attaches_queued)" "$(show status accepts_outstanding)"
}

# ---- a second node, over a link ----
#
#   far_node [NEAR_OPTIONS [FAR_OPTIONS]]  both nodes get a connection: TOFAR here, TONEAR there; options of snacfg
#   far_tp NAME KIND PROGRAM [PARAMETERS]  as tp, at the far node; the destination is here
#   far_start, far_stop                    as node_start, node_stop
#   far COMMAND ...                        with the far node's socket
FAR=$DIR/far FAR_PID=

# A port of 127.0.0.1 that nobody has at the moment.
free_port() {
    "$PYTHON" -SEc 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

far_node() {
    FAR_PORT=$(free_port)
    mkdir -p "$FAR"
    cat >"$FAR/node.cfg" <<END
server FARNODE /add /netname:"FARNET" /cpname:"FARNODE"
appcllu FARLU /add /server:FARNODE /defaultpool:yes /tptimeout:1
connection TONEAR /add /conntype:DLSW /listen:"127.0.0.1:$FAR_PORT" /calldirection:Incoming /netname:TESTNET /cpname:E2ENODE${2:-}
appcrlu HOSTLU /add /connection:TONEAR /netname:TESTNET /luname:HOSTLU
appcrlu CLIENTLU /add /connection:TONEAR /netname:TESTNET /luname:CLIENTLU
cpic BACK /add /appltpname:"LOCALD" /lualias:"HOSTLU" /modename:"#INTER" /seckeytype:none
END
    printf 'Windows Registry Editor Version 5.00\n\n' >"$FAR/tps.reg"
    sed -i '/TOFAR/d; /FARLU/d' "$CFG"
    cat >>"$CFG" <<END
connection TOFAR /add /conntype:DLSW /peer:"127.0.0.1:$FAR_PORT" /calldirection:Outgoing /activation:onserverstartup /netname:FARNET /cpname:FARNODE /retrydelay:1${1:-}
appcrlu FARLU /add /connection:TOFAR /netname:FARNET /luname:FARLU
cpic NOTHERE /add /appltpname:"NOTHERE" /lualias:"FARLU" /modename:"#INTER" /seckeytype:none
END
}

far_tp() {
    REG=$FAR/tps.reg CFG=$FAR/far.cpic tp "$@"
    printf 'cpic %s /add /appltpname:"%s" /lualias:"FARLU" /modename:"#INTER" /seckeytype:none\n' "$1" "$1" >>"$CFG"
}

far() {
    SNANODE_SOCKET=$FAR/node.sock "$@"
}

far_start() {
    local until=$((SECONDS + PATIENCE)) start=$EPOCHREALTIME
    : >"$FAR/node.out"
    "${SNANODE[@]}" -c "$FAR/node.cfg" -t "$FAR/tps.reg" -s "$FAR/node.sock" "$@" >"$FAR/node.out" 2>>"$DIR/far.log" &
    FAR_PID=$!
    PIDS+=($!)
    until is_ready "$FAR/node.out"; do
        kill -0 "$FAR_PID" 2>/dev/null && [ $SECONDS -lt $until ] || fail "the far node does not start: $(tail -n 3 "$DIR/far.log")"
        nap "$start"
    done
}

far_stop() {
    kill "$FAR_PID" && join "$FAR_PID" 20
}
