# Sessions that a partner begins, as hosts do it.  Q183791: its BIND has control vectors X'60' and X'66', and a program
# sends several hundred RUs on that session.  Q2900877: the header of a record is cut by the end of an RU.
# Q313684: its Attach has no identifier of a unit of work, and GET_TP_PROPERTIES still answers.
. "${BASH_SOURCE%/*}/lib.sh"

PORT=$(free_port)
cat >>"$CFG" <<END2
mode MANY /add /sessionlim:40 /conwin:0 /conlose:40
connection HOST /add /conntype:DLSW /listen:"127.0.0.1:$PORT" /calldirection:Incoming /remotemac:4000000000EE /localmac:4000000000AA
appcrlu EVILLU /add /connection:HOST /netname:EVILNET /luname:EVILLU
END2
tp SOURCE each "$TPS/steps" "out:$DIR/source accept receive $(printf 'send:30000 %.0s' {1..15})deallocate"
tp SINK each "$TPS/steps" "out:$DIR/sink accept receive receive receive"
cat >properties.lua <<'END2'
local tp = appc.check(appc.receive_allocate { tp_name = "PROPS" })
local p = appc.get_tp_properties(tp, {})
print(string.format("%s %s %s", p, p.tp_name, p.fqlu_name))
END2
tp PROPS each "$DIR/properties.lua"
expect_log 'event 23: Connection HOST'
node_start
cat >host.py <<'END2'
import os
import sys
import time
import dlswpeer

p = dlswpeer.Peer(int(sys.argv[1])).up()
DATA = bytes.fromhex("000512FF") + b"D"


def session(vectors):
    ru = bytearray(p.bind_ru(mode="MANY"))
    ru[7] |= 2 # control vectors follow
    p.sidl += 1
    p.piu(p.sidl, "6B8000", bytes(ru) + bytes.fromhex(vectors), snf=p.sidl, expedited=True)
    q = p.heard_piu(lambda th, rh, ru: th[3] == p.sidl and rh[:2] in ("EB", "EF"))
    assert q[6:9].hex() == "eb8000", q[6:].hex()
    return p.sidl


NAME = dlswpeer.ebcdic("EVILNET.EVIL")
PCID = "6015" + "0102030405060708" + "0C" + NAME.hex()
for vectors in (PCID, "66020101", PCID + "66020101"):
    s = session(vectors)
    p.piu(s, "0B9120", p.attach("SOURCE") + DATA, snf=1)
    got = b""
    while True:
        q = p.heard_piu(lambda th, rh, ru: th[3] == s and rh[0] < "8")
        rh, ru = q[6:9].hex().upper(), q[9:]
        if int(rh[2:4], 16) & 1:
            p.piu(s, "830100", snf=0)
        got += ru
        if int(rh[4:6], 16) & 1: # CEB
            break
    n = at = 0
    while at < len(got): # records, of which a GDS header is in the first part
        ll = (got[at] & 0x7F) << 8 | got[at + 1]
        n, at = n + ll - 4, at + ll
    print("octets", n, at == len(got))
    p.unbind(s)

for cut in range(len(DATA) + 1):
    s = session("")
    p.piu(s, "0A9100", p.attach("SINK") + DATA[:cut], snf=1)
    p.piu(s, "019001", DATA[cut:], snf=2)
for at in range(1, len(DATA)): # an octet for itself
    s = session("")
    p.piu(s, "0A9100", p.attach("SINK") + DATA[:at - 1], snf=1)
    p.piu(s, "009000", DATA[at - 1:at], snf=2)
    p.piu(s, "019001", DATA[at:], snf=3)
s = session("")
p.piu(s, "0B9101", p.attach("PROPS") + DATA, snf=1)
sys.stdout.flush()
while not os.path.exists("told"):
    time.sleep(0.01)
END2
export PYTHONPATH=$ROOT/tests/e2e PYTHONDONTWRITEBYTECODE=1
background out "$PYTHON" host.py "$PORT"
host=$!
becomes "what came of 15 records of 30000 octets" "3 octets 450000 True" eval "sort out | uniq -c | xargs"
becomes "records that came whole" 10 grep -c '^receive .* data=2 length=1 ' sink
becomes "ends" 10 grep -c '^receive CM_DEALLOCATED_NORMAL' sink
await "the properties" logged 'TP PROPS.*: get_tp_properties: AP_OK PROPS TESTNET.HOSTLU'
touch told
join $host || fail "the host: $(cat out)"
