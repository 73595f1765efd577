# Q140026: an autostarted program accepts under a second name that nobody configured.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp FIRST turn "$TPS/steps" "out:$DIR/tp name:FIRST name:SECOND accept receive accept receive"
dest SECOND SECOND
node_start
"$TPS/steps" init:FIRST allocate send:10 deallocate >/dev/null
await "the first name" grep -q 'accept CM_OK.*tp=FIRST' "$DIR/tp"
"$TPS/steps" init:SECOND allocate send:10 deallocate >/dev/null
await "the second name" grep -q 'accept CM_OK.*tp=SECOND' "$DIR/tp"
is "starts" "$(show status tp_starts)" 1
