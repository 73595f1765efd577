-- XID3: what Wireshark's own `sna_xid` dissector leaves out: the section that depends on the kind of data link control
-- (link station role, maximum BTU, window) and the contents of the control vectors.
--   tshark -X lua_script:snaxid.lua -V -r FILE            with dlsw_sna.lua too where the carrier is DLSw
-- Source: IBM, SNA Formats, GA27-3136.

local p = Proto("snaxid", "SNA XID3")

local VECTORS = {
    [0x0E] = "Network Name", [0x10] = "Product Set ID", [0x22] = "XID Negotiation Error", [0x46] = "TG Descriptor",
    [0x61] = "HPR Capabilities",
}
local SUBVECTORS = { [0x11] = "Product Identifier" }
local CLASSES = { [0x01] = "IBM hardware", [0x04] = "IBM software", [0x03] = "IBM or non-IBM hardware", [0x0C] = "non-IBM software" }
local NAMES = { [0xF4] = "CP name", [0xF7] = "link station name" }
local ROLES = { [0] = "secondary", [1] = "primary", [3] = "negotiable" }

local f = {
    state = ProtoField.uint8("snaxid.state", "Exchange state", base.HEX, {
        [0] = "not supported", [1] = "negotiation proceeding", [2] = "prenegotiation", [3] = "nonactivation",
    }, 0x0C),
    tg = ProtoField.uint8("snaxid.tg", "Transmission group number", base.DEC),
    abm = ProtoField.bool("snaxid.abm", "Combined station (ABM)", 8, nil, 0x40),
    role = ProtoField.uint8("snaxid.role", "Link station role", base.HEX, ROLES, 0x30),
    short_hold = ProtoField.bool("snaxid.short_hold", "Short hold supported", 8, nil, 0x04),
    simultaneous = ProtoField.uint8("snaxid.transmission", "Transmission", base.HEX,
        { [0] = "two-way alternate", [1] = "two-way simultaneous" }, 0x03),
    btu = ProtoField.uint16("snaxid.btu", "Maximum BTU that it receives", base.DEC, nil, 0x7FFF),
    window = ProtoField.uint8("snaxid.window", "I-frames before an acknowledgment", base.DEC, nil, 0x7F),
    vector = ProtoField.uint8("snaxid.cv", "Control vector", base.HEX, VECTORS),
    name_type = ProtoField.uint8("snaxid.name.type", "Type of the name", base.HEX, NAMES),
    name = ProtoField.string("snaxid.name", "Network name"),
    subvector = ProtoField.uint8("snaxid.product.key", "Subvector", base.HEX, SUBVECTORS),
    class = ProtoField.uint8("snaxid.product.class", "Product class", base.HEX, CLASSES, 0x0F),
    field = ProtoField.uint8("snaxid.product.field", "Subfield", base.HEX),
    text = ProtoField.string("snaxid.product.text", "Text"),
    error_byte = ProtoField.uint16("snaxid.error.byte", "Octet in error", base.DEC),
    error_bit = ProtoField.uint8("snaxid.error.bit", "Bit in error", base.DEC),
    sense = ProtoField.uint32("snaxid.error.sense", "Sense data", base.HEX),
    data = ProtoField.bytes("snaxid.data", "Data"),
}
p.fields = f

local malformed = ProtoExpert.new("snaxid.malformed", "Malformed", expert.group.MALFORMED, expert.severity.ERROR)
local snapped = ProtoExpert.new("snaxid.snapped", "Not captured", expert.group.UNDECODED, expert.severity.NOTE)
local refused = ProtoExpert.new("snaxid.refused", "XID refused", expert.group.RESPONSE_CODE, expert.severity.WARN)
p.experts = { malformed, snapped, refused }

local xids = Field.new("sna_xid")

local function text_of(range)
    return (range:string(ENC_EBCDIC_CP037 or ENC_EBCDIC):gsub("%z", " "):gsub("%s+$", ""))
end

local function complain(tree, text, tvb)
    tree:add_proto_expert_info(tvb:len() < tvb:reported_len() and snapped or malformed, text)
end

-- Subfields of a product identifier: each counts itself and has a key.
local function product_fields(tvb, at, stop, tree)
    while at < stop do
        local n = tvb(at, 1):uint()
        if n < 2 or at + n > stop then return complain(tree, "Length of a product subfield does not fit", tvb) end
        local t = tree:add(f.field, tvb(at + 1, 1))
        if n > 2 then t:add(f.text, tvb(at + 2, n - 2), text_of(tvb(at + 2, n - 2))) end
        at = at + n
    end
end

-- Products are known that get the length of the subvector wrong, so one that is too large is cut.
local function product(tvb, at, stop, tree)
    if at < stop then at = at + 1 end -- reserved
    while at < stop do
        local n = tvb(at, 1):uint()
        if n < 3 or at + 3 > stop then return complain(tree, "Length of a product subvector does not fit", tvb) end
        if at + n > stop then complain(tree, "Product subvector is longer than its control vector", tvb) end
        local last = math.min(at + n, stop)
        local t = tree:add(f.subvector, tvb(at + 1, 1))
        t:add(f.class, tvb(at + 2, 1))
        product_fields(tvb, at + 3, last, t)
        at = last
    end
end

local function name(tvb, at, stop, tree)
    if at == stop then return complain(tree, "Network name without a type", tvb) end
    tree:add(f.name_type, tvb(at, 1))
    if at + 1 < stop then tree:add(f.name, tvb(at + 1, stop - at - 1), text_of(tvb(at + 1, stop - at - 1))) end
end

local function negotiation_error(tvb, at, stop, tree)
    if stop - at < 7 then return complain(tree, "XID negotiation error is cut short", tvb) end
    tree:add(f.error_byte, tvb(at, 2))
    tree:add(f.error_bit, tvb(at + 2, 1))
    tree:add(f.sense, tvb(at + 3, 4)):add_proto_expert_info(refused, string.format("XID refused: %08X", tvb(at + 3, 4):uint()))
end

local BODIES = { [0x0E] = name, [0x10] = product, [0x22] = negotiation_error }

local function vectors(tvb, at, stop, tree)
    while at < stop do
        local t = tree:add(f.vector, tvb(at, 1))
        if at + 2 > stop then return complain(t, "Control vector is cut short", tvb) end
        local from, n = at + 2, tvb(at + 1, 1):uint()
        local last = math.min(from + n, stop)
        if from + n > stop then complain(t, "Control vector is cut short", tvb) end
        local body = BODIES[tvb(at, 1):uint()]
        if body then body(tvb, from, last, t) elseif last > from then t:add(f.data, tvb(from, last - from)) end
        at = last
    end
end

-- The I-field of N octets at the front of TVB.  Returns a line for a person.
local function xid3(tvb, tree)
    local n = tvb:len()
    local length = n > 1 and tvb(1, 1):uint() or 0
    if n < 29 or length < 29 then
        complain(tree, "XID3 is shorter than its 29 fixed octets", tvb)
        return ""
    end
    if length > n then complain(tree, "XID3 is shorter than it says", tvb) end
    local dlc, role = tree:add(p, tvb(18, 11), "Data link control"), bit.band(bit.rshift(tvb(19, 1):uint(), 4), 3)
    tree:add(f.state, tvb(9, 1))
    tree:add(f.tg, tvb(16, 1))
    for _, field in ipairs({ f.abm, f.role, f.short_hold, f.simultaneous }) do dlc:add(field, tvb(19, 1)) end
    dlc:add(f.btu, tvb(21, 2))
    dlc:add(f.window, tvb(27, 1))
    vectors(tvb, 18 + math.max(11, tvb(18, 1):uint()), math.min(n, length), tree)
    return " " .. (ROLES[role] or "role not defined") .. ", BTU " .. tvb(21, 2):uint()
end

function p.dissector(_, pinfo, tree)
    if _G.dlsw_sna then _G.dlsw_sna.bridge(pinfo, tree) end
    for _, item in ipairs({ xids() }) do
        local source, at = item.source, item.offset
        local n = math.min(item.len, source:len() - at)
        if n > 0 and source(at, 1):uint() == 0x32 then
            local tvb = source(at, n):tvb()
            local info = xid3(tvb, tree:add(p, tvb()))
            pinfo.cols.info:append(info)
        end
    end
end

register_postdissector(p, true)
