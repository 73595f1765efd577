# A connection ends in order: for an administrator, because nothing uses it any more, for a reload, and with the node.
# The partner's sessions are unbound before the circuit goes, so that its log has no failure of a connection.
. "${BASH_SOURCE%/*}/lib.sh"

SERVR='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SnaServr\Parameters'
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
state() { show link state name=TOFAR; }
events() { # NUMBER [far]: texts of these events
    ${2:-} show event text event="$1"
}
begin() { # ACTIVATION [NEAR_OPTIONS]: both nodes; sessions that are idle end after a second
    rm -rf far
    far_node "${2:-}"
    sed -i "/^connection TOFAR/s/onserverstartup/$1/" "$CFG"
    far_tp APINGD each "$BIN/apingd"
    far_tp HEARS each "$TPS/steps" "out:$DIR/hears accept receive receive"
    far_tp DEAF each "$TPS/steps" "accept touch:$DIR/deaf await:$DIR/go"
    printf '[%s]\n"SESTIMEOUT"=dword:00000001\n' "$SERVR" | tee -a "$FAR/tps.reg" >>"$REG"
    far_start
    node_start
}
end_both() {
    snactl check || fail "check here"
    far snactl check || fail "check there"
    node_stop || fail "the node does not stop"
    far_stop || fail "the far node does not stop"
}
tp LOCALD each "$BIN/apingd"

# ---- an administrator: conversations over it end, and are told ----
begin onserverstartup
becomes "the connection" active state
conversations() { # one in which the TP receives, and one in which the program $WAITS does
    rm -f hears deaf go
    background talks "$TPS/steps" init:HEARS allocate flush pause
    TALKS=$!
    background waits "$TPS/steps" init:DEAF allocate flush receive
    WAITS=$!
    await "the TP has accepted" has_line hears '^accept CM_OK'
    await "the other TP has accepted" test -e deaf
}
are_told() {
    join $WAITS
    has waits '^receive CM_RESOURCE_FAILURE_RETRY'
    await "the TP over there is told" has_line hears '^receive CM_RESOURCE_FAILURE_RETRY'
    kill $TALKS
    touch go
}
conversations
"$BIN/aping" -i 1 APINGD >out 2>&1 || fail "aping: $(cat out)" # a session that is idle
start=$EPOCHREALTIME
snactl deactivate connection TOFAR >out || fail "deactivate: $(cat out)"
are_told
within "both are told" 0 1000 "$(ms_since $start)"
becomes "the connection" inactive state
becomes "sessions here" 0 rows session id
becomes "sessions there" 0 far rows session id
is "failures of a connection" "$(events 23; events 23 far)" ""
events 9102 far >out
has out 'TONEAR is inactive'
"$BIN/aping" -i 1 APINGD >out 2>&1 || fail "aping over what an administrator has ended: $(cat out)"

# ---- a session over it, which an administrator keeps ----
snactl activate CLIENTLU FARLU '#INTER' >out || fail "activate: $(cat out)"
is "sessions that are kept" "$(rows session id mode=#INTER kept=true)" 1

# ---- a reload: the connection has changed, then is gone, then is there again ----
conversations
sed -i '/^connection TOFAR/s/$/ \/maxbtu:1033/' "$CFG"
snactl reload >out || fail "reload: $(cat out)"
are_told
again() { has_line aping.out '^Totals' || { "$BIN/aping" -i 1 APINGD >aping.out 2>&1; }; }
rm -f aping.out
await "the changed connection" again
becomes "the connection" active state
is "only one" "$(rows link name name=TOFAR)" 1
cp "$CFG" with.cfg
sed -i '/TOFAR/d; /FARLU/d' "$CFG"
snactl reload >out || fail "reload: $(cat out)"
becomes "connections" 0 rows link name
becomes "sessions there" 0 far rows session id
"$BIN/aping" -i 1 -m '#INTER' FARNET.FARLU >out 2>&1 && fail "aping without a connection"
cp with.cfg "$CFG"
snactl reload >out || fail "reload: $(cat out)"
becomes "the connection" active state
"$BIN/aping" -i 1 APINGD >out 2>&1 || fail "aping after it came back: $(cat out)"
is "failures of a connection" "$(events 23; events 23 far)" ""
# ---- the node stops ----
snactl check || fail "check here"
node_stop || fail "the node does not stop"
becomes "sessions there" 0 far rows session id
is "failures of a connection" "$(events 23 far)" ""
far_stop || fail "the far node does not stop"

# ---- on demand: it ends when its last session has ended, and comes back ----
begin ondemand
is "before" "$(state)" inactive
for i in 1 2; do
    "$BIN/aping" -i 1 APINGD >out 2>&1 || fail "on demand: $(cat out)"
    is "in use" "$(state)" active
    becomes "sessions" 0 rows session id
    becomes "unused" inactive state
done
events 9102 >out
has out 'TOFAR is inactive: it was activated on demand, and its last session has ended'
is "failures of a connection" "$(events 23; events 23 far)" ""
# One that an administrator activates stays, and so does one with a session.
snactl activate connection TOFAR >out || fail "activate: $(cat out)"
becomes "the connection" active state
"$BIN/aping" -i 1 APINGD >out 2>&1 || fail "aping: $(cat out)"
becomes "sessions" 0 rows session id
measure_for 3000 # longer than an unused connection stays
is "of an administrator" "$(state)" active
snactl deactivate connection TOFAR >out || fail "deactivate: $(cat out)"
becomes "the connection" inactive state
conversations
measure_for 3000
is "with a conversation" "$(state)" active
kill $TALKS $WAITS
touch go
end_both

# ---- one that cannot be made is given up ----
begin byadministrator " /retrylimit:2"
far_stop || fail "the far node does not stop"
expect_log 'event 9104: '
"$BIN/aping" -i 1 APINGD >out 2>&1 && fail "an Allocate has activated what an administrator is to activate"
has out CM_ALLOCATE_FAILURE_RETRY
snactl activate connection TOFAR >out || fail "activate: $(cat out)"
becomes "an event" 1 rows event event event=9104
is "the connection" "$(state)" inactive
events 9104 >out
has out 'TOFAR is given up after 2 tries ./retrylimit.: '
far_start
snactl activate connection TOFAR >out || fail "activate: $(cat out)"
becomes "the connection" active state
end_both
