# Faults that testers of TPs order: refused Attaches and Allocates, delays, a mode without sessions.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
tp OTHER each "$BIN/apingd"
node_start
ping_() { # DEST: "ok", or the return code
    local out
    out=$("$BIN/aping" "$1" 2>&1) && echo ok || grep -oE 'CM_[A-Z_]+' <<<"$out" | head -n 1
}
is "without faults" "$(ping_ EACH)" ok

# each sense an Attach can be refused with, by name and by number
while read -r sense expected; do
    snactl inject attach EACH 1 $sense || fail "inject attach EACH 1 $sense"
    is "Attach refused with $sense" "$(ping_ EACH)" $expected
    is "the next one after $sense" "$(ping_ EACH)" ok
done <<END
TPN_NOT_RECOGNIZED CM_TPN_NOT_RECOGNIZED
10086021 CM_TPN_NOT_RECOGNIZED
TP_NOT_AVAILABLE_NO_RETRY CM_TP_NOT_AVAILABLE_NO_RETRY
tp_not_available_retry CM_TP_NOT_AVAILABLE_RETRY
SECURITY_NOT_VALID CM_SECURITY_NOT_VALID
CONVERSATION_TYPE_MISMATCH CM_CONVERSATION_TYPE_MISMATCH
10086041 CM_SYNC_LVL_NOT_SUPPORTED_PGM
END

# so many times, and for one TP or for all of an LU
snactl inject attach HOSTLU 2 084C0000
is "first" "$(ping_ EACH)" CM_TP_NOT_AVAILABLE_NO_RETRY
is "left" "$(show 'inject' left)" 1
is "second, another TP" "$(ping_ OTHER)" CM_TP_NOT_AVAILABLE_NO_RETRY
is "third" "$(ping_ EACH)" ok
snactl inject attach OTHER 1 084C0000
is "another TP" "$(ping_ EACH)" ok
is "that TP" "$(ping_ OTHER)" CM_TP_NOT_AVAILABLE_NO_RETRY

snactl inject allocate CLIENTLU 1 SESSION_LIMIT_EXCEEDED
is "Allocate" "$(ping_ EACH)" CM_ALLOCATE_FAILURE_RETRY
snactl inject allocate EACH 1 MODE_UNKNOWN_TO_LU
is "Allocate for good" "$(ping_ EACH)" CM_ALLOCATE_FAILURE_NO_RETRY
is "afterwards" "$(ping_ EACH)" ok

snactl inject delay EACH 300 1
start=$EPOCHREALTIME
is "delayed" "$(ping_ EACH)" ok
within "delayed Attach" 300 5000 "$(ms_since $start)"
snactl inject delay EACH 60000
background out "$BIN/aping" EACH
held=$!
becomes "held Attach" attaching show conversation state
kill $held # an invoker that dies takes its held Attach along
becomes "conversations" 0 show status conversations
is "orders" "$(rows inject what)" 1
snactl inject delay EACH off || fail "delay off"
is "orders" "$(rows inject what)" 0
is "not delayed" "$(ping_ EACH)" ok

# LUs have no case, TPs have
snactl inject delay EACH 1
snactl inject delay each 2
snactl inject delay hostlu 3
snactl inject delay HOSTLU 4
is "orders" "$(show inject delay_ms | tr '\n' ' ')" "1 2 4 "
snactl inject delay HostLu off || fail "delay off"
is "orders" "$(show inject where | tr '\n' ' ')" "EACH each "
snactl inject clear >/dev/null

expect_log 'BIND from .* refused'
snactl inject refuse '#INTER'
is "with an idle session" "$(ping_ EACH)" ok
is "what deactivate says" "$(snactl deactivate CLIENTLU HOSTLU '#INTER')" "1 session deactivated"
is "without" "$(ping_ EACH)" CM_ALLOCATE_FAILURE_RETRY
is "what clear says" "$(snactl inject clear)" "1 order taken back"
is "taken back" "$(ping_ EACH)" ok
is "what clear says then" "$(snactl inject clear)" "0 orders taken back"

for bad in "attach EACH 1 NO_SUCH_SENSE" "attach EACH 0 10086021" "attach EACH" "delay EACH x" "refuse" "nothing X 1 1"; do
    snactl inject $bad 2>/dev/null
    is "status of inject $bad" $? 2
done
snactl inject refuse NOMODE 2>/dev/null
is "status of inject refuse NOMODE" $? 1
snactl inject clear off 2>/dev/null && fail "inject clear off"
snactl check || fail "the counters at the end"
