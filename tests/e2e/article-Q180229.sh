# Q180229: calls that need no conversation, made before everything else, do not keep an Accept from matching.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp PING each "$TPS/steps" "out:$DIR/tp name:PING accept receive"
node_start
"$TPS/steps" init:PING allocate send:10 deallocate >/dev/null
await "the accept" grep -q 'receive CM_DEALLOCATED_NORMAL' "$DIR/tp"
