# A node that has N descriptors left, for each small N: programs are served, refused with a documented code, or wait
# until there are descriptors again; a conversation that was open goes on, and afterwards nothing is missing.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/openlib.sh"
command -v prlimit >/dev/null || { echo "skipped: a node without descriptors (needs prlimit)"; exit 77; }
expect_log '.*' # it says in many ways that it has none

tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/apingd" -q
open_tp
node_start
open_begin
limit() {
    prlimit --pid "$NODE_PID" --nofile="$1": || fail "prlimit"
}
heard() { # NAME STATUS
    local code
    code=$(grep -oE 'CM_[A-Z_]+' "$1" | grep -vx CM_OK | head -n 1)
    [ "$2" -eq 0 ] && code=ok
    case ${code:=words} in
    ok | words | CM_ALLOCATE_FAILURE_* | CM_RESOURCE_FAILURE_* | CM_TP_NOT_AVAILABLE_* | CM_PRODUCT_SPECIFIC_ERROR | CM_DEALLOCATED_ABEND) ;;
    *) fail "$what: $1: $code" ;;
    esac
    [ -s "$1" ] || fail "$what: $1 ended with status $2 and without a word"
    times[$code]=$((${times[$code]:-0} + 1))
}
load() {
    local programs=() i=0 c
    for c in "aping EACH" "aping TURN" "snactl trace on" "aping EACH" "snactl trace off" "snactl reload"; do
        background "load$i" timeout 20 "$BIN/"$c
        programs+=($!)
        i=$((i + 1))
    done
    measure_for 300 # who finds no descriptor waits
    limit "$most"
    for i in "${!programs[@]}"; do
        join "${programs[$i]}" 25
        heard "load$i" $?
    done
}
settled() {
    snactl trace off >/dev/null 2>&1
    snactl tp stop TURN >/dev/null 2>&1
    snactl tp stop EACH >/dev/null 2>&1
    [ "$(node_load)" = "$before" ]
}
declare -A times
what=start
most=$(awk '/^Max open files/ { print $5 }' "/proc/$NODE_PID/limits")
open_next
load
await "start: settled" eval 'before=$(node_load); settled; [[ $before == "1 conversations,"*" 1 children"* ]]'
for ((n = 0; n <= ${MOST:-10}; n++)); do
    what="$n descriptors left"
    highest=$(ls "/proc/$NODE_PID/fd" | sort -n | tail -n 1) # the limit is of numbers
    limit $((highest + 1 + n))
    open_next
    load
    open_next
    await "$what: what the node holds: $before" settled
    snactl check >said 2>&1 || fail "$what: check: $(cat said)"
    "$BIN/aping" EACH >said 2>&1 || fail "$what: aping: $(cat said)"
done
for c in "${!times[@]}"; do echo "${times[$c]} $c"; done
open_end
join $OPENED || fail "the open conversation ended badly"
PIDS=()
