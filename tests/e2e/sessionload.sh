# 200 conversations of 50 programs over the 8 sessions of a mode: never more sessions than the limit, and all are
# served; the same while sessions are cut and limits changed under them, and then nothing is left.
# plain: sessionkey and hostilesessions have the sessions under sanitizers; load finds nothing more there
TPTIMEOUT=60
. "${BASH_SOURCE%/*}/lib.sh"

tp ECHO hand ""
node_start
# A conversation with a session waits until the TP is there, however long the others take to come.
serving=
serve() {
    APPCTPN=ECHO background "$DIR/echo" "$TPS/many" serve
    serving=$!
}
hold() {
    kill $serving
    join $serving
    serving=
    becomes "processes" 0 show status processes
}
programs=50 each=4
[ -z "$SANITIZED" ] || programs=25
pids=()
load() {
    local i
    pids=()
    for ((i = 0; i < programs; i++)); do
        background "$DIR/load.$i" "$TPS/many" converse ECHO $each
        pids+=($!)
    done
}
some_alive() {
    local p
    for p in "${pids[@]}"; do alive "$p" && return 0; done
    return 1
}

load
becomes "waiting" $((programs - 8)) show cnos waiting mode=#INTER
is "sessions in use" "$(rows session id 'state=in use')" 8
is "conversations that wait" "$(rows conversation id state=waiting)" $((programs - 8))
serve
samples=0
while some_alive; do
    n=$(rows session id)
    [ "$n" -le 8 ] || fail "$n sessions, and the limit is 8"
    snactl check || fail "the counters under load"
    samples=$((samples + 1))
done
for p in "${pids[@]}"; do join "$p" || fail "a program was not served: $(cat "$DIR"/load.*)"; done
is "programs that were served" "$(cat "$DIR"/load.* | grep -c '^done$')" $programs
[ $samples -gt 0 ] || fail "the load was over before it was looked at"
is "conversations carried" "$(show session conversations | awk '{ n += $1 } END { print n }')" $((programs * each))
is "waiting" "$(show cnos waiting mode=#INTER)" 0

# Cutting under load: programs fail with a return code of their own, or are served; nobody hangs.
expect_log 'session .* lost'
hold
load
becomes "waiting" $((programs - 8)) show cnos waiting mode=#INTER
cut=0
while some_alive && [ $cut -lt 30 ]; do
    [ -n "$serving" ] || [ $cut -lt 12 ] || serve
    for id in $(show session id 'state=in use' | head -n 2); do
        snactl cut session "$id" 2>/dev/null && cut=$((cut + 1))
    done
    snactl check || fail "the counters while sessions are cut"
done
[ $cut -ge 12 ] || fail "only $cut sessions were cut"
for p in "${pids[@]}"; do join "$p" 20; done
[ "$(cat "$DIR"/load.* | grep -c '^done$')" -lt $programs ] || fail "nobody has noticed the cuts"
for f in "$DIR"/load.*; do
    grep -qE '^done$|CM_RESOURCE_FAILURE|CM_ALLOCATE_FAILURE|CM_DEALLOCATED' "$f" || fail "$f: $(cat "$f")"
done

# A definition that changes under load: sessions come and go, and all are served.
hold
load
becomes "waiting" $((programs - 8)) show cnos waiting mode=#INTER
for limit in 3 1 8 2 20 4 8; do
    [ $limit -ne 2 ] || serve
    echo "mode #INTER /sessionlim:$limit /conwin:0" >>"$CFG"
    snactl reload >/dev/null || fail "reload"
    is "limit in use" "$(show cnos limit mode=#INTER)" $limit
    snactl check || fail "the counters while a definition changes"
done
for p in "${pids[@]}"; do join "$p" 20 || fail "a program was not served: $(cat "$DIR"/load.*)"; done
becomes "conversations" 0 show status conversations
is "waiting" "$(show cnos waiting mode=#INTER)" 0

# Limits that change under load: 0 and back; who is refused is told so.
hold
load
becomes "waiting" $((programs - 8)) show cnos waiting mode=#INTER
for ((k = 0; k < 10; k++)); do
    [ $k -ne 5 ] || serve
    snactl cnos CLIENTLU HOSTLU '#INTER' reset >/dev/null || fail "cnos reset"
    snactl cnos CLIENTLU HOSTLU '#INTER' set $((k % 8 + 1)) 0 0 >/dev/null || fail "cnos set"
    snactl check || fail "the counters while limits change"
done
for p in "${pids[@]}"; do join "$p" 20; done
for f in "$DIR"/load.*; do
    grep -qE '^done$|CM_ALLOCATE_FAILURE_NO_RETRY' "$f" || fail "$f: $(cat "$f")"
done
becomes "conversations" 0 show status conversations
is "waiting" "$(show cnos waiting mode=#INTER)" 0
snactl check || fail "the counters at the end"
"$TPS/many" converse ECHO 1 >"$DIR/last" || fail "afterwards: $(cat "$DIR/last")"
