# A program that loads the library for a while, as plug-ins and interpreters do: whatever is open when it is unloaded,
# nothing is left of it in the program, and the node sees the same as when a program ends.
TPTIMEOUT=1
. "${BASH_SOURCE%/*}/lib.sh"

tp HELD hand ''
node_start
before=$(node_load)
lib=$BUILD/lib/libcpic.so.1
for how in left cleanup; do
    "$TPS/unload" "$lib" 200 $how >said 2>&1 || fail "unload $how: $(cat said)"
    becomes "what the node has after unload $how" "$before" node_load
done
