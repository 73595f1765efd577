# A machine dies when its side of a conversation is over already, and it has no other one: nobody has lost anything.  What
# it has sent is received as if it were there, an Attach of it that waits is served, and no session counts as lost.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 90(03|08|1[01]): '
expect_log '3993: LU HOSTLU is not defined' # at C
TPTIMEOUT=60 FIXED=yes

nats_start
for m in A B C; do joined $m; done
sed -i '/^appcllu /d' C.cfg # its programs use LUs of the others
offer B SAYSB each "$TPS/steps" "out:$DIR/saysB accept receive send:20 deallocate"
offer B PINGB each "$BIN/apingd"
for d in SAYSB PINGB LATER; do CFG=C.cfg dest $d $d; done
for m in A B C; do machine_start $m; done
for m in A C; do becomes "TPs of B for $m" nonqueued at $m "domain tp" kind name=SAYSB; done
becomes "LU of B for C" live at C "domain lu" state lu=LUB

# Another conversation of MACHINE with machine B comes and goes, so that all that came before has been seen.
another() { # MACHINE, with the LU in LU
    on "$1" env ${LU:+APPCLLU=$LU} "$BIN/aping" -i 1 PINGB >out 2>&1 || fail "aping: $(cat out)"
    becomes "conversations of $1" "$2" at "$1" status conversations
}
killed() { # MACHINE OTHER
    machine_stop "$1" -KILL
    await "$2 knows of its end" grep -q "event 9010: the connection with machine HOST$1 is lost" "$2.log"
    at "$2" status conversations >/dev/null || fail "node $2 has gone with it: $(tail -n 3 "$2.log")"
    on "$2" snactl check >said 2>&1 || fail "check of $2: $(cat said)"
    has_not "$2.log" 'event 38: '
}
has_not() { ! grep -E "$2" "$1" || fail "$1 has: $2"; }

# The program on MACHINE has not received yet what the TP on B has sent before it ended.
not_received_yet() { # MACHINE, with the LU in LU
    rm -f go saysB
    back invoker "$1" env ${LU:+APPCLLU=$LU} "$TPS/steps" init:SAYSB allocate flush turn "await:$DIR/go" receive
    invoker=$!
    await "the TP is done" grep -qs '^deallocate CM_OK' saysB
    another "$1" 1
    killed B "$1"
    touch go
    join $invoker || fail "$(cat invoker)"
    has invoker '^receive CM_DEALLOCATED_NORMAL .* length=20 '
    becomes "conversations of $1" 0 at "$1" status conversations
}

# ---- the machine with the TP ----

not_received_yet A

# ---- the machine with the LU ----

machine_start B
becomes "LU of B for C" live at C "domain lu" state lu=LUB
LU=LUB not_received_yet C

# ---- the machine with the invoker ----

machine_start B
becomes "LU of B for C" live at C "domain lu" state lu=LUB
becomes "TPs of B for C" nonqueued at C "domain tp" kind name=SAYSB
on C env APPCLLU=LUB "$TPS/steps" init:LATER allocate send:13 deallocate >out || fail "$(cat out)"
becomes "it waits on B" LATER at B queue tp
LU=LUB another C 0
becomes "conversations of B" 1 at B status conversations
killed C B
on B "$TPS/steps" name:LATER accept receive >out || fail "$(cat out)"
has out '^receive CM_DEALLOCATED_NORMAL .* length=13 '
machines_end A B
