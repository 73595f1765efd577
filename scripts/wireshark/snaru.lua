-- The request and response units of LU 6.2 sessions: what Wireshark's own `sna` dissector leaves as data
-- after TH and RH.  BIND and its response, UNBIND, LUSTAT, RTR, BIS, SIG, pacing messages, responses with their sense data, FMH-5,
-- FMH-7, FMH-12, GDS variables (CNOS, error log, PIP, map name, application data ...) and logical records.
--   tshark -X lua_script:snaru.lua -V -r FILE             with dlsw_sna.lua too where the carrier is DLSw
-- A PIU is dissected here wherever `sna` was, on any carrier.  Sources: IBM, SNA Formats, GA27-3136; the text for each
-- field is that of the book or shorter.  Names and text are EBCDIC.

local p = Proto("snaru", "SNA RU")

-- ---- names ----

local REQUESTS = {
    [0x04] = "LUSTAT", [0x05] = "RTR", [0x31] = "BIND", [0x32] = "UNBIND", [0x70] = "BIS", [0x80] = "QEC",
    [0x81] = "QC", [0x82] = "RELQ", [0x83] = "CANCEL", [0x84] = "CHASE", [0xA0] = "SDT", [0xA1] = "CLEAR",
    [0xA2] = "STSN", [0xA3] = "RQR", [0xC0] = "SHUTD", [0xC1] = "SHUTC", [0xC2] = "RSHUTD", [0xC8] = "BID",
    [0xC9] = "SIG",
}

local UNBIND_TYPES = {
    [0x01] = "Normal end of session", [0x02] = "BIND forthcoming", [0x06] = "Invalid session parameters in RSP(BIND)",
    [0x07] = "Virtual route inoperative", [0x08] = "Route extension (link) inoperative", [0x09] = "Hierarchical reset",
    [0x0A] = "SSCP gone", [0x0C] = "LU failure, unrecoverable", [0x0E] = "LU failure, recoverable", [0x0F] = "Cleanup",
    [0xFE] = "Session failure, sense data follow",
}

local GDS_IDS = {
    [0x1210] = "Change Number of Sessions", [0x1211] = "Exchange Log Name", [0x1213] = "Compare States",
    [0x1220] = "Sign-Off", [0x1221] = "Sign-On", [0x12C1] = "CP Capabilities", [0x12E1] = "Error Log",
    [0x12E2] = "PIP Subfield", [0x12F1] = "Null Data", [0x12F2] = "User Control Data", [0x12F3] = "Map Name",
    [0x12F4] = "Error Data", [0x12F5] = "PIP Variable", [0x12F6] = "Authentication Token",
    [0x12F8] = "Authentication Token", [0x12FF] = "Application Data",
}

local SERVICE_TPS = {
    ["06F1"] = "change number of sessions", ["06F2"] = "resynchronization", ["06F3F0F1"] = "sign-on, password management",
}

local FMHS = { [5] = "FMH-5 Attach", [7] = "FMH-7 Error Description", [12] = "FMH-12 Security" }

-- {code, bits that count, name}: the first that fits wins.  Between the two marks: scripts/make-sense-lua.
-- sense codes {
local SENSE = {
    { 0x10086021, 0xFFFFFFFF, "TPN_NOT_RECOGNIZED" },
    { 0x10086031, 0xFFFFFFFF, "PIP_NOT_ALLOWED" },
    { 0x10086032, 0xFFFFFFFF, "PIP_NOT_SPECIFIED_CORRECTLY" },
    { 0x10086034, 0xFFFFFFFF, "CONVERSATION_TYPE_MISMATCH" },
    { 0x10086041, 0xFFFFFFFF, "SYNC_LEVEL_NOT_SUPPORTED" },
    { 0x080F6051, 0xFFFFFFFF, "SECURITY_NOT_VALID" },
    { 0x084B6031, 0xFFFFFFFF, "TP_NOT_AVAILABLE_RETRY" },
    { 0x084C0000, 0xFFFFFFFF, "TP_NOT_AVAILABLE_NO_RETRY" },
    { 0x08050000, 0xFFFFFFFF, "SESSION_LIMIT_EXCEEDED" },
    { 0x08050001, 0xFFFFFFFF, "WINNER_LIMIT_EXCEEDED" },
    { 0x08210001, 0xFFFFFFFF, "MODE_UNKNOWN_TO_LU" },
    { 0x08210002, 0xFFFFFFFF, "MODE_UNKNOWN_TO_CP" },
    { 0x0812000D, 0xFFFFFFFF, "INSUFFICIENT_BUFFERS" },
    { 0x08640000, 0xFFFFFFFF, "DEALLOCATED_ABEND" },
    { 0x08640001, 0xFFFFFFFF, "DEALLOCATED_ABEND_SVC" },
    { 0x08640002, 0xFFFFFFFF, "DEALLOCATED_ABEND_TIMER" },
    { 0x08890000, 0xFFFFFFFF, "PROGRAM_ERROR" },
    { 0x08890001, 0xFFFFFFFF, "PROGRAM_ERROR_TRUNC" },
    { 0x08890100, 0xFFFFFFFF, "SVC_ERROR" },
    { 0x08890101, 0xFFFFFFFF, "SVC_ERROR_TRUNC" },
    { 0x10086040, 0xFFFFFFFF, "ATTACH_CONTRADICTS_BIND" },
    { 0x1008600B, 0xFFFFFFFF, "FMH5_COMMAND_UNKNOWN" },
    { 0x10086000, 0xFFFFFFFF, "FMH_LENGTH_INVALID" },
    { 0x10086005, 0xFFFFFFFF, "ACCESS_SECURITY_LENGTH_INVALID" },
    { 0x10086009, 0xFFFFFFFF, "PARAMETER_LENGTH_INVALID" },
    { 0x10060006, 0xFFFFFFFF, "REQUIRED_FIELD_MISSING" },
    { 0x10086011, 0xFFFFFFFF, "LUWID_INVALID" },
    { 0x1008201D, 0xFFFFFFFF, "LOG_DATA_MISMATCH" },
    { 0x10084001, 0xFFFFFFFF, "FMH_TYPE_INVALID" },
    { 0x08460000, 0xFFFFFFFF, "ERP_MESSAGE_FORTHCOMING" },
    { 0x08130000, 0xFFFFFFFF, "BRACKET_BID_REFUSED" },
    { 0x08140000, 0xFFFFFFFF, "BRACKET_BID_REFUSED_RTR" },
    { 0x08190000, 0xFFFFFFFF, "RTR_NOT_REQUIRED" },
    { 0x088B0000, 0xFFFFFFFF, "BIS_WANTED" },
    { 0x08A00001, 0xFFFFFFFF, "SESSION_RESET" },
    { 0x08240000, 0xFFFFFFFF, "BACKED_OUT_NO_RESYNC" },
    { 0x08240001, 0xFFFFFFFF, "BACKED_OUT_RESYNC" },
    { 0x10030000, 0xFFFFFFFF, "REQUEST_CODE_UNKNOWN" },
    { 0x10050000, 0xFFFFFFFF, "PARAMETER_ERROR" },
    { 0x10020000, 0xFFFFFFFF, "RU_LENGTH_ERROR" },
    { 0x20010000, 0xFFFFFFFF, "SEQUENCE_NUMBER" },
    { 0x20020000, 0xFFFFFFFF, "CHAINING" },
    { 0x20030000, 0xFFFFFFFF, "BRACKET" },
    { 0x20040000, 0xFFFFFFFF, "DIRECTION" },
    { 0x20080000, 0xFFFFFFFF, "NO_BEGIN_BRACKET" },
    { 0x200A0000, 0xFFFFFFFF, "RESPONSE_OWED" },
    { 0x200F0000, 0xFFFFFFFF, "RESPONSE_UNEXPECTED" },
    { 0x20100000, 0xFFFFFFFF, "BIS_PROTOCOL" },
    { 0x40030000, 0xFFFFFFFF, "BEGIN_BRACKET_NOT_ALLOWED" },
    { 0x40040000, 0xFFFFFFFF, "END_BRACKET_NOT_ALLOWED" },
    { 0x40070000, 0xFFFFFFFF, "DEFINITE_RESPONSE_NOT_ALLOWED" },
    { 0x40090000, 0xFFFFFFFF, "CHANGE_DIRECTION_NOT_ALLOWED" },
    { 0x400B0000, 0xFFFFFFFF, "CHAINING_NOT_SUPPORTED" },
    { 0x400F0000, 0xFFFFFFFF, "FORMAT_INDICATOR" },
    { 0x40100000, 0xFFFFFFFF, "CODE_SELECTION_NOT_ALLOWED" },
    { 0x40140000, 0xFFFFFFFF, "RESPONSE_FORM_INVALID" },
    { 0x40190000, 0xFFFFFFFF, "END_OF_CHAIN_INVALID" },
    { 0x80060000, 0xFFFFFFFF, "FID_INVALID" },
    { 0x800B0000, 0xFFFFFFFF, "TH_INCOMPLETE" },
    { 0x0806002C, 0xFFFFFFFF, "XID_IDENTITY" },
    { 0x0809003A, 0xFFFFFFFF, "XID_NULL" },
    { 0x0809003D, 0xFFFFFFFF, "XID_NONACTIVATION" },
    { 0x08090049, 0xFFFFFFFF, "XID_REFUSED" },
    { 0x08090000, 0xFFFFFFFF, "XID_NO_ANSWER" },
    { 0x08960001, 0xFFFFFFFF, "XID_NAME_TOO_LONG" },
    { 0x10150001, 0xFFFFFFFF, "XID_SHORT" },
    { 0x10150002, 0xFFFFFFFF, "XID_LENGTH" },
    { 0x10160003, 0xFFFFFFFF, "XID_BTU_TOO_SMALL" },
    { 0x10160006, 0xFFFFFFFF, "XID_BTU_TOO_SMALL_FOR_BIND" },
    { 0x10160004, 0xFFFFFFFF, "XID_FORMAT" },
    { 0x1016000A, 0xFFFFFFFF, "XID_TG_CHANGED" },
    { 0x10160017, 0xFFFFFFFF, "XID_SAME_NODE_ID" },
    { 0x1016001C, 0xFFFFFFFF, "XID_ROLE_RESERVED" },
    { 0x10160020, 0xFFFFFFFF, "XID_NODE_TYPE" },
    { 0x10010003, 0xFFFFFFFF, "PACING_MESSAGE_FORMAT" },
    { 0x08060000, 0xFFFF0000, "RESOURCE_UNKNOWN" },
    { 0x08010000, 0xFFFF0000, "RESOURCE_NOT_AVAILABLE" },
    { 0x08350000, 0xFFFF0000, "BIND_FIELD_INVALID" },
    { 0x080F0000, 0xFFFF0000, "ACCESS_DENIED" },
    { 0x08950000, 0xFFFF0000, "CONTROL_VECTOR" },
    { 0x10160000, 0xFFFF0000, "XID_PARAMETER" },
    { 0x20110000, 0xFFFF0000, "PACING_PROTOCOL" },
    { 0x80050000, 0xFFFF0000, "NO_SESSION" },
    { 0x80070000, 0xFFFF0000, "SEGMENTATION" },
    { 0x40000000, 0xFF000000, "RH_USAGE" },
}
-- } sense codes

local CATEGORIES = {
    [0x08] = "request reject", [0x10] = "request error", [0x20] = "state error", [0x40] = "RH usage error",
    [0x80] = "path error",
}

-- ---- fields ----

local f = {}
local titles = {}
local function def(kind, name, text, ...)
    f[name], titles[name] = ProtoField[kind]("snaru." .. name, text, ...), text
end
local function flag(name, text, mask) def("bool", name, text, 8, nil, mask) end
local function byte(name, text, names, mask) def("uint8", name, text, base.HEX, names, mask) end
local function word(name, text, names, mask) def("uint16", name, text, base.HEX, names, mask) end
local function count(name, text, mask) def("uint16", name, text, base.DEC, nil, mask) end
local function length(name, text, mask) def("uint8", name, text, base.DEC, nil, mask) end

byte("request", "Request code", REQUESTS)
def("uint32", "sense", "Sense data", base.HEX)
def("string", "sense.name", "Sense name")
def("bytes", "data", "Data")
def("string", "text", "Text")
def("none", "segment", "Segment of a BIU, dissected with the last one")

-- BIND
byte("bind.format", "Format", nil, 0xF0)
byte("bind.type", "Type", { [0] = "negotiable", [1] = "nonnegotiable" }, 0x0F)
byte("bind.fm", "FM profile")
byte("bind.ts", "TS profile")
for _, half in ipairs({ { "plu", "Primary" }, { "slu", "Secondary" } }) do
    local at, who = "bind." .. half[1], half[2]
    byte(at .. "_protocols", who .. " FM protocols")
    flag(at .. "_chains", "Multiple-RU chains", 0x80)
    flag(at .. "_delayed", "Delayed request mode", 0x40)
    byte(at .. "_responses", "Chain responses", { [1] = "exception", [2] = "definite", [3] = "definite or exception" }, 0x30)
    flag(at .. "_compression", "Compression", 0x02)
    flag(at .. "_eb", "May send End Bracket", 0x01)
end
byte("bind.common1", "Common FM protocols, byte 6")
flag("bind.whole_biu", "Whole BIUs required", 0x80)
flag("bind.fmh", "FM headers allowed", 0x40)
flag("bind.betb", "Bracket reset state is between brackets", 0x20)
flag("bind.conditional", "Conditional bracket termination", 0x10)
flag("bind.alternate", "Alternate code set allowed", 0x08)
flag("bind.queue", "BIND may be queued", 0x01)
byte("bind.common2", "Common FM protocols, byte 7")
byte("bind.flow", "Send/receive mode", { [0] = "full-duplex", [1] = "half-duplex contention", [2] = "half-duplex flip-flop" }, 0xC0)
flag("bind.symmetric", "Symmetric recovery responsibility", 0x20)
flag("bind.plu_winner", "Primary is contention winner", 0x10)
flag("bind.vectors", "Control vectors follow", 0x02)
flag("bind.plu_first", "Primary sends first", 0x01)
length("bind.slu_send_window", "Secondary's send window", 0x3F)
flag("bind.slu_staging", "Secondary to primary in two stages", 0x80)
flag("bind.adaptive", "Adaptive pacing", 0x80)
length("bind.slu_receive_window", "Secondary's receive window", 0x3F)
byte("bind.slu_ru", "Largest RU from secondary")
byte("bind.plu_ru", "Largest RU from primary")
flag("bind.plu_staging", "Primary to secondary in one stage", 0x80)
length("bind.plu_send_window", "Primary's send window", 0x3F)
length("bind.plu_receive_window", "Primary's receive window", 0x3F)
byte("bind.lu_type", "LU type", nil, 0x7F)
byte("bind.lu_level", "LU 6 level")
byte("bind.security1", "Security, byte 22")
flag("bind.extended_security", "Extended security supported", 0x80)
flag("bind.extended_sense", "Extended security sense accepted", 0x40)
byte("bind.security2", "Security, byte 23")
flag("bind.access_security", "Access security fields accepted", 0x10)
flag("bind.verification", "Enhanced LU-LU verification", 0x08)
flag("bind.substitution", "Password substitution supported", 0x04)
flag("bind.already_verified", "Already-verified accepted", 0x02)
flag("bind.persistent", "Persistent verification accepted", 0x01)
byte("bind.ps", "Session, byte 24")
byte("bind.sync", "Sync levels", { [1] = "none, confirm", [2] = "none, confirm, sync point" }, 0x60)
byte("bind.reinitiation", "Session reinitiation", { [0] = "operator", [1] = "primary", [2] = "secondary", [3] = "either" }, 0x0C)
flag("bind.parallel", "Parallel sessions", 0x02)
flag("bind.cnos", "CNOS supported", 0x01)
byte("bind.byte25", "Session, byte 25")
byte("bind.cryptography", "Session cryptography", { [0] = "none", [1] = "selective", [3] = "mandatory" }, 0x30)
length("bind.cryptography_length", "Length of cryptography fields", 0x0F)
def("string", "bind.plu", "Primary LU name")
def("string", "bind.slu", "Secondary LU name")
def("bytes", "bind.urc", "User request correlation")
def("bytes", "bind.user_data", "User data")
byte("bind.ud.key", "Key", {
    [0x00] = "unformatted data", [0x02] = "mode name", [0x03] = "session instance", [0x04] = "primary LU name",
    [0x05] = "secondary LU name", [0x11] = "random data", [0x12] = "security reply", [0x13] = "nonce",
    [0x14] = "security mechanisms",
})
def("string", "bind.mode", "Mode name")
def("bytes", "bind.instance", "Session instance identifier")
def("string", "bind.plu_qualified", "Network-qualified primary LU name")
def("string", "bind.slu_qualified", "Network-qualified secondary LU name")
def("bytes", "bind.nonce", "Nonce")
def("bytes", "bind.random", "Random data")
def("bytes", "bind.reply", "Security reply")
byte("cv", "Control vector", {
    [0x2B] = "Route Selection", [0x2C] = "COS/TPF", [0x35] = "Extended Sense Data",
    [0x60] = "Fully Qualified PCID", [0x66] = "Length-Checked Compression",
})
def("bytes", "cv.pcid", "PCID")
def("string", "cv.cp", "CP name")
def("string", "cv.cos", "Class of service")
byte("cv.tpf", "Transmission priority flags")

byte("unbind.type", "UNBIND type", UNBIND_TYPES)

def("uint32", "lustat.status", "Status", base.HEX, { [0x00060000] = "no data to send" })
word("sig.code", "Signal code", { [1] = "request to send" })
word("sig.extension", "Signal extension")
byte("ipm.type", "Pacing message", { [0] = "solicited", [1] = "unsolicited", [2] = "reset acknowledgment" }, 0xC0)
flag("ipm.reset", "Reset window", 0x20)
count("ipm.window", "Next window size", 0x7FFF)

-- FM headers
length("fmh.length", "Length of the header")
flag("fmh.concatenated", "Another header follows", 0x80)
byte("fmh.type", "Type", FMHS, 0x7F)
word("fmh5.command", "Command", { [0x02FF] = "Attach" })
byte("fmh5.flags", "Flags")
flag("fmh5.already_verified", "User ID is already verified", 0x80)
flag("fmh5.signed_on", "Signed on", 0x40)
flag("fmh5.sign_on", "Sign-on requested", 0x20)
flag("fmh5.substitute", "Password substitute", 0x10)
flag("fmh5.pip", "PIP follows", 0x08)
length("fmh5.fixed", "Length of the fixed parameters")
byte("fmh5.resource", "Conversation type", {
    [0xD0] = "basic, half-duplex", [0xD1] = "mapped, half-duplex", [0xD2] = "basic, full-duplex",
    [0xD3] = "mapped, full-duplex",
})
byte("fmh5.sync", "Sync level", { [0] = "none", [1] = "confirm", [2] = "sync point" }, 0xC0)
def("string", "fmh5.tpname", "TP name")
def("bytes", "fmh5.security", "Access security")
def("string", "fmh5.user", "User ID")
def("string", "fmh5.profile", "Profile")
def("bytes", "fmh5.password", "Password or its substitute")
def("string", "fmh5.luw", "Logical unit of work, LU name")
def("bytes", "fmh5.luw_instance", "Logical unit of work, instance")
count("fmh5.luw_sequence", "Logical unit of work, sequence number")
def("bytes", "fmh5.correlator", "Conversation correlator")
def("bytes", "fmh5.sequence", "Attach sequence number")
flag("fmh7.log", "Error log follows", 0x80)
def("bytes", "fmh12.reply", "Security reply")

-- records and variables
word("ll", "Logical record", nil)
flag("ll.more", "Goes on in the next record", 0x80)
word("gds.id", "GDS variable", GDS_IDS)
byte("cnos.service", "Service", { [2] = "request", [8] = "reply, abnormal", [10] = "reply, accepted" }, 0x0F)
byte("cnos.modifier", "Reply", {
    [0] = "accepted as asked", [1] = "command race", [2] = "mode name not recognized", [4] = "negotiated",
    [5] = "mode is closed",
})
byte("cnos.action", "Action", { [0] = "set limits", [2] = "close" })
byte("cnos.drain", "Drain")
flag("cnos.drain_source", "Source LU may drain", 0x10)
flag("cnos.drain_target", "Target LU may drain", 0x01)
byte("cnos.responsible", "Responsible for deactivation", { [0] = "source LU", [1] = "target LU" }, 0x01)
count("cnos.limit", "Session limit", 0x7FFF)
count("cnos.source_winners", "Source LU's contention winners", 0x7FFF)
count("cnos.target_winners", "Target LU's contention winners", 0x7FFF)
byte("cnos.modes", "Modes", { [0] = "one", [1] = "all" }, 0x01)
def("string", "cnos.mode", "Mode name")
def("string", "log.product", "Product set identifier")
def("string", "log.text", "Message text")
def("string", "map.name", "Map name")
def("bytes", "ps_header", "PS header")
p.fields = f

local ex = {
    malformed = ProtoExpert.new("snaru.malformed", "Malformed", expert.group.MALFORMED, expert.severity.ERROR),
    snapped = ProtoExpert.new("snaru.snapped", "Not captured", expert.group.UNDECODED, expert.severity.NOTE),
    refused = ProtoExpert.new("snaru.refused", "Sense data", expert.group.RESPONSE_CODE, expert.severity.NOTE),
    protocol = ProtoExpert.new("snaru.protocol", "Not as LU 6.2 has it", expert.group.PROTOCOL, expert.severity.WARN),
    password = ProtoExpert.new("snaru.clear_password", "Password in clear", expert.group.SECURITY, expert.severity.WARN),
}
p.experts = ex

-- ---- octets ----

local function text_of(range)
    return (range:string(ENC_EBCDIC_CP037 or ENC_EBCDIC):gsub("%z", " "):gsub("%s+$", ""))
end

-- A cursor over [at, stop) of a buffer, which adds what it takes to a tree.  Past the end it reports once
-- that something is cut short, and then returns nil.
local Cursor = {}
Cursor.__index = Cursor

local function cursor(tvb, at, stop, tree) return setmetatable({ tvb = tvb, at = at, stop = stop, tree = tree }, Cursor) end

function Cursor:left() return self.stop - self.at end

function Cursor:complain(what, kind)
    if not self.bad then self.tree:add_proto_expert_info(kind or ex.malformed, what) end
    self.bad = true
end

function Cursor:take(n, what)
    if self.bad then return nil end
    if n > self:left() then
        local snapped = self.tvb:len() < self.tvb:reported_len()
        self:complain(what .. " is cut short", snapped and ex.snapped or ex.malformed)
        self.at = self.stop
        return nil
    end
    local range = n > 0 and self.tvb(self.at, n) or nil
    self.at = self.at + n
    return range
end

-- The next N octets as the field of this name, and below it, where they are flags, as the other fields.
function Cursor:uint(n, name, ...)
    local range = self:take(n, titles[name])
    if not range then return nil end
    local item = self.tree:add(f[name], range)
    for _, bits in ipairs({ ... }) do item:add(f[bits], range) end
    return range:uint(), item
end

function Cursor:bytes(n, name, text)
    local range = n > 0 and self:take(n, titles[name])
    if not range then return nil end
    if text then return range, self.tree:add(f[name], range, text(range)) end
    return range, self.tree:add(f[name], range)
end

function Cursor:skip(n) self:take(n, "a reserved field") end

-- A cursor over the next N octets, or over what there is of them, in a tree of their own.
function Cursor:sub(n, label)
    local whole = math.min(n, self:left())
    local tree = self.tree
    if label then tree = whole > 0 and tree:add(self.tvb(self.at, whole), label) or tree:add(label) end
    local c = cursor(self.tvb, self.at, self.at + whole, tree)
    if whole < n then self:take(n, label or "a field") end
    self.at = c.stop
    return c
end

-- A field after a length of one octet, which does not count itself.
function Cursor:counted(label)
    local n = self:take(1, label)
    return n and self:sub(n:uint(), label)
end

function Cursor:counted_text(name, label)
    local n = self:take(1, label)
    local range = n and self:bytes(n:uint(), name, text_of)
    return range and text_of(range) or ""
end

-- ---- sense data ----

local function sense_name(code)
    for _, row in ipairs(SENSE) do
        if bit.band(code, row[2]) == bit.tobit(row[1]) then return row[3] end
    end
    return CATEGORIES[bit.rshift(code, 24)] or "?"
end

local function sense(c)
    local range = c:take(4, "Sense data")
    if not range then return "" end
    local code = range:uint()
    local name = sense_name(code)
    local item = c.tree:add(f.sense, range)
    item:append_text(" (" .. name .. ")")
    if bit.rshift(code, 16) == 0x0835 then item:append_text(", offset in the BIND " .. bit.band(code, 0xFFFF)) end
    c.tree:add(f["sense.name"], range, name)
    item:add_proto_expert_info(ex.refused, string.format("%08X %s", code, name))
    return string.format(" %08X %s", code, name)
end

-- ---- session control ----

local function control_vectors(c)
    while c:left() >= 2 and not c.bad do
        local key = c:uint(1, "cv")
        local v = c:counted("Control vector data")
        if not v then return end
        if key == 0x60 then
            v:bytes(8, "cv.pcid")
            v:counted_text("cv.cp", "CP name")
        elseif key == 0x2C then
            v:uint(1, "cv.tpf")
            v:counted_text("cv.cos", "Class of service")
        elseif key == 0x35 then
            sense(v)
        else
            v:bytes(v:left(), "data")
        end
    end
    if c:left() > 0 then c:complain("Octets behind the last control vector") end
end

local USER_DATA = {
    [0x02] = { "bind.mode", text_of }, [0x03] = { "bind.instance" }, [0x04] = { "bind.plu_qualified", text_of },
    [0x05] = { "bind.slu_qualified", text_of }, [0x11] = { "bind.random" }, [0x12] = { "bind.reply" },
    [0x13] = { "bind.nonce" },
}

-- User data of a BIND: its key, and where that says so subfields.  Returns the mode name and the LU names.
local function user_data(c, seen)
    local key = c:take(1, "User data key")
    if not key then return end
    if key:uint() ~= 0 then return c:bytes(c:left(), "bind.user_data") end
    while c:left() > 0 and not c.bad do
        local s = c:counted("Subfield")
        local k = s and s:uint(1, "bind.ud.key")
        if k and s:left() > 0 then
            local row = USER_DATA[k] or { "data" }
            local range = s:bytes(s:left(), row[1], row[2])
            seen[k] = row[2] and text_of(range)
        end
    end
end

local function ru_size(c, field)
    local v, item = c:uint(1, field)
    if not v then return end
    local m, e = bit.rshift(v, 4), bit.band(v, 15)
    item:append_text(v == 0 and " (no limit)" or string.format(" (%d octets)", m * 2 ^ e))
    if v ~= 0 and m < 8 then item:add_proto_expert_info(ex.protocol, "Mantissa of an RU size is below 8") end
end

local function protocols(c, half)
    local at = "bind." .. half
    c:uint(1, at .. "_protocols", at .. "_chains", at .. "_delayed", at .. "_responses", at .. "_compression",
        at .. "_eb")
end

local function bind_fixed(c)
    local v = c:take(1, "Format and type")
    if v then c.tree:add(f["bind.format"], v) c.tree:add(f["bind.type"], v) end
    c:uint(1, "bind.fm")
    c:uint(1, "bind.ts")
    protocols(c, "plu")
    protocols(c, "slu")
    c:uint(1, "bind.common1", "bind.whole_biu", "bind.fmh", "bind.betb", "bind.conditional",
        "bind.alternate", "bind.queue")
    local common2 = c:uint(1, "bind.common2", "bind.flow", "bind.symmetric", "bind.plu_winner",
        "bind.vectors", "bind.plu_first")
    c:uint(1, "bind.slu_send_window", "bind.slu_staging")
    c:uint(1, "bind.slu_receive_window", "bind.adaptive")
    ru_size(c, "bind.slu_ru")
    ru_size(c, "bind.plu_ru")
    c:uint(1, "bind.plu_send_window", "bind.plu_staging")
    c:uint(1, "bind.plu_receive_window")
    local lu_type, item = c:uint(1, "bind.lu_type")
    if lu_type and bit.band(lu_type, 0x7F) ~= 6 then item:add_proto_expert_info(ex.protocol, "Not an LU of type 6") end
    return common2, lu_type and bit.band(lu_type, 0x7F) == 6
end

local function bind_ps(c)
    c:uint(1, "bind.lu_level")
    c:skip(6)
    c:uint(1, "bind.security1", "bind.extended_security", "bind.extended_sense")
    c:uint(1, "bind.security2", "bind.access_security", "bind.verification", "bind.substitution",
        "bind.already_verified", "bind.persistent")
    c:uint(1, "bind.ps", "bind.sync", "bind.reinitiation", "bind.parallel", "bind.cnos")
    c:uint(1, "bind.byte25")
end

-- A BIND or its image in a positive response, after the request code.
local function bind(c)
    local common2, lu62 = bind_fixed(c)
    if c.bad then return "" end
    if lu62 then bind_ps(c) else c:skip(11) end
    local crypto = c:take(1, "Cryptography")
    if crypto then
        c.tree:add(f["bind.cryptography"], crypto)
        c.tree:add(f["bind.cryptography_length"], crypto)
        c:bytes(bit.band(crypto:uint(), 15), "data")
    end
    local seen = {}
    local plu = c:counted_text("bind.plu", "Primary LU name")
    local ud = c:counted("User data")
    if ud and ud:left() > 0 then user_data(ud, seen) end
    local n = c:take(1, "User request correlation")
    if n then c:bytes(n:uint(), "bind.urc") end
    local slu = c:counted_text("bind.slu", "Secondary LU name")
    if common2 and bit.band(common2, 2) ~= 0 then
        control_vectors(c)
    elseif c:left() > 0 then
        c:complain("Octets behind the BIND")
    end
    plu, slu = seen[4] or plu, seen[5] or slu
    return string.format(" %s -> %s%s", plu ~= "" and plu or "?", slu ~= "" and slu or "?",
        seen[2] and " mode " .. seen[2] or "")
end

local function unbind(c)
    local kind, item = c:uint(1, "unbind.type")
    if not kind then return "" end
    if not UNBIND_TYPES[kind] then item:add_proto_expert_info(ex.protocol, "UNBIND type has no name") end
    local info = kind == 0xFE and sense(c) or string.format(" type %02X", kind)
    control_vectors(c)
    return info
end

local function lustat(c)
    c:uint(4, "lustat.status")
    return ""
end

local function signal(c)
    c:uint(2, "sig.code")
    c:uint(2, "sig.extension")
    return ""
end

local BODIES = { [0x31] = bind, [0x32] = unbind, [0x04] = lustat, [0xC9] = signal }

-- ---- GDS variables and logical records ----

local function cnos(c)
    c:uint(1, "cnos.service")
    c:uint(1, "cnos.modifier")
    c:uint(1, "cnos.action")
    c:uint(1, "cnos.drain", "cnos.drain_source", "cnos.drain_target")
    c:uint(1, "cnos.responsible")
    c:uint(2, "cnos.limit")
    c:uint(2, "cnos.source_winners")
    c:uint(2, "cnos.target_winners")
    c:uint(1, "cnos.modes")
    c:counted_text("cnos.mode", "Mode name")
end

-- Both lengths of an error log count themselves.
local function error_log(c)
    for _, field in ipairs({ "log.product", "log.text" }) do
        local n = c:take(2, field)
        if not n then return end
        if n:uint() < 2 then return c:complain("A length in the error log does not count itself", ex.protocol) end
        c:bytes(n:uint() - 2, field, text_of)
    end
end

local gds_variable

-- The subfields of a PIP variable are variables.
local function pip(c)
    while c:left() > 0 and not c.bad do
        local ll = c:take(2, "PIP subfield")
        if not ll then return end
        if ll:uint() < 4 then return c:complain("Length of a PIP subfield is below 4") end
        gds_variable(c:sub(ll:uint() - 2, "PIP subfield"))
    end
end

local GDS_BODIES = { [0x1210] = cnos, [0x12E1] = error_log, [0x12F5] = pip }
local GDS_TEXT = { [0x12E2] = "text", [0x12F3] = "map.name", [0x12FF] = "text" }

-- A variable after its LL: all of it, or the part that this RU has.
gds_variable = function(c)
    local id = c:uint(2, "gds.id")
    if not id then return end
    local body = GDS_BODIES[id]
    if body then return body(c) end
    local n = c:left()
    local range = c:bytes(n, "data")
    if range and GDS_TEXT[id] then c.tree:add(f[GDS_TEXT[id]], range, text_of(range)):set_generated() end
end

-- The records of one direction of a session: LEFT octets of the present one are to come, MORE if the next goes on with
-- the same item.  LEFT is nil where the beginning was not seen.
local function records(c, state)
    local info = {}
    while c:left() > 0 and not c.bad do
        if state.left > 0 then
            local n = math.min(state.left, c:left())
            c:sub(n, "Logical record, going on"):bytes(n, "data")
            state.left = state.left - n
        elseif c:left() == 1 then
            c:bytes(1, "data") -- the LL is in two RUs: from here on nobody can say where records begin
            state.left = nil
            return info
        else
            local ll = c.tvb(c.at, 2):uint()
            local n = bit.band(ll, 0x7FFF)
            local id = c:left() >= 4 and not state.more and GDS_IDS[c.tvb(c.at + 2, 2):uint()]
            local here = math.min(n, c:left())
            if ll == 1 then
                local h = c:sub(c:left(), "PS header")
                h:skip(2)
                return h:bytes(h:left(), "ps_header") and { "PS header" } or info
            elseif n < 2 then
                c:complain(string.format("LL %04X is not valid", ll))
                return info
            end
            local r = c:sub(here, id and "GDS variable: " .. id or "Logical record")
            r:uint(2, "ll")
            r.tree:add(f["ll.more"], r.tvb(r.at - 2, 1))
            if id and here == n then gds_variable(r)
            elseif id then r:uint(2, "gds.id") r:bytes(r:left(), "data")
            else r:bytes(r:left(), "data") end
            state.left, state.more = n - here, ll >= 0x8000
            info[#info + 1] = id or string.format("record %d", n)
        end
    end
    return info
end

-- ---- FM headers ----

local function access_security(c, substitute)
    while c:left() > 0 and not c.bad do
        local s = c:counted("Access security subfield")
        local kind = s and s:take(1, "Type of a subfield")
        if not kind then return end
        if kind:uint() == 1 then
            local _, item = s:bytes(s:left(), "fmh5.password")
            if item and not substitute then item:add_proto_expert_info(ex.password, "Password is not enciphered") end
        elseif kind:uint() == 2 then s:bytes(s:left(), "fmh5.user", text_of)
        elseif kind:uint() == 0 then s:bytes(s:left(), "fmh5.profile", text_of)
        else s:bytes(s:left(), "data") end
    end
end

local function tp_name(range)
    if range(0, 1):uint() >= 0x40 then return text_of(range) end
    local hex = range:bytes():tohex()
    return hex .. (SERVICE_TPS[hex] and " (" .. SERVICE_TPS[hex] .. ")" or "")
end

-- Fields at the end of an Attach may be left out.
local function attach_end(c, flags)
    if c:left() == 0 then return end
    local security = c:counted("Access security")
    if security and security:left() > 0 then access_security(security, bit.band(flags, 0x10) ~= 0) end
    local luw = c:left() > 0 and c:counted("Logical unit of work")
    if luw and luw:left() > 0 then
        luw:counted_text("fmh5.luw", "LU name")
        luw:bytes(6, "fmh5.luw_instance")
        luw:uint(2, "fmh5.luw_sequence")
    end
    for _, field in ipairs({ "fmh5.correlator", "fmh5.sequence" }) do
        local n = c:left() > 0 and c:take(1, field)
        if n then c:bytes(n:uint(), field) end
    end
    if c:left() > 0 then c:complain("Octets behind the last field of the Attach") end
end

local function fmh5(c)
    local command, item = c:uint(2, "fmh5.command")
    if command and command ~= 0x02FF then item:add_proto_expert_info(ex.protocol, "Not an Attach") end
    local flags = c:uint(1, "fmh5.flags", "fmh5.already_verified", "fmh5.signed_on", "fmh5.sign_on",
        "fmh5.substitute", "fmh5.pip")
    local n = c:uint(1, "fmh5.fixed")
    local fixed = n and c:sub(n, "Fixed parameters")
    if not fixed then return "" end
    fixed:uint(1, "fmh5.resource")
    fixed:skip(1)
    fixed:uint(1, "fmh5.sync")
    local name_n = c:take(1, "TP name")
    if not name_n then return "" end
    if name_n:uint() == 0 then c.tree:add_proto_expert_info(ex.protocol, "Attach without a TP name") end
    local name = c:bytes(name_n:uint(), "fmh5.tpname", tp_name)
    attach_end(c, flags)
    return name and " " .. tp_name(name) or ""
end

local function fmh7(c)
    local info = sense(c)
    c:uint(1, "fmh7.log")
    return info
end

local function fmh12(c)
    c:bytes(c:left(), "fmh12.reply")
    return ""
end

local FMH_BODIES = { [5] = fmh5, [7] = fmh7, [12] = fmh12 }

-- The FM headers at the front of an RU.
local function fm_headers(c)
    local info = {}
    repeat
        if c:left() < 2 then
            c:take(2, "FM header")
            break
        end
        local n, kind = c.tvb(c.at, 1):uint(), c.tvb(c.at + 1, 1):uint()
        local name = FMHS[bit.band(kind, 0x7F)]
        if n < 2 then
            c:complain("Length of an FM header is below 2")
            break
        end
        local h = c:sub(n, name or "FM header")
        h:uint(1, "fmh.length")
        local _, item = h:uint(1, "fmh.type")
        h.tree:add(f["fmh.concatenated"], h.tvb(h.at - 1, 1))
        if name then
            info[#info + 1] = name .. FMH_BODIES[bit.band(kind, 0x7F)](h)
        else
            item:add_proto_expert_info(ex.protocol, "Not an FM header of LU 6.2")
        end
        if h:left() > 0 then h:complain("Octets behind the fields of an FM header") end
    until kind < 0x80 or c.bad
    return info
end

-- ---- responses and requests ----

local FMD, NC, DFC, SC = 0, 1, 2, 3

-- rh: category, response, fi, sdi, bci, eci, pi, negative, bb; efi of the TH too.
local function rh_of(tvb, at, efi)
    local b0, b1, b2 = tvb(at, 1):uint(), tvb(at + 1, 1):uint(), tvb(at + 2, 1):uint()
    local function on(v, mask) return bit.band(v, mask) ~= 0 end
    return {
        category = bit.band(bit.rshift(b0, 5), 3), response = on(b0, 0x80), fi = on(b0, 8), sdi = on(b0, 4),
        bci = on(b0, 2), pi = on(b1, 1), negative = on(b1, 0x10), bb = on(b2, 0x80), cd = on(b2, 0x20),
        ceb = on(b2, 1), efi = efi,
    }
end

local function request_code(c)
    local code, item = c:uint(1, "request")
    if code and not REQUESTS[code] then item:add_proto_expert_info(ex.protocol, "Request code has no name") end
    return code, code and (REQUESTS[code] or string.format("request %02X", code)) or "request"
end

local function pacing(c)
    c:uint(1, "ipm.type", "ipm.reset")
    c:uint(2, "ipm.window")
    return "pacing message"
end

local function response(c, rh)
    if not rh.negative and rh.category == FMD then
        if c:left() == 0 then return rh.pi and "pacing response" or "+RSP" end
        if rh.efi and rh.pi then return pacing(c) end
        c:bytes(c:left(), "data")
        return "+RSP"
    end
    local info = rh.negative and sense(c) or ""
    if rh.category == FMD then return "-RSP" .. info end
    local code, name = request_code(c)
    if code == 0x31 and not rh.negative and c:left() > 0 then info = bind(c) end
    return (rh.negative and "-RSP(" or "+RSP(") .. name .. ")" .. info
end

local function data(c, rh, state)
    local info = {}
    if rh.fi then
        info = fm_headers(c)
        state.left, state.more = 0, false -- records begin anew behind a header
    elseif rh.bci and state.left == nil then
        state.left, state.more = 0, false -- most likely
    end
    if state.left == nil then
        if c:left() > 0 then c:bytes(c:left(), "data") end
        return "data"
    end
    for _, r in ipairs(records(c, state)) do info[#info + 1] = r end
    return #info > 0 and table.concat(info, ", ") or "data"
end

local function request(c, rh, state)
    if rh.sdi then
        return "request refused on its way" .. sense(c)
    elseif rh.category == FMD then
        return data(c, rh, state)
    elseif c:left() == 0 then
        c:complain("Request without a request code")
        return "request"
    end
    local code, name = request_code(c)
    local body = BODIES[code]
    if body then return name .. body(c) end
    if c:left() > 0 then c:bytes(c:left(), "data") end
    return name
end

-- The BIU at AT of TVB, up to its end.  STATE is that of its direction of its session.  Returns a line for a person.
local function biu(tvb, at, efi, tree, state)
    local stop = tvb:len()
    if stop - at < 3 then
        local t = tree:add(p)
        cursor(tvb, at, stop, t):take(3, "RH")
        return "?"
    end
    local rh = rh_of(tvb, at, efi)
    local t = stop > at + 3 and tree:add(p, tvb(at + 3, stop - at - 3)) or tree:add(p, tvb(at, 3))
    local c = cursor(tvb, at + 3, stop, t)
    local info = rh.response and response(c, rh) or request(c, rh, state)
    for _, turn in ipairs({ { rh.bb, "BB" }, { rh.cd, "CD" }, { rh.ceb, "CEB" } }) do
        if turn[1] and not rh.response then info = info .. " " .. turn[2] end
    end
    if c:left() > 0 and not c.bad then
        c:bytes(c:left(), "data")
        t:add_proto_expert_info(ex.protocol, "Octets behind the RU")
    end
    t:append_text(", " .. info)
    return info
end

-- ---- packets ----

local function extractor(name)
    local ok, field = pcall(Field.new, name)
    return ok and field or function() end
end

local pius, rhs = Field.new("sna"), Field.new("sna.rh")
local link_fields = {}
for _, name in ipairs({ "frame.interface_id", "tcp.stream", "eth.src" }) do link_fields[#link_fields + 1] = extractor(name) end

local states = {} -- of each direction of each session, where the packets seen so far end
local begun = {}  -- of each PIU: what its state was before it

function p.init()
    states, begun = {}, {}
end

-- The state for PIU number I of a packet, whose TH begins at AT.  What it was is kept for another look at the packet.
local function state_of(pinfo, i, tvb, at, link)
    local n = pinfo.number .. "." .. i
    if begun[n] then return { left = begun[n].left, more = begun[n].more } end
    local key = link .. "." .. bit.band(tvb(at, 1):uint(), 2) .. "." .. tvb(at + 2, 2):uint()
    states[key] = states[key] or {}
    begun[n] = { left = states[key].left, more = states[key].more }
    return states[key]
end

local function link_of(circuit)
    local parts = {}
    for _, field in ipairs(link_fields) do
        local v = field()
        parts[#parts + 1] = v and tostring(v) or "-"
    end
    parts[#parts + 1] = circuit and tostring(circuit) or "-"
    return table.concat(parts, ",")
end

-- The reassembled BIUs of a packet, in order: their RH is at the front of a buffer of its own.
local function reassembled()
    local list = {}
    for _, rh in ipairs({ rhs() }) do
        if rh.offset == 0 and rh.source then list[#list + 1] = rh.source end
    end
    return list
end

local FIRST, MIDDLE, LAST = 2, 0, 1

local function packet(pinfo, tree)
    local dlsw, circuit, whole = _G.dlsw_sna, {}, nil
    if dlsw then
        dlsw.bridge(pinfo, tree)
        circuit = { dlsw.circuits() }
    end
    local found = { pius() }
    for i, item in ipairs(found) do
        local tvb, at = item.source, item.offset
        local n = math.min(item.len, tvb:len() - at)
        if n >= 6 and bit.rshift(tvb(at, 1):uint(), 4) == 2 then
            local th = tvb(at, 1):uint()
            local efi, mapping = bit.band(th, 1) ~= 0, bit.band(bit.rshift(th, 2), 3)
            local body, begin = tvb(at, n):tvb(), 6
            if mapping == LAST then
                whole = whole or reassembled()
                body, begin = table.remove(whole, 1), 0
            elseif mapping == FIRST or mapping == MIDDLE then
                body = nil
            end
            if body then
                local state = state_of(pinfo, i, tvb, at, link_of(#found == #circuit and circuit[i].value))
                local info = biu(body, begin, efi, tree, state)
                pinfo.cols.info:append((i > 1 and "; " or " ") .. info)
            else
                tree:add(p, tvb(at, n)):add(f.segment, tvb(at, n))
            end
        end
    end
end

function p.dissector(_, pinfo, tree)
    packet(pinfo, tree)
end

register_postdissector(p, true)
