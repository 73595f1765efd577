# A signal at the n-th call of the node: one that means nothing changes nothing, SIGHUP has the files read again, and
# SIGTERM and SIGINT end the node in order.  Under the load of a few conversations, and while the node starts.
#   SIGNALS="NAME ..."  these (default: all of the table below)
#   SAMPLE=N            only N of the places of each signal, chosen by SEED (1); 0: every place, or MOST of them
#   SEED=N              (printed; another one each time otherwise)
# plain: a sanitizer has an allocator of its own
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/faultlib.sh"
NOTHING="CHLD USR1 USR2 PIPE CONT WINCH URG"

tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/apingd" -q
SNANODE=(env --default-signal=INT "FAULT_WORDS=$WORDS" "LD_PRELOAD=$SHIM" "${SNANODE[@]}")

heard() { # STATUS: what aping was told
    local code
    code=$(grep -oE 'CM_[A-Z_]+' said | grep -vx CM_OK | head -n 1)
    [ "$1" -eq 0 ] && echo ok || echo "${code:-words: $(tail -n 1 said)}"
}
load() {
    local t
    : >heard
    for t in EACH TURN EACH; do
        timeout 20 "$BIN/aping" $t >said 2>&1 </dev/null
        heard $? >>heard
    done
}
all_well() { [ "$(sort -u heard)" = ok ]; }
reloads() { grep -c ' reload: ' "$LOG"; }
more_reloads() { [ "$(reloads)" -gt "$was" ]; }

# ---- under load ----

meaningless() {
    all_well || fail "$what: $(cat heard)"
    PROGRAMS=$((PROGRAMS + 3))
    snactl check >said 2>&1 || fail "$what: check: $(cat said)"
}
try_HUP() {
    meaningless
    [ "$hits" -eq 0 ] || await "$what: a reload" more_reloads
}
ends() { # the programs that it cut off know so, and a new node takes its place
    PROGRAMS=$((PROGRAMS + 3)) TOLD=$((TOLD + $(grep -vcx ok heard)))
    [ "$hits" -ne 0 ] || return 0
    local pid=$NODE_PID status
    NODE_PID=
    await "$what: its end" gone "$pid"
    wait "$pid"
    status=$?
    [ $status -eq 0 ] || fail "$what: it ended with status $status"
    [ ! -e "$SNANODE_SOCKET" ] || fail "$what: the socket is left"
    grep -vE '^(ok|CM_(ALLOCATE_FAILURE_(NO_)?RETRY|RESOURCE_FAILURE_(NO_)?RETRY|TP_NOT_AVAILABLE_(NO_)?RETRY|PRODUCT_SPECIFIC_ERROR|DEALLOCATED_ABEND)|words: .*)$' heard &&
        fail "$what: programs heard this (above)"
    fault new
    node_start
}
try() { # SIGNAL N
    what="SIG$1 n=$2"
    was=$(reloads)
    fault raise any "$(kill -l "$1")" "$2" once
    load
    hits=$(fault off)
    [ "$hits" -eq 0 ] || ALL_MET=$((ALL_MET + 1))
    ALL_FAULTS=$((ALL_FAULTS + 1))
    case $1 in
    TERM | INT) ends ;;
    HUP) try_HUP ;;
    *) meaningless ;;
    esac
}

# ---- while it starts ----

# Before it watches for it, SIGTERM ends it as it ends any program.
try_start() { # SIGNAL N
    local line= status
    what="start, SIG$1 n=$2"
    was=$(reloads)
    fault raise any "$(kill -l "$1")" "$2" once
    "${SNANODE[@]}" -c "$CFG" -t "$REG" -s "$SNANODE_SOCKET" >.fifo 2>>"$LOG" &
    NODE_PID=$!
    read -rt $PATIENCE line <.fifo
    hits=$(fault off)
    ALL_FAULTS=$((ALL_FAULTS + 1)) ALL_MET=$((ALL_MET + hits))
    case $1 in
    TERM | INT)
        [ "$hits" -ne 0 ] || kill $NODE_PID
        await "$what: its end" gone $NODE_PID
        wait $NODE_PID
        status=$?
        NODE_PID=
        case $status in 0 | $((128 + $(kill -l "$1"))) | 143) ;; *) fail "$what: it ended with status $status" ;; esac
        ;;
    *)
        [ "$line" = "snanode: ready" ] || fail "$what: it does not start: $(tail -n 3 "$LOG")"
        "$BIN/aping" EACH >said 2>&1 || fail "$what: aping: $(cat said)"
        [ "$1 $hits" != "HUP 1" ] || await "$what: a reload" more_reloads
        node_stop || exit 1
        ;;
    esac
    [ ! -e "$SNANODE_SOCKET" ] || fail "$what: the socket is left"
}

mkfifo .fifo
echo "seed $SEED, sample $SAMPLE"
fault new
fault fail any ENOMEM 0 once # counts alone
node_start
at_start=$(fault made any)
load
fault fail any ENOMEM 0 once
load
fault off >/dev/null
all_well || fail "a load without signals: $(cat heard)"
under_load=$(fault made any)
signals() { # WHEN CALLS TRY
    local s before start n
    for s in ${SIGNALS:-TERM INT HUP $NOTHING}; do
        before=$ALL_FAULTS start=$SECONDS
        ALL_CALLS=$((ALL_CALLS + 1))
        for n in $(places "$2"); do "$3" "$s" "$n"; done
        printf 'SIG%-6s %-10s  %5d calls %5d times %4d s\n' "$s" "$1" "$2" $((ALL_FAULTS - before)) $((SECONDS - start))
    done
}
signals 'under load' "$under_load" try
node_stop || exit 1
signals 'at start' "$at_start" try_start
total signals
