# Whatever takes back a session that stays, the invoker and the TP notice nothing: each conversation reaches the TP once, in
# order, and is answered; and the session stays again afterwards.
#   SEED=N       the order of the causes (printed; another one each time otherwise)
#   ROUNDS=N     how often, 60 by default
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/staylib.sh"
expect_log 'conversation [0-9]+: |event [0-9]+: |process [0-9]+: |session '
RANDOM=${SEED:=$RANDOM}
ROUNDS=${ROUNDS:-60}
echo "seed $SEED"
tp STAY turn "$TPS/brackets" serve
tp OTHER turn "$TPS/brackets" serve
node_start

invoker_start() {
    local hows=(plain confirm all)
    background invoker "$TPS/brackets" invoke STAY 100000000 ${hows[RANDOM % 3]}
    INVOKER=$!
}
few() { # DEST: some conversations of another invoker
    "$TPS/brackets" invoke "$1" 5 >few || fail "$1: $(cat few)"
    is "$1" "$(cat few)" "answered 5"
    OTHERS=$((OTHERS + 5))
}
OTHERS=0
answered() { # FILE: how many its invoker counted
    [[ $(cat "$1") =~ ^answered\ ([0-9]+)$ ]] || fail "the invoker: $(cat "$1")"
    echo "${BASH_REMATCH[1]}"
}

# What an operator or another program does, and nobody may notice.
HARMLESS=(listing metrics trace tracelu inject other injectother reload cnos rival another activate normal stopped stoppedtp)
harmless() {
    local pid
    case $1 in
    listing) snactl --json conversation ;;
    metrics) snactl metrics ;;
    trace) snactl trace on && snactl trace off ;;
    tracelu) snactl trace on --lu HOSTLU --ring 64K && snactl trace dump --file trace.pcap && snactl trace off ;;
    inject) snactl inject delay OTHER 1 3 && few OTHER && snactl inject clear ;; # of STAY others would overtake those
    injectother) snactl inject attach OTHER 1 084C0000 && snactl inject clear ;;
    reload) snactl reload ;;
    cnos) snactl cnos CLIENTLU HOSTLU '#BATCH' set 2 1 1 && snactl cnos CLIENTLU HOSTLU '#BATCH' reset ;;
    other) few OTHER ;;
    another) few STAY ;;
    rival)
        APPCTPN=STAY APPCLLU=HOSTLU background rival "$TPS/brackets" serve 20
        join $!
        ;;
    activate) [ "$(show status sessions)" -ge 7 ] || snactl activate CLIENTLU HOSTLU '#INTER' ;;
    normal) snactl deactivate CLIENTLU HOSTLU '#INTER' normal ;;
    stopped) kill -STOP $INVOKER && snactl status && kill -CONT $INVOKER ;;
    stoppedtp) pid=$(show tp pid name=STAY) && kill -STOP "$pid" && snactl status && kill -CONT "$pid" ;;
    esac
}
invoker_start
for ((i = 0; i < ROUNDS; i++)); do
    await "a session that stays" stays_again
    order=${HARMLESS[RANDOM % ${#HARMLESS[@]}]}
    harmless "$order" >said 2>&1 || fail "$order: $(cat said)"
    alive $INVOKER || fail "after $order the invoker: $(cat invoker)"
done
await "a session that stays" stays_again
kill -TERM $INVOKER
join $INVOKER || fail "the invoker: $(cat invoker)"
nothing_left
n=$(($(answered invoker) + OTHERS))
becomes "Allocates in the books" $n show status allocates
! grep -E 'TP STAY\[[0-9]+\]: (twice|serving)' "$LOG" || fail "the TP got what it should not"
brackets=$(show status brackets)
[ "$brackets" -gt 0 ] || fail "no conversation was a bracket"
node_stop || exit 1
echo "$n conversations, $brackets of them brackets on $STAYED sessions, $ROUNDS times taken back"
