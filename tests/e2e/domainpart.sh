# A machine that is cut off from NATS while the others are not, in one direction only and in both: its lease runs out at
# the others, conversations with it go on, and new ones find what it still knows; when it is back, all is as before.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 900[38]: '

nats_start
VALVE=$(free_port)
background valve.out "$PYTHON" "$ROOT/tests/e2e/valve.py" "$VALVE" "$NATS_PORT" "$DIR/word"
for m in A B C; do joined $m; done
sed -i "s|^\"Servers\"=.*|\"Servers\"=\"nats://127.0.0.1:$VALVE\"|" A.reg
offer B TALKS each "$TPS/steps" "out:$DIR/talks accept receive receive receive"
offer B PING each "$BIN/apingd"
offer A HOME each "$BIN/apingd"
for m in A B C; do machine_start $m; done
becomes "the others of A" "HOSTB HOSTC " live A
becomes "the others of B" "HOSTA HOSTC " live B
becomes "B's TP" nonqueued at A "domain tp" kind name=PING
# Entries of before its start are news to a node when they are renewed: it tells nothing of those that never are.
for m in B C; do await "A is known at $m" grep -q 'event 9001: machine HOSTA' $m.log; done
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
for m in B C; do # else it was only found there, and its end is not told
    await "$m has seen A renew its lease" has_line $m.log 'event 9001: machine HOSTA is in the domain'
done

over=0
for word in mute deaf shut; do
    rm -f talks on
    back invoker A "$TPS/steps" init:TALKS allocate send:5 flush "await:$DIR/on" send:6 deallocate
    invoker=$!
    await "$word: the TP has received" has_line talks '^receive CM_OK .* length=5 '
    echo $word >word
    becomes "$word: A for B" "HOSTC " live B
    over=$((over + 1))
    for m in B C; do
        is "$word: events of $m" "$(grep -c 'event 9003: machine HOSTA has not renewed its lease' $m.log)" $over
    done
    becomes "$word: A itself" lost at A domain state self=true
    is "$word: the others of A" "$(live A)" "HOSTB HOSTC "
    touch on
    join "$invoker"
    has invoker '^deallocate CM_OK'
    await "$word: the TP has received the rest" has_line talks '^receive CM_.* length=6 '
    for t in PING HOME; do
        on A "$BIN/aping" -i 1 $t >out 2>&1 || fail "$word: aping $t: $(cat out)"
    done
    rm word
    becomes "$word: A with NATS" connected at A domain state self=true
    becomes "$word: the others of B again" "HOSTA HOSTC " live B
    becomes "$word: A's TP for B" nonqueued at B "domain tp" kind name=HOME state=live
done
[ -z "$(cat ?.log | grep 'event 90\(10\|04\): ')" ] || fail "a machine or connection looks lost, or like two"
machines_end A B C
