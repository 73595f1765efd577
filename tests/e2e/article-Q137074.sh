# Q137074: 300 starts at once; the node answers its operator all the while.
# alone: measures time or CPU time
# plain: it measures time
. "${BASH_SOURCE%/*}/lib.sh"
tp PING each "$BIN/apingd"
echo 'mode WIDE /add /sessionlim:400' >>"$CFG"
dest WIDE PING WIDE
n=300
[ -z "${SANITIZED:-}" ] || n=40
node_start
pids=()
for i in $(seq $n); do
    background /dev/null "$BIN/aping" -i 1 WIDE
    pids+=($!)
done
best=100000 # of twenty: it is the node that is measured, not how 300 programs share a machine
for i in $(seq 20); do
    start=$EPOCHREALTIME
    snactl status >/dev/null || fail "status"
    ms=$(ms_since $start)
    [ "$ms" -ge $best ] || best=$ms
done
[ -n "${SANITIZED:-}" ] || within "snactl status" 0 100 $best
for p in "${pids[@]}"; do join $p 60 || fail "an aping failed"; done
is "starts" "$(show tp starts name=PING)" $n
becomes "children" 0 show status tp_processes
