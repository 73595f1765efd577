# A node that ends and comes again under programs that live on: they get an error, and then the new node.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
MORE='"LocalLU"="HOSTLU"' tp HAND hand ""

talk="allocate send:10 turn receive deallocate"
for how in node_stop node_kill; do
    rm -f "$DIR"/go.*
    node_start
    # one between conversations, one in a conversation that survives the node, one in an Accept
    background idle "$TPS/steps" init:EACH $talk touch:"$DIR/go.idle" await:"$DIR/go.on" init:EACH $talk \
        init:EACH $talk
    idle=$!
    background accepter "$TPS/steps" name:HAND accept touch:"$DIR/go.refused" await:"$DIR/go.on" accept receive
    accepter=$!
    await "first conversation" test -e "$DIR/go.idle"
    becomes "Accepts" 1 show status accepts_outstanding
    if [ $how = node_kill ]; then # (a node that is asked to stop waits for conversations)
        background talks "$TPS/steps" init:EACH allocate send:10 flush touch:"$DIR/go.talk" \
            await:"$DIR/go.killed" turn receive touch:"$DIR/go.told" await:"$DIR/go.on" init:EACH $talk
        talks=$!
        await "a conversation" test -e "$DIR/go.talk"
        becomes "running conversations" 1 rows conversation id state=running
    fi
    $how || exit 1
    if [ $how = node_kill ]; then
        touch "$DIR/go.killed"
        await "the conversation's fate" test -e "$DIR/go.told"
    fi
    await "the end of the Accept" test -e "$DIR/go.refused"
    has accepter '^accept CM_PRODUCT_SPECIFIC_ERROR '
    node_start
    touch "$DIR/go.on"
    join $idle || fail "idle: $(cat idle)"
    is "conversations of the idle one" "$(grep -c '^deallocate CM_OK' idle)" 3
    [ $how = node_stop ] || join $talks
    if [ $how = node_kill ] && ! tail -n 5 talks | grep -q '^deallocate CM_OK'; then
        fail "after the node came again: $(cat talks)"
    fi
    "$TPS/steps" init:HAND allocate send:20 deallocate >invoker
    has invoker '^deallocate CM_OK'
    join $accepter
    has accepter '^accept CM_OK .*tp=HAND'
    has accepter '^receive CM_(OK|DEALLOCATED_NORMAL) .*length=20'
    node_stop || exit 1
done
