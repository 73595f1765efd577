# Calls of the node that fail: each call of tests/e2e/shim/faultwords.h, with each error that it may give, at the n-th
# time and from the n-th on, while the same load goes over the node.  After each fault the node runs and agrees with
# itself, has no more conversations, descriptors and processes than before, a conversation that was open goes on, and a
# new one works.  Memory is not compared.
#   ONLY="CALL ..."  these calls (default: all)
#   SAMPLE=N         only N of the places of each call and error, chosen by SEED (1); 0: every place
#   CALLS=N          only N of the calls, chosen by SEED (3 without ONLY); 0: all
#   SEED=N           (printed; another one each time otherwise)
# plain: a sanitizer has an allocator of its own, and ends a program that gets no memory
. "${BASH_SOURCE%/*}/lib.sh"
SEED=${SEED:-$(($$ % 10000))} SAMPLE=${SAMPLE:-1} TRIES=${TRIES:-24}
RANDOM=$SEED
WORDS=$DIR/words SHIM=$BUILD/tests/shim/fault.so
[ -z "$SANITIZED" ] || { echo "skipped: faults of calls (a sanitizer has an allocator of its own)"; exit 77; }
expect_log '.*' # what the node says of faults is not foreseen here

# The errors of each call: "on" may last, "once" cannot.
errors_of() {
    case $1 in
    malloc | calloc | realloc) echo "ENOMEM" ;;
    socket | socketpair) echo "EMFILE ENOBUFS" ;;
    bind) echo "EADDRINUSE" ;;
    listen) echo "EADDRINUSE" ;;
    accept4) echo "EMFILE ENFILE ECONNABORTED EINTR" ;;
    setsockopt) echo "ENOMEM" ;;
    getsockopt) echo "ENOBUFS" ;;
    send | sendmsg | sendto | writev) echo "EAGAIN EPIPE ECONNRESET ENOBUFS EINTR" ;;
    recv | recvmsg | readv) echo "EAGAIN ECONNRESET ENOMEM EINTR" ;;
    read) echo "EIO EINTR EAGAIN SHORT" ;;
    write | pwrite) echo "ENOSPC EIO EINTR SHORT" ;;
    pread) echo "EIO EINTR SHORT" ;;
    open | fopen) echo "EMFILE ENFILE EACCES ENOMEM" ;;
    fork | pthread_create | posix_spawn) echo "EAGAIN ENOMEM" ;;
    pipe2 | eventfd | epoll_create1 | memfd_create) echo "EMFILE ENFILE" ;;
    ftruncate) echo "ENOSPC" ;;
    mmap) echo "ENOMEM" ;;
    epoll_ctl) echo "ENOMEM" ;;
    epoll_wait | poll) echo "EINTR" ;;
    getrandom) echo "EINTR" ;;
    esac
}
# What cannot go on for ever while somebody uses the node: a call that is to be made again.
lasts() {
    [ "$2" != accept4 ] || return 1 # nobody could ask anything
    case $1 in EINTR | EAGAIN | ECONNABORTED) [ "$2" = posix_spawn ] || [ "$2" = fork ] || [ "$2" = pthread_create ] ;;
    *) true ;;
    esac
}

fault() {
    "$TPS/faultctl" "$WORDS" "$@"
}

# ---- the load ----

# What a program may say when the node could not serve it, by what it printed: a return code of the documents, or
# words about the node.
heard() { # STATUS FILE
    local code
    code=$(grep -oE 'CM_[A-Z_]+' "$2" | grep -vx CM_OK | head -n 1)
    if [ "$1" -eq 0 ]; then
        echo ok
    elif [ -n "$code" ]; then
        echo "$code"
    elif [ "$1" -lt 100 ] && [ -s "$2" ]; then
        echo words
    else
        echo "status $1, $(head -c 200 "$2")"
    fi
}
DOCUMENTED='^(ok|words|CM_(ALLOCATE_FAILURE_(NO_)?RETRY|RESOURCE_FAILURE_(NO_)?RETRY|TP_NOT_AVAILABLE_(NO_)?RETRY|PRODUCT_SPECIFIC_ERROR|DEALLOCATED_ABEND))$'

one() { # COMMAND ...
    timeout 20 "$@" >said 2>&1 </dev/null
    heard $? said >>heard
}
load() {
    : >heard
    one "$BIN/aping" WAITS
    one "$BIN/aping" EACH
    one "$BIN/aping" TURN
    one snactl_ trace on
    one "$BIN/aping" WAITS
    one snactl_ trace off
    one snactl_ reload
    one snactl_ --json tp
    one "$BIN/aping" AGAIN
    one snactl_ tp stop AGAIN
}
# timeout runs programs only
cat >snactl_ <<END
#!/bin/sh
exec "$BIN/snactl" -s "$SNANODE_SOCKET" "\$@"
END
chmod +x snactl_
PATH=$DIR:$PATH

# ---- the node, and what is open ----

tp WAITS turn "$BIN/mpingd"
tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/apingd" -q
tp AGAIN turn "$BIN/apingd" -q
tp OPEN each "$TPS/numbers" "answer"
plain=("${SNANODE[@]}")
SNANODE=(env "FAULT_WORDS=$WORDS" "LD_PRELOAD=$SHIM" "${plain[@]}")

next() { # one more record each way on the conversation that is open
    NUMBER=$((NUMBER + 1))
    echo >&"${OPEN[1]}" || fail "$what: the open conversation is gone"
    local got=
    read -rt $PATIENCE -u "${OPEN[0]}" got
    [ "$got" = $NUMBER ] || fail "$what: the open conversation: $got, not $NUMBER"
}
settled() {
    snactl tp stop EACH >/dev/null 2>&1
    snactl tp stop AGAIN >/dev/null 2>&1
    snactl trace off >/dev/null 2>&1
    "$BIN/aping" WAITS >/dev/null 2>&1 # these two run again
    "$BIN/aping" TURN >/dev/null 2>&1
    becomes "$what: conversations" 1 show status conversations
    becomes "$what: processes" 4 show status processes
}
begin() {
    fault new
    node_start
    NUMBER=0
    coproc OPEN { exec "$TPS/numbers" call OPEN; }
    OPENED=$OPEN_PID
    PIDS+=($OPENED)
    next
    load # sessions and the first memory are there
    settled
    before=$(node_load)
}
end() {
    eval "exec ${OPEN[1]}>&-"
    join "$OPENED" || fail "$what: the open conversation ended badly"
    PIDS=()
    node_stop || exit 1
}

# What was before.  There may be fewer descriptors, as some TPs have been begun anew; a leak adds up over the faults.
holds() {
    local now
    now=$(node_load)
    [[ "$now" =~ (.*,\ )([0-9]+)(\ descriptors.*) ]] || return 1
    local rest=${BASH_REMATCH[1]}${BASH_REMATCH[3]} fds=${BASH_REMATCH[2]}
    [[ "$before" =~ (.*,\ )([0-9]+)(\ descriptors.*) ]]
    [ "$rest" = "${BASH_REMATCH[1]}${BASH_REMATCH[3]}" ] && [ "$fds" -le "${BASH_REMATCH[2]}" ]
}

declare -A seen
# One fault: CALL ERROR N once|on
try() {
    what="$1 $2 n=$3 $4"
    fault fail "$@"
    load
    next
    local hits h
    hits=$(fault off)
    [ "$hits" -eq 0 ] || met=$((met + 1))
    alive "$NODE_PID" || fail "$what: the node is gone"
    while read -r h; do
        [[ $h =~ $DOCUMENTED ]] || fail "$what: a program got: $h"
        seen[$h]=$((${seen[$h]:-0} + 1))
    done <heard
    settled
    (await "$what: what the node holds" holds) || fail "$what: $(node_load), before: $before"
    snactl check >said 2>&1 || fail "$what: check: $(cat said)"
    "$BIN/aping" EACH >said 2>&1 || fail "$what: a new conversation afterwards: $(cat said)"
    next
}

# Places of a call that was made MADE times: all, or some.
places() {
    local i
    if [ "$SAMPLE" -eq 0 ] || [ "$1" -le "$SAMPLE" ]; then
        seq 1 "$1"
    else
        for ((i = 0; i < SAMPLE; i++)); do echo $((1 + (RANDOM * 32768 + RANDOM) % $1)); done | sort -nu
    fi
}

# The table's line of a call.
sweep() { # CALL MADE
    local e n once=0 on=0 h said= met=0 start=$SECONDS
    seen=()
    for e in $(errors_of "$1"); do
        for n in $(places "$2"); do
            try "$1" "$e" "$n" once
            once=$((once + 1))
            lasts "$e" "$1" || continue
            try "$1" "$e" "$n" on
            on=$((on + 1))
        done
    done
    for h in "${!seen[@]}"; do said="$said, ${seen[$h]} $h"; done
    printf '%-14s %5d made %5d once %5d on %5d met %4d s  %s\n' "$1" "$2" $once $on $met $((SECONDS - start)) "${said#, }"
}

echo "seed $SEED, sample $SAMPLE"
what=start
begin
fault fail malloc EINTR 0 once # counts alone
load
fault off >/dev/null
is "a load without faults" "$(sort heard | uniq -c | tr -s ' ')" " 10 ok"
fault made >made
settled
chosen=
while read -r call n; do
    [ "$n" -eq 0 ] || case " ${ONLY:-$call} " in *" $call "*) chosen="$chosen $call:$n" ;; esac
done <made
[ -n "$chosen" ] || fail "${ONLY:-nothing} is not called by the load: $(cat made)"
# a short form takes some of the calls
[ -n "${ONLY:-}" ] || : "${CALLS:=3}"
if [ "${CALLS:-0}" -ne 0 ]; then
    chosen=$(for c in $chosen; do echo "$RANDOM $c"; done | sort -n | head -n "$CALLS" | cut -d' ' -f2)
fi
for c in $chosen; do sweep "${c%:*}" "${c#*:}"; done
what=end
end
echo "lost: nothing"
