# APPC across a domain: the LU is on HOSTA, the TPs are on HOSTB.  APPC with APPC, with CPI-C on either side, and an
# attach manager of HOSTA's LU that runs on HOSTB.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 900[38]: '

nats_start
joined A
joined B
cp B.reg B.base
offer B APPCRECV each "$BIN/appcrecv"
echo 'appcllu MANAGED /add /server:HOSTA /tptimeout:10' >>A.cfg
for m in A B; do machine_start $m; done
becomes "the TP of B" nonqueued at A "domain tp" kind name=APPCRECV
printf 'first line\nsecond line\n' >lines

send() { # LU WHAT
    on A "$BIN/appcsend" "$1" <lines >said 2>&1 || fail "$2: appcsend: $(cat said)"
}
left_alone() {
    for m in A B; do
        becomes "conversations of $m" 0 at $m status conversations
        on $m snactl check >said 2>&1 || fail "check of $m: $(cat said)"
    done
}

# ---- APPC to APPC, CPI-C to APPC ----

send HOSTLU "APPC to APPC"
await "the records on B" grep -q 'APPCRECV.*second line' B.log
cat >cpic.lua <<'END'
local c = cpic.allocate{partner = "HOSTLU", tp = "APPCRECV", mode = "#INTER", sync = "confirm"}
c:send("from CPI-C")
c:deallocate()
END
on A "$BIN/tpsh" cpic.lua >said 2>&1 || fail "CPI-C to APPC: $(cat said)"
await "the record on B" grep -q 'APPCRECV.*from CPI-C' B.log
left_alone

# ---- APPC to CPI-C ----

machine_stop B
cat B.base >B.reg
cat >taker.lua <<'END'
local c = cpic.accept{tp = "APPCRECV"}
repeat
    local data, status = c:receive()
    if data then print("CPI-C has " .. data) end
until not data or c.state ~= "RECEIVE"
c:confirmed()
END
offer B APPCRECV each "$BIN/tpsh" "$DIR/taker.lua"
machine_start B
becomes "the TP of B again" nonqueued at A "domain tp" kind name=APPCRECV
send HOSTLU "APPC to CPI-C"
await "the records on B" grep -q 'CPI-C has second line' B.log
left_alone

# ---- an attach manager ----

back manager B "$TPS/appcmanager" MANAGED 2
manager=$!
becomes "the attach manager" operator at A "domain tp" kind name='*' lu=MANAGED
on A "$TPS/appcmanager" MANAGED 1 >said
is "a second attach manager" $? 1
has said 'AP_LU_ALREADY_REGISTERED'
send MANAGED "to the attach manager"
is "the first line" "$(sed -n 1p manager)" "TP APPCRECV"
has manager '^second line$'
send MANAGED "to the attach manager again"
join $manager
becomes "no attach manager" "" at A "domain tp" kind name='*' lu=MANAGED
left_alone
