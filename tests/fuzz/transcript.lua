-- What fuzz_transcript.c runs: octets as a transcript with a conversation that answers anything, and as a layout with
-- values.  Whatever happens, an error is one of the module's own, which name the step, never one of Lua's.

local cpic = ...
local octets, at

local function octet()
  at = at + 1
  return octets:byte(at) or 0
end

local function text(longest)
  local n = octet() % (longest + 1)
  local s = octets:sub(at + 1, at + n)
  at = at + n
  return s
end

local function any_of(list)
  return list[octet() % #list + 1]
end

local states = { "SEND", "SEND_PENDING", "RECEIVE", "CONFIRM", "CONFIRM_SEND", "CONFIRM_DEALLOCATE", "RESET" }
local said = { "turn", "confirm", "confirm-turn", "confirm-end", "end", "timeout" }
local names = { "receive", "match", "reply", "send", "turn", "confirm", "confirmed", "flush", "error", "abend",
  "deallocate", "delay", "await", "call", "end", "anything", "ebcdic", "timeout", "name", "nothing" }

local function value(depth)
  local kind = octet() % 10
  if kind == 0 then
    return nil
  elseif kind == 1 then
    return true
  elseif kind == 2 then
    return false
  elseif kind == 3 then
    return any_of(names)
  elseif kind == 4 then
    return function() return value(depth + 1) end
  elseif kind == 5 and depth < 3 then
    return { value(depth + 1), value(depth + 1), [text(4)] = value(depth + 1) }
  elseif kind == 6 then
    return string.unpack("<i8", octets:sub(at + 1, at + 8) .. ("\0"):rep(8)), octet()
  elseif kind == 7 then
    return string.unpack("<d", octets:sub(at + 1, at + 8) .. ("\0"):rep(8)), octet()
  elseif kind == 8 then
    return (octet() - 128) * 10 ^ (octet() % 20 - 10)
  end
  return text(30)
end

-- ---- a transcript ----

local Conversation = {}
Conversation.__index = Conversation

function Conversation:receive()
  self.state = any_of(states)
  local kind = octet() % 8
  if kind == 0 then
    error({ name = "CM_DEALLOCATED_ABEND" }, 0)
  elseif kind < 4 then
    return nil, any_of(said)
  elseif kind == 4 then
    return text(40), any_of(said)
  end
  return text(40)
end

for _, name in ipairs { "send", "turn", "confirm", "confirmed", "flush", "error", "deallocate" } do
  Conversation[name] = function(self)
    self.state = any_of(states)
    local kind = octet() % 8
    if kind == 0 then
      error({ name = "CM_PROGRAM_STATE_CHECK" }, 0)
    elseif kind == 1 then
      return nil, any_of(said)
    end
    return true
  end
end

function Conversation:abend()
  self.state = "RESET"
end

local function conversation()
  local kind = octet() % 8
  if kind == 0 then
    return nil
  end
  return setmetatable({ state = any_of(states), partner = kind > 3 and text(8) or nil }, Conversation)
end

function cpic.internal.is_conversation(v)
  return getmetatable(v) == Conversation
end
cpic.accept, cpic.allocate, cpic.sleep = conversation, conversation, function() end

local function step()
  local kind = octet() % 8
  if kind < 3 then
    return any_of(names)
  elseif kind == 3 then
    return value(1)
  end
  local s = { [any_of(names)] = value(1) }
  if kind > 5 then
    s[any_of(names)] = value(1)
  end
  return s
end

local function transcript()
  local t = {}
  for i = 1, octet() % 12 do
    t[i] = step()
  end
  for _ = 1, octet() % 3 do
    t[any_of { "tp", "to", "timeout", "ebcdic", "allocate", "nothing" }] = value(1)
  end
  if octet() % 2 == 0 then
    t.conversation = conversation()
  end
  return t
end

-- ---- a layout ----

local words = { "X(", "9(", ")", "S", "V", "9", "X", "BYTES(", " COMP-3", " COMP", " COMP-5", " DISPLAY", " OCCURS ", "3",
  "18", "0", "40", ", ", " ", "PIC ", " USAGE IS ", "." }

local function picture()
  local parts = {}
  for i = 1, octet() % 12 do
    parts[i] = octet() % 16 > 0 and any_of(words) or text(5)
  end
  return table.concat(parts)
end

local function layout()
  if octet() % 2 == 0 then
    return picture()
  end
  local t = { ascii = octet() % 2 == 0 or nil }
  for i = 1, octet() % 4 do
    t[i] = { any_of { "A", "B", "C", "FILLER" }, picture() }
  end
  return t
end

local function values(l)
  if type(l) == "string" then
    return value(0), value(0), value(0)
  end
  return { A = value(0), B = value(0), C = value(0) }
end

-- ---- an input ----

-- One of the module's own: with the place in this file, or an object.  What follows may have any words of the input.
local function is_own(problem)
  if type(problem) == "table" then
    return problem.name or getmetatable(problem).__name == "cpic.difference" and #tostring(problem) > 0
  end
  return type(problem) == "string" and not problem:find("^%[%a+%]:%d+:") and not problem:find("^[^:]*:%d+: attempt to")
end

local function judge(done, problem)
  if not done and not is_own(problem) then
    error("not an error of the module: " .. tostring(problem), 0)
  end
  return done
end

return function(input, expect)
  octets, at = input, 0
  if octet() % 2 == 0 then
    judge(pcall(expect, transcript()))
    return
  end
  local l = layout()
  local done, record = pcall(cpic.pack, l, values(l))
  if judge(done, record) then
    -- A text loses the blanks and zeros at its end when it is unpacked [layout.lua], once and for all.
    local again = cpic.pack(l, cpic.unpack(l, record))
    assert(#again == #record, "packed again it is another record")
    assert(cpic.pack(l, cpic.unpack(l, again)) == again, "packed once more it is another record")
  end
  judge(pcall(cpic.unpack, l, text(60)))
end
