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

# System calls of a conversation with so many round trips: those that do something, and those that find nothing to do,
# invoker and TP.  The latter are Send_Data's looks for an error, when something else has come: a matter of timing.
total() { # ROUND_TRIPS
    APPCLLU=HOSTLU APPCTPN=PINGHAND background tp.out strace -f -c -U calls,errors,name -o tp.calls "$BIN/apingd"
    local tp=$!
    strace -f -c -U calls,errors,name -o invoker.calls "$BIN/aping" -i "$1" -s 100 PINGHAND >out 2>&1 || fail "aping: $(cat out)"
    join $tp || fail "apingd: $(cat tp.out)"
    awk '$NF == "total" { errors = NF == 3 ? $2 : 0; printf "%d %d ", $1 - errors, errors }' invoker.calls tp.calls
}

# The same of 200 round trips: aping makes one call in each of them to print a line, and none of the beginning and the
# end counts.
each() {
    local few many
    read -ra few < <(total 50)
    read -ra many < <(total 250)
    [ ${#few[@]} -eq 4 ] && [ ${#many[@]} -eq 4 ] || fail "strace has counted nothing: $(cat invoker.calls)"
    echo "$((many[0] - few[0])) $((many[2] - few[2]))" $((many[1] - few[1])) $((many[3] - few[3]))
}

before=$(each) || fail "$before"
snactl trace on >/dev/null
while_on=$(each) || fail "$while_on"
snactl trace off >/dev/null
after=$(each) || fail "$after"
echo "system calls of 200 round trips, invoker and TP, and looks for nothing: $before before a trace, $while_on in one, $after after it"

# Without traces: one that sends and one that receives, and at most one look in each of the 250 (docs/figures.md).
read -r invoker tp looks_invoker looks_tp <<<"$before"
is "system calls of the invoker" "$invoker" $((3 * 200))
is "system calls of the TP" "$tp" $((2 * 200))
[ "$looks_invoker" -le 250 ] && [ "$looks_tp" -le 250 ] || fail "looks in 200 round trips: $before"
is "system calls after a trace" "${after% * *}" "${before% * *}"
read -r traced_invoker traced_tp _ <<<"$while_on"
[ "$traced_invoker" -ge $((invoker + 200)) ] && [ "$traced_tp" -ge $((tp + 200)) ] || fail "no system call is seen of a trace: $while_on"
