-- Host records: known octets, round trips, and values that do not fit.
local s = require "support.scenario"

local function octets(text)
  return (text:gsub("%s", ""):gsub("..", function(x) return string.char(tonumber(x, 16)) end))
end

-- picture, value, octets; the value that comes back, where it is another
local known = {
  { "X(5)", "AB1", "C1C2F14040" },
  { "X(21) USAGE DISPLAY", "$.<(+|&!*);-/,%_>?:#@", "5B4B4C4D4E4F505A5C5D5E60616B6C6D6E6F7A7B7C" },
  { "XXX", "abc", "818283" },
  { "9(5)", 42, "F0F0F0F4F2" },
  { "S9(5)", 42, "F0F0F0F4C2" },
  { "S9(5)", -42, "F0F0F0F4D2" },
  { "9(3)V99", 1.5, "F0F0F1F5F0" },
  { "S9(5) COMP-3", 12345, "12345C" },
  { "S9(5) COMP-3", -12345, "12345D" },
  { "9(5) COMP-3", 12345, "12345F" },
  { "S9(4) COMP-3", 1234, "01234C" },
  { "S9(7)V99 COMP-3", -1234567.89, "123456789D" },
  { "S9(7)V99 COMP-3", "-1234567.89", "123456789D", -1234567.89 },
  { "S9(16)V99 COMP-3", "-1234567890123456.78", "0123456789012345678D" },
  { "S9(18) COMP-3", 999999999999999999, "0999999999999999999C" },
  { "S9(4) COMP", -2, "FFFE" },
  { "9(4) COMP", 9999, "270F" },
  { "S9(9) BINARY", 305419896, "12345678" },
  { "S9(9) COMP-4", -1, "FFFFFFFF" },
  { "S9(18) COMP", 1, "0000000000000001" },
  { "S9(3)V9 COMP", -1.5, "FFF1" },
  { "9(4) COMP-5", 65535, "FFFF" },
  { "S9(3)V99 COMP-5", 12, "000004B0" },
  { "S9(2)V99 COMP-5", -327.68, "8000" },
  { "S9(2)V9 COMP-5", "12.3", "007B", 12.3 },
  { "9(9) COMP-5", "4294967295", "FFFFFFFF", 4294967295 },
  { "S9(18) COMP-5", math.mininteger, "8000000000000000" },
  { "S9(16)V99 COMP-5", "-92233720368547758.08", "8000000000000000" },
  { "9(16)", 4503599627370497.0, "F4F5F0F3F5F9F9F6F2F7F3F7F0F4F9F7", 4503599627370497 },
  { "S9(13)V99 COMP-3", 1234567890123.45, "123456789012345C" },
  { "S9(1) COMP-3", -0.0, "0C", 0 },
  -- as copybooks may have them
  { "PIC S9(5) COMP-3.", -1, "00001D" },
  { "PICTURE IS S9(3)V9 USAGE IS COMPUTATIONAL-3.", 1.5, "00015C" },
  { "pic 9(4) usage comp", 258, "0102" },
  { "PIC X(3) USAGE DISPLAY", "AB", "C1C240" },
  { "X(3)", "'=\"", "7D7E7F" },
  { "BYTES(3)", "\1\2", "010200", "\1\2\0" },
  { "PIC 99V9", 12.3, "F1F2F3" },
}
for _, k in ipairs(known) do
  if type(k[3]) == "string" then
    local expected = k[4]
    if expected == nil then
      expected = k[2]
    end
    s.is(k[1] .. " packed", cpic.pack(k[1], k[2]), octets(k[3]))
    s.is(k[1] .. " unpacked", cpic.unpack(k[1], octets(k[3])), expected)
  end
end

-- signs as other programs write them
s.is("packed, sign A", cpic.unpack("S9(3) COMP-3", octets "123A"), 123)
s.is("packed, sign B", cpic.unpack("S9(3) COMP-3", octets "123B"), -123)
s.is("packed, sign F", cpic.unpack("S9(3) COMP-3", octets "123F"), 123)
s.is("zoned, sign E", cpic.unpack("S9(3)", octets "F1F2E3"), 123)

-- several fields, names, occurrences, fillers
local r = cpic.pack("X(4), S9(5) COMP-3, 9(2) OCCURS 3", "ENQ", -7, { 1, 2 })
s.is("several", r, octets "C5D5D840 00007D F0F1F0F2F0F0")
local a, b, c = cpic.unpack("X(4), S9(5) COMP-3, 9(2) OCCURS 3", r)
s.is("first", a, "ENQ")
s.is("second", b, -7)
s.is("third", table.concat(c, " "), "1 2 0")
local layout = { { "key", "X(2)" }, { "FILLER", "X(2)" }, { "amount", "S9(3)V99 COMP-3" } }
r = cpic.pack(layout, { key = "A", amount = 1.25 })
s.is("named", r, octets "C140 4040 00125C")
s.is("key", cpic.unpack(layout, r).key, "A")
s.is("amount", cpic.unpack(layout, r).amount, 1.25)
s.is("size", cpic.size(layout), 7)
local ascii = { { "key", "X(2)" }, { "n", "S9(3)" }, ascii = true }
r = cpic.pack(ascii, { key = "A", n = -12 })
s.is("ascii", r, "A 01r")
s.is("ascii back", cpic.unpack(ascii, r).n, -12)

-- every amount of a range is kept
for cents = -100000, 100000, 37 do
  local value = cents / 100
  for _, picture in ipairs { "S9(7)V99 COMP-3", "S9(7)V99", "S9(7)V99 COMP" } do
    s.is(picture, cpic.unpack(picture, cpic.pack(picture, value)), value)
  end
end

-- what does not fit says which field and why
local bad = {
  { "X(2)", "abc", "3 octets do not fit" }, { "9(2)", 100, "more digits" }, { "9(2)", -1, "no sign" },
  { "9(2)V9", 1.25, "more decimals" }, { "9(2)", "1x", "does not fit" }, { "9(2)", {}, "a number expected" },
  { "S9(4) COMP", 10000, "more digits" }, { "9(4) COMP-5", 65536, "does not fit" }, { "9(2)", 0 / 0, "a number" },
  { "9(2)", math.huge, "a number" }, { "9(2)", math.mininteger, "more digits" }, { "9(2)", nil, "a number" },
  { "9(18) COMP-5", -1, "has no sign" }, { "S9(2)V99 COMP-5", 327.68, "does not fit" },
  { "S9(2)V99 COMP-5", 0.001, "more decimals" }, { "9(4) COMP-5", "0x10", "does not fit" },
  { "S9(13)V99 COMP-3", 12345678901.239, "more decimals" }, { "X(20000) OCCURS 2", {}, "40000 octets" },
  { "9(19)", 1, "1 to 18 digits" }, { "Q(2)", 1, "not understood" }, { "9(2) COMP-9", 1, "usage" },
  { "", 1, "no fields" }, { "9(2) OCCURS 2", { 1, 2, 3 }, "at most 2" }, { "BYTES(2)", "abc", "at most 2 octets" },
}
for _, k in ipairs(bad) do
  s.raises(k[3], cpic.pack, k[1], k[2])
end
s.raises("1 fields, but 2 values", cpic.pack, "9(2)", 1, 2)
s.raises("two fields are called a", cpic.size, { { "a", "X" }, { "FILLER", "X" }, { "FILLER", "X" }, { "a", "X" } })
s.raises("no field amout", cpic.pack, layout, { key = "A", amout = 1 })
s.raises("X'40' at octet 2 is not a digit", cpic.unpack, "9(2)", octets "F140")
s.raises("X'1F' at octet 1 is not a pair", cpic.unpack, "S9(3) COMP-3", octets "1F2C")
s.raises("X'12' at octet 1 is not a digit and sign", cpic.unpack, "S9(1) COMP-3", octets "12")
s.raises("more digits than S9%(18%)", cpic.unpack, "S9(18) COMP-3", octets "9999999999999999999C")
s.raises("a number above", cpic.unpack, "9(18) COMP-5", octets "8000000000000000")
s.raises("the record has 1 octets", cpic.unpack, "S9(3) COMP-3", octets "12")
local where = s.raises("^[^ ]*layout.lua:%d+: pack", function() cpic.pack("X(1)", "ab") end)
s.is("the error is a text", type(where), "string")
