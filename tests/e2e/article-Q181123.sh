# Q181123, Q233373: a program keeps the local LU that it got first; with GETNEWTPID it is found anew each time.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
tp WAITS each "$TPS/steps" "accept receive confirmed receive"
echo 'appcllu POOLLU /add /server:E2ENODE' >>"$CFG"
cp "$CFG" "$DIR/first.cfg"
second() { # local LU of a program's second conversation, after the pool has changed
    cp "$DIR/first.cfg" "$CFG"
    rm -f "$DIR/go"
    node_start
    background "$DIR/out" "$TPS/steps" init:WAITS allocate deallocate "await:$DIR/go" \
        init:WAITS sync allocate confirm pause
    local p=$!
    becomes "first conversation" 1 show status attaches_delivered
    sed -i -e '/CLIENTLU/s/:yes/:no/' -e '/POOLLU/s/$/ \/defaultpool:yes/' "$CFG"
    snactl reload >/dev/null || fail "reload"
    touch "$DIR/go"
    becomes "second conversation" 1 show status conversations
    show conversation lu
    kill $p
    becomes "conversations" 0 show status conversations
    node_stop
    NODE_PID=
}
is "kept" "$(second)" CLIENTLU
printf '[%s\\Client]\n"GETNEWTPID"="YES"\n' "$KEY" >>"$REG"
is "found anew" "$(second)" POOLLU
