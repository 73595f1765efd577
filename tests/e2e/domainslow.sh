# A machine of a domain that is slow, HOSTB: stopped most of the time, stopped for longer than its lease, or behind a slow
# network.  HOSTA has the LU and the invokers, HOSTC the same TPs.  What runs elsewhere does not wait for it; its lease
# ends as docs/domain.md says; no Attach is delivered twice, and no record is lost that nobody is told of.
# plain: HOSTA is loaded with a library of its own; domainkill and domainledger run what is tested here
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 90(03|08|1[01]): |event 703: |conversation [0-9]+: |warn +TP '
LEDGER=$TPS/ledger
FIXED=yes TPTIMEOUT=20
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
listens_at() { sed -n 's/^"ListenAddress"="127.0.0.1:\(.*\)"/\1/p' "$1.reg"; }

nats_start
for m in A B C; do joined $m; done
offer B PING each "$BIN/apingd"
many= all=
for i in {1..100}; do many="$many send:32767" all="$all receive"; done
offer B HEARS each "$TPS/steps" "out:$DIR/hears accept touch:$DIR/there await:$DIR/hear $all receive"
offer C PINGC each "$BIN/apingd"
for tp in MOVES BUSY BOTH; do dest_at A $tp; done
for m in B C; do REG=$m.reg CFG=/dev/null tp BOTH each "$LEDGER" "receive $DIR/got$m BOTH"; done
VALVE=$(free_port) # on the way from A to B
background valve.out "$PYTHON" "$ROOT/tests/e2e/valve.py" "$VALVE" "$(listens_at B)" "$DIR/word"
plain=("${SNANODE[@]}")
SNANODE=(env "LD_PRELOAD=$BUILD/tests/shim/detour.so" "DETOUR=$(listens_at B):$VALVE" "$BIN/snanode")
machine_start A
SNANODE=("${plain[@]}")
for m in B C; do machine_start $m; done
becomes "others of A" "HOSTB HOSTC " live A
becomes "others of C" "HOSTA HOSTB " live C
for m in A C; do await "$m has seen B renew" has_line $m.log 'event 9001: machine HOSTB is in the domain'; done
for tp in PING PINGC; do on A "$BIN/aping" -i 1 $tp >out 2>&1 || fail "aping $tp: $(cat out)"; done

stopped() { [ "$(sed 's/.*) //; s/ .*//' "/proc/${NODE[B]}/stat")" = T ]; }
# Stopped for OFF ms and going for ON ms, while the file slow is there.
slow() { # OFF ON
    local pid=${NODE[B]}
    touch slow
    (
        trap 'kill -CONT $pid; exit' TERM
        while [ -e slow ]; do
            kill -STOP "$pid"
            sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
            kill -CONT "$pid"
            sleep "$(($2 / 1000)).$(printf %03d $(($2 % 1000)))"
        done
    ) &
    CYCLE=$!
    PIDS+=($!)
}
well() { # it is not slow any more
    rm -f slow
    wait "$CYCLE"
}
losses() { cat ?.log | grep -cE 'event 90(03|10): '; }
checked() {
    for m in A B C; do
        becomes "conversations of $m" 0 at $m status conversations
        on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
    done
}
# Senders on A, for the ledger; they end when each has ended a conversation well.
ROUND=0
send() {
    local i
    SENDERS=() ROUND=$((ROUND + 1))
    for m in B C; do HAD[$m]=$(received $m); done
    for i in 1 2 3; do
        back out$i A "$LEDGER" send "$DIR/sent$ROUND$i" "sent$ROUND$i" "$RANDOM" "$DIR/stop" BOTH
        SENDERS+=($!)
    done
}
balanced() { "$PYTHON" "$ROOT/tests/e2e/ledger.py" sent* -- gotB.* gotC.* >sums 2>&1; }
# The senders end, and the ledger of all rounds is balanced; TOLD is how many conversations have failed.
books() { # WHAT
    touch stop
    for p in "${SENDERS[@]}"; do join "$p" 40; done
    await "the ledger, $1" balanced
    rm stop
    TOLD=$(sed -n 's/.*, told \([0-9]*\);.*/\1/p' sums)
    echo "$1: $(tail -n 1 sums)"
}
declare -A HAD=()
received() { # MACHINE: conversations that ended well there
    cat got$1.* 2>/dev/null | grep -c '^end CM_DEALLOCATED_NORMAL'
}
has_had() { # MACHINE N: in this round
    [ "$(received $1)" -ge $((${HAD[$1]} + $2)) ]
}

# ---- who talks with others does not wait for one that is stopped ----

back sends A "$TPS/steps" init:HEARS allocate $many deallocate
sends=$!
await "the TP on B has accepted" test -e there
kill -STOP "${NODE[B]}"
on A "$BIN/aping" -i 50 -s 2000 PINGC >out 2>&1 || fail "aping beside a machine that is stopped: $(cat out)"
stopped || fail "B was not stopped all the time"
alive $sends || fail "all was sent to a machine that is stopped: $(tail -n 1 sends)"
kill -CONT "${NODE[B]}"
touch hear
join $sends
has sends '^deallocate CM_OK'
await "the TP on B has received all" has_line hears '^receive CM_DEALLOCATED_NORMAL '
checked

# ---- slow, but within its lease: nothing is lost, and nobody says so ----

before=$(losses)
slow 400 40
send
for m in B C; do await "conversations with $m while B is slow" has_had $m 8; done
books "slow"
well
is "losses while B is slow" "$(losses)" "$before"
is "conversations that failed" "$TOLD" 0
checked

# ---- slower than its lease: the lease ends, and what was on the way is told, or goes elsewhere, once ----

slow 3000 500
send
for i in 1 2; do
    becomes "B's lease ends ($i)" "$i" grep -c 'event 9003: machine HOSTB has not renewed its lease' A.log
    await "B is in the domain again ($i)" eval "[ \$(grep -c 'event 9001: machine HOSTB' A.log) -gt $i ]"
done
await "conversations with C meanwhile" has_had C 8
well
becomes "B for A" live at A domain state machine=HOSTB
books "slower than its lease"
[ "$(losses)" -gt "$before" ] || fail "no lease has ended"
[ -z "$(grep -h "event 9003: machine HOST[AC]" ?.log)" ] || fail "B has taken others for gone"
checked

# An Attach that waits on B goes to C when B's lease is over, and B does not have it when it goes on.
attach_waits B "await:$DIR/on use:1 accept receive"
kill -STOP "${NODE[B]}"
back onC C "$TPS/steps" name:MOVES accept receive
ON_C=$!
attach_moves
kill -CONT "${NODE[B]}"
join "$HOLDS"
has holds '^receive CM_RESOURCE_FAILURE_RETRY'
becomes "B for A" live at A domain state machine=HOSTB
becomes "Attaches that wait on B" "" at B queue tp
touch on
becomes "the Accept on B, as A knows" 1 at A "domain tp" waiting name=MOVES machine=HOSTB
on A "$TPS/steps" init:MOVES allocate send:17 deallocate >out 2>&1
has out '^deallocate CM_OK'
await "the program on B has one Attach, the second one" has_line busy '^receive CM_DEALLOCATED_NORMAL .* length=17 '
checked

# ---- a slow network between A and B: later, and no more than that ----

is "lost connections with C" "$(cat A.log C.log | grep -c 'event 9010: .*HOST[AC]')" 0
before=$(losses)
echo late 300 >word
slow_trip() { [ "$(at A domain round_trip_us machine=HOSTB)" -ge 550000 ]; }
on A "$BIN/aping" -i 1 PING >out 2>&1 || fail "aping through a slow network: $(cat out)"
await "a round trip of 600 ms" slow_trip
send
for m in B C; do await "conversations with $m, the network being slow" has_had $m 4; done
had=$TOLD
books "a slow network"
is "losses through a slow network" "$(losses)" "$before"
is "conversations that failed" "$TOLD" "$had"
rm word
checked
for m in A B C; do machine_stop $m; done
