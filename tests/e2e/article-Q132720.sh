# Q132720: the local LU of an invoking program: registry before environment before pool; with none of them 20.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
echo 'appcllu ENVLU /add /server:E2ENODE' >>"$CFG"
echo 'appcllu REGLU /add /server:E2ENODE' >>"$CFG"
tp WAITS each "$TPS/steps" "accept receive confirmed receive"
client() { # [PROGRAM]: its conversation's local LU, as the node shows it
    local out=$DIR/client.$RANDOM p
    background "$out" "${1:-$TPS/steps}" init:WAITS sync allocate confirm pause
    p=$!
    becomes "conversations" 1 show status conversations
    show conversation lu
    kill $p
    becomes "conversations" 0 show status conversations
}
node_start
is "pool" "$(client)" CLIENTLU
is "APPCLLU" "$(APPCLLU=ENVLU client)" ENVLU
node_stop
printf '[%s\\Client]\n"STEPS"="REGLU"\n"win-up"="REGLU"\n"plain.exe"="REGLU"\n' "$KEY" >>"$REG"
for program in WIN-UP.EXE plain; do
    ln -s "$(realpath "$TPS/steps")" "$DIR/$program"
done
node_start
is "registry" "$(APPCLLU=ENVLU client)" REGLU
is "the program's extension does not count" "$(APPCLLU=ENVLU client "$DIR/WIN-UP.EXE")" REGLU
is "a value with the extension" "$(APPCLLU=ENVLU client "$DIR/plain")" REGLU
out=$(APPCLLU=NOLU "$TPS/many" converse WAITS 1)
is "an LU that is none" "$out" "cminit 0: CM_PRODUCT_SPECIFIC_ERROR, not CM_OK"
node_stop
sed -i 's/defaultpool:yes/defaultpool:no/' "$CFG"
node_start
out=$("$TPS/many" converse WAITS 1)
is "no LU at all" "$out" "cminit 0: CM_PRODUCT_SPECIFIC_ERROR, not CM_OK"
