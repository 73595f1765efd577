# Numbered records through a domain of three machines with a cluster of three NATS servers, while machines and servers
# are killed and started again at random: each record is received once and in order, or both sides are told.
#   SEED=N       what happens when (printed; another one each time otherwise)
#   FOR=N        for how many seconds, 6 by default
# The last line has the sums.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 90(0[2-8]|1[0-3]): |event 703: |conversation [0-9]+: |warn +TP '
SEED=${SEED:-$(($$ % 10000))}
FOR=${FOR:-6}
RANDOM=$SEED
echo "seed $SEED, $FOR s"
PATIENCE=40 FIXED=yes TPTIMEOUT=3
LEDGER=$TPS/ledger

# ---- three servers, three machines ----

cluster_start
for m in A B C; do clustered $m QUEUED EACH BYHAND; done
serve() { # MACHINE TP KIND
    REG=$1.reg CFG=/dev/null tp "$2" "$3" "$LEDGER" "receive $DIR/got$1 $2"
}
serve A QUEUED turn
serve B QUEUED turn
serve B EACH each
serve C EACH each
for m in A B C; do machine_start $m; done
for m in C A; do
    back by$m $m "$LEDGER" receive "$DIR/hand$m" BYHAND "$DIR/end"
    HANDS="${HANDS:-} $!"
done
for m in A B C; do becomes "what $m knows of others" 2 eval "live $m | wc -w"; done
SENDERS=()
for m in A B C; do
    for i in 1 2; do
        back out$m$i $m "$LEDGER" send "$DIR/sent$m$i" "sent$m$i" "$SEED$i" "$DIR/stop" QUEUED EACH BYHAND
        SENDERS+=($!)
    done
done

# ---- what goes wrong ----

declare -A DOWN=() # what is down, and when it shall be back
begun=$EPOCHREALTIME kills=0
while [ "$(ms_since $begun)" -lt $((FOR * 1000)) ]; do
    what=$((RANDOM % 2 ? RANDOM % 3 + 1 : 0)) victim=ABC
    if [ $what = 0 ]; then what=${victim:RANDOM % 3:1}; fi
    if [ -z "${DOWN[$what]:-}" ]; then
        case $what in
        [ABC]) machine_stop $what -KILL ;;
        *) cluster_kill $what ;;
        esac
        kills=$((kills + 1))
        DOWN[$what]=$(($(ms_since $begun) + RANDOM % 2500))
    fi
    measure_for $((100 + RANDOM % 700))
    for what in "${!DOWN[@]}"; do
        [ "$(ms_since $begun)" -ge "${DOWN[$what]}" ] || continue
        unset "DOWN[$what]"
        case $what in
        [ABC]) machine_start $what ;;
        *) cluster_member $what ;;
        esac
    done
done
for what in "${!DOWN[@]}"; do
    case $what in
    [ABC]) machine_start $what ;;
    *) cluster_member $what ;;
    esac
done

# ---- all is well again ----

for m in A B C; do
    becomes "$m" connected at $m domain state self=true
    becomes "what $m knows of others" 2 eval "live $m | wc -w"
done
touch stop
for p in "${SENDERS[@]}"; do join "$p" 60; done
touch end
machines_end A B C
for p in $HANDS; do join "$p"; done
"$PYTHON" "$ROOT/tests/e2e/ledger.py" -v sent?? -- got?.* hand?.* >sums || fail "seed $SEED: $(cat sums)"
sed '$d' sums
echo "kills $kills, seed $SEED; $(tail -n 1 sums)"
