# A partner that breaks the rules of sessions: each breach is answered with UNBIND, or a negative response, and the
# sense that says what is wrong, and costs that session and no more.  BINDs that are refused, by this node with the
# sense for it, and by the partner with the return code for its sense.
. "${BASH_SOURCE%/*}/lib.sh"

HERE=$ROOT/tests/e2e
PORT=$(free_port)
cat >>"$CFG" <<END
mode FEW /add /sessionlim:1 /conwin:0 /conlose:1
connection EVIL /add /conntype:DLSW /listen:"127.0.0.1:$PORT" /calldirection:Incoming /remotemac:4000000000EE /localmac:4000000000AA
appcrlu EVILLU /add /connection:EVIL /netname:EVILNET /luname:EVILLU
cpic EVIL /add /appltpname:"X" /lualias:"EVILLU" /modename:"#INTER" /seckeytype:none
END
tp SINK each "$TPS/steps" "accept receive receive receive"
tp APINGD each "$BIN/apingd"
expect_log 'event 18: |event 23: Connection EVIL |session [0-9]+ .*, which is |an Attach ends its session'
node_start
before=$(($(descriptors) + 1)) # and the connection with it
export PYTHONPATH=$HERE PYTHONDONTWRITEBYTECODE=1

cat >faults.py <<'END'
import sys
import time
import dlswpeer

p = dlswpeer.Peer(int(sys.argv[1])).up()
DATA = bytes.fromhex("000812FF") + b"DATA"
YIELD = b"\x04\0\x06\0\0"
bad = 0


def check(name, got, expected):
    global bad
    if got != expected:
        print("%s: %s, not %s" % (name, got, expected))
        bad += 1


def is_answer(th, rh, ru):
    return rh == "6B8000" and ru[:1] == b"\x32" or rh[:2] in ("87", "CF", "EB", "EF")


def answer(s):
    try:
        q = p.heard_piu(lambda th, rh, ru: th[3] == s and is_answer(th, rh, ru), 30)
        return q[6:9].hex().upper() + " " + q[9:].hex().upper()
    except TimeoutError:
        return "nothing"


def session(**how):
    s, rh, ru = p.bind(**how)
    if rh != "EB8000":
        check("BIND", rh + " " + ru.hex(), "EB8000")
    return s


def begun():
    s = session()
    p.piu(s, "0A9100", p.attach("SINK"), snf=1)
    return s


def idle():
    s = session()
    p.piu(s, "4B9101", YIELD, snf=1)
    return s


UNBIND = "6B8000 32FE"
# What it is, from where, the RUs after that (RH, RU, sequence number, and what else piu() takes), and the answer.
faults = (
    ("a sequence number that is left out", begun, [("009000", DATA, 3)], UNBIND + "20010000"),
    ("a sequence number once more", begun, [("009000", DATA, 1)], UNBIND + "20010000"),
    ("BC inside a chain", begun, [("029000", DATA, 2)], UNBIND + "20020000"),
    ("BB inside a bracket", begun, [("019020", DATA, 2), ("0B90A0", p.attach("SINK"), 3)], "879000 08130000"),
    ("data in place of an Attach", session, [("029100", DATA, 1)], UNBIND + "20030000"),
    ("a chain without its first RU", session, [("009100", DATA, 1)], UNBIND + "20020000"),
    ("FMH-9", session, [("0A9100", b"\5\x09\0\0\0", 1)], UNBIND + "10084001"),
    ("an FMH-5 cut short", session, [("0B9120", b"\x30\5\2\xFF", 1)], UNBIND + "10086000"),
    ("EB", begun, [("019040", DATA, 2)], UNBIND + "40040000"),
    ("another code", begun, [("019028", DATA, 2)], UNBIND + "40100000"),
    ("CD with RQD1", begun, [("018020", DATA, 2)], UNBIND + "40090000"),
    ("CD with CEB", begun, [("019021", DATA, 2)], UNBIND + "40090000"),
    ("no response wanted", begun, [("010020", DATA, 2)], UNBIND + "40140000"),
    ("the end of a chain without CD", begun, [("019000", DATA, 2)], UNBIND + "40190000"),
    ("RQD inside a chain", begun, [("008000", DATA, 2)], UNBIND + "40070000"),
    ("CD inside a chain", begun, [("009020", DATA, 2)], UNBIND + "40090000"),
    ("CEB inside a chain", begun, [("009001", DATA, 2)], UNBIND + "40040000"),
    ("CEB with RQE2", begun, [("013001", DATA, 2)], UNBIND + "40040000"),
    ("an RU above the agreed size", begun, [("009000", bytes(1100), 2)], UNBIND + "10020000"),
    ("a last segment alone", begun, [("", DATA, 2, {"mpf": 1})], UNBIND + "80070000"),
    ("a first segment alone", begun, [("009000", DATA, 2, {"mpf": 2}), ("009000", DATA, 3)], UNBIND + "80070000"),
    ("a response that nobody waits for", begun, [("838000", b"", 7)], UNBIND + "200F0000"),
    ("a negative one", begun, [("879000", b"\x08\x46\0\0", 7)], UNBIND + "200F0000"),
    ("CLEAR", session, [("4B8100", b"\xA1", 1)], UNBIND + "10030000"),
    ("LUSTAT without FI", session, [("438100", YIELD, 1)], UNBIND + "400F0000"),
    ("LUSTAT in a chain", session, [("4A8100", YIELD, 1)], UNBIND + "400B0000"),
    ("BIS twice", idle, [("4B9000", b"\x70", 2), ("4B9000", b"\x70", 3)], UNBIND + "20100000"),
    ("data between brackets", idle, [("039020", DATA, 2)], UNBIND + "20030000"),
    ("no PI in a first request", session, [("0A9000", p.attach("SINK"), 1)], UNBIND + "20110001"),
    ("more than the window", begun, [("009000", DATA, 2 + i) for i in range(30)], UNBIND + "20110001"),
    ("a signal of another kind", begun, [("4B8000", b"\xC9\0\2\0\2", 5, {"expedited": True})], UNBIND + "10050000"),
    ("a pacing message of no form", begun, [("830100", b"\xE0\xFF", 0, {"expedited": True})], UNBIND + "10010003"),
    ("expedited data", begun, [("039020", DATA, 2, {"expedited": True})], UNBIND + "10030000"),
    ("network control", begun, [("2B8000", b"\5", 2)], UNBIND + "10030000"),
    ("BIND of a session that is there", session, [("6B8000", p.bind_ru(), 9, {"expedited": True})], "EF9000 0815000031"),
    ("SDT", session, [("6B8000", b"\xA0", 9, {"expedited": True})], "EF9000 10030000A0"),
    ("data of no session", lambda: 251, [("039020", DATA, 2)], "879000 80050000"),
    ("UNBIND of no session", lambda: 252, [("6B8000", b"\x32\1", 2, {"expedited": True})], "EB8000 32"),
)
for name, begin, rus, expected in faults:
    s = begin()
    for rh, ru, snf, *how in rus:
        p.piu(s, rh, ru, snf=snf, **(how[0] if how else {}))
    check(name, answer(s), expected)
    if not expected.startswith(UNBIND) and s < 251:
        p.unbind(s)
        check("UNBIND after " + name, answer(s), "EB8000 32")

# Attaches that say PIP data follow, with the data, are refused whole, and the session goes on.  The response to a
# refusal comes together with the next Attach: one conversation is over when the other begins.
s = session()
fmh5 = bytearray(p.attach("SINK"))
fmh5[4] |= 0x08
fmh5 = bytes(fmh5) + bytes.fromhex("000B12F5000712E2D7C9D7") + DATA
p.piu(s, "0B9120", fmh5, snf=1)
for snf in range(1, 6): # a window of pacing
    check("PIP data", answer(s), "879000 08460000")
    q = p.heard_piu(lambda th, rh, ru: th[3] == s and ru[:1] == b"\7")
    check("PIP data, FMH-7", q[9:].hex().upper(), "07071008603100")
    p.hold()
    p.answer(q, "838000")
    if snf < 5:
        p.piu(s, "0B90A0", fmh5, snf=snf + 1)
    p.go()
p.unbind(s)
check("UNBIND after PIP data", answer(s), "EB8000 32")

# BINDs that this node refuses.
binds = (
    ("an LU that is not here", {"slu": "TESTNET.NOSUCH"}, "08060000"),
    ("an LU of another network", {"slu": "OTHER.HOSTLU"}, "08060000"),
    ("from an LU that is not defined", {"plu": "EVILNET.OTHERLU"}, "08060000"),
    ("from an LU of this node", {"plu": "TESTNET.CLIENTLU"}, "08060000"),
    ("a mode that is not defined", {"mode": "NOSUCH"}, "08210001"),
    ("not negotiable", {"octets": {1: 1}}, "08350001"),
    ("another FM profile", {"octets": {2: 3}}, "08350002"),
    ("another TS profile", {"octets": {3: 4}}, "08350003"),
    ("another LU type", {"octets": {14: 2}}, "0835000E"),
)
for name, how, sense in binds:
    _, rh, ru = p.bind(**how)
    check("BIND: " + name, rh + " " + ru.hex().upper(), "EF9000 " + sense + "31")
first = session(mode="FEW")
_, rh, ru = p.bind(mode="FEW")
check("BIND: one too many", rh + " " + ru.hex().upper(), "EF9000 0805000031")
p.unbind(first)
check("UNBIND of the first", answer(first), "EB8000 32")
print("done", bad)
sys.stdout.flush()


def lines(name):
    with open(name) as f:
        while (line := f.readline()) != "end\n":
            if line:
                yield line
            else:
                time.sleep(0.01) # the next one is still to be written


# Answer BINDs as the file says, a sense each.
for sense in lines(sys.argv[2]):
    q = p.heard_piu(lambda th, rh, ru: rh == "6B8000" and ru[:1] == b"\x31", 60)
    p.answer(q, "EF9000", bytes.fromhex(sense.strip()) + b"\x31")
sys.exit(bad > 0)
END
: >senses
background faults "$PYTHON" faults.py "$PORT" senses
faults=$!
PATIENCE=60 await "all is tried" grep -q '^done' faults
has faults '^done 0$'
is "the connection" "$(show link state name=EVIL)" active
becomes "sessions with it" 0 rows session id partner=EVILLU
becomes "conversations" 0 show status conversations
snactl tp stop SINK >out 2>&1 # its copies may wait for an Attach
descriptors_at_most "$before"
snactl check || fail "check"
"$BIN/aping" -i 1 APINGD >out 2>&1 || fail "aping within the node: $(cat out)"

# BINDs that the partner refuses.  Its own BINDs have set the limits, so that no CNOS comes first.
refused() { # SENSE RETURN_CODE [SENSE of the BIND for SNASVCMG]: limits are agreed again where they are the reason
    printf '%s\n' "$1" ${3:-} >>senses
    APPCLLU=HOSTLU "$TPS/steps" init:EVIL allocate >out 2>&1
    has out "^allocate $2 "
}
refused 08010000 CM_ALLOCATE_FAILURE_RETRY
refused 08050000 CM_ALLOCATE_FAILURE_RETRY 08050000
refused 08050001 CM_ALLOCATE_FAILURE_RETRY 08120000
refused 08060000 CM_ALLOCATE_FAILURE_NO_RETRY
refused 080F6051 CM_ALLOCATE_FAILURE_NO_RETRY
refused 0812000D CM_ALLOCATE_FAILURE_RETRY
refused 08210001 CM_ALLOCATE_FAILURE_NO_RETRY
refused 08210002 CM_ALLOCATE_FAILURE_NO_RETRY
refused 0835000A CM_ALLOCATE_FAILURE_NO_RETRY
refused 08570003 CM_ALLOCATE_FAILURE_RETRY
refused 80050000 CM_ALLOCATE_FAILURE_NO_RETRY
for sense in 8001 8002 8003 8013; do
    refused ${sense}0000 CM_ALLOCATE_FAILURE_RETRY
done
show event text event=18 >out
has out '0812000D'
echo end >>senses
join "$faults" || fail "the partner: $(cat faults)"
becomes "the connection" inactive show link state name=EVIL
becomes "sessions with it" 0 rows session id partner=EVILLU
snactl check || fail "check at the end"
