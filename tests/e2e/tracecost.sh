# What a trace costs when it is off, in system calls, which is what a round trip consists of: a program makes as many
# as it needs without traces, before the first trace and after the last one.  While a trace is on they are more, so that
# this test is known to see them.
. "${BASH_SOURCE%/*}/lib.sh"

strace -o probe -c true 2>/dev/null || {
    echo 'skipped: no strace, or it may not look at programs'
    exit 77
}
[ -z "$SANITIZED" ] || {
    echo 'skipped: a sanitizer makes system calls of its own'
    exit 77
}
tp PINGHAND hand ''
node_start

# System calls of a conversation with so many round trips: total INVOKER TP.
total() { # ROUND_TRIPS
    APPCLLU=HOSTLU APPCTPN=PINGHAND background tp.out strace -f -c -U calls,name -o tp.calls "$BIN/apingd"
    local tp=$!
    strace -f -c -U calls,name -o invoker.calls "$BIN/aping" -i "$1" -s 100 PINGHAND >out 2>&1 || fail "aping: $(cat out)"
    join $tp || fail "apingd: $(cat tp.out)"
    sed -n 's/^ *\([0-9]*\) total$/\1/p' invoker.calls tp.calls | tr '\n' ' '
}

# System calls of a round trip: INVOKER TP.  aping makes one of them to print a line, and none of the beginning and the
# end counts.
each() {
    local few many
    read -ra few < <(total 50)
    read -ra many < <(total 250)
    [ ${#few[@]} -eq 2 ] && [ ${#many[@]} -eq 2 ] || fail "strace has counted nothing: $(cat invoker.calls)"
    echo "$((many[0] - few[0])) $((many[1] - few[1]))"
}

before=$(each) || fail "$before"
snactl trace on >/dev/null
while_on=$(each) || fail "$while_on"
snactl trace off >/dev/null
after=$(each) || fail "$after"
echo "system calls of 200 round trips, invoker and TP: $before before a trace, $while_on in one, $after after it"

# Without traces: one that sends, one that receives, and one that looks for an error first (docs/figures.md).
read -r invoker tp <<<"$before"
[ "$invoker" -le $((4 * 200)) ] && [ "$tp" -le $((3 * 200)) ] || fail "system calls of 200 round trips: $before"
is "system calls after a trace" "$after" "$before"
read -r traced_invoker traced_tp <<<"$while_on"
[ "$traced_invoker" -gt "$invoker" ] && [ "$traced_tp" -gt "$tp" ] || fail "no system call is seen of a trace: $while_on"
