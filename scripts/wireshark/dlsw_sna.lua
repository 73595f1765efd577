-- SNA in DLSw: hands the payload of Data Link Switching messages (RFC 1795), which Wireshark's dlsw dissector
-- leaves as data, to Wireshark's own dissectors: the PIU of an INFOFRAME to `sna`, the I-field of an XIDFRAME
-- to `sna_xid`.
--   tshark -X lua_script:dlsw_sna.lua -V -r FILE
-- Other files of this folder dissect more of a PIU or XID.  They call dlsw_sna.bridge() first, so the order in which
-- files are loaded does not matter.

local INFOFRAME, XIDFRAME = 0x0A, 0x07

local p = Proto("dlsw_sna", "SNA in DLSw")
local f = {
    circuit = ProtoField.uint32("dlsw_sna.circuit", "Circuit (correlator of the receiver)", base.HEX),
}
p.fields = f
local malformed = ProtoExpert.new("dlsw_sna.malformed", "Malformed", expert.group.MALFORMED, expert.severity.ERROR)
p.experts = { malformed }

local messages, bridged = Field.new("dlsw"), Field.new("dlsw_sna.circuit")
local of_type = { [INFOFRAME] = Dissector.get("sna"), [XIDFRAME] = Dissector.get("sna_xid") }

-- One message: the octets of its header say where its payload is.
local function message(m, pinfo, tree)
    local n = m:len()
    if n < 16 then return end
    local header, kind = m(1, 1):uint(), m(14, 1):uint()
    local payload = math.min(m(2, 2):uint(), n - header)
    if not of_type[kind] or payload <= 0 then return end
    local circuit = m(4, 4)
    local t = tree:add(p, m(header, payload))
    t:add(f.circuit, circuit)
    local ok, why = pcall(of_type[kind].call, of_type[kind], m(header, payload):tvb(), pinfo, tree)
    if not ok then t:add_proto_expert_info(malformed, tostring(why)) end
end

-- Every message of this packet, once.
local function bridge(pinfo, tree)
    if bridged() then return end
    local src, dst = pinfo.src, pinfo.dst
    for _, m in ipairs({ messages() }) do
        message(m.range, pinfo, tree)
    end
    pinfo.src, pinfo.dst = src, dst
end

_G.dlsw_sna = { bridge = bridge, circuits = bridged } -- each file has globals of its own; this table is shared

function p.dissector(_, pinfo, tree)
    bridge(pinfo, tree)
end

register_postdissector(p, true)

-- The messages are found in the tree of a packet.  A tap that wants fields has Wireshark make the tree when it reads a
-- file, and not only when a packet is shown, so that segments are put together.
local tap = Listener.new("frame", nil, true)
function tap.packet() end
