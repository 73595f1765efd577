# Twenty machines with many TPs each.  Machines are killed, end in order and start again, and offer more or fewer TPs, in an
# order that a seed gives.  Afterwards everybody knows exactly what the others offer, and an Attach finds a machine that was
# killed on the way.
# plain: domainkill and domainledger have machines that die under sanitizers, check_directory has the churn
#   SEED=N       what happens (printed; another one each time otherwise)
#   EVENTS=N     how much, 40 by default
#   EACH=N       of each machine, 50 by default; 500 take a minute of processor
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 90(0[23458]|10): '
SEED=${SEED:-$(($$ % 10000))} EVENTS=${EVENTS:-40} PATIENCE=60 EACH=${EACH:-50}
RANDOM=$SEED
echo "seed $SEED, $EVENTS events"
crowd=(A B)
for ((i = 1; i <= 18; i++)); do crowd+=(N$i); done
declare -A offers=() up=()

# From now on machine $1 offers $2 TPs, besides PING of B; it reads that when it starts or reloads.  It must not be
# starting meanwhile: it could read half of the file.
set_offer() {
    {
        cat "$1.head"
        for ((k = 1; k <= $2; k++)); do
            printf '[%s\\TPs\\%s.%s\\Parameters]\n"SNAServiceType"=dword:5\n"PathName"="%s"\n' "$KEY" $1 $k "$BIN/apingd"
        done
    } >$1.reg
    offers[$1]=$2
    [ $1 != B ] || offers[B]=$(($2 + 1))
}
start() {
    machine_begin $1
    up[$1]=yes
}
gone() { ! kill -0 "$1" 2>/dev/null; }
end() { # MACHINE SIGNAL
    machine_ready $1
    machine_stop $1 -$2
    await "the end of node $1" gone "${NODE[$1]}"
    up[$1]=
    downs=$((downs + 1))
}

nats_start
FIXED=yes
for m in A B; do joined $m; done
REG=B.reg CFG=A.cfg tp PING each "$BIN/apingd"
for m in "${crowd[@]:2}"; do LISTEN=127.0.0.1:1 machine $m TP$m; done
for m in "${crowd[@]}"; do
    if [ $m = B ]; then cp B.reg B.head; else sed '/TPs.TP/,$d' $m.reg >$m.head; fi
    [ $m != B ] || sed -i '/TPs.TPB/,+2d' B.head
    set_offer $m $EACH
    start $m
done
for m in "${crowd[@]}"; do machine_ready $m; done

# What machine $1 knows of others that live: how many, and their TPs.
known() {
    at "$1" domain state/self/tps | awk -F/ '$1 == "live" && $2 == "false" { m++; n += $3 } END { print m + 0, n + 0 }'
}
all_know() { # WHEN
    local total=0 m
    for m in "${crowd[@]}"; do total=$((total + offers[$m])); done
    for m in "${crowd[@]}"; do
        becomes "$1: what $m knows" "$((${#crowd[@]} - 1)) $((total - offers[$m]))" known $m
    done
}
all_know "at first"
on A "$BIN/aping" -i 1 PING >out 2>&1 || fail "aping: $(cat out)"

downs=0 changes=0
end B KILL
for ((e = 1; e < EVENTS; e++)); do
    m=${crowd[RANDOM % ${#crowd[@]}]} what=$((RANDOM % 4))
    if [ -z "${up[$m]}" ]; then
        start $m
    elif [ $what = 0 ]; then
        end $m KILL
    elif [ $what = 1 ]; then
        end $m TERM
    else
        machine_ready $m
        set_offer $m $((EACH - EACH / 10 + RANDOM % (EACH / 5 + 1)))
        on $m snactl reload >said 2>&1 || fail "reload of $m: $(cat said)"
        changes=$((changes + 1))
    fi
done
for m in "${crowd[@]}"; do [ -n "${up[$m]}" ] || start $m; done
for m in "${crowd[@]}"; do machine_ready $m; done
all_know "after $downs ends and $changes reloads"
await "aping to a machine that was killed" on A "$BIN/aping" -i 1 PING
for m in "${crowd[@]}"; do
    on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
    machine_stop $m
done
echo "20 machines with $EACH TPs each, seed $SEED: $downs ends, $changes reloads; all know all"
