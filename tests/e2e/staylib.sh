# What the tests of sessions that stay share: the TP STAY, whose programs are tests/e2e/tp/brackets.c.

# The session stays, and more often than when it was looked at last.
STAYED=0
stays_again() {
    local now
    now=$(show status sessions_stayed)
    [ "$now" -gt "$STAYED" ] && STAYED=$now
}
nothing_left() {
    becomes "conversations" 0 show status conversations
    becomes "Attaches" 0 show status attaches_queued
    snactl check >said 2>&1 || fail "check: $(cat said)"
}
