# What a node of a domain says and does when its NATS servers are not as they should be, or others write rubbish.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 900[38]: '

# A node in no domain, and files that are wrong.
tp EACH each "$BIN/apingd"
node_start
snactl domain >said 2>&1
is "exit status without a domain" $? 1
has said 'snactl: this node is in no domain; .*Domain'
snactl domain rubbish >said 2>&1
is "exit status" $? 2
node_stop || exit 1
NATS_PORT=1
machine A TPA "http://here"
"$BIN/snacheck" -c A.cfg -t A.reg >said 2>&1 && fail "snacheck takes http://"
has said 'A.reg:[0-9]+: SnaBase\\Parameters\\Domain: Servers must name 1 to 16 servers'
machine A TPA "" '"CA"="/no/such/file"'
"$BIN/snacheck" -c A.cfg -t A.reg >said 2>&1
has said 'warning: SnaBase\\Parameters\\Domain: CA: /no/such/file cannot be read: No such file'

# Nobody there: local programs are served as ever.
machine A TPA "nats://u:secret@127.0.0.1:1"
machine_start A
has_why() { # REGEX
    at A domain lost self=true | grep -qE "$1"
}
await "why" has_why '^nats://127.0.0.1:1: no server answers; start one, or correct Servers$'
grep -q secret A.log && fail "a password is in the log"
is "TPs" "$(at A tp name)" TPA
machine_stop A

# No JetStream, and then a server that has it.
NATS_PORT=-1
nats_start --no_advertise
machine A TPA
machine_start A
await "why" has_why '^the server has no JetStream; start nats-server with --jetstream'
nats_kill
nats_start
becomes "A" connected at A domain state self=true
machine B TPB
machine_start B
becomes "A's others" live at A domain state machine=HOSTB

# The server stops in its tracks, and goes on.
kill -STOP "$NATS_PID"
becomes "A with a server that is silent" lost at A domain state self=true
kill -CONT "$NATS_PID"
becomes "A" connected at A domain state self=true
becomes "B for A" live at A domain state machine=HOSTB

# Somebody deletes the bucket: it is made again.
reached=$(grep -c 'event 9007: ' A.log)
nats_say 'PUB $JS.API.STREAM.DELETE.KV_snanode-TEST 0' ''
becomes "events of A" $((reached + 1)) grep -c 'event 9007: ' A.log
# Whoever notices first makes it; the other one finds that it is a new one.  What was asked at this very moment is not answered.
has A.log 'event 9008: .*directory not reached: (the server has not answered for 5 s|bucket snanode-TEST (is not there any more; it is made again|has been made anew; it is read again|has lost entries of this machine; they are put again))'
becomes "A" connected at A domain state self=true
becomes "B for A" live at A domain state machine=HOSTB
is "B's TPs" "$(at A "domain tp" name machine=HOSTB)" TPB

# The server forgets what a machine has put, as it does when its clock is put forward by more than an hour: the machine
# puts it again, so that one that comes now knows all.
filter='{"filter":"$KV.snanode-TEST.HOSTB.*.*"}'
nats_say "PUB \$JS.API.STREAM.PURGE.KV_snanode-TEST ${#filter}" "$filter"
machine C TPC
machine_start C
await "B notices" grep -q 'event 9008: .*bucket snanode-TEST has lost entries of this machine; they are put again' B.log
becomes "B's TPs for C" TPB at C "domain tp" name machine=HOSTB state=live
becomes "A's others" "HOSTB HOSTC " live A
is "B's TPs for A" "$(at A "domain tp" name machine=HOSTB)" TPB
[ -z "$(grep -h 'event 9003: ' A.log)" ] || fail "A has taken B for gone"
machine_stop C

# Rubbish in the bucket.
expect_log 'event 9005: '
b=$(at A domain instance machine=HOSTB)
nats_say "PUB \$KV.snanode-TEST.HOSTB.$b.t77 7" 'rubbish' "PUB \$KV.snanode-TEST.hello 0" '' \
    "PUB \$KV.snanode-TEST.HOSTB.$b.t78 2" 'xy'
becomes "refused" 2 at A domain refused machine=HOSTB
becomes "events" 2 grep -c 'event 9005: ' A.log
has A.log "event 9005: entry HOSTB.$b.t77 of the domain's directory is refused: not an entry"
is "B's TPs" "$(at A "domain tp" name machine=HOSTB)" TPB
for m in A B; do machine_stop $m; done
nats_kill

# Wrong and right passwords.
nats_start --jetstream --user sna --pass right
machine A TPA "nats://sna:wrong@127.0.0.1:$NATS_PORT"
machine_start A
await "why" has_why 'the server does not take the credentials; correct Credentials, or user and password in Servers$'
machine A TPA "nats://sna:right@127.0.0.1:$NATS_PORT"
SNANODE_SOCKET=$DIR/A.sock snactl reload >/dev/null || fail "reload"
becomes "A with the right password" connected at A domain state self=true
grep -qE 'wrong|right@' A.log && fail "a password is in the log"
machine_stop A
