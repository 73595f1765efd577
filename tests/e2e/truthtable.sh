# The matching of Attaches [A1; A2; A3] with programs, which are tpsh TPs: who gets the Attach.  Rows have the
# numbers of check_match, which has all rows that one machine can show, for the matcher alone.
# plain: check_match has the rows under sanitizers, and domainway and kinds the way of an Attach
. "${BASH_SOURCE%/*}/lib.sh"

# Attaches that are to be refused come to LUB and LUPINGD2, all others to the other LUs.
for lu in LUA LUPINGD; do echo "appcllu $lu /add /server:E2ENODE /tptimeout:30" >>"$CFG"; done
for lu in LUB LUPINGD2; do echo "appcllu $lu /add /server:E2ENODE /tptimeout:1" >>"$CFG"; done
cp "$ROOT/tests/e2e/rowserver.lua" server.lua
cat >call.lua <<'END2' # TPNAME LU: what the one who gets the Attach answers, or the return code
local tp, lu = ...
tp = tp:gsub("X'(%x+)'", function(x) return (x:gsub("%x%x", function(o) return string.char(tonumber(o, 16)) end)) end)
local c = cpic.allocate{partner = lu, tp = tp, mode = "#INTER"}
c:send("who?")
local ok, answer = pcall(c.receive, c)
print(ok and answer or answer.name)
END2
node_start

# ---- a row ----

# entry KIND ID NAME LU [LIFE NAME ...]: an entry of the registry, whose program is server.lua
n=0
entry() {
    local kind=$1 id=$2 name=$3 lu=$4 where=TPs line=
    shift 4
    n=$((n + 1))
    [ "$lu" = - ] || line="\"LocalLU\"=\"$lu\""
    # the same name for another LU has to be elsewhere
    case $n in 1) where=$KEY ;; *) where='HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SnaBase\Parameters' ;; esac
    {
        printf '[%s\\TPs\\%s\\Parameters]\n"SNAServiceType"=dword:%s\n"PathName"="%s"\n%s\n' "$where" "$name" \
            "$kind" "$BIN/tpsh" "$line"
        printf '"Parameters"="%s %s %s"\n%s\n' "$DIR/server.lua" "$id" "${*:-once $name}" "${MORE:-}"
    } >>"$REG"
}
AQ=5 AN=6
# op ID LU LIFE NAME ...: a person starts a program
op() {
    local id=$1 lu=$2
    shift 2
    [ "$lu" != - ] || lu=
    APPCLLU=$lu background "$id" "$BIN/tpsh" server.lua "$id" "$@"
    op=$!
    accepts=$((accepts + 1))
    becomes "Accepts" $accepts show status accepts_outstanding
}
# row NUMBER TEXT: a new row begins, with the registry empty
row() {
    for p in "${PIDS[@]}"; do kill "$p" 2>/dev/null && wait "$p" 2>/dev/null; done
    for t in $(show tp name); do snactl tp stop "$t" >/dev/null 2>&1; done
    becomes "processes" 0 show status processes
    becomes "children" 0 show status tp_processes
    PIDS=() n=0 accepts=0 number=$1
    rm -f go
    printf 'Windows Registry Editor Version 5.00\n\n' >"$REG"
    printf 'row %-4s %s\n' "$1" "$2"
}
ready() {
    snactl reload >reload.out 2>&1 || fail "row $number: reload: $(cat reload.out)"
    base=$(show status tp_starts)
}
starts() {
    echo $(($(show status tp_starts) - base))
}
# call TPNAME LU EXPECTED: "ID TPNAME", or NM
NM=CM_TP_NOT_AVAILABLE_NO_RETRY
call() {
    local got
    got=$("$BIN/tpsh" call.lua "$1" "$2" 2>&1)
    [ "$3" = $NM ] || got=${got% *} # without the pid
    is "row $number: who got $1 on $2" "$got" "$3"
}

# ---- names and LUs ----

row 1 "AQ APINGD/-: APINGD on LUA"
entry $AQ a APINGD -
ready
call APINGD LUA "a APINGD"

row 2-4 "AQ APINGD/LUA: on LUA; on LUB; on another LU with DloadMatchTPOnly"
entry $AQ a APINGD LUA
ready
call APINGD LUA "a APINGD"
call APINGD LUB $NM
is "starts" "$(starts)" 1
printf '[%s\\Parameters]\n"DloadMatchTPOnly"="YES"\n' "${KEY%\\SnaBase*}\\SnaServr" >>"$REG"
ready
call APINGD LUPINGD "a APINGD"

row 5-6 "AQ X/LUA and AQ X/-: X on LUA; on another"
entry $AQ a X LUA
entry $AQ b X -
ready
call X LUA "a X"
call X LUPINGD "b X"

row 8-9 "OP X and AQ X: X on LUA"
for lu in LUA -; do
    entry $AQ a X $lu
    ready
    op o $lu once X
    call X LUA "o X"
    is "starts" "$(starts)" 0
    accepts=0
done

row 16 "AQ APINGD/LUPINGD: APINGD on LUPINGD2"
entry $AQ a APINGD LUPINGD
ready
call APINGD LUPINGD2 $NM
is "starts" "$(starts)" 0

row 17 "OP ORDERENTRY1, OP ORDERENTRY2: ORDERENTRY2, then ORDERENTRY1"
ready
op o1 - loop ORDERENTRY1
op o2 - loop ORDERENTRY2
call ORDERENTRY2 LUA "o2 ORDERENTRY2"
call ORDERENTRY1 LUA "o1 ORDERENTRY1"

row 18 "AQ ORDERENT, which accepts ORDERENTRY1: ORDERENTRY2"
entry $AQ a ORDERENT - once ORDERENTRY1
ready
call ORDERENTRY2 LUB $NM
is "starts" "$(starts)" 1
call ORDERENTRY1 LUA "a ORDERENTRY1" # the copy that was started is still there
is "starts" "$(starts)" 1

row 19 "AQ BOUNCE: bounce; then OP bounce"
entry $AQ a BOUNCE -
ready
call bounce LUB $NM
is "starts" "$(starts)" 0
op o - once bounce
call bounce LUA "o bounce"

row 20 "AQ Bounce: Bounce"
entry $AQ a Bounce -
ready
call Bounce LUA "a Bounce"

# ---- attach managers ----

# ex LU N: a person starts the attach manager of LU, for N Attaches
ex() {
    background "ex.$1" "$TPS/appcmanager" "$1" "$2"
    ex=$!
    accepts=$((accepts + 1))
    becomes "Accepts" $accepts show status accepts_outstanding
}

row 24-26 "EX on LUA, AQ X/- and AQ Y/LUA: X, Y and Z on LUA, X on LUPINGD, Z on LUB"
entry $AQ a X -
entry $AQ b Y LUA
ready
ex LUA 2
call X LUA "ex X"
call Y LUA "b Y"
call Z LUA "ex Z"
join $ex
call X LUA "a X" # the attach manager has gone
accepts=0
ex LUA 1
call X LUPINGD "a X"
call Z LUB $NM
is "starts" "$(starts)" 3

row 27 "EX on LUA twice, and on LUB"
ready
ex LUA 1
first=$ex
"$TPS/appcmanager" LUA 1 >said
is "status of the second" $? 1
has said 'AP_LU_ALREADY_REGISTERED'
ex LUB 1
call X LUB "ex X"
call X LUA "ex X"
join $first

# ---- AcceptNames ----

row 31 "AQ X, AcceptNames Y Z, the program accepts X, Y and Z: Z"
MORE='"AcceptNames"="Y Z"' entry $AQ a X - loop X Y Z
ready
call Z LUA "a Z"
call Y LUPINGD "a Y"
call X LUA "a X"
is "starts" "$(starts)" 1

row 32 "the same, but the program does not accept Z: Z"
MORE='"AcceptNames"="Y Z"' entry $AQ a X - loop X Y
ready
call Z LUB $NM
is "starts" "$(starts)" 1

# ---- copies ----

row 33 "AN X: three at once"
entry $AN a X - once X
ready
for i in 1 2 3; do background "who.$i" "$BIN/tpsh" call.lua X LUA; done
for p in "${PIDS[@]}"; do join "$p"; done
is "starts" "$(starts)" 3
is "processes" "$(cat who.[123] | sort -u | grep -c '^a X ')" 3

row 34 "AQ X, busy: two more"
entry $AQ a X - loop X
ready
for i in 1 2 3; do background "who.$i" "$BIN/tpsh" call.lua X LUA; done
for p in "${PIDS[@]}"; do join "$p"; done
is "starts" "$(starts)" 1
is "processes" "$(cat who.[123] | sort -u | grep -c '^a X ')" 1

row 35 "AQ X ends after one conversation, one more Attach waits"
entry $AQ a X - slow X
ready
for i in 1 2; do background "who.$i" "$BIN/tpsh" call.lua X LUA; done
becomes "Attaches that wait" 1 show status attaches_queued
is "starts" "$(starts)" 1
touch go
for p in "${PIDS[@]}"; do join "$p"; done
is "starts" "$(starts)" 2
is "processes" "$(cat who.[12] | sort -u | grep -c '^a X ')" 2

# ---- operator-started programs ----

row 36 "OP X twice, one ends: X"
ready
op o1 - loop X
first=$op
op o2 - loop X
kill "$first"
becomes "Accepts" 1 show status accepts_outstanding
call X LUA "o2 X"

row 37 "an OP process with Accepts for X and Y is killed: X, Y"
ready
op o - loop X Y
call Y LUA "o Y"
kill -9 "$op"
becomes "processes" 0 show status processes
call X LUB $NM
call Y LUB $NM

row 38 "nothing; OP X comes while the Attach waits"
ready
background who "$BIN/tpsh" call.lua X LUA
caller=$!
becomes "Attaches that wait" 1 show status attaches_queued
background o "$BIN/tpsh" server.lua o once X
join $caller
has who '^o X '

row 39 "OP X ends, the registry has AQ X: X"
entry $AQ a X -
ready
op o - once X
call X LUA "o X"
call X LUA "a X"

row 41 "AN X ends without an Accept: X, with FastFail and without"
entry $AN a X - once X
sed -i 's|server.lua a|nothing.lua a|' "$REG"
: >nothing.lua
ready
start=$EPOCHREALTIME
call X LUA $NM
within "refusal with FastFail" 0 10000 "$(ms_since $start)"
printf '[%s\\Parameters]\n"FastFail"="NO"\n' "${KEY%\\SnaBase*}\\SnaServr" >>"$REG"
ready
start=$EPOCHREALTIME
call X LUB $NM
within "refusal without it" 950 10000 "$(ms_since $start)"
row end "of the table"
