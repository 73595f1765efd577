# An invoker dies right after its Attach has flowed, and the node hears of its end before it sees the Attach: the TP gets
# the Attach and what was sent, and hears of the end; its Accept is not lost, and the next invoker is served.
. "${BASH_SOURCE%/*}/lib.sh"
[ -z "$SANITIZED" ] || { echo "skipped: a node that stalls (a sanitizer has to be loaded first)"; exit 77; }
expect_log 'conversation [0-9]+: |event [0-9]+: '
tp HAND hand ""
SNANODE=(env "STALL=$DIR/stall" "LD_PRELOAD=$BUILD/tests/shim/stall.so" "${SNANODE[@]}")
node_start

# The process is in this system call (numbers of x86-64).
RECVMSG=47 CLOCK_NANOSLEEP=230
within_call() { # PID NUMBER
    local number
    { read -r number _ <"/proc/$1/syscall"; } 2>/dev/null && [ "$number" = "$2" ]
}
waits() { within_call "$1" $RECVMSG; } # for an answer
[ "$(uname -m)" = x86_64 ] || { echo "skipped: a sender that dies (numbers of system calls)"; exit 77; }

APPCTPN=HAND APPCLLU=HOSTLU background hand "$TPS/steps" accept receive accept receive receive accept receive receive accept receive
tp=$!
becomes "Accepts" 1 show status accepts_outstanding
background dies "$TPS/steps" init:HAND allocate send:9 deallocate init:HAND allocate send:10 flush use:1 init:HAND use:0 \
    "await:$DIR/go" deallocate "touch:$DIR/over" use:1 allocate send:11 flush kill
dies=$!
await "the conversations of the invoker" eval '[ "$(grep -c ^init dies)" = 3 ]'

# The node gets the end of the first conversation, the Accept and the Allocate at once; while it is busy with these, the
# Attach flows, and its sender dies.
touch stall.1 stall.2
background poke snactl status
poke=$!
await "the node stands" within_call "$NODE_PID" $CLOCK_NANOSLEEP
touch go
await "the end of the first conversation" test -e over
await "the Allocate" waits $dies
await "the end at the TP" eval '[ "$(grep -c ^receive hand)" = 3 ]'
await "the second Accept" waits $tp
rm stall.1
await "the end of the sender" eval '! alive $dies'
rm stall.2
join $poke || fail "snactl: $(cat poke)"

"$TPS/steps" init:HAND allocate send:20 deallocate >alive 2>&1 || fail "the next one: $(cat alive)"
join $tp || fail "$(cat hand)"
is "what the TP got" "$(awk '{ print $1, $2 ($1 == "receive" ? " " $5 : "") }' hand | sed '1,5d')" "\
accept CM_OK
receive CM_OK length=11
receive CM_DEALLOCATED_ABEND length=0
accept CM_OK
receive CM_DEALLOCATED_NORMAL length=20"
node_stop
