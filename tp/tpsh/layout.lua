-- Host records: cpic.pack and cpic.unpack, with fields written as COBOL pictures.  A function of the cpic table.

local cpic = ...
local fail = cpic.internal.fail

-- ---- pictures ----

-- "9(5)V99" -> digits before and after the decimal point.
local function digits_of(picture, text)
  local before, behind = 0, 0
  local point = false
  local rest = picture
  while rest ~= "" do
    local count, after = rest:match("^9%((%d+)%)(.*)$")
    if not count then
      local nines
      nines, after = rest:match("^(9+)(.*)$")
      count = nines and #nines
    end
    if count then
      count = tonumber(count)
      if point then
        behind = behind + count
      else
        before = before + count
      end
    elseif rest:sub(1, 1) == "V" and not point then
      point, after = true, rest:sub(2)
    else
      fail("layout: picture %s is not understood", text)
    end
    rest = after
  end
  if before + behind < 1 or before + behind > 18 then
    fail("layout: picture %s: a number has 1 to 18 digits", text)
  end
  return before + behind, behind
end

local usages = { [""] = "zoned", DISPLAY = "zoned", ["COMP-3"] = "packed", PACKED = "packed",
  ["PACKED-DECIMAL"] = "packed", COMP = "binary", ["COMP-4"] = "binary", BINARY = "binary", ["COMP-5"] = "native" }

local function binary_size(digits)
  return digits <= 4 and 2 or digits <= 9 and 4 or 8
end

local function number_field(field, picture, usage, text)
  field.kind = usages[usage]
  if not field.kind then
    fail("layout: usage %s in %s is none of COMP-3, COMP, BINARY, COMP-5, DISPLAY", usage, text)
  end
  field.signed = picture:sub(1, 1) == "S"
  field.digits, field.scale = digits_of(field.signed and picture:sub(2) or picture, text)
  if field.kind == "zoned" then
    field.size = field.digits
  elseif field.kind == "packed" then
    field.size = field.digits // 2 + 1
  else
    field.size = binary_size(field.digits)
  end
end

-- As a copybook may have it: PICTURE IS ... USAGE IS COMPUTATIONAL-3, with a period at the end.
local function normal(text)
  return (text:upper():gsub("^%s+", ""):gsub("%s*%.?%s*$", ""):gsub("^PIC%s+", ""):gsub("^PICTURE%s+", "")
    :gsub("^IS%s+", ""):gsub("%f[%S]USAGE%s+", ""):gsub("%s+IS%s+", " "):gsub("COMPUTATIONAL", "COMP"))
end

-- One picture, as "X(8)", "S9(7)V99 COMP-3", "BYTES(4)", "9(4) COMP OCCURS 3".
local function parse_picture(text)
  if type(text) ~= "string" then
    fail("layout: a picture is a string, not a %s", type(text))
  end
  local words = normal(text)
  local rest, times = words:match("^(.-)%s+OCCURS%s+(%d+)$")
  local field = { text = text, times = times and tonumber(times) }
  local picture, usage = (rest or words):match("^(%S+)%s*(.*)$")
  if not picture or (field.times and (field.times < 1 or field.times > 32767)) then
    fail("layout: picture %s is not understood", text)
  end
  local size = picture:match("^X%((%d+)%)$")
  local xs = picture:match("^X+$")
  local bytes = picture:match("^BYTES%((%d+)%)$")
  if (size or xs or bytes) and (usage == "" or usage == "DISPLAY") then
    field.kind = bytes and "bytes" or "text"
    field.size = tonumber(size or bytes) or #xs
    if field.size < 1 or field.size > 32767 then
      fail("layout: picture %s: a field has 1 to 32767 octets", text)
    end
  else
    number_field(field, picture, usage, text)
  end
  return field
end

-- A layout: "PICTURE, PICTURE ..." or { {name, picture} ... }.  Parsed once; tables remember.
local parsed = setmetatable({}, { __mode = "k" })

local function layout_of(layout)
  if type(layout) ~= "string" and type(layout) ~= "table" then
    fail("layout: a string or a table expected, got %s", type(layout))
  end
  if parsed[layout] then
    return parsed[layout]
  end
  local result = { ascii = false }
  if type(layout) == "string" then
    for picture in layout:gmatch("[^,]+") do
      result[#result + 1] = parse_picture(picture)
    end
  else
    for i, item in ipairs(layout) do
      if type(item) ~= "table" or type(item[1]) ~= "string" then
        fail("layout: item %d is not {name, picture}", i)
      end
      local field = parse_picture(item[2])
      field.name = item[1]
      result[i] = field
    end
    result.named, result.ascii = true, layout.ascii and true or false
  end
  if #result == 0 then
    fail("layout: no fields")
  end
  result.size = 0
  local names = {}
  for _, field in ipairs(result) do
    if names[field.name] and field.name:upper() ~= "FILLER" then
      fail("layout: two fields are called %s", field.name)
    end
    names[field.name or ""] = field.name
    result.size = result.size + field.size * (field.times or 1)
  end
  if result.size > 32767 then
    fail("layout: %d octets; a record has at most 32767", result.size)
  end
  if type(layout) == "table" then
    parsed[layout] = result
  end
  return result
end

local function label(field, index)
  return field.name and "field " .. field.name or "field " .. index
end

-- ---- numbers ----

local function powers(n)
  local p = 1
  for _ = 1, n do
    p = p * 10
  end
  return p
end

-- A number with decimals is seldom exact: is it as close as floating-point arithmetic allows?
local function is_whole(exact, number)
  local size = math.abs(exact)
  return math.abs(exact - number) <= math.max(1e-6, math.min(size * 1e-12, 0.05), size * 2 ^ -51)
end

local function scaled_float(field, value, where)
  local exact = value * powers(field.scale)
  local number = math.tointeger(exact) or math.tointeger(math.floor(exact + 0.5))
  if not number or not is_whole(exact, number) then
    fail("pack: %s: %s has more decimals than %s", where, tostring(value), field.text)
  end
  return number
end

local function scaled_text(field, value, where, before_point)
  local sign, before, behind = value:match("^%s*([+-]?)(%d*)%.?(%d*)%s*$")
  if not before or before .. behind == "" or #behind > field.scale then
    fail("pack: %s: %q does not fit %s", where, value, field.text)
  end
  before = before:gsub("^0+", "")
  local digits = before .. behind .. ("0"):rep(field.scale - #behind)
  local number = #before <= before_point and math.tointeger(tonumber(sign .. "0" .. digits))
  if not number then
    fail("pack: %s: %q has more digits than %s", where, value, field.text)
  end
  return number
end

-- A value as an integer with the field's decimals: 12.5 with V99 is 1250.  Texts keep every digit.
local function scaled(field, value, where)
  local before_point = (field.kind == "native" and 19 or field.digits) - field.scale
  if math.type(value) == "integer" then
    local limit = before_point > 18 and math.maxinteger or math.min(powers(before_point) - 1,
      math.maxinteger // powers(field.scale))
    if value > limit or value < -limit then
      fail("pack: %s: %d has more digits than %s", where, value, field.text)
    end
    return value * powers(field.scale)
  elseif type(value) == "string" then
    return scaled_text(field, value, where, before_point)
  elseif math.type(value) == "float" and value == value and math.abs(value) < 1e18 then
    return scaled_float(field, value, where)
  end
  fail("pack: %s: a number expected, got %s", where, type(value) == "number" and tostring(value) or type(value))
end

local function to_number(field, value, where)
  local number = scaled(field, value, where)
  if number < 0 and not field.signed then
    fail("pack: %s: %s has no sign", where, field.text)
  elseif math.abs(number) >= powers(field.digits) then
    fail("pack: %s: %s has more digits than %s", where, tostring(value), field.text)
  end
  return number
end

-- The other way.  Beyond 15 digits a number with decimals is a text: no digit is lost.
local function from_number(field, number)
  if field.scale == 0 then
    return number
  elseif number > -10 ^ 15 and number < 10 ^ 15 then
    return number / powers(field.scale)
  end
  local sign, digits = string.format("%d", number):match("^(-?)(.*)$")
  digits = ("0"):rep(field.scale + 1 - #digits) .. digits
  return sign .. digits:sub(1, -field.scale - 1) .. "." .. digits:sub(-field.scale)
end

-- ---- packing ----

local packers, unpackers = {}, {}

function packers.text(field, value, where, layout)
  if value == nil then
    value = ""
  elseif type(value) == "number" then
    value = tostring(value)
  elseif type(value) ~= "string" then
    fail("pack: %s: a string expected, got %s", where, type(value))
  end
  if #value > field.size then
    fail("pack: %s: %d octets do not fit %s", where, #value, field.text)
  end
  value = value .. (" "):rep(field.size - #value)
  return layout.ascii and value or cpic.ebcdic(value)
end

function packers.bytes(field, value, where)
  value = value == nil and "" or value
  if type(value) ~= "string" or #value > field.size then
    fail("pack: %s: a string of at most %d octets expected", where, field.size)
  end
  return value .. ("\0"):rep(field.size - #value)
end

function packers.packed(field, value, where)
  local number = to_number(field, value, where)
  local sign = not field.signed and "f" or number < 0 and "d" or "c"
  local digits = string.format("%0" .. field.size * 2 - 1 .. "d", math.abs(number)) .. sign
  return (digits:gsub("..", function(octet) return string.char(tonumber(octet, 16)) end))
end

function packers.zoned(field, value, where, layout)
  local number = to_number(field, value, where)
  local digits = string.format("%0" .. field.digits .. "d", math.abs(number))
  if layout.ascii then
    if number < 0 then -- the last digit's sign, as ASCII COBOLs have it: p to y
      return digits:sub(1, -2) .. string.char(digits:byte(-1) + 0x40)
    end
    return digits
  end
  local zone = not field.signed and 0xF0 or number < 0 and 0xD0 or 0xC0
  local octets = digits:gsub(".", function(d) return string.char(0xF0 + tonumber(d)) end)
  return octets:sub(1, -2) .. string.char(zone + tonumber(digits:sub(-1)))
end

function packers.binary(field, value, where)
  local number = to_number(field, value, where)
  return string.pack((field.signed and ">i" or ">I") .. field.size, number)
end

-- COMP-5: all values that the octets hold; for 64 bits, all integers of Lua.
function packers.native(field, value, where)
  local whole = field.scale == 0 and math.type(value) == "integer"
  local number = whole and value or scaled(field, value, where)
  if number < 0 and not field.signed then
    fail("pack: %s: %s has no sign", where, field.text)
  end
  local fits, octets = pcall(string.pack, (field.signed and ">i" or ">I") .. field.size, number)
  if not fits then
    fail("pack: %s: %s does not fit %s", where, tostring(value), field.text)
  end
  return octets
end

local function pack_field(field, value, where, layout)
  local packer = packers[field.kind]
  if not field.times then
    return packer(field, value, where, layout)
  elseif type(value) ~= "table" or #value > field.times then
    fail("pack: %s: a list of at most %d expected", where, field.times)
  end
  local octets = {}
  for i = 1, field.times do
    local element = value[i]
    if element == nil and field.kind ~= "text" and field.kind ~= "bytes" then
      element = 0
    end
    octets[i] = packer(field, element, where .. "[" .. i .. "]", layout)
  end
  return table.concat(octets)
end

local function is_filler(field)
  return field.name and field.name:upper() == "FILLER"
end

local function check_names(layout, values)
  local known = {}
  for _, field in ipairs(layout) do
    known[field.name] = true
  end
  for name in pairs(values) do
    if not known[name] then
      fail("pack: the layout has no field %s", tostring(name))
    end
  end
end

-- cpic.pack(LAYOUT, ...): the record's octets.  A layout with names takes one table.
function cpic.pack(layout, ...)
  local parsed_layout = layout_of(layout)
  local values = { ... }
  if parsed_layout.named then
    values = ...
    if type(values) ~= "table" then
      fail("pack: a table of fields expected, got %s", type(values))
    end
    check_names(parsed_layout, values)
  elseif select("#", ...) ~= #parsed_layout then
    fail("pack: %d fields, but %d values", #parsed_layout, select("#", ...))
  end
  local octets = {}
  for i, field in ipairs(parsed_layout) do
    local value
    if parsed_layout.named then
      value = values[field.name]
    else
      value = values[i]
    end
    if is_filler(field) then
      octets[i] = (parsed_layout.ascii and " " or "\x40"):rep(field.size * (field.times or 1))
    else
      octets[i] = pack_field(field, value, label(field, i), parsed_layout)
    end
  end
  return table.concat(octets)
end

-- ---- unpacking ----

local function bad_octet(where, octets, at, offset, what)
  fail("unpack: %s: X'%02X' at octet %d is not a %s", where, octets:byte(at), offset + at, what)
end

function unpackers.text(_, octets, _, _, layout)
  local text = layout.ascii and octets or cpic.ascii(octets)
  return (text:gsub("[ \0]+$", ""))
end

function unpackers.bytes(_, octets)
  return octets
end

local negative = { [0xB] = true, [0xD] = true }

function unpackers.packed(field, octets, where, offset)
  local number = 0
  for at = 1, #octets do
    local high, low = octets:byte(at) >> 4, octets:byte(at) & 15
    if high > 9 or (at < #octets and low > 9) then
      bad_octet(where, octets, at, offset, "pair of digits")
    end
    number = number * 10 + high
    if at < #octets then
      number = number * 10 + low
    elseif low < 10 then
      bad_octet(where, octets, at, offset, "digit and sign")
    elseif negative[low] then
      number = -number
    end
  end
  if octets:byte(1) > 0x0F and #octets == 10 then -- 19 digits: more than an integer holds
    fail("unpack: %s: more digits than %s", where, field.text)
  end
  return from_number(field, number)
end

local function zoned_ascii(octets, at)
  local octet = octets:byte(at)
  if octet >= 0x30 and octet <= 0x39 then
    return octet - 0x30, false
  elseif at == #octets and octet >= 0x70 and octet <= 0x79 then
    return octet - 0x70, true
  end
end

local function zoned_ebcdic(octets, at)
  local zone, digit = octets:byte(at) >> 4, octets:byte(at) & 15
  if digit <= 9 and (zone == 15 or (at == #octets and zone >= 10)) then
    return digit, negative[zone]
  end
end

function unpackers.zoned(field, octets, where, offset, layout)
  local number, minus = 0, false
  for at = 1, #octets do
    local digit
    digit, minus = (layout.ascii and zoned_ascii or zoned_ebcdic)(octets, at)
    if not digit then
      bad_octet(where, octets, at, offset, "digit")
    end
    number = number * 10 + digit
  end
  return from_number(field, minus and -number or number)
end

function unpackers.binary(field, octets, where)
  local number = string.unpack((field.signed and ">i" or ">I") .. field.size, octets)
  if number < 0 and not field.signed then
    fail("unpack: %s: a number above %d; BYTES(8) gives its octets", where, math.maxinteger)
  end
  return from_number(field, number)
end

unpackers.native = unpackers.binary

local function unpack_field(field, record, at, where, layout)
  local values = {}
  for i = 1, field.times or 1 do
    local octets = record:sub(at, at + field.size - 1)
    if #octets < field.size then
      fail("unpack: %s: the record has %d octets, %s ends at octet %d", where, #record, field.text,
        at + field.size - 1)
    end
    values[i] = unpackers[field.kind](field, octets, field.times and where .. "[" .. i .. "]" or where, at - 1,
      layout)
    at = at + field.size
  end
  if field.times then
    return values, at
  end
  return values[1], at
end

-- cpic.unpack(LAYOUT, RECORD): the values, or with a layout that has names a table of them.
function cpic.unpack(layout, record)
  local parsed_layout = layout_of(layout)
  if type(record) ~= "string" then
    fail("unpack: a string expected, got %s", type(record))
  end
  local values, at = {}, 1
  for i, field in ipairs(parsed_layout) do
    if is_filler(field) then
      at = at + field.size * (field.times or 1)
    else
      local key = parsed_layout.named and field.name or i
      values[key], at = unpack_field(field, record, at, label(field, i), parsed_layout)
    end
  end
  if parsed_layout.named then
    return values
  end
  return table.unpack(values, 1, #parsed_layout)
end

-- How many octets a record of this layout has.
function cpic.size(layout)
  return layout_of(layout).size
end

-- A record as people read it: printable characters, others as \xNN.
function cpic.printable(record)
  if type(record) ~= "string" then
    fail("printable: a string expected, got %s", type(record))
  end
  return (record:gsub("[^ -~]", function(c) return string.format("\\x%02X", c:byte()) end))
end
