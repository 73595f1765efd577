# A hostile partner before its link is up: it floods, sends garbage, stops in the middle of everything, or never reads.
# It costs its own connection: the node stays small, and another link and conversations within the node go on.
. "${BASH_SOURCE%/*}/hostilelib.sh"

for way in garbage half_open huge_message explorers circuits bad_xids silent tests no_xid no_contact; do
    attack $way "$PORT" EVIL
done
good_end
