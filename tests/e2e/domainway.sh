# The way of an Attach between machines of a domain: the LU is on HOSTA, the TPs are elsewhere.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"

nats_start
joined A
joined B
offer B PING each "$BIN/apingd"
offer B TURN turn "$BIN/apingd"
offer B MANY turn "$BIN/mpingd"
offer B CONFIRMS each "$TPS/steps" "accept receive confirmed receive confirmed"
offer B FAILS each "$TPS/steps" "accept receive abend"
offer B DIES each "$TPS/steps" "accept receive kill"
offer B DEAF each "$TPS/steps" "accept touch:$DIR/deaf await:$DIR/hear receive receive receive"
offer B ECHO each "$TPS/steps" "out:$DIR/echo accept receive receive"
offer B SILENT turn "$TPS/steps" "pause"
MORE='"LocalLU"="LUB"' offer B FORLUB each "$BIN/apingd"
MORE=$'"ConversationSecurity"="YES"\n"BOB"="secret"' offer B SAFE each "$BIN/apingd"
sed -i '/^"ConversationSecurity"="no"$/{N;s/^.*\n\("ConversationSecurity"="YES"\)/\1/}' B.reg
REG=A.reg CFG=B.cfg tp BACK each "$BIN/apingd" # the other way
REG=A.reg CFG=B.cfg tp BACKMANY turn "$BIN/mpingd"
dest_at A BYHAND
dest_at A LATE
sed -i '/^appcllu HOSTLU /s/tptimeout:10/tptimeout:4/' A.cfg
for m in A B; do machine_start $m; done
becomes "B for A" live at A domain state machine=HOSTB
becomes "certificate of B" HOSTB at A domain certificate machine=HOSTB
becomes "a TP of B" queued at A "domain tp" kind name=TURN

try() { # OUT STEP ...: an invoker on A
    on A "$TPS/steps" "${@:2}" >"$1" 2>&1
}
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
left_alone() { # nothing is left of what was
    for m in A B; do
        becomes "conversations of $m" 0 at $m status conversations
        becomes "Attaches of $m" 0 at $m status attaches_queued
        on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
    done
}

# ---- nonqueued, queued, operator-started ----

for t in PING TURN MANY; do
    on A "$BIN/aping" -i 3 -s 500 $t >out 2>&1 || fail "aping $t: $(cat out)"
    has out '^Totals'
done
on A "$BIN/aping" -i 2 -s 30000 -c 3 -m "#BATCH" PING >out 2>&1 || fail "aping of large records: $(cat out)"
is "connection" "$(at A domain connection machine=HOSTB)" up
is "one connection" "$(cat A.log B.log | grep -c 'event 9009: ')" 2
has A.log 'event 9009: connected with machine HOSTB: this one has called'
has B.log 'event 9009: connected with machine HOSTA: it has called'
becomes "a round trip" yes eval 'at A domain round_trip_us machine=HOSTB | grep -q "^[1-9]" && echo yes'
back byhand B "$TPS/steps" name:BYHAND accept receive
becomes "it is known" operator at A "domain tp" kind name=BYHAND
try out init:BYHAND allocate send:100 deallocate
has out '^deallocate CM_OK'
join $!
has byhand '^accept CM_OK'
has byhand '^receive CM_DEALLOCATED_NORMAL .* length=100 '
left_alone

# ---- the other way, on the same connection; and many at once, both ways ----

for t in BACK BACKMANY; do
    on B "$BIN/aping" -i 3 -s 500 $t >out 2>&1 || fail "aping $t: $(cat out)"
done
all=()
for i in {1..20}; do
    back back$i B "$BIN/aping" -i 20 -s 3000 BACKMANY
    all+=($!)
    back there$i A "$BIN/aping" -i 20 -s 3000 MANY
    all+=($!)
done
for p in "${all[@]}"; do join "$p" 30 || fail "one of many: $(grep -L '^Totals' back[0-9]* there[0-9]* | xargs tail -n 2)"; done
is "one connection" "$(cat A.log B.log | grep -c 'event 9009: ')" 2
left_alone

# ---- what conversations do ----

try out init:CONFIRMS sync allocate send:100 confirm send:20 deallocate
has out '^confirm CM_OK'
has out '^deallocate CM_OK'
try out init:FAILS allocate send:10 flush receive
has out '^receive CM_DEALLOCATED_ABEND'
try out init:DIES allocate send:10 flush receive
has out '^receive CM_DEALLOCATED_ABEND'
back dies A "$TPS/steps" init:ECHO allocate send:7 flush pause
await "the TP has received" has_line echo '^receive CM_OK .* length=7 '
is "the machine has a conversation" "$(at B conversation state)" running
is "streams" "$(at A domain streams machine=HOSTB)" 1
kill -9 "$(at A conversation invoker_pid)"
await "the TP is told" has_line echo '^receive CM_DEALLOCATED_ABEND'
left_alone

# A TP that does not read stops who sends to it, and nobody else.
many=
for i in {1..300}; do many="$many send:32767"; done
back sends A "$TPS/steps" init:DEAF allocate $many deallocate
sends=$!
await "the TP has accepted" test -e deaf
on A "$BIN/aping" -i 2 -s 20000 PING >out 2>&1 || fail "aping beside a TP that does not read: $(cat out)"
alive "$sends" || fail "all was sent to a TP that does not read: $(tail -1 sends)"
for m in A B; do
    [ "$(awk '/VmRSS/ {print $2}' /proc/${NODE[$m]}/status)" -lt $((60000 * SLOW * SLOW)) ] || fail "memory of $m"
done
touch hear
join "$sends"
left_alone

# ---- refusals: the machine with the TP says so ----

expect_log 'conversation [0-9]+: Attach for TP .* refused: '
try out init:SAFE allocate flush receive
has out '^receive CM_SECURITY_NOT_VALID'
has A.log 'refused: .*machine HOSTB: user ID or password not valid'
try out init:FORLUB allocate flush receive
has out '^receive CM_TP_NOT_AVAILABLE_NO_RETRY [34]'
try out init:SILENT allocate flush receive
has out '^receive CM_TP_NOT_AVAILABLE_NO_RETRY [34]'
has A.log 'refused: .*machine HOSTB: the program started and did not accept'
try out init:NOTHERE allocate flush receive
has out '^receive CM_TP_NOT_AVAILABLE_NO_RETRY [34]'
left_alone

# An Attach that matches nothing goes to the machine where its TP is registered at last.
back late A "$TPS/steps" init:LATE allocate send:11 deallocate
late=$!
becomes "it waits" LATE at A queue tp
back accepts B "$TPS/steps" name:LATE accept receive
join $!
has accepts '^receive CM_DEALLOCATED_NORMAL .* length=11 '
join "$late"
has late '^deallocate CM_OK'
for m in A B; do machine_stop $m; done
[ -z "$(cat A.log B.log | grep 'event 9010: ')" ] || fail "an end in order looks like a loss"
