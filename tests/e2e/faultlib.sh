# faultlib.sh - for tests whose node has calls that fail (tests/e2e/shim/fault.c).  Include it behind lib.sh; it ends
# the test as skipped under a sanitizer.
#
#   fault ORDER ...       an order to the node's shim (tests/e2e/tp/faultctl.c)
#   chosen_calls          CALL:MADE of those in the file "made" that ONLY="CALL ..." and EXCEPT=CALL,... leave, or CALLS
#                         of them (default 3), chosen by SEED
#   each_fault CALL MADE  try CALL ERROR N once|on, for each error and place, then line CALL MADE ONCE ON SECONDS; in the
#                         short form, without ONLY and CALLS, one error of each call
#   SAMPLE=N              only N places of each call and error, chosen by SEED; 0: every place, or, of a call that is made
#                         more often than MOST times, so many of them
#   total WHAT            the last line; the figures go to the file SUM (scripts/run-faults): kinds of faults, faults, those
#                         met, seconds, PROGRAMS of the load and how many of them were TOLD something
[ -z "$SANITIZED" ] || { echo "skipped: faults of calls (a sanitizer has an allocator of its own)"; exit 77; }
SEED=${SEED:-$(($$ % 10000))} SAMPLE=${SAMPLE:-1} MOST=${MOST:-1000}
RANDOM=$SEED
WORDS=$DIR/words SHIM=$BUILD/tests/shim/fault.so
ALL_FAULTS=0 ALL_MET=0 ALL_CALLS=0 PROGRAMS=0 TOLD=0 BEGAN=$SECONDS
expect_log '.*' # what the node says of faults is not foreseen here

fault() {
    "$TPS/faultctl" "$WORDS" "$@"
}

# The errors of each call, as Linux has them there.
errors_of() {
    case $1 in
    malloc | calloc | realloc) echo "ENOMEM" ;;
    socket | socketpair) echo "EMFILE ENOBUFS" ;;
    bind) echo "EADDRINUSE" ;;
    listen) echo "EADDRINUSE" ;;
    connect) echo "ECONNREFUSED ENETUNREACH EADDRNOTAVAIL EINTR" ;;
    accept4) echo "EMFILE ENFILE ENOMEM EPERM ECONNABORTED EINTR" ;;
    setsockopt) echo "ENOMEM" ;;
    getsockopt | getsockname) echo "ENOBUFS" ;;
    send | sendmsg | sendto | writev) echo "EAGAIN EPIPE ECONNRESET ENOBUFS EINTR" ;;
    recv | recvmsg | readv) echo "EAGAIN ECONNRESET ENOMEM EINTR" ;;
    read) echo "EIO EINTR SHORT" ;;
    read_socket) echo "ECONNRESET ETIMEDOUT EAGAIN EINTR SHORT" ;;
    read_pipe) [ -n "${STARTING:-}" ] && echo "EINTR" || echo "EAGAIN EINTR SHORT" ;; # -d waits for its child
    write | pwrite) echo "ENOSPC EIO EINTR SHORT" ;;
    write_socket) echo "ECONNRESET EPIPE EAGAIN EINTR SHORT" ;;
    write_log) echo "EPIPE EAGAIN EINTR SHORT" ;;
    pread) echo "EIO EINTR SHORT" ;;
    open | fopen) echo "EMFILE ENFILE EACCES ENOMEM" ;;
    fread | fgets) echo "EIO" ;;
    stat | lstat | access) echo "EACCES ENOMEM" ;;
    fstat) echo "EIO" ;;
    readlink) echo "EACCES" ;;
    mkdir) echo "ENOSPC EROFS" ;;
    chmod | chown) echo "EPERM EROFS" ;;
    unlink) echo "EROFS" ;;
    flock) echo "ENOLCK EINTR" ;;
    fcntl) echo "EMFILE" ;;
    dup2) echo "EINTR" ;;
    fork | pthread_create | clone) echo "EAGAIN ENOMEM" ;;
    pipe2 | eventfd | epoll_create1 | memfd_create) echo "EMFILE ENFILE" ;;
    ftruncate) echo "ENOSPC" ;;
    mmap) echo "ENOMEM" ;;
    epoll_ctl) echo "ENOMEM ENOSPC" ;;
    epoll_wait | poll) echo "EINTR" ;;
    getrandom) echo "EINTR ENOSYS" ;;
    getaddrinfo) echo "ENOMEM" ;; # of an address; names are asked for by libevent
    getgrnam) echo "ENOMEM" ;;
    prctl) echo "EINVAL" ;;
    setrlimit) echo "EPERM" ;;
    esac
}

# What cannot go on for ever: a call that is to be made again.
lasts() { # ERROR CALL
    # While nobody can be let in, nobody can ask anything: programs wait.  tests/e2e/faultend.sh has that.
    [ "$2" != accept4 ] || [ -n "${STARTING:-}" ] || return 1
    # The kernel is short of memory for a moment: the frame waits.
    case "$1 $2" in "ENOBUFS send"* | "ENOBUFS writev") return 1 ;; esac
    case $1 in EINTR | EAGAIN | ECONNABORTED) [ "$2" = clone ] || [ "$2" = fork ] || [ "$2" = pthread_create ] ;;
    *) true ;;
    esac
}

chosen_calls() {
    local call n chosen=
    while read -r call n; do
        [ "$call" != any ] && [ "$n" -ne 0 ] || continue
        case ",${EXCEPT:-}," in *",$call,"*) continue ;; esac
        case " ${ONLY:-$call} " in *" $call "*) chosen="$chosen $call:$n" ;; esac
    done <made
    # a short form takes some of the calls
    if [ "${CALLS:-$([ -n "${ONLY:-}" ] || echo 3)}" -gt 0 ] 2>/dev/null; then
        for call in $chosen; do echo "$RANDOM $call"; done | sort -n | head -n "${CALLS:-3}" | cut -d' ' -f2
    else
        printf '%s\n' $chosen
    fi
}

# Places of a call that was made MADE times: all, or some.
places() {
    local i
    if [ "$SAMPLE" -eq 0 ] && [ "$1" -gt "$MOST" ] && [ "$MOST" -gt 1 ]; then # the first half of them one after the other
        { seq 1 $((MOST / 2)) && seq $((MOST / 2)) $(($1 / (MOST / 2))) "$1"; } | sort -nu
    elif [ "$SAMPLE" -eq 0 ] || [ "$1" -le "$SAMPLE" ]; then
        seq 1 "$1"
    else
        for ((i = 0; i < SAMPLE; i++)); do echo $((1 + (RANDOM * 32768 + RANDOM) % $1)); done | sort -nu
    fi
}

each_fault() { # CALL MADE
    local e n once=0 on=0 start=$SECONDS errors
    read -ra errors < <(errors_of "$1")
    # the short form: one of them
    [ -n "${CALLS:-}${ONLY:-}" ] || [ ${#errors[@]} -eq 0 ] || errors=("${errors[RANDOM % ${#errors[@]}]}")
    for e in "${errors[@]}"; do
        for n in $(places "$2"); do
            try "$1" "$e" "$n" once
            once=$((once + 1))
            lasts "$e" "$1" || continue
            try "$1" "$e" "$n" on
            on=$((on + 1))
        done
    done
    [ $once -gt 0 ] || fail "$1: no error is known that it may give"
    line "$1" "$2" $once $on $((SECONDS - start))
    ALL_FAULTS=$((ALL_FAULTS + once + on)) ALL_MET=$((ALL_MET + met)) ALL_CALLS=$((ALL_CALLS + 1))
}

# WHAT
total() {
    [ -z "${SUM:-}" ] || echo "$ALL_CALLS $ALL_FAULTS $ALL_MET $((SECONDS - BEGAN)) $PROGRAMS $TOLD" >"$SUM"
    echo "$1, seed $SEED: ${ALL_CALLS:-0} calls, $ALL_FAULTS faults tried, $ALL_MET of them met by a call, $((SECONDS - BEGAN)) s"
}

# Lines for the configuration: a link of the node with itself over TLS; TPs of the destinations OVER, named in the
# arguments, are at its other end.
link_to_itself() { # TP ...
    local port tp
    port=$(free_port)
    [ -e "$DIR/ca" ] || "$ROOT/scripts/make-test-ca" "$DIR/ca" in out >&2 || fail "make-test-ca"
    of() { printf '/tls:yes /certificate:"%s" /key:"%s" /ca:"%s" /peername:%s' "$DIR/ca/$1.pem" "$DIR/ca/$1.key" "$DIR/ca/ca.pem" "$2"; }
    cat <<-END_OF_LINK
	appcllu LUHERE /add /server:E2ENODE /netname:"TESTNET" /luname:"REMOTE" /tptimeout:10
	connection OUT /add /conntype:DLSW /peer:"127.0.0.1:$port" /calldirection:Outgoing /activation:onserverstartup /localmac:400000000001 /remotemac:400000000002 /localnetname:TESTNET /localcpname:OUTNODE /retrydelay:1 $(of out in)
	connection IN /add /conntype:DLSW /listen:"127.0.0.1:$port" /calldirection:Incoming /localmac:400000000002 /remotemac:400000000001 /localnetname:TESTNET /localcpname:INNODE $(of in out)
	appcrlu LUREMOTE /add /connection:OUT /netname:"TESTNET" /luname:"REMOTE"
	appcrlu LUBACK /add /connection:IN /netname:"TESTNET" /luname:"CLIENTLU"
	END_OF_LINK
    for tp; do
        printf 'cpic O%s /add /appltpname:"%s" /lualias:"LUREMOTE" /modename:"#INTER" /seckeytype:none\n' "$tp" "$tp"
    done
}
