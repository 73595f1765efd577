# The APING conversation octet by octet: our servers against a client that is not ours, and aping against servers that
# are not ours, older ones and broken ones among them.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

tp SINGLE each "$BIN/apingd"
tp MANY turn "$BIN/mpingd"
tp FOREIGN each "$DIR/server.lua"

# ---- servers ----

cat >client.lua <<'END2'
local how, to = ...
local version = "\1\2\40\2Linux\0" -- 2.40, and the system's name with its NUL

local function begin()
    local c = cpic.allocate{to = to, sync = "confirm"}
    cpic.cmsptr(c.id, cpic.CM_PREP_TO_RECEIVE_FLUSH)
    cpic.cmsdt(c.id, cpic.CM_DEALLOCATE_FLUSH)
    return c
end

-- send RECORDS and the turn; what comes back, up to the turn
local function turn(c, records)
    for _, r in ipairs(records) do c:send(r) end
    c:turn()
    local back = {}
    repeat
        local record, what = c:receive()
        if record then back[#back + 1] = record end
        assert(not what or what == "turn", what)
    until what == "turn"
    return back
end

local function are(back, lengths)
    assert(#back == #lengths, #back .. " records")
    for i, n in ipairs(lengths) do assert(#back[i] == n, "record " .. i .. " has " .. #back[i]) end
end

local ways = {}
function ways.classic(c)
    local back = turn(c, {"\1\2\40"})
    assert(#back == 1 and back[1] == version, cpic.printable(back[1] or ""))
    are(turn(c, {"abcde"}), {5})
    are(turn(c, {"abcde", "abcde", "abcde"}), {5, 5, 5})
    are(turn(c, {("x"):rep(32763)}), {32763})
    are(turn(c, {"", ""}), {0, 0})
    c:send("one"); c:send("way"); c:confirm() -- one-way, and then back again
    c:confirm()
    are(turn(c, {"echo"}), {4})
end
-- a client that leaves out its version, also one whose data are like the exchange codes but for the first
function ways.silent(c)
    are(turn(c, {"abc", "\1\2\40"}), {3, 3})
    are(turn(c, {"\1\2\40"}), {3})
end
function ways.oneway(c)
    c:send("abc"); c:confirm()
end
-- an older version, a longer record with the name of a system and with more than is known
function ways.old(c) assert(turn(c, {"\1\1\0"})[1] == version) end
function ways.long(c)
    assert(turn(c, {"\1\2\40\2" .. ("OS"):rep(60) .. "\0\3more"})[1] == version)
    are(turn(c, {"abc"}), {3})
end
-- as many records as came, of the size of the last; nothing, if nothing came
function ways.sizes(c) are(turn(c, {"a", "ab", "abc"}), {3, 3, 3}) end
function ways.nothing(c)
    are(turn(c, {"\1\2\40"}), {#version})
    are(turn(c, {}), {})
    are(turn(c, {"abc"}), {3})
end
local c = begin()
ways[how](c)
c:deallocate{how = "flush"}
END2
# ---- the client ----

# Answers as the file "answers" says: the version record in hexadecimal, and what it does with the records of a turn.
# What it received goes to the file "seen", one record a line: its length, or in hexadecimal if it is short.
cat >"$DIR/server.lua" <<END2
local dir = "$DIR/"
local answers = assert(io.open(dir .. "answers"))
local version, way = answers:read("l", "l")
version = version:gsub("%x%x", function(x) return string.char(tonumber(x, 16)) end)
local seen = assert(io.open(dir .. "seen", "w"))
local function note(text)
    seen:write(text, "\n")
    seen:flush()
end
local function hex(s) return (s:gsub(".", function(x) return ("%02x"):format(x:byte()) end)) end

local c = cpic.accept()
note(c.tp .. " " .. c.mode .. " " .. c.sync .. " " .. c.type)
cpic.cmsptr(c.id, cpic.CM_PREP_TO_RECEIVE_FLUSH)
local first, n, size = true, 0, 0
while true do
    local record, what = c:receive()
    if record then
        n, size = n + 1, #record
        note(size <= 8 and hex(record) or tostring(size))
    end
    if what then note(what) end
    if what == "end" then return end
    if what == "confirm" then
        n = 0
        c:confirmed()
    elseif what == "turn" then
        if first then
            c:send(version)
        elseif way == "leave" then
            c:deallocate{how = "flush"}
            return
        else
            for _ = way == "fewer" and 2 or 1, n do c:send(("r"):rep(way == "other" and size + 1 or size)) end
        end
        c:turn()
        first, n = false, 0
    end
end
END2
node_start
for server in SINGLE MANY; do
    for way in classic silent oneway old long sizes nothing; do
        "$BIN/tpsh" client.lua $way $server >out 2>&1 || fail "$server, $way: $(cat out)"
    done
done

# ping VERSION WAY STATUS [ARGUMENT ...]: aping against such a server
ping() {
    local version=$1 way=$2 status=$3
    shift 3
    printf '%s\n%s\n' "$version" "$way" >answers
    "$BIN/aping" "$@" FOREIGN >out 2>said
    is "status of aping $*, $way" $? "$status"
    await "the server's end" gone_foreign
}
gone_foreign() {
    [ "$(show tp processes name=FOREIGN)" = 0 ]
}
seen() {
    becomes "what the server has seen" "$1 " on_one_line
}
on_one_line() {
    tr '\n' ' ' <seen
}
hello='FOREIGN #INTER confirm mapped 010228 turn'

ping 0102280256532f4d535600 echo 0
seen "$hello 100 turn 100 turn end"
has out '^Partner system VS/MSV, server version 2\.40$'
is "lines of iterations and totals" "$(grep -cE '^ +[0-9.]+ +[0-9]+ +[0-9.]+ +[0-9.]+$' out)" 3
is "octets of an iteration" "$(awk '/Duration/ && !n { n = NR } n && NR == n + 2 { print $2 }' out)" 200
is "octets in all" "$(awk '/^Totals/ { getline; print $2 }' out)" 400
has out '^Duration: minimum [0-9.]+ ms, average [0-9.]+ ms, maximum [0-9.]+ ms$'
ping 010228 echo 0 -s 0 -c 3 -i 1 # the server has no name for its system
seen "$hello    turn end"
has out '^Partner system unknown, server version 2\.40$'
ping 010228 echo 0 -s 32763 -c 2 -i 1
seen "$hello 32763 32763 turn end"
is "octets in all, large" "$(awk '/^Totals/ { getline; print $2 }' out)" 131052
ping 58 echo 0 -i 1 # no version record at all
has out '^Partner system unknown, server of unknown version$'

# one-way: from 2.2 on, and octets of one direction; others echo, and aping says so
ping 010202 echo 0 -1 -c 2 -s 10
seen "$hello 10 10 confirm 10 10 confirm end"
is "octets in all, one-way" "$(awk '/^Totals/ { getline; print $2 }' out)" 40
for version in 010201 010128 58; do
    ping $version echo 0 -1 -i 1 -s 10
    seen "$hello 10 turn end"
    has out '^The server does not support one-way \(version 2\.2 does\): records are sent back$'
    is "octets in all, echoed" "$(awk '/^Totals/ { getline; print $2 }' out)" 20
done
ping 010300 echo 0 -1 -i 1 -s 10
seen "$hello 10 confirm end"

# servers that do not do what they should
for way in fewer other; do
    ping 010228 $way 1 -c 2
    has said '^aping: sent 2 records of 100 octets, got back '
done
ping 010228 leave 1
has said '^aping: Receive \(cmrcv\): CM_DEALLOCATED_NORMAL \(18\): '

# an LU in place of a destination: the usual mode and TP name
sed -i 's/FOREIGN/APINGD/' "$REG"
snactl reload >/dev/null || fail "reload"
printf '010228\necho\n' >answers
for to in HOSTLU TESTNET.HOSTLU; do
    "$BIN/aping" -i 1 $to >out 2>&1 || fail "aping $to: $(cat out)"
    seen "${hello/FOREIGN/APINGD} 100 turn end"
done
for arguments in "" "A B" "-s 32764 A" "-s -1 A" "-i 0 A" "-c 0 A" "-n SOME A" "-n NONE -u X A" "-x A"; do
    "$BIN/aping" $arguments >out 2>&1
    is "status of aping $arguments" $? 2
done
