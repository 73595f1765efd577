# Q265001: clients of one machine are told apart by process: two programs accept the same name, each Attach goes to
# the one whose turn it is, and nothing goes to one that has ended.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp HAND hand ""
node_start
for i in 1 2; do
    APPCTPN=HAND background "$DIR/tp$i" "$TPS/steps" accept receive
    becomes "accepts outstanding" $i show status accepts_outstanding
done
for i in 1 2; do "$TPS/steps" init:HAND allocate send:10 deallocate >/dev/null; done
for i in 1 2; do await "program $i" grep -q 'accept CM_OK' "$DIR/tp$i"; done
