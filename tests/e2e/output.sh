# What one TP does to its output harms only that TP: the node stays idle, and the lines of the next TP are
# logged with its name.
# alone: measures time or CPU time
. "${BASH_SOURCE%/*}/lib.sh"

for way in shutdown close nonblock read half child prints; do tp "${way^^}" each "$TPS/output" $way; done
tp FLOOD turn "$TPS/output" flood
tp LETTERS turn "$TPS/output" letters
tp NOISE turn "$TPS/output" noise
tp OCTETS each "$TPS/output" octets
mkfifo "$DIR/unread"
MORE="[$KEY\\TPs\\PIPED\\Parameters\\Launch]
\"OutputFile\"=\"$DIR/unread\"" tp PIPED each "$TPS/output" prints
expect_log "warn  TP PIPED: $DIR/unread: No such device or address"
expect_log 'warn  TP (FLOOD|LETTERS|NOISE): process [0-9]+ has not ended: killing it'
node_start
ticks() {
    awk '{ print $14 + $15 }' "/proc/$NODE_PID/stat"
}
invoke() { # NAME
    "$TPS/steps" init:$1 allocate send:1 deallocate >invoke 2>&1
    has invoke '^deallocate CM_OK '
}
said() {
    grep -c 'TP PRINTS\[[0-9]*\]: all is well here$' "$LOG"
}
n=0
for way in shutdown close nonblock read half child; do
    invoke ${way^^}
    becomes "copies after $way" 0 show status tp_processes
    invoke PRINTS
    n=$((n + 1))
    becomes "lines of PRINTS after $way" $n said
done
before=$(ticks)
measure_for 500
[ $(($(ticks) - before)) -lt 10 ] || fail "the idle node used $(($(ticks) - before)) ticks in half a second"
logged 'TP READ: process [0-9]+ ended with status 3' && fail "a TP has read what others wrote"
logged 'TP HALF\[[0-9]+\]: no end of this line$' || fail "a line without an end is lost"
logged 'TP CHILD\[[0-9]+\]: the child says this$' || fail "the child's line has no name"
logged '\?\[' && fail "a line of nobody"

# A long line is several in the log, by what the log shows of it; none of it is lost.
invoke OCTETS
becomes "copies after octets" 0 show status tp_processes
await "the end of a long line" logged 'TP OCTETS\[[0-9]+\]: (\\x01)*its end$'
is "octets of a long line" "$(grep 'TP OCTETS\[[0-9]*\]: ' "$LOG" | grep -o 'x01' | wc -l)" 1000

# One that floods waits; others are served, and the log grows by what one TP may write: also when its lines are short and
# each differs from the last, so that what the log adds to a line is most of it.
flood() { # NAME LINE
    local size start grown ms lines
    invoke $1
    await "the flood of $1" logged "TP $1\[[0-9]+\]: $2\$"
    size=$(stat -c %s "$LOG") start=$EPOCHREALTIME lines=$(said)
    for i in 1 2 3 4 5; do invoke PRINTS; done
    becomes "lines of PRINTS beside $1" $((lines + 5)) said
    measure_for 2000
    grown=$(($(stat -c %s "$LOG") - size)) ms=$(ms_since $start)
    [ $((grown * 1000)) -lt $((ms * 2 * 1024 * 1024)) ] || fail "$1: the log grew by $grown octets in $ms ms"
    snactl tp stop $1 >out || fail "tp stop"
    becomes "copies after $1" 0 show status tp_processes
}
flood FLOOD 'x{79}'
flood LETTERS '!'
flood NOISE '(\\x01){79}'

# A pipe that nobody reads is refused and holds nobody up.
start=$EPOCHREALTIME
"$TPS/steps" init:PIPED allocate send:10 turn receive >piped
has piped '^receive CM_TP_NOT_AVAILABLE_NO_RETRY '
within "refusal of an output that nobody reads" 0 1500 "$(ms_since $start)"
rm -f "$DIR/unread"
