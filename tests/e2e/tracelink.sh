# A trace at both ends of a link: the same conversation, seen from each node, and dissected by Wireshark.
# plain: trace, linkwire and check_recording write and read traces under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

expect_log "warn +event 23: Connection (TOFAR|TONEAR)"
far_node
far_tp FARD each "$BIN/apingd"
far_start
node_start
far_snactl() { "$BIN/snactl" -s "$FAR/node.sock" "$@"; }
snactl trace on --file near.pcapng >/dev/null || fail "trace on here"
far_snactl trace on --file "$DIR/far.pcapng" >/dev/null || fail "trace on there"
"$BIN/aping" -i 2 -n PROGRAM -u ALICE -p XYZZYPW FARD >ping.out 2>&1 || { cat ping.out; fail "aping over a link"; }
"$BIN/aping" NOTHERE >ping.out 2>&1 && fail "a TP that is not there"
becomes "conversations" 0 show status conversations
far_conversations() { "$BIN/snactl" --json -s "$FAR/node.sock" status | "$ROOT/scripts/field" conversations; }
becomes "conversations there" 0 far_conversations
snactl trace off >/dev/null
far_snactl trace off >/dev/null

grep -aq 'sender=invoker invoker=aping\[[0-9]*\] acceptor=remote ' near.pcapng || fail "the invoker, seen from here"
grep -aq 'sender=acceptor invoker=aping\[[0-9]*\] acceptor=remote ' near.pcapng || fail "the acceptor, seen from here"
grep -aq 'sender=invoker invoker=remote ' far.pcapng || fail "the invoker, seen from there"
grep -aq 'invoker=remote acceptor=apingd\[' far.pcapng || fail "the acceptor, seen from there"
for f in near far; do
    LC_ALL=C grep -aqF "$("$PYTHON" -c 'import sys; sys.stdout.buffer.write("XYZZYPW".encode("cp037"))')" $f.pcapng &&
        fail "the password is in $f.pcapng"
done

if command -v tshark >/dev/null; then
    dissected() { HOME=$DIR LC_ALL=C.UTF-8 tshark -X lua_script:"$ROOT/scripts/wireshark/snaru.lua" "$@" 2>tshark.err; }
    # who answers whom: the turns of the conversation, in their order
    turns() { dissected -r "$1" -Y 'frame.comment contains "tp=FARD"' -T fields -e frame.comment | grep -o 'sender=[ia]' | tr -d '\n'; }
    is "turns, from here" "$(turns near.pcapng)" "$(printf 'sender=i%.0s' 1 && printf 'sender=asender=i%.0s' 1 2 3)"
    is "turns, from there" "$(turns far.pcapng)" "$(turns near.pcapng)"
    for f in near far; do
        is "malformed packets of $f.pcapng" "$(dissected -r $f.pcapng -Y '_ws.malformed || snaru.malformed' | grep -c .)" 0
        is "Attaches in $f.pcapng" "$(dissected -r $f.pcapng -Y snaru.fmh5.tpname -T fields -e snaru.fmh5.tpname | sort -u | tr '\n' ' ')" \
            "FARD NOTHERE "
        is "refusals in $f.pcapng" "$(dissected -r $f.pcapng -Y 'snaru.sense.name contains "TP_NOT_AVAILABLE"' | grep -c .)" 1
        is "packets without an RU of ours in $f.pcapng" "$(dissected -r $f.pcapng -Y '!snaru' | grep -c .)" 0
    done
fi
snactl check || fail "the counters at the end"
