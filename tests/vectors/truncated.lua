-- Writes the captures of the test `truncated`: each packet that is read, cut after every number of octets, as one that
-- was that short, and with each octet of it changed to three others.  Environment: CUT, the file that is written.
local dumper = Dumper.new(os.getenv("CUT"), wtap_filetypes.PCAP, wtap_encaps[os.getenv("ENCAP")])
local tap = Listener.new("frame", os.getenv("ONLY"))
local payload = Field.new(os.getenv("PAYLOAD"))

local function write(octets, front)
    dumper:dump(0, PseudoHeader.none(), front .. octets)
end

function tap.packet()
    for _, item in ipairs({ payload() }) do
        local whole = item.range:bytes()
        local front = ByteArray.new(os.getenv("FRONT"))
        for n = 0, whole:len() - 1 do
            if n > 0 then write(whole:subset(0, n), front) end
            for _, v in ipairs({ 0x00, 0x7F, 0xFF }) do
                local changed = whole:subset(0, whole:len())
                changed:set_index(n, v)
                write(changed, front)
            end
        end
    end
end

function tap.draw()
    dumper:flush()
    dumper:close()
end
