# A hostile partner whose link is up: it floods the node with PIUs, sessions and conversations, and costs its own
# connection only.
. "${BASH_SOURCE%/*}/hostilelib.sh"

for way in above_credit restarts binds unanswered_binds attaches segments strays noise never_reads; do
    attack $way "$PORT" EVIL
done
good_end
