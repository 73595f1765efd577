# Mixed load from C, Lua and the verbs of APPC on one node, over a link with TLS, and over a domain of three machines with
# a cluster of three NATS servers; programs, machines and servers are killed at random, the link is cut and stalls,
# configurations are read again, traces go on and off, everything is listed.  Each record is received once and in order,
# or both sides are told (ledger.py); machine A and the node beyond the link, which live through it, hold at the end no
# more than DESCRIPTORS and MEMORY_KB above what they held at the beginning.
# plain: domainledger has the machines, linkcut the link, hostiletp and the fuzzers the decoders under sanitizers
#   SEED=N       what happens, and in which order (printed; another one each time otherwise)
#   TIME=N       for how many seconds, 6 by default
# The last line has the sums.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 90(0[2-8]|1[0-3]): |event 703: |event (23|9108): |conversation [0-9]+: |warn +TP '
SEED=${SEED:-$(($$ % 10000))}
TIME=${TIME:-6}
RANDOM=$SEED
echo "seed $SEED, $TIME s"
PATIENCE=60 FIXED=yes TPTIMEOUT=3
LEDGER=$TPS/ledger LUA=("$BIN/tpsh" "$ROOT/tests/e2e/ledger.lua")
# Most that A and FAR may hold at the end more than at the beginning, with the pages that are free given back: those of
# which a part is in use, after a load that took several times as much.  While it runs they also hold the ring of the latest
# trace, which may be dumped after it is off: up to 16 MB.
MEMORY_KB=4096 DESCRIPTORS=4

# ---- three machines, and a node beyond a link that goes through a valve ----

cluster_start
"$ROOT/scripts/make-test-ca" "$DIR/linkca" near far || fail "make-test-ca"
CFG=A.cfg
for m in A B C; do clustered $m QUEUED EACH BYHAND LUAQ VERBS; done
tls() { # OWN_NAME ITS_PEER
    echo " /tls:yes /certificate:\"$DIR/linkca/$1.pem\" /key:\"$DIR/linkca/$1.key\" /ca:\"$DIR/linkca/ca.pem\"" \
        "/peername:$2 /keepalive:2"
}
far_node "$(tls near far)" "$(tls far near)"
sed -i 's/cpname:E2ENODE/cpname:HOSTA/; s/"LOCALD"/"QUEUED"/' "$FAR/node.cfg"
sed -i '/^cpic NOTHERE/d' A.cfg
VALVE_PORT=$(free_port)
sed -i "/^connection TOFAR/s/:$FAR_PORT/:$VALVE_PORT/" A.cfg
background valve.out "$PYTHON" "$ROOT/tests/e2e/valve.py" "$VALVE_PORT" "$FAR_PORT" valve
serve() { # MACHINE TP KIND PROGRAM PARAMETERS
    REG=$1.reg CFG=/dev/null tp "${@:2}"
}
for m in A B; do
    serve $m QUEUED turn "$LEDGER" "receive $DIR/got$m QUEUED"
    serve $m LUAQ turn "${LUA[0]}" "${LUA[1]} receive $DIR/gotlua$m LUAQ"
done
# A copy of one of these accepts in vain after its conversation, for 3 s in place of ever: else they would be thousands.
BRIEF='"Timeout"=dword:00000bb8'
for m in B C; do MORE=$BRIEF serve $m EACH each "$LEDGER" "receive $DIR/got$m EACH"; done
for m in A C; do serve $m VERBS turn "${LUA[0]}" "${LUA[1]} take $DIR/gotverbs$m VERBS"; done
far_tp FARQ turn "$LEDGER" "receive $DIR/gotfar FARQ"
MORE=$BRIEF far_tp FAREACH each "${LUA[0]}" "${LUA[1]} receive $DIR/gotfarlua FAREACH"
for m in A B C; do machine_start $m; done
far_start
for m in A B C; do becomes "what $m knows of others" 2 eval "live $m | wc -w"; done
becomes "the link" active at A link state name=TOFAR

# ---- programs ----

# Roles of programs that this script starts, and starts again when they are killed; the number of each is in its book.
declare -A ROLE_PID=() ROLE_BOOK=() ROLE_PATH=() # ROLE_PATH: of its book, as the program is told
NUMBER=0
begin() { # ROLE MACHINE PROGRAM ...
    NUMBER=$((NUMBER + 1))
    local book=$DIR/$1.$NUMBER command=("${@:3}")
    command=("${command[@]/#%BOOK/$book}")
    command=("${command[@]/#%NAME/$1.$NUMBER}")
    command=("${command[@]/#%SEED/$SEED$NUMBER}")
    ROLE_BOOK[$1]=$book
    if [ $2 = FAR ]; then
        background "out.$1.$NUMBER" env SNANODE_SOCKET="$FAR/node.sock" "${command[@]}"
    else
        back "out.$1.$NUMBER" $2 "${command[@]}"
    fi
    ROLE_PID[$1]=$!
    ROLE_PATH[$1]=$book
    case $1 in hand?) ROLE_PATH[$1]=$DIR/got$1 ROLE_BOOK[$1]=$DIR/got$1.$! ;; esac
}
role() { # ROLE
    local stop=$DIR/stop here=(QUEUED EACH BYHAND LUAQ VERBS)
    case $1 in
    sentA1) begin $1 A "$LEDGER" send %BOOK %NAME %SEED "$stop" "${here[@]}" ;;
    sentA2) begin $1 A "$LEDGER" send %BOOK %NAME %SEED "$stop" FARQ FAREACH QUEUED ;;
    sentA3) begin $1 A "${LUA[@]}" send %BOOK %NAME %SEED "$stop" "${here[@]}" FARQ ;;
    sentA4)
        begin $1 A "${LUA[@]}" verbs %BOOK %NAME %SEED "$stop" QUEUED@HOSTLU VERBS@HOSTLU FARQ@FARLU EACH@HOSTLU
        ;;
    sentB1) begin $1 B "$LEDGER" send %BOOK %NAME %SEED "$stop" "${here[@]}" ;;
    sentB2) begin $1 B "${LUA[@]}" verbs %BOOK %NAME %SEED "$stop" LUAQ@HOSTLU BYHAND@HOSTLU ;;
    sentC1) begin $1 C "${LUA[@]}" send %BOOK %NAME %SEED "$stop" "${here[@]}" ;;
    sentF1) begin $1 FAR "$LEDGER" send %BOOK %NAME %SEED "$stop" BACK ;;
    handA) begin $1 A "$LEDGER" receive "$DIR/gothandA" BYHAND "$DIR/end" ;;
    handC) begin $1 C "$LEDGER" receive "$DIR/gothandC" BYHAND "$DIR/end" ;;
    esac
}
SENDERS=(sentA1 sentA2 sentA3 sentA4 sentB1 sentB2 sentC1 sentF1)
ROLES=("${SENDERS[@]}" handA handC)

# The program of role $1 ends with status $2, or the test does not go on: nobody else knows of one that ends by itself,
# without a word in its book.
role_ends() {
    local status=0
    wait "${ROLE_PID[$1]}" 2>/dev/null || status=$?
    [ $status = "$2" ] ||
        fail "seed $SEED: ${ROLE_BOOK[$1]##*/} has ended by itself, status $status: $(tail -n 3 "${ROLE_BOOK[$1]}")
$(tail -n 20 "$(ls -t "out.$1."* | head -n 1)")"
}
ended() { case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in '' | Z*) ;; *) false ;; esac }
# Whether process $1 is a program that was told to write the book $2.  In a long test the number of one that has ended goes
# to another process, which may be one of this test.
writes() {
    local words word
    { mapfile -d '' -t words <"/proc/$1/cmdline"; } 2>/dev/null || return 1
    for word in "${words[@]}"; do [ "$word" != "$2" ] || return 0; done
    return 1
}
writes_or_ended() { writes "$@" || ended "$1"; }
# Whoever kills a program says so in its book when it has written its last line.
kill_role() {
    local r=${ROLES[$1 % ${#ROLES[@]}]}
    await "the program of $r" writes_or_ended "${ROLE_PID[$r]}" "${ROLE_PATH[$r]}" # it may just begin
    ! writes "${ROLE_PID[$r]}" "${ROLE_PATH[$r]}" || kill -9 "${ROLE_PID[$r]}" 2>/dev/null
    role_ends "$r" $((128 + 9))
    echo killed >>"${ROLE_BOOK[$r]}"
    program_kills=$((program_kills + 1))
    role "$r"
}
kill_started() { # one of those that a node has started
    local books=() b pid
    for b in got*; do
        case $b in gothand*) continue ;; esac
        writes "${b##*.}" "$DIR/${b%.*}" && books+=("$b")
    done
    [ ${#books[@]} -gt 0 ] || return 0
    b=${books[$1 % ${#books[@]}]} pid=${b##*.}
    writes "$pid" "$DIR/${b%.*}" && kill -9 "$pid" 2>/dev/null || return 0
    await "the death of $pid" ended "$pid"
    echo killed >>"$DIR/$b"
    program_kills=$((program_kills + 1))
}
# A program that a node has started was killed here, or has ended well, or a node has stopped it (15).
started_ended() {
    ! grep -hE 'process [0-9]+ ended (by signal|with)' ./*.log | grep -vE 'ended by signal (9|15) ' >said ||
        fail "seed $SEED: $(head -n 5 said)"
}

# ---- what A and FAR hold ----

holds() { # PID: descriptors, and kB of memory of its own
    echo "$(ls "/proc/$1/fd" | wc -l) $(awk '/^RssAnon:/ { print $2 }' "/proc/$1/status")"
}
quiet() { # senders end, conversations are over, TPs have ended
    local r m t
    touch stop
    for r in "${SENDERS[@]}"; do
        PATIENCE=120 await "the end of $r" ended "${ROLE_PID[$r]}"
        role_ends "$r" 0
    done
    for m in A B C; do
        becomes "$m" connected at $m domain state self=true
        becomes "what $m knows of others" 2 eval "live $m | wc -w"
        becomes "conversations of $m" 0 at $m status conversations
    done
    becomes "conversations of FAR" 0 far show status conversations
    for m in A B C; do for t in QUEUED LUAQ VERBS EACH; do on $m snactl tp stop $t >/dev/null 2>&1; done; done
    for t in FARQ FAREACH; do far snactl tp stop $t >/dev/null 2>&1; done
    for m in A B C; do becomes "TPs of $m" 0 at $m status tp_processes; done
    becomes "TPs of FAR" 0 far show status tp_processes
    for m in A B C; do on $m snactl check >said 2>&1 || fail "seed $SEED: check of $m: $(cat said)"; done
    far snactl check >said 2>&1 || fail "seed $SEED: check of FAR: $(cat said)"
    give_back "on A"
    give_back far
}
give_back() { # a trace that takes the place of another one frees its ring, and all of the heap that is free (trace.c)
    local i
    for i in 1 2; do $1 snactl trace on --ring 64K >said 2>&1 || fail "a trace at the end: $(cat said)"; done
    $1 snactl trace off >said 2>&1 || fail "a trace at the end: $(cat said)"
}

# ---- what goes wrong ----

declare -A DOWN=() # what is down, and when it shall be back
program_kills=0 machine_kills=0 server_kills=0 cuts=0 reloads=0 traces=0 lists=0
down() { # WHAT MS
    [ -z "${DOWN[$1]:-}" ] || return 1
    DOWN[$1]=$(($(ms_since $begun) + $2))
}
up() { # WHAT
    unset "DOWN[$1]"
    case $1 in
    [BC]) machine_start $1 ;;
    [123]) cluster_member $1 ;;
    valve) echo open >valve ;;
    link) on A snactl activate connection TOFAR >/dev/null 2>&1 ;;
    esac
}
back_again() { # [all]
    local what
    for what in "${!DOWN[@]}"; do
        [ "$(ms_since $begun)" -lt "${DOWN[$what]}" ] && [ -z "${1:-}" ] || up "$what"
    done
}
# The node of machine $1 ends by this signal with status $2, or has ended before.
machine_ends() { # MACHINE STATUS [SIGNAL]
    local status=0
    machine_stop $1 ${3:-} || status=$?
    [ $status = $2 ] || fail "seed $SEED: the node of $1 has ended with status $status, not $2"
}
kill_machine() { # WHICH HOW_LONG_MS; not A, whose memory is looked at
    local machines=(B C)
    local m=${machines[$1 % 2]}
    down $m $2 || return 0
    machine_ends $m $((128 + 9)) -KILL
    machine_kills=$((machine_kills + 1))
}
kill_server() {
    local n=$((1 + $1 % 3))
    down $n $2 || return 0
    cluster_kill $n
    server_kills=$((server_kills + 1))
}
stall_link() { # longer than /keepalive, or not
    local words=(shut mute deaf)
    down valve $(($2 * 2)) || return 0
    echo "${words[$1 % 3]}" >valve
    cuts=$((cuts + 1))
}
cut_link() {
    down link $2 || return 0
    on A snactl deactivate connection TOFAR >out.cut 2>&1
    cuts=$((cuts + 1))
}
read_again() { # with a destination that comes or goes
    local machines=(A B)
    local m=${machines[$1 % 2]}
    [ -z "${DOWN[$m]:-}" ] || return 0
    if grep -q '^cpic SOAK' $m.cfg; then sed -i '/^cpic SOAK/d' $m.cfg; else dest_at $m SOAK; fi
    on $m snactl reload >out.reload 2>&1 || fail "seed $SEED: reload of $m: $(cat out.reload)"
    reloads=$((reloads + 1))
}
trace() { # on, or off with what it has
    if [ $(($1 % 2)) = 0 ]; then
        on A snactl trace on && far snactl trace on
    else
        on A snactl trace dump --file "$DIR/dump.pcapng"
        on A snactl trace off && far snactl trace off
    fi >out.trace 2>&1
    traces=$((traces + 1))
}
list() {
    local t
    on A snactl --json domain >list 2>&1 || fail "seed $SEED: listing the domain: $(cat list)"
    for t in status tp lu session conversation mode link side event; do
        on A snactl --json $t >list 2>&1 && far snactl --json $t >list 2>&1 || fail "seed $SEED: listing $t: $(cat list)"
        lists=$((lists + 2))
    done
    lists=$((lists + 1))
}
EVENTS=(kill_role kill_role kill_role kill_started kill_started kill_machine kill_server stall_link cut_link
    read_again trace list)

# ---- a moment of calm load, then all of it ----

for r in "${ROLES[@]}"; do role $r; done
measure_for 1500
quiet
before_a=$(holds "${NODE[A]}") before_far=$(holds "$FAR_PID")
rm stop
for r in "${SENDERS[@]}"; do role $r; done
begun=$EPOCHREALTIME
while [ "$(ms_since $begun)" -lt $((TIME * 1000)) ]; do
    what=${EVENTS[RANDOM % ${#EVENTS[@]}]} which=$((RANDOM % 1000))
    long=$((RANDOM % 2500)) pause=$((100 + RANDOM % 500))
    echo "$what $which $long" >>events
    $what $which $long
    back_again
    measure_for $pause
done
back_again all
becomes "the link again" active at A link state name=TOFAR
quiet
after_a=$(holds "${NODE[A]}") after_far=$(holds "$FAR_PID")
touch end
for m in A B C; do machine_ends $m 0; done
for r in handA handC; do
    await "the end of $r" ended "${ROLE_PID[$r]}"
    role_ends $r 0
done
far_stop || fail "the node beyond the link does not stop"
started_ended

# ---- the books ----

"$PYTHON" "$ROOT/tests/e2e/ledger.py" -v sent* -- got* >sums || fail "seed $SEED: $(cat sums)"
sed '$d' sums
echo "descriptors and kB: machine A $before_a, at the end $after_a; beyond the link $before_far, at the end $after_far"
more() { # WHAT BEFORE AFTER, as holds
    local before=($2) after=($3)
    [ $((after[0] - before[0])) -le $DESCRIPTORS ] || fail "$1 holds more descriptors: ${after[0]}, before ${before[0]}"
    [ $((after[1] - before[1])) -le $MEMORY_KB ] || fail "$1 holds more memory: ${after[1]} kB, before ${before[1]}"
}
more "machine A" "$before_a" "$after_a"
more "the node beyond the link" "$before_far" "$after_far"
echo "tried $TIME s, seed $SEED; killed $program_kills programs, $machine_kills machines, $server_kills NATS servers," \
    "$cuts cuts of the link, $reloads reloads, $traces traces, $lists listings;" \
    "$(tail -n 1 sums | sed 's/, lost/: lost/')"
