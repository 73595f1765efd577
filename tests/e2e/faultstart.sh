# Calls of a node that fail while it starts, each of tests/e2e/shim/faultwords.h in turn, with each error that it may
# give, at the n-th time and from the n-th on, until the node is ready.  Either the node starts, and then works, or it
# says why not and ends with a status of snanode(1); it leaves no socket behind, and never hangs or dies of a signal.
#   ONLY="CALL ..."      these calls (default: all)
#   VARIANTS="NAME ..."  these ways to start: plain, full (links with TLS, a page, syslog), detached, domain
#   SAMPLE=N             only N of the places of each call and error, chosen by SEED (1); 0: every place
#   CALLS=N              only N of the calls of each variant, chosen by SEED (3 without ONLY); 0: all
#   SEED=N               (printed; another one each time otherwise)
# plain: a sanitizer has an allocator of its own, and ends a program that gets no memory
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/faultlib.sh"
STARTING=yes LIMIT=10 # a start takes a fraction of a second

# ---- ways to start ----

plain() {
    ARGUMENTS=(-c "$CFG" -t "$REG" -s "$SNANODE_SOCKET")
}
full() {
    [ -e full.cfg ] || make_full
    ARGUMENTS=(-c full.cfg -t full.reg -s "$SNANODE_SOCKET" --log "syslog:$DIR/nobody")
}
make_full() {
    { cat "$CFG" && link_to_itself EACH; } >full.cfg
    {
        cat "$REG"
        printf '[%s]\n"ClientGroup"="%s"\n' "$KEY" "$(id -gn)"
        printf '[%s\\SnaServr\\Parameters]\n"MetricsPort"=dword:%08x\n"MetricsPage"="YES"\n' "${KEY%\\SnaBase*}" "$(free_port)"
    } >full.reg
}
detached() {
    ARGUMENTS=(-d -c "$CFG" -t "$REG" -s "$SNANODE_SOCKET")
    FOLLOW=follow
}

# A machine of a domain, whose directory is there; it has been asked, or not, when the node is ready.
domain() {
    [ -z "${NATS_PID:-}" ] || return 0
    . "$ROOT/tests/e2e/domainlib.sh"
    nats_start
    "$ROOT/scripts/make-test-ca" "$DIR/ca" E2ENODE || fail "make-test-ca"
    {
        cat "$REG"
        printf '[%s\\Domain]\n"Name"="TEST"\n"Servers"="nats://127.0.0.1:%s"\n"ListenAddress"="127.0.0.1:0"\n' "$KEY" "$NATS_PORT"
        printf '"Lease"=dword:2\n"Certificate"="%s"\n"Key"="%s"\n"CA"="%s"\n' "$DIR/ca/E2ENODE.pem" "$DIR/ca/E2ENODE.key" "$DIR/ca/ca.pem"
    } >domain.reg
    ARGUMENTS=(-c "$CFG" -t domain.reg -s "$SNANODE_SOCKET")
}

# ---- one start ----

# The node's answer: the status with which it has ended, or "ready"; its words are in the file "said".
start() {
    local line=
    rm -f "$SNANODE_SOCKET.log"
    if [ -n "$FOLLOW" ]; then
        timeout $LIMIT env "FAULT_WORDS=$WORDS" "LD_PRELOAD=$SHIM" "$BIN/snanode" "${ARGUMENTS[@]}" >out 2>said </dev/null
        STATUS=$?
        [ $STATUS -ne 0 ] || STATUS=ready
        return
    fi
    env "FAULT_WORDS=$WORDS" "LD_PRELOAD=$SHIM" "$BIN/snanode" "${ARGUMENTS[@]}" >.fifo 2>said </dev/null &
    NODE_PID=$!
    read -rt $LIMIT line <.fifo
    if [ "$line" = "snanode: ready" ]; then
        STATUS=ready
        return
    fi
    (await "its end" gone $NODE_PID) >/dev/null || kill -9 $NODE_PID
    wait $NODE_PID
    STATUS=$?
    NODE_PID=
}

# What a node that has started must be able to do, and that it ends.
works() {
    "$BIN/aping" EACH >aping 2>&1 || fail "$what: it has started, and aping says: $(cat aping)"
    snactl check >aping 2>&1 || fail "$what: check: $(cat aping)"
    if [ -n "$FOLLOW" ]; then
        snactl stop >/dev/null || fail "$what: snactl stop"
        await "$what: the end" test ! -e "$SNANODE_SOCKET.lock"
    else
        node_stop || fail "$what: it does not end well"
        [ ! -e "$SNANODE_SOCKET.lock" ] || fail "$what: the lock is left"
    fi
}

# try CALL ERROR N once|on
try() {
    what="$VARIANT: $1 $2 n=$3 $4"
    fault fail "$@" $FOLLOW
    start
    local hits
    hits=$(fault off)
    [ "$hits" -eq 0 ] || met=$((met + 1))
    case $STATUS in
    ready)
        ready=$((ready + 1))
        works
        ;;
    1 | 2)
        ended=$((ended + 1))
        judge_words
        ;;
    *) fail "$what: $STATUS: $(cat said)" ;;
    esac
    [ ! -e "$SNANODE_SOCKET" ] || fail "$what: the socket is left"
}
judge_words() {
    local last
    last=$(grep -v ' info ' said | tail -n 1)
    sed "s|$DIR/||g" <<<"$last" >>words.all
    [[ $last == *": "*"; "* ]] || fail "$what: status $STATUS, and these words: $(cat said)"
}

line() { # CALL MADE ONCE ON SECONDS
    printf '%-9s %-14s %5d made %5d once %5d on %5d met %5d started %5d ended with words %4d s\n' "$VARIANT" "$1" "$2" "$3" "$4" \
        $met $ready $ended "$5"
}
sweep() { # CALL MADE
    met=0 ready=0 ended=0
    each_fault "$1" "$2"
}

tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/apingd" -q
mkfifo .fifo
echo "seed $SEED, sample $SAMPLE"
for VARIANT in ${VARIANTS:-plain full detached}; do
    FOLLOW=
    $VARIANT
    what="$VARIANT without faults"
    fault new
    fault fail any ENOMEM 0 once $FOLLOW
    start
    fault off >/dev/null
    is "$what" "$STATUS" ready
    works
    fault made >made
    for c in $(chosen_calls); do sweep "${c%:*}" "${c#*:}"; done
done
total "starts"
