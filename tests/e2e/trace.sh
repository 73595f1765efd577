# snactl trace: what conversations carry, in order and without passwords, while nobody notices.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/mpingd"
tp KNOWN each "$BIN/apingd"
node_start
ping_() { "$BIN/aping" "$@" >>ping.out 2>&1 || fail "aping $*: $(tail -n 3 ping.out)"; }
frames() { show trace frames; }

is "before" "$(show trace state)" off
snactl trace dump >/dev/null 2>err && fail "a dump of nothing"
has err 'no trace has been on'
snactl trace off 2>err && fail "off while off"

# on, off, dump: a conversation of aping has an Attach, data, turns and an end
snactl trace on --file t.pcapng || fail "trace on"
is "state" "$(show trace state)" on
is "file" "$(show trace file)" "$DIR/t.pcapng"
ping_ -i 3 -s 100 EACH
becomes "conversations that are traced" 0 show trace conversations
n=$(frames)
[ "$n" -ge 8 ] || fail "$n frames of three round trips and the sessions"
is "frames lost" "$(show trace frames_lost)" 0
snactl trace dump --file dump.pcapng || fail "trace dump"
cmp t.pcapng dump.pcapng || fail "the file and the ring differ"
[ "$(stat -c %a t.pcapng)" = 600 ] || fail "others may read the trace"
grep -aq 'sender=invoker invoker=aping\[' t.pcapng || fail "no comment with the invoker"
grep -aq 'sender=acceptor .*acceptor=apingd\[' t.pcapng || fail "no comment with the acceptor"

# passwords are masked, user IDs are not
ping_ -n PROGRAM -u ALICE -p XYZZYPW KNOWN
snactl trace off || fail "trace off"
ebcdic() { "$PYTHON" -c 'import sys; sys.stdout.buffer.write(sys.argv[1].encode("cp037"))' "$1"; }
LC_ALL=C grep -aqF "$(ebcdic ALICE)" t.pcapng || fail "the user ID is not in the trace"
LC_ALL=C grep -aqF "$(ebcdic XYZZYPW)" t.pcapng && fail "the password is in the trace"
grep -aq XYZZYPW t.pcapng && fail "the password is in the trace, in ASCII"

# off: nothing more comes; the ring is still there
n=$(frames)
ping_ EACH
is "frames after off" "$(frames)" "$n"
snactl trace dump | cmp - t.pcapng || fail "the ring after off"

# filters
snactl trace on --tp EACH && ping_ TURN && is "frames of another TP" "$(frames)" 0
ping_ EACH && [ "$(frames)" -gt 4 ] || fail "no frames of the TP"
snactl trace on --lu nothere && ping_ EACH && is "frames of another LU" "$(frames)" 0
snactl trace on --lu TESTNET.HOSTLU && ping_ EACH && [ "$(frames)" -gt 4 ] || fail "no frames of the LU"

# a running conversation: on and off many times while it goes on
background ping.bg "$BIN/aping" -i 200000 -s 50 TURN
busy=$!
becomes "a running conversation" running show conversation state
id=$(show conversation id)
for i in 1 2 3 4 5; do
    snactl trace on --conversation "$id" >/dev/null || fail "trace on --conversation $id"
    before=$(frames)
    more() { [ "$(frames)" -gt "$((before + 10))" ]; }
    await "frames of a running conversation" more
    snactl trace off >/dev/null || fail "trace off, $i"
done
alive $busy || { cat ping.bg; fail "the conversation has not survived"; }
snactl trace dump >busy.pcapng
grep -aq "conversation=$id " busy.pcapng || fail "no frames of conversation $id"
kill $busy
becomes "conversations" 0 show status conversations

# a program that shows what it has not sent
snactl trace on >/dev/null
background ping.bg "$BIN/aping" -i 3 TURN
expect_log 'process [0-9]+ sent what is not the local protocol: dropped'
"$TPS/badclient" forged-trace "$SNANODE_SOCKET" || fail "badclient forged-trace: status $?"
join $! || fail "the aping beside it: $(cat ping.bg)"
snactl trace dump >forged.pcapng
grep -aq 'badclient' forged.pcapng && fail "a program shows frames of others"

# a node that does not answer holds nobody up for long
background ping.bg "$BIN/aping" -i 200000 -s 50 TURN
busy=$!
becomes "a running conversation" running show conversation state
kill -STOP "$NODE_PID"
lines() { wc -l <ping.bg; }
before=$(lines)
further() { [ "$(lines)" -gt "$((before + 2000))" ]; }
await "a conversation goes on without the node" further
kill -CONT "$NODE_PID"
some_lost() { [ "$(show trace frames_lost)" -gt 100 ]; }
await "frames that nobody took are counted" some_lost
kill $busy
becomes "conversations" 0 show status conversations
snactl trace off >/dev/null

# the ring keeps the last ones
snactl trace on --ring 64K >/dev/null
ping_ -i 100 -s 2000 EACH
kept=$(show trace frames_in_ring) all=$(frames)
[ "$kept" -gt 5 ] && [ "$kept" -lt "$all" ] || fail "$kept of $all frames in a ring of 64K"
snactl trace dump >ring.pcapng
[ "$(stat -c %s ring.pcapng)" -le 131072 ] || fail "a ring of 64K makes a file of $(stat -c %s ring.pcapng)"

# a program that dies in a traced conversation: its last frames and the node's word are there
tp_pid() { show conversation tp_pid; }
background ping.bg "$BIN/aping" -i 200000 -s 50 EACH
becomes "a running conversation" running show conversation state
kill -9 "$(tp_pid)"
wait $! && fail "aping has not noticed"
becomes "conversations" 0 show status conversations
snactl trace dump >died.pcapng
grep -aq ' by=node ' died.pcapng || fail "no word of the node"

for bad in "on --what x" "on --lu" "on --ring 1" "on --conversation x" "dump x" "nothing" "off now"; do
    snactl trace $bad </dev/null >/dev/null 2>&1
    is "status of trace $bad" $? 2
done
snactl trace on --conversation 99 2>err
is "status of an unknown conversation" $? 1
snactl trace on --file "$DIR/no/such/file" 2>err && fail "a file that cannot be"
has err 'No such file'
snactl trace off >/dev/null
becomes "programs that show frames" 0 show trace programs
snactl check || fail "the counters at the end"
