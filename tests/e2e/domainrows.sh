# The truth table of matching [A1; A2; A3; D8] with three machines: HOSTA has the LUs, and the TPs of e2e:truthtable are
# on HOSTB; the rows that name another machine are here too.  Who gets the Attach is told by programs, which are tpsh TPs
# and, for service names and attach managers, C.  Prints all rows with their verdicts.
# plain: check_match has the rows under sanitizers, and domainway and domainoffer the way to another machine
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'conversation [0-9]+: Attach for TP .* refused: '
expect_log 'event 900[38]: |event (18: .*EVIL|23: Connection EVIL )'
FIXED=yes
nats_start
for m in A B C; do
    joined $m
    sed -i '/TPs.TP/,$d' $m.reg # the Domain alone
    cp $m.reg $m.base
done
# Attaches that are to be refused come to LUB and LUPINGD2, all others to the other LUs.
for lu in LUA:30 LUPINGD:30 LUB:1 LUPINGD2:1; do
    [ $lu = LUA:30 ] && sed -i '/^appcllu LUA /d' A.cfg
    echo "appcllu ${lu%:*} /add /server:HOSTA /tptimeout:${lu#*:}" >>A.cfg
done
EVIL=$(free_port) # where the partner of rows 29 and 30 calls
cat >>A.cfg <<END2
connection EVIL /add /conntype:DLSW /listen:"127.0.0.1:$EVIL" /calldirection:Incoming /remotemac:4000000000EE /localmac:4000000000AA
appcrlu EVILLU /add /connection:EVIL /netname:EVILNET /luname:EVILLU
END2
for name in 06F2 30F0F0F5 03; do
    echo "cpic $name /add /svcetpname:\"$name\" /lualias:\"LUA\" /modename:\"#INTER\" /seckeytype:none" >>A.cfg
done
for m in A B C; do machine_start $m; done
becomes "the others of A" "HOSTB HOSTC " live A
cp "$ROOT/tests/e2e/rowserver.lua" server.lua
cat >call.lua <<'END2' # TPNAME LU [N]: what the one who gets the Attach answers, or the return code; N times
local tp, lu, n = ...
for _ = 1, n or 1 do
    local c = cpic.allocate{partner = lu, tp = tp, mode = "#INTER"}
    c:send("who?")
    local ok, answer = pcall(c.receive, c)
    print(ok and answer or answer.name)
    if ok then pcall(c.receive, c) end -- its end
end
END2

# ---- a row ----

# A row uses some of the machines, and those alone are cleared behind it.
declare -A USED=() WRITTEN=() CHANGED=() # machine: its TPs; whose registry is not empty; who has to read it
OPS=() ASKED=()

# entry MACHINE KIND ID NAME LU [LIFE NAME ...]
n=0
entry() {
    local at=$1 kind=$2 id=$3 name=$4 lu=$5 where=$KEY line=
    shift 5
    n=$((n + 1))
    [ "$lu" = - ] || line="\"LocalLU\"=\"$lu\""
    [ $n = 1 ] || where='HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SnaBase\Parameters' # the same name for another LU
    printf '[%s\\TPs\\%s\\Parameters]\n"SNAServiceType"=dword:%s\n"PathName"="%s"\n%s\n"Parameters"="%s"\n%s\n' "$where" \
        "$name" "$kind" "$BIN/tpsh" "$line" "$DIR/server.lua $id ${*:-once $name}" "${MORE:-}" >>$at.reg
    USED[$at]="${USED[$at]:-} $name" WRITTEN[$at]=1 CHANGED[$at]=1
}
AQ=5 AN=6
op() { # MACHINE ID LU LIFE NAME ...: a person starts a program
    local at=$1 id=$2 lu=$3
    shift 3
    [ "$lu" != - ] || lu=
    background "$id" env APPCLLU=$lu SNANODE_SOCKET="$DIR/$at.sock" "$BIN/tpsh" server.lua "$id" "$@"
    op=$!
    OPS+=($op)
    USED[$at]=${USED[$at]:-}
}
switch() { # MACHINE VALUE=DATA
    printf '[%s\Parameters]\n"%s"="%s"\n' "${KEY%\\SnaBase*}\\SnaServr" "${2%=*}" "${2#*=}" >>"$1.reg"
    WRITTEN[$1]=1 CHANGED[$1]=1
}
row() { # NUMBER TEXT [VERDICT]: a new row begins, with the registries empty
    local p m t
    answers
    for p in "${OPS[@]}"; do kill "$p" 2>/dev/null && wait "$p" 2>/dev/null; done
    for m in "${!USED[@]}"; do
        for t in ${USED[$m]}; do on $m snactl tp stop "$t" >/dev/null 2>&1; done
        becomes "children and processes of $m" 0/0 at $m status tp_processes/processes
    done
    for m in "${!WRITTEN[@]}"; do
        cp $m.base $m.reg
        CHANGED[$m]=1
    done
    USED=() WRITTEN=() OPS=() n=0 number=$1
    rm -f go
    text "$@"
}
# What is printed when all is done: a row that failed has ended the test.
: >table
text() { # NUMBER TEXT [VERDICT]
    printf 'row %-4s %-8s  %s\n' "$1" "${3:-met}" "$2" >>table
}
seen() { # what A knows of TPs, its own too: MACHINE/NAME/LU/KIND ...
    at A "domain tp" machine/name/lu/kind | sort
}
ready() { # MACHINE/NAME/LU/KIND ...: what A has to know before the call
    local want m
    for m in "${!CHANGED[@]}"; do on $m snactl reload >reload.out 2>&1 || fail "row $number: reload of $m: $(cat reload.out)"; done
    CHANGED=()
    want=$([ $# = 0 ] || printf 'HOST%s\n' "$@" | sort)
    becomes "row $number: what A knows" "$want" seen
}
call() { # TPNAME LU EXPECTED: "ID TPNAME"
    local got
    got=$(on A "$BIN/tpsh" call.lua "$1" "$2" 2>&1)
    is "row $number: who got $1 on $2" "${got% *}" "$3" # without the pid
}
refused() { # TPNAME LU: an Attach that nobody gets, which takes the second that LUB and LUPINGD2 wait; see answers
    back "nobody.$1.$2" A "$BIN/tpsh" call.lua "$1" "$2"
    ASKED+=("$1.$2/$!")
}
answers() { # of those that were to be refused
    local a
    for a in "${ASKED[@]}"; do
        join "${a#*/}"
        is "row $number: who got ${a%/*}" "$(cat "nobody.${a%/*}")" CM_TP_NOT_AVAILABLE_NO_RETRY
    done
    ASKED=()
}
calls() { # N TPNAME LU: how many each one got
    on A "$BIN/tpsh" call.lua "$2" "$3" "$1" | cut -d' ' -f1 | sort | uniq -c | awk '{ printf "%s%s ", $2, $1 }'
}

# ---- the rows of one machine, on the other one ----

row 1 "AQ APINGD/-@R: APINGD on LUA"
entry B $AQ b APINGD -
ready B/APINGD//queued
call APINGD LUA "b APINGD"

# These are one: the Attaches that nobody gets wait at the same time.
row 2 "AQ APINGD/LUA@R: APINGD on LUA"
text 3 "the same: APINGD on LUB, which nobody gets"
text 4 "the same with DloadMatchTPOnly: APINGD on another LU"
text 18 "AQ ORDERENT@R, which accepts ORDERENTRY1: ORDERENTRY2"
text 19 "AQ BOUNCE@R: bounce; then OP bounce@R"
text 32 "AQ X@R, AcceptNames Y Z, but the program does not accept Z: Z"
entry B $AQ b1 APINGD LUA
entry B $AQ b2 ORDERENT - once ORDERENTRY1
entry B $AQ b3 BOUNCE -
MORE='"AcceptNames"="Y Z"' entry B $AQ b4 X - loop X Y
ready B/APINGD/LUA/queued B/ORDERENT//queued B/BOUNCE//queued B/X//queued B/Y//queued B/Z//queued
refused APINGD LUB
refused ORDERENTRY2 LUB
refused bounce LUB
refused Z LUB
call APINGD LUA "b1 APINGD"
answers
call ORDERENTRY1 LUA "b2 ORDERENTRY1"
op B o - once bounce
becomes "row 19: kind" operator at A "domain tp" kind name=bounce
call bounce LUA "o bounce"
for m in A B; do switch $m DloadMatchTPOnly=YES; done
ready B/APINGD/LUA/queued B/ORDERENT//queued B/BOUNCE//queued B/X//queued B/Y//queued B/Z//queued
call APINGD LUPINGD "b1 APINGD"

row 5 "AQ X/LUA@R and AQ X/-@R: X on LUA"
text 6 "the same: X on another LU"
entry B $AQ b1 X LUA
entry B $AQ b2 X -
ready B/X/LUA/queued B/X//queued
call X LUA "b1 X"
call X LUPINGD "b2 X"

row 7 "OP X/-@R2 and AQ X/LUA@R: X on LUA"
entry B $AQ b X LUA
op C o - once X
ready B/X/LUA/queued C/X//operator
call X LUA "b X"

row 8 "OP X/LUA@R and AQ X/LUA@R: X on LUA"
entry B $AQ b X LUA
op B o LUA once X
ready B/X/LUA/queued
becomes "Accepts" 1 at B status accepts_outstanding
call X LUA "o X"

row 9 "OP X/-@R and AQ X/-@R: X on LUA"
entry B $AQ b X -
ready B/X//queued
op B o - once X
becomes "Accepts" 1 at B status accepts_outstanding
call X LUA "o X"

row 17 "OP ORDERENTRY1@R, OP ORDERENTRY2@R: ORDERENTRY2, then ORDERENTRY1"
op B o1 - loop ORDERENTRY1
op B o2 - loop ORDERENTRY2
ready B/ORDERENTRY1//operator B/ORDERENTRY2//operator
call ORDERENTRY2 LUA "o2 ORDERENTRY2"
call ORDERENTRY1 LUA "o1 ORDERENTRY1"

row 20 "AQ Bounce@R: Bounce"
entry B $AQ b Bounce -
ready B/Bounce//queued
call Bounce LUA "b Bounce"

row 31 "AQ X@R, AcceptNames Y Z, the program accepts X, Y and Z: Z"
MORE='"AcceptNames"="Y Z"' entry B $AQ b X - loop X Y Z
ready B/X//queued B/Y//queued B/Z//queued
call Z LUA "b Z"
call Y LUPINGD "b Y"
call X LUA "b X"
is "copies" "$(at B tp starts name=X)" 1

row 33 "AN X@R: three at once"
entry B $AN b X - once X
ready B/X//nonqueued
all=()
for i in 1 2 3; do back "who.$i" A "$BIN/tpsh" call.lua X LUA && all+=($!); done
for p in "${all[@]}"; do join "$p"; done
is "processes" "$(cat who.[123] | sort -u | grep -c '^b X ')" 3

row 34 "AQ X@R, busy: two more"
entry B $AQ b X - loop X
ready B/X//queued
all=()
for i in 1 2 3; do back "who.$i" A "$BIN/tpsh" call.lua X LUA && all+=($!); done
for p in "${all[@]}"; do join "$p"; done
is "processes" "$(cat who.[123] | sort -u | grep -c '^b X ')" 1

row 35 "AQ X@R ends after one conversation, one more Attach waits"
entry B $AQ b X - slow X
ready B/X//queued
all=()
for i in 1 2; do back "who.$i" A "$BIN/tpsh" call.lua X LUA && all+=($!); done
becomes "Attaches that wait" 1 at B status attaches_queued
touch go
for p in "${all[@]}"; do join "$p"; done
is "processes" "$(cat who.[12] | sort -u | grep -c '^b X ')" 2

row 36 "OP X@R twice, one ends: X"
op B o1 - loop X
first=$op
op B o2 - loop X
becomes "Accepts" 2 at B status accepts_outstanding
ready B/X//operator
kill "$first"
becomes "Accepts" 1 at B status accepts_outstanding
call X LUA "o2 X"

row 37 "an OP process @R with Accepts for X and Y is killed: X, Y"
op B o - loop X Y
ready B/X//operator B/Y//operator
call Y LUA "o Y"
kill -9 "$op"
ready
refused X LUB
refused Y LUB

row 38 "nothing; OP X@R comes while the Attach waits"
ready
back who A "$BIN/tpsh" call.lua X LUA
caller=$!
becomes "Attaches that wait" 1 at A status attaches_queued
op B o - once X
join $caller
has who '^o X '

row 39 "OP X@R ends, the registry there has AQ X: X"
entry B $AQ b X -
ready B/X//queued
op B o - once X
becomes "Accepts" 1 at B status accepts_outstanding
call X LUA "o X"
call X LUA "b X"

row 41 "AN X@R ends without an Accept: X"
entry B $AN b X - once X
sed -i 's|server.lua b|nothing.lua b|' B.reg
: >nothing.lua
ready B/X//nonqueued
refused X LUA

# ---- names of service TPs ----

row 21 "AQ UN2@R: X'06F2'"
text 22 "AQ PO005@R: X'30F0F0F5'"
text 23 "AQ UN@R: X'03'"
for key in UN2 PO005 UN; do
    entry B $AQ b $key -
    printf '"PathName"="%s"\n"Parameters"="out:%s accept receive confirmed receive"\n' "$TPS/steps" "$DIR/$key" >>B.reg
    n=0
done
ready B/UN2//queued B/PO005//queued B/UN//queued
for name in 06F2/UN2 30F0F0F5/PO005 03/UN; do
    on A "$TPS/steps" "init:${name%/*}" basic sync allocate record:10 confirm deallocate >said 2>&1
    is "row $number: the answer to X'${name%/*}'" "$(sed -n 's/^confirm \([A-Z_]*\).*/\1/p' said)" CM_OK
    await "row $number: ${name#*/}" grep -qs '^confirmed CM_OK' "${name#*/}"
done

# ---- attach managers ----

ex() { # MACHINE LU N: a person starts the attach manager of LU
    back "ex.$1.$2" "$1" "$TPS/appcmanager" "$2" "$3"
    op=$!
    OPS+=($op)
    USED[$1]=${USED[$1]:-}
}

row 24 "EX on LUA@R and AQ X/-@R: X on LUA"
text 25 "EX on LUA@R and AQ Y/LUA@R2: Y on LUA"
text 26 "EX on LUA@R: Z on LUB"
text 27 "EX on LUA@R, and another one for LUA on this machine"
text 28 "EX without an LU, which is no attach manager"
entry B $AQ b X -
n=0 entry C $AQ c Y LUA
ex B LUA 2
ready B/X//queued C/Y/LUA/queued "B/*/LUA/operator"
refused Z LUB
call X LUA "ex X"
call Y LUA "c Y"
is "row $number: a second attach manager" "$(on A "$TPS/appcmanager" LUA 1 | grep -o AP_LU_ALREADY_REGISTERED)" \
    AP_LU_ALREADY_REGISTERED
call Z LUA "ex Z"
join "$op"
ready B/X//queued C/Y/LUA/queued
call X LUA "b X"
answers
is "row 28: an attach manager without an LU" "$(on A "$TPS/appcmanager" "" 1 | grep -c '^RECEIVE_ALLOCATE_EX: ')" 1

# ---- sync point ----

# No program here can allocate with sync level SYNCPT [P3], so the Attach comes from a partner.
cat >syncpt.py <<'END2'
import sys, dlswpeer
p = dlswpeer.Peer(int(sys.argv[1])).up()
s, rh, ru = p.bind(slu="TESTNET.LUB")
fmh5 = bytearray(p.attach("X"))
fmh5[8] |= 0x80
p.piu(s, "0B9120", bytes(fmh5) + bytes.fromhex("000812FF") + b"DATA", snf=1)
q = p.heard_piu(lambda th, rh, ru: th[3] == s and ru[:1] in (b"\x07", b"\x32"), 30)
print(q[6:9].hex().upper(), q[9:].hex().upper())
END2
row 29 "SP and AQ X/-@R: X with SYNCPT; there is no sync point manager, so the TP is asked alone" "no SP"
text 30 "OP X@R without sync point: X with SYNCPT"
entry B $AQ b X -
ready B/X//queued
op B o - once X
becomes "Accepts" 1 at B status accepts_outstanding
starts=$(at B status tp_starts)
PYTHONPATH=$ROOT/tests/e2e PYTHONDONTWRITEBYTECODE=1 "$PYTHON" syncpt.py "$EVIL" >said 2>&1
has said 084B6031
is "row $number: Accepts that are left" "$(at B status accepts_outstanding)" 1
is "row $number: starts" "$(at B status tp_starts)" "$starts"

# ---- the rows of two machines ----

row 10 "AQ X/-@L and OP X/-@R: X on LUA"
entry A $AQ a X -
op B o - once X
ready A/X//queued B/X//operator
call X LUA "a X"

row 11 "the same with MatchOperatorFirst, which the order of Q240840 is"
entry A $AQ a X -
switch A MatchOperatorFirst=YES
op B o - once X
ready A/X//queued B/X//operator
call X LUA "o X"

row 12 "the same with DloadMatchLocalFirst=NO"
entry A $AQ a X -
switch A DloadMatchLocalFirst=NO
op B o - once X
ready A/X//queued B/X//operator
call X LUA "o X"

row 13 "AQ X/-@L and AQ X/-@R: X, many"
entry A $AQ a X - loop X
n=0 entry B $AQ b X - loop X
ready A/X//queued B/X//queued
is "who got them" "$(calls 8 X LUA)" "a8 "

row 14 "the same with DloadMatchLocalFirst=NO"
entry A $AQ a X - loop X
n=0 entry B $AQ b X - loop X
switch A DloadMatchLocalFirst=NO
ready A/X//queued B/X//queued
got=$(calls 24 X LUA) # all on one machine once in 8 million times
[[ $got =~ ^a[0-9]+\ b[0-9]+\ $ ]] || fail "row 14: who got them: $got"

row 13b "AQ X/-@R and AQ X/-@R2: X, many"
entry B $AQ b X - loop X
n=0 entry C $AQ c X - loop X
ready B/X//queued C/X//queued
got=$(calls 24 X LUA)
[[ $got =~ ^b[0-9]+\ c[0-9]+\ $ ]] || fail "row 13b: who got them: $got"

row 15 "AQ X/LUA@R and AQ X/-@L: X on LUA"
entry A $AQ a X -
n=0 entry B $AQ b X LUA
ready A/X//queued B/X/LUA/queued
call X LUA "b X"
call X LUPINGD "a X"

row 42 "AQ X/LUA@R and AQ X/LUPINGD@R2"
entry B $AQ b X LUA
n=0 entry C $AQ c X LUPINGD
ready B/X/LUA/queued C/X/LUPINGD/queued
refused X LUB
call X LUPINGD "c X"
call X LUA "b X"

row 40 "AQ X/-@R, the connection with the directory is lost and made again"
entry B $AQ b X - loop X
ready B/X//queued
nats_kill
becomes "A without NATS" lost at A domain state self=true
call X LUA "b X"
nats_start
becomes "A with NATS" connected at A domain state self=true
becomes "B with NATS" connected at B domain state self=true
ready B/X//queued
call X LUA "b X"

row 16 "AQ APINGD/LUPINGD@R, AQ APINGD/LUPINGD2@R2, which has gone down: APINGD on LUPINGD2"
entry B $AQ b APINGD LUPINGD
n=0 entry C $AQ c APINGD LUPINGD2
ready B/APINGD/LUPINGD/queued C/APINGD/LUPINGD2/queued
call APINGD LUPINGD2 "c APINGD"
machine_stop C
becomes "row 16: what A knows" HOSTB/APINGD/LUPINGD/queued seen
refused APINGD LUPINGD2
answers
for m in A B; do machine_stop $m; done
LC_ALL=C sort -s -k2,2n table
is "rows" "$(awk '$2 ~ /^[0-9]+$/ { print $2 }' table | sort -n | tr '\n' ' ')" "$(seq -s' ' 42) "
