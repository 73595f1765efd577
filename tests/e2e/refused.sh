# Sessions that are refused at their start, by the partner's limits or for good: each refusal has the return code of
# the documents [A39; HIS: Allocate], everybody who waits is answered, and nothing is left behind.
. "${BASH_SOURCE%/*}/lib.sh"

for m in CLOSED LOSERS HELD NONE; do
    echo "mode $m /add /sessionlim:2 /conwin:1 /conlose:1" >>"$CFG"
done
echo 'mode SINGLE /add /sessionlim:1 /conwin:1 /conlose:0' >>"$CFG"
tp ECHO turn "$BIN/mpingd"
for m in CLOSED LOSERS HELD NONE SINGLE; do dest $m ECHO $m; done
cat >>"$REG" <<END
[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]
"AllocateWait"=dword:00000001
END
node_start
expect_log 'BIND from .* refused'

code() { # STEP ...: what Allocate returns
    "$TPS/steps" "$@" | awk '/^allocate/ { print $2 }'
}
ping_() {
    "$BIN/aping" "$1" >out 2>&1 || fail "$1: $(cat out)"
}
# Nothing is left of a refusal: no conversation, nobody who waits, counters that agree.
nothing_left() {
    becomes "conversations after $1" 0 show status conversations
    is "waiting after $1" "$(show lu waiting alias=CLIENTLU)" 0
    snactl check >said || fail "the counters after $1: $(cat said)"
    becomes "what the node holds after $1" "$before" node_load
}
ping_ ECHO
becomes "conversations" 0 show status conversations
before=$(node_load)

# The partner has closed the mode: its limit is 0.  At once, both ways of return control.
ping_ CLOSED
snactl cnos HOSTLU CLIENTLU CLOSED reset >/dev/null || fail "reset by the partner"
for i in 1 2 3; do is "a closed mode" "$(code init:CLOSED allocate)" CM_ALLOCATE_FAILURE_NO_RETRY; done
is "a closed mode, immediate" "$(code init:CLOSED immediate allocate)" CM_ALLOCATE_FAILURE_NO_RETRY
nothing_left "a closed mode"
snactl cnos HOSTLU CLIENTLU CLOSED set 2 1 1 >/dev/null || fail "set by the partner"
ping_ CLOSED

# The partner has taken all winners: one that does not wait gets none; one that waits gets a loser by a bid.
snactl cnos HOSTLU CLIENTLU LOSERS set 2 2 0 >/dev/null || fail "all winners are the partner's"
is "no winners, immediate" "$(code init:LOSERS immediate allocate)" CM_UNSUCCESSFUL
nothing_left "no winners"
ping_ LOSERS
is "no winners, an idle loser" "$(code init:LOSERS immediate allocate)" CM_UNSUCCESSFUL

# All sessions are in use: each waiting Allocate is refused when its time is up.
background holder "$TPS/steps" use:1 init:HELD allocate flush use:2 init:HELD allocate flush touch:"$DIR/held" \
    await:"$DIR/free"
holder=$!
await "the sessions in use" test -e "$DIR/held"
waiters=()
for i in 1 2 3; do
    background "waits.$i" "$TPS/steps" init:HELD allocate
    waiters+=($!)
done
becomes "waiting" 3 show lu waiting alias=CLIENTLU
is "in use, immediate" "$(code init:HELD immediate allocate)" CM_UNSUCCESSFUL
for p in "${waiters[@]}"; do join $p; done
for i in 1 2 3; do has waits.$i '^allocate CM_ALLOCATE_FAILURE_RETRY '; done
snactl activate CLIENTLU HOSTLU HELD >out 2>said && fail "a session above the limit"
[ -s said ] || fail "a session above the limit: no word of why"

# The partner closes while others wait: they are told at once, and existing sessions stay.
printf '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"AllocateWait"=-\n' >>"$REG"
snactl reload >/dev/null || fail "reload"
waiters=()
for i in 4 5; do
    background "waits.$i" "$TPS/steps" init:HELD allocate
    waiters+=($!)
done
becomes "waiting" 2 show lu waiting alias=CLIENTLU
snactl cnos HOSTLU CLIENTLU HELD reset >/dev/null || fail "reset while others wait"
for p in "${waiters[@]}"; do join $p; done
for i in 4 5; do has waits.$i '^allocate CM_ALLOCATE_FAILURE_NO_RETRY '; done
is "sessions kept" "$(rows session id mode=HELD)" 2
touch "$DIR/free"
join $holder
becomes "sessions of a closed mode" 0 rows session id mode=HELD
nothing_left "a mode that closes"

# The BIND itself is refused, a hundred times, at once and in many programs: no session and no conversation stays.
snactl inject refuse NONE || fail "inject refuse"
pids=()
for i in 1 2 3 4; do
    background "none.$i" "$TPS/steps" $(for j in {1..25}; do echo init:NONE allocate; done)
    pids+=($!)
done
for p in "${pids[@]}"; do join $p; done
is "BINDs that were refused" "$(cat none.* | grep -c '^allocate CM_ALLOCATE_FAILURE_RETRY ')" 100
# That was the exchange of limits, which an immediate Allocate begins as well; later it starts no session itself.
is "immediate, limits refused" "$(code init:NONE immediate allocate)" CM_ALLOCATE_FAILURE_RETRY
snactl inject clear >/dev/null
ping_ NONE
snactl deactivate CLIENTLU HOSTLU NONE >/dev/null || fail "deactivate"
snactl inject refuse NONE || fail "inject refuse again"
is "a session refused" "$(code init:NONE allocate)" CM_ALLOCATE_FAILURE_RETRY
is "immediate, no session" "$(code init:NONE immediate allocate)" CM_UNSUCCESSFUL
is "sessions" "$(rows session id mode=NONE)" 0
nothing_left "refused BINDs"
snactl inject clear >/dev/null
ping_ NONE

# One session, and the partner has it: no negotiation helps.
background single "$TPS/steps" init:SINGLE allocate flush touch:"$DIR/one" await:"$DIR/over"
holder=$!
await "the session in use" test -e "$DIR/one"
is "one session, immediate" "$(code init:SINGLE immediate allocate)" CM_UNSUCCESSFUL
touch "$DIR/over"
join $holder
ping_ SINGLE
nothing_left "one session"
