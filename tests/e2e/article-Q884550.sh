# Q884550: a program that cannot reach the node tries again, more than 32 times; the calls come back each time, and all
# is well when the node is there again.
. "${BASH_SOURCE%/*}/lib.sh"
tp EACH each "$TPS/steps" "accept receive confirmed receive"
node_start
talk="init:EACH sync allocate send:10 confirm deallocate"
background tries "$TPS/steps" $talk touch:"$DIR/begun" await:"$DIR/down" $(printf 'init:EACH allocate %.0s' {1..20}) \
    $(printf 'init:EACH %.0s' {1..20}) touch:"$DIR/tried" await:"$DIR/up" $talk
tries=$!
await "the first conversation" test -e begun
node_kill
touch down
await "forty tries" test -e tried
node_start
touch up
join $tries || fail "the program: $(cat tries)"
is "tries that failed" "$(grep -c '^init CM_PRODUCT_SPECIFIC_ERROR ' tries)" 40
is "conversations" "$(grep -c '^confirm CM_OK ' tries)" 2
