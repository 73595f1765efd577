# Default LUs of a program's user: the account, then its groups, then Everyone, each LU by itself; the registry and
# APPCLLU come before, the pool behind.  Several nodes in one file, and the audit level.
. "${BASH_SOURCE%/*}/lib.sh"
ME=$(id -un) GROUP=$(id -gn)
for lu in USERLU GROUPLU EVERYLU ENVLU; do
    echo "appcllu $lu /add /server:E2ENODE" >>"$CFG"
done
tp WAITS each "$TPS/steps" "accept receive confirmed receive"
cp "$CFG" without

lu() { # what a program that names no LU gets
    local out=$DIR/client.$RANDOM p
    background "$out" "$TPS/steps" init:WAITS sync allocate confirm pause
    p=$!
    becomes "conversations" 1 show status conversations
    show conversation lu
    kill $p
    becomes "conversations" 0 show status conversations
}
with() { # user commands of the next node
    [ -z "$NODE_PID" ] || node_stop
    cp without "$CFG"
    printf '%s\n' "$@" >>"$CFG"
    node_start
}

with "user NOBODYELSE /add /defloclu:USERLU"
is "others' defaults" "$(lu)" CLIENTLU
with 'user Everyone /add /defloclu:EVERYLU'
is "Everyone" "$(lu)" EVERYLU
with 'user Everyone /add /defloclu:EVERYLU' "user \"X\\@$GROUP\" /add /defloclu:GROUPLU"
is "the group" "$(lu)" GROUPLU
with "user \"X\\@$GROUP\" /add /defloclu:GROUPLU" "user \"DOM\\$ME\" /add /defloclu:USERLU"
is "the account" "$(lu)" USERLU
is "APPCLLU" "$(APPCLLU=ENVLU lu)" ENVLU

# a blank partner is the default remote LU
with "user $ME /add /defloclu:USERLU" 'user Everyone /add /defloclu:EVERYLU /defremlu:HOSTLU'
out=$("$TPS/steps" init: tpname:WAITS mode:#INTER sync allocate confirm)
echo "$out" | grep -q '^confirm CM_OK ' || fail "blank partner: $out"
with "user $ME /add /defloclu:USERLU"
out=$("$TPS/steps" init: tpname:WAITS mode:#INTER sync allocate confirm)
echo "$out" | grep -q '^allocate CM_PARAMETER_ERROR ' || fail "no partner at all: $out"
node_stop

# ---- several nodes in a file ----
cat >"$CFG" <<'END'
server ONE /add
server TWO /add /netname:NET2 /cpname:TWO
appcllu ONE:A /add /defaultpool:yes
appcllu TWO:A /add /defaultpool:yes
appcllu B /add /server:TWO
END
names() {
    "$BIN/snactl" --json lu | grep -o '"name": *"[^"]*"' | sed 's/.*"\(.*\)"/\1/' | tr '\n' ' '
}
node_start
is "the first node" "$(names)" "APPN.A "
node_stop
node_start --server two
is "the other node" "$(names)" "NET2.A NET2.B "
node_stop
"$BIN/snanode" -c "$CFG" --server THREE >out 2>said
is "no such node" $? 2
has said ': there is no server THREE in any file$'

# ---- audit level ----
echo 'diagnostic /auditlevel:10' >>"$CFG"
: >"$LOG"
node_start
node_stop
if grep -q ' info ' "$LOG"; then fail "auditlevel:10 logs info"; fi
node_start -l info
node_stop
logged ' info ' || fail "-l info does not come before auditlevel"
