# snatrace: the chart of what programs did, compared whole; pictures and JSON of the same; a running node's dump.
. "${BASH_SOURCE%/*}/lib.sh"

cat >partner.lua <<'END'
-- Confirms what is asked, answers what it understands, reports what it does not, gives up when told to.
local rc, id = cpic.cmaccp()
local seen = ""
while true do
  local rc, data, received, status = cpic.cmrcv(id, 32767)
  if rc ~= cpic.CM_OK then break end
  if received ~= cpic.CM_NO_DATA_RECEIVED then seen = data end
  if status == cpic.CM_CONFIRM_RECEIVED then
    cpic.cmcfmd(id)
  elseif status == cpic.CM_CONFIRM_DEALLOC_RECEIVED then
    cpic.cmcfmd(id)
    break
  end
  if status == cpic.CM_CONFIRM_SEND_RECEIVED then
    cpic.cmcfmd(id)
    status = cpic.CM_SEND_RECEIVED
  end
  if status == cpic.CM_SEND_RECEIVED and seen == "GIVE UP" then
    cpic.cmsdt(id, cpic.CM_DEALLOCATE_ABEND)
    cpic.cmdeal(id)
    break
  elseif status == cpic.CM_SEND_RECEIVED and seen == "WRONG" then
    cpic.cmserr(id)
    cpic.cmsptr(id, cpic.CM_PREP_TO_RECEIVE_FLUSH)
    cpic.cmptr(id)
  elseif status == cpic.CM_SEND_RECEIVED then
    cpic.cmsend(id, "answer to " .. seen)
    cpic.cmsptr(id, cpic.CM_PREP_TO_RECEIVE_FLUSH)
    cpic.cmptr(id)
  end
end
END
cat >invoker.lua <<'END'
local function begin(dest, sync)
  local rc, id = cpic.cminit(dest)
  cpic.cmssl(id, sync and cpic.CM_CONFIRM or cpic.CM_NONE)
  assert(cpic.cmallc(id) == cpic.CM_OK)
  return id
end
local id = begin("PARTNER", true)
cpic.cmsend(id, "\xC8\xC5\xD3\xD3\xD6\x40\xE6\xD6\xD9\xD3\xC4")
assert(cpic.cmcfm(id) == cpic.CM_OK)
for _, record in ipairs { "one", "two", "three" } do cpic.cmsend(id, record) end
cpic.cmptr(id)
local _, data = cpic.cmrcv(id, 100)
assert(data == "answer to three", data)
cpic.cmsend(id, "WRONG")
cpic.cmptr(id)
assert(cpic.cmrcv(id, 100) == cpic.CM_PROGRAM_ERROR_NO_TRUNC)
cpic.cmrcv(id, 100)
cpic.cmsend(id, "\0\1\2\3\4\5\6\7")
cpic.cmsdt(id, cpic.CM_DEALLOCATE_CONFIRM)
assert(cpic.cmdeal(id) == cpic.CM_OK)

id = begin("PARTNER", false)
cpic.cmsend(id, "GIVE UP")
assert(cpic.cmrcv(id, 100) == cpic.CM_DEALLOCATED_ABEND)

id = begin("MISSING", false)
cpic.cmsend(id, "anybody?")
assert(cpic.cmrcv(id, 100) ~= cpic.CM_OK)
END
TPTIMEOUT=1 tp PARTNER each "$DIR/partner.lua"
dest MISSING MISSING
sed -i 's/tptimeout:10/tptimeout:1/' "$CFG"
node_start
"$BIN/aping" MISSING >/dev/null 2>&1 # the sessions are there when the trace begins
snactl trace on --file t.pcapng >/dev/null
"$BIN/tpsh" invoker.lua >invoker.out 2>&1 || { cat invoker.out; fail "the invoker"; }
becomes "conversations" 0 show status conversations
snactl trace off >/dev/null

# Times, processes and numbers of conversations are another run's; everything else is the same.
same() {
    sed -E 's/^ +\+?[0-9.]+ \|/     time |/; /^ +tpsh/s/ +/  /g; s/tpsh\[[0-9]+\]/tpsh[PID]/g
        s/from [0-9]{4}-.*/from THEN/; s/[0-9.]+ ms/T ms/g' "$1"
}
"$BIN/snatrace" --ladder t.pcapng >ladder || fail "snatrace --ladder: status $?"
[ "$(awk '{ if (length($0) > 80) print }' ladder)" = "" ] || fail "lines of more than 80 columns"
same ladder | sed -E '/longest wait/,$!b; s/; longest wait.*//' >seen
# What is folded depends on the length of the times, so the words are compared unfolded.
diff - <(grep -E '^(Conversation|     time|  from)|tpsh\[PID\]  |^ {9} ' seen) <<'END' || { cat ladder; fail "the charts (above)"; }
Conversation 1: TP PARTNER, mode #INTER, mapped, sync level confirm
  from THEN
  tpsh[PID]  tpsh[PID]
          TESTNET.CLIENTLU                                      TESTNET.HOSTLU
     time |-- Attach PARTNER, 11 octets EBCDIC "HELLO W", asks to confirm -->|
     time |<. +RSP confirmed ................................................|
     time |-- 3 records, 11 octets "one", turn, asks to confirm ------------>|
     time |<. +RSP confirmed ................................................|
     time |<- 15 octets "answer to three", turn -----------------------------|
     time |-- 5 octets "WRONG", turn, asks to confirm ---------------------->|
     time |<. +RSP confirmed ................................................|
     time |<- error PROGRAM_ERROR -------------------------------------------| !
     time |<- turn ----------------------------------------------------------|
     time |-- 8 octets X'0001020304050607', end, asks to confirm ----------->|
     time |<. +RSP confirmed ................................................|
Conversation 2: TP PARTNER, mode #INTER, mapped, sync level none
  from THEN
  tpsh[PID]  tpsh[PID]
          TESTNET.CLIENTLU                                      TESTNET.HOSTLU
     time |-- Attach PARTNER, 7 octets "GIVE UP", turn --------------------->|
     time |<- error DEALLOCATED_ABEND, end ----------------------------------| !
Conversation 3: TP MISSING, mode #INTER, mapped, sync level none
  from THEN
  tpsh[PID]  TESTNET.HOSTLU
          TESTNET.CLIENTLU                                      TESTNET.HOSTLU
     time |-- Attach MISSING, 8 octets "anybody?", turn -------------------->|
     time |<. -RSP ERP_MESSAGE_FORTHCOMING (the node) .......................| !
     time |<- refused: TP_NOT_AVAILABLE_NO_RETRY, end (the node) ------------| !
END
grep -q '^  No program has accepted MISSING in time\.' ladder || fail "what to do about the Attach that was refused"
[ "$(grep -c '^  Ended ' ladder)" -eq 3 ] || fail "how the three conversations ended"

# the same from a pipe, from the ring of the node, and from a file that is cut
snactl trace dump | "$BIN/snatrace" - | cmp - ladder || fail "a dump through a pipe"
head -c $(($(stat -c %s t.pcapng) - 10)) t.pcapng >cut.pcapng
"$BIN/snatrace" cut.pcapng >cut 2>err || fail "a file that ends within a packet"
has err 'ends within a packet'
head -n 8 ladder | cmp - <(head -n 8 cut) || fail "the chart of a file that is cut"

# captures that are kept: a trace, and a recorded link with segments and sessions
for f in talk link; do
    [ $f = link ] && more=--verbose || more=
    "$BIN/snatrace" $more "$ROOT/tests/vectors/trace-$f.pcapng" | diff "$ROOT/tests/vectors/trace-$f.txt" - ||
        fail "trace-$f.pcapng has another chart (above)"
    "$BIN/snatrace" $more "$ROOT/tests/vectors/trace-$f.pcapng" | awk 'length($0) > 80 { bad = 1 } END { exit bad }' ||
        fail "trace-$f.pcapng: lines of more than 80 columns"
done

# colours only where they are wanted
"$BIN/snatrace" --colour always t.pcapng >coloured
grep -q $'\033\[31m' coloured || fail "no colours"
sed 's/\x1b\[[0-9]*m//g' coloured | cmp - ladder || fail "colours change more than colours"
grep -q $'\033' ladder && fail "colours in a file"

# JSON and SVG say the same
"$BIN/snatrace" --json --svg chart.svg t.pcapng >chart.json || fail "snatrace --json --svg"
"$PYTHON" - <<'END' || fail "JSON or SVG (above)"
import json, xml.etree.ElementTree as tree
stories = json.load(open("chart.json"))
assert [s["tp"] for s in stories] == ["PARTNER", "PARTNER", "MISSING"], stories
assert [s["unusual"] for s in stories] == [True, True, True]
assert stories[0]["advice"] is None and "No program has accepted MISSING" in stories[2]["advice"]
steps = [k for s in stories for k in s["steps"]]
assert stories[0]["steps"][0]["attach"] and stories[0]["steps"][0]["octets"] == 11
assert stories[2]["steps"][-1]["sense_name"] == "TP_NOT_AVAILABLE_NO_RETRY" and stories[2]["steps"][-1]["by_node"]
svg = tree.parse("chart.svg").getroot()
ns = "{http://www.w3.org/2000/svg}"
arrows = [e for e in svg.iter(ns + "line") if "arrow" in e.get("class")]
labels = [e.text for e in svg.iter(ns + "text") if "label" in e.get("class")]
assert len(arrows) == len(labels) == len(steps), (len(arrows), len(steps))
assert labels[0] == 'Attach PARTNER, 11 octets EBCDIC "HELLO WORLD", asks to confirm', labels[0]
assert not any(e.tag.endswith(("script", "image", "foreignObject")) for e in svg.iter())
assert float(svg.get("height")) > max(float(e.get("y")) for e in svg.iter(ns + "text"))
END

"$BIN/snatrace" nofile 2>err
is "status for no file" $? 1
has err 'nofile: No such file'
"$BIN/snatrace" "$CFG" 2>err
is "status for what is no capture" $? 1
has err 'node.cfg: octet 0: '
"$BIN/snatrace" 2>/dev/null
is "status without a file" $? 2
"$BIN/snatrace" --colour blue t.pcapng 2>/dev/null
is "status for a wrong colour" $? 2
