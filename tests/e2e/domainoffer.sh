# What servers give to a machine without LUs: those LUs that OfferLUs names, and the defaults of the user, which the
# servers' configuration or its own may have.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"

user=$(id -un)
nats_start
for m in A B C; do joined $m; done
sed -i '/CLIENTLU/d' B.cfg
printf 'appcllu MINE /add /server:HOSTB\nuser %s /add /defloclu:MINE /defremlu:HOSTLU\n' "$user" >>B.cfg
for m in A B; do
    CFG=C.cfg REG=$m.reg tp PING$m each "$BIN/apingd"
    CFG=C.cfg REG=$m.reg tp HOLDS$m each "$TPS/steps" "accept receive receive"
done
sed -i '/^appcllu /d' C.cfg
printf '[%s\\Domain]\n"OfferLUs"="lua"\n' "$KEY" >>A.reg
for m in A B C; do machine_start $m; done
lus() { # MACHINE
    at C "domain lu" lu state=live "machine=HOST$1" | sort | tr '\n' ' '
}
becomes "LUs that A offers" "LUA " lus A
becomes "LUs that B offers" "HOSTLU LUB MINE " lus B
is "who may be had without a name" MINE "$(at C "domain lu" lu state=live pool=true)"
pids() { at C conversation invoker_pid; }

# talks WHAT LU MACHINE [STEP ...]: a program of C gets this LU
talks() {
    back out C env ${LU:+APPCLLU=$LU} "$TPS/steps" "${@:4}" allocate send:10 flush pause
    await "$1: a conversation" grep -q '^flush' out
    has out '^flush CM_OK'
    is "$1: its LU" "$2" "$(at "$3" conversation lu)"
    is "$1: its partner" HOSTLU "$(at "$3" conversation partner)"
    kill -9 $! && wait $! 2>/dev/null
    for m in A B C; do becomes "$1: conversations of $m" 0 at $m status conversations; done
}
try() { # OUT STEP ...
    on C env ${LU:+APPCLLU=$LU} "$TPS/steps" "${@:2}" >"$1" 2>&1
}

# ---- what is not offered ----

LU=LUA talks "an LU that is offered" LUA A init:HOLDSA
LU=CLIENTLU try out init:PINGA allocate
has out '^(init|allocate) CM_PRODUCT_SPECIFIC_ERROR'
on A "$BIN/aping" -i 2 TPA >out 2>&1 && fail "no destination TPA at A"
on A "$TPS/steps" init:NOTHERE allocate >out 2>&1 # its own programs have the pool
has out '^allocate CM_OK'
becomes "conversations of A" 0 at A status conversations

# ---- the user's record on the server: local LU, partner ----

talks "the server's record" MINE B init:HOLDSB
talks "its partner" MINE B init: tpname:HOLDSB mode:#INTER
LU=LUB talks "its partner, an LU that is named" LUB B init: tpname:HOLDSB mode:#INTER

# ---- that of its own machine comes first ----

printf 'user %s /add /defloclu:LUB\n' "$user" >>C.cfg
on C snactl reload >said 2>&1 || fail "reload of C: $(cat said)"
talks "the record of its own machine" LUB B init:HOLDSB

# ---- OfferLUs is changed while the machines run ----

sed -i '/OfferLUs/d' A.reg
on A snactl reload >said 2>&1 || fail "reload of A: $(cat said)"
becomes "LUs that A offers" "CLIENTLU HOSTLU LUA " lus A
LU=CLIENTLU talks "an LU that is offered now" CLIENTLU A init:HOLDSA
sed -i 's/^"Name"="TEST"$/"OfferLUs"="LUA NOSUCH"\n&/' A.reg
"$BIN/snacheck" -c A.cfg -t A.reg >said 2>&1
has said 'OfferLUs: NOSUCH is not a local LU of this node'
on A snactl reload >said 2>&1 || fail "reload of A: $(cat said)"
becomes "LUs that A offers" "LUA " lus A
for m in A B C; do machine_stop $m; done
expect_log '3993: LU HOSTLU is not defined|OfferLUs: NOSUCH|LUB|event [0-9]+: .*CLIENTLU'
