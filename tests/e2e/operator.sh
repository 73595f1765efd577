# What an operator does to sessions and conversations with snactl, and what the TPs see of it.
. "${BASH_SOURCE%/*}/lib.sh"

tp WAITS each "$TPS/steps" "out:$DIR/tp accept receive receive receive"
cat >>"$CFG" <<END
mode SMALL /add /sessionlim:2 /conwin:1 /conlose:1
END
dest SMALLDST WAITS SMALL
node_start

open_one() { # NAME DEST [STEP ...]: a conversation that is running; NAME.go lets it go on
    local name=$1 dest=$2
    shift 2
    rm -f "$DIR/$name.go" "$DIR/$name.held"
    background "$DIR/$name" "$TPS/steps" init:$dest sync allocate send:100 flush touch:"$DIR/$name.held" \
        await:"$DIR/$name.go" "$@"
    last=$!
    await "conversation $name" test -e "$DIR/$name.held"
    becomes "state of $name" running show conversation state "invoker_pid=$last"
}

# ---- what is shown ----

open_one seen WAITS deallocate
becomes "received" 100 show conversation octets_sent "invoker_pid=$last"
is "session's state" "$(show session state)" "in use"
is "session's TP" "$(show session tp)" WAITS
becomes "state of the TP, whose first conversation it is" RECEIVE show conversation tp_state "invoker_pid=$last"
is "session's invoker" "$(show session invoker_pid)" "$last"
[ "$(show session tp_pid)" -gt 0 ] || fail "no pid of the TP"
is "winner" "$(show session winner)" CLIENTLU
is "limit in use" "$(show cnos limit mode=#INTER)" 8
is "its sessions" "$(show cnos sessions mode=#INTER)" 1
is "partner's sessions" "$(show plu sessions alias=HOSTLU)" 1
is "mode's conversations" "$(show mode conversations name=#INTER)" 1
is "rows that fit" "$(snactl conversation tp=WAITS lu=CLIENTLU --json | grep -c '"id"')" 1
is "rows that do not" "$(snactl conversation tp=OTHER --json | tr -d '[] \n')" ""
is "filtered table" "$(snactl session 'state=in use' mode=#INTER | wc -l)" 2
snactl session nofield=1 2>said && fail "a field that does not exist is accepted"
has said 'nofield=1: there is no such field'
# a word that is not heard would make another command of it
snactl activate CLIENTLU HOSTLU '#INTER' $(seq 1 60) 2>said
is "status of 64 words" $? 2
has said 'activate: the command is too long: at most 63 words'
timeout 5 "$BIN/snactl" --watch 0.05 session 2>&1 | head -n 6 >watched
is "rows while watching" "$(grep -c '#INTER' watched)" 3
snactl --watch x session 2>/dev/null
is "status of a bad --watch" $? 2
touch "$DIR/seen.go"
join "$last" || fail "seen: $(cat "$DIR/seen")"
becomes "conversations" 0 show status conversations

# ---- cut ----

for what in conversation session; do
    rm -f "$DIR/tp"
    open_one cut WAITS confirm
    id=$(show $what id 2>/dev/null | tail -n 1)
    [ $what = session ] && id=$(show session id 'state=in use')
    snactl cut $what "$id" || fail "cut $what $id"
    touch "$DIR/cut.go"
    join "$last"
    has "$DIR/cut" '^confirm CM_RESOURCE_FAILURE_RETRY '
    await "the TP's end" grep -q 'CM_RESOURCE_FAILURE_RETRY' "$DIR/tp"
    becomes "conversations" 0 show status conversations
done
snactl cut conversation 12345 2>said && fail "cut of what does not exist"
has said 'no conversation 12345'
snactl cut session x 2>/dev/null
is "status of a bad cut" $? 2

# ---- activate, deactivate ----

is "sessions" "$(rows session id mode=SMALL)" 0
snactl activate CLIENTLU HOSTLU SMALL >/dev/null || fail "activate"
snactl activate HOSTLU CLIENTLU SMALL >/dev/null || fail "activate from the other side"
is "winners" "$(show session winner mode=SMALL | sort | tr '\n' ' ')" "CLIENTLU HOSTLU "
snactl activate CLIENTLU HOSTLU SMALL 2>said && fail "a third of two"
has said 'SESSION_LIMIT_EXCEEDED'
open_one normal SMALLDST deallocate
id=$(show session id 'state=in use' mode=SMALL)
snactl deactivate "$id" >out || fail "deactivate"
has out 'ends with its conversation'
is "state" "$(show session state "id=$id")" ending
touch "$DIR/normal.go"
join "$last" || fail "normal: $(cat "$DIR/normal")"
has "$DIR/normal" '^deallocate CM_OK'
becomes "sessions" 1 rows session id mode=SMALL
open_one cleanup SMALLDST confirm
snactl deactivate CLIENTLU HOSTLU SMALL cleanup >/dev/null || fail "deactivate cleanup"
touch "$DIR/cleanup.go"
join "$last"
has "$DIR/cleanup" '^confirm CM_RESOURCE_FAILURE_RETRY '
becomes "sessions" 0 rows session id mode=SMALL
snactl activate CLIENTLU HOSTLU NOMODE 2>said
is "status" $? 1
has said '0001/00000018: mode NOMODE'
snactl activate CLIENTLU NOLU SMALL 2>said
has said '0001/0000015B: .*NOLU'
snactl activate HOST.LU HOSTLU SMALL 2>said
has said '0001/00000003: HOST.LU'
for command in "activate CLIENTLU HOSTLU CPSVCMG" "cnos CLIENTLU HOSTLU CPSVCMG reset"; do
    snactl $command 2>said
    is "status of $command" $? 1
    has said '0001/00000519: mode CPSVCMG'
done
snactl activate clientlu testnet.hostlu small >/dev/null || fail "names in lower case"
snactl deactivate clientlu hostlu small >/dev/null || fail "names in lower case"
snactl inject refuse small || fail "a mode in lower case"
snactl inject refuse SMALL off || fail "... is the same"

# ---- limits ----

snactl cnos CLIENTLU HOSTLU SMALL set 2 1 1 2>said && fail "n to m"
has said '0002/00000151'
open_one one SMALLDST deallocate
one=$last
open_one two SMALLDST deallocate
two=$last
background "$DIR/three" "$TPS/steps" init:SMALLDST allocate deallocate
three=$!
background "$DIR/four" "$TPS/steps" init:SMALLDST allocate deallocate
four=$!
becomes "waiting" 2 show cnos waiting mode=SMALL
snactl cnos CLIENTLU HOSTLU SMALL reset drain >out || fail "reset"
has out 'limit 0'
is "still waiting" "$(show cnos waiting mode=SMALL)" 2
is "drain" "$(show cnos drain mode=SMALL)" both
"$TPS/steps" init:SMALLDST allocate >"$DIR/five"
has "$DIR/five" '^allocate CM_ALLOCATE_FAILURE_NO_RETRY '
touch "$DIR/one.go" "$DIR/two.go"
for p in $one $two $three $four; do join $p || fail "$(cat "$DIR"/{one,two,three,four})"; done
has "$DIR/four" '^allocate CM_OK'
becomes "sessions" 0 rows session id mode=SMALL
snactl cnos CLIENTLU HOSTLU SMALL set 1 1 0 >/dev/null || fail "set"
open_one six SMALLDST deallocate
background "$DIR/seven" "$TPS/steps" init:SMALLDST allocate
becomes "waiting" 1 show cnos waiting mode=SMALL
snactl cnos HOSTLU CLIENTLU SMALL reset >/dev/null || fail "reset"
join $! # at once: nothing is drained
has "$DIR/seven" '^allocate CM_ALLOCATE_FAILURE_NO_RETRY '
touch "$DIR/six.go"
join "$last" || fail "six: $(cat "$DIR/six")"
snactl cnos CLIENTLU HOSTLU SMALL set 3 2 2 2>said
is "status" $? 1
has said '0001/00000155'
snactl cnos CLIENTLU HOSTLU SMALL set 2>/dev/null
is "status" $? 2
snactl cnos CLIENTLU HOSTLU ALL reset >/dev/null || fail "reset of all"
is "limits" "$(show cnos limit | sort -u | tr '\n' ' ')" "0 2 " # SNASVCMG keeps its own
snactl check || fail "the counters at the end"
