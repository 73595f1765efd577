# TPs that say anything to the node and die at any moment, beside conversations of other programs on the same LUs and in
# the same mode: they are not noticed when they leave out what a program may do to others (SECURITY.md): be the attach
# manager of their LU, accept for any TP, end sessions, and change their limits.
#   SEED=N       what they say (printed; another one each time otherwise)
#   TIME=N       for how many seconds, 3 by default
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/badtplib.sh"

good_start GOOD
hostile_killed 50 modest
good_end
echo "killed $DEATHS, seed $SEED; $(tail -n 1 sums)"
