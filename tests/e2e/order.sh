# A queue is first come, first served.
. "${BASH_SOURCE%/*}/lib.sh"

tp TURN turn "$TPS/steps" "out:$DIR/served await:$DIR/go accept receive receive again"
node_start
for i in 1 2 3 4 5 6 7 8; do
    background "$DIR/invoker.$i" "$TPS/steps" init:TURN allocate send:${i}0 deallocate
    becomes "queue" $i show status attaches_queued
done
is "starts" "$(show tp starts name=TURN)" 1
is "queue of the TP" "$(show tp queue_length name=TURN)" 8
touch "$DIR/go"
becomes "conversations served" 8 show tp accepted name=TURN
becomes "records" 8 grep -c 'length=[1-8]0 ' "$DIR/served"
is "order" "$(sed -n 's/.*length=\([1-8]\)0 .*/\1/p' "$DIR/served" | tr -d '\n')" 12345678
is "starts at the end" "$(show tp starts name=TURN)" 1
