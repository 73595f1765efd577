-- Garbage arguments raise Lua errors or get return codes; they never end the process.
local s = require "support.scenario"

local seed = math.tointeger(tonumber((...))) or os.time() ~ (cpic.clock() * 1e6 // 1 | 0)
math.randomseed(seed)
cpic.timeout = 0.001

-- These wait without a limit when they are told to, or end the use of CPI-C.
local left_out = { cmwait = true, WinCPICCleanup = true, sleep = true, poll = true, finish = true,
  xcmdsi = true } -- which would delete what the other scenarios use

local conversation = assert(cpic.allocate { to = s.dest, timeout = 5 })
-- An ID that is good, in nonblocking mode; it is given back after the call.
local lent
local function fresh()
  if not lent then
    local rc
    rc, lent = cpic.cminit(s.dest)
    s.rc("cminit", rc)
    cpic.cmspm(lent, cpic.CM_NON_BLOCKING)
  end
  return lent
end

local ended = select(2, cpic.cminit(s.dest))
s.rc("cmcanc", cpic.cmcanc(ended))
local event = cpic.event()
local window, messages = cpic.window()

-- A table that answers differently each time, or not at all.
local function fickle()
  local function sometimes(value)
    return function()
      if math.random(4) == 1 then
        error("fickle")
      end
      return value
    end
  end
  return setmetatable({}, { __index = sometimes("x"), __len = sometimes(3), __tostring = sometimes("fickle"),
    __call = sometimes("x"), __eq = sometimes(true), __close = sometimes(nil), __metatable = "none of yours",
    __gc = function() cpic.cmsend(ended, "x") end,
    __pairs = function() return function(_, key) if not key then return "timeout", 0.001 end end end })
end

local values = {
  function() return nil end,
  function() return true end,
  function() return math.random(-3, 40) end,
  function() return math.random(math.mininteger, math.maxinteger) end,
  function() return math.random() * 10 ^ math.random(-3, 300) end,
  function() return 0 / 0 end,
  function() return ("x"):rep(math.random(0, 20)) end,
  function() return ("\0\xFF"):rep(math.random(0, 40000)) end,
  function() return "12345678" end,
  fresh,
  function() return s.dest end,
  function() return conversation end,
  function() return {} end,
  function() return { {}, { 1 }, "x", 7 } end,
  function() return { tp = {}, to = "X", timeout = 0 / 0 } end,
  function() return { { "a", "S9(5)" }, { "b", "X(3) OCCURS 2" } } end,
  function() return "X(3), S9(3)V9 COMP-3, 9(4) COMP" end,
  function() return print end,
  function() return io.stdout end,
  function() return coroutine.create(print) end,
  function() return ended end,
  function() return event end,
  function() return ({ window, messages })[math.random(2)] end,
  function() return ({ math.mininteger, math.maxinteger, -0.0, 2 ^ 31, 1 / 0, -1 / 0, "0x10", ("9"):rep(30) })[math.random(8)] end,
  fickle,
  function() return { { "FILLER", "X(2)" }, { "n", "S9(18) COMP-5" }, ascii = math.random(2) == 1 } end,
  function() return { a = 1, n = -1 } end,
  function() return { timeout = 0.001, immediate = true } end,
  function() return { conversation = conversation, timeout = 0.001, { match = "[" } } end,
  function() return { conversation = conversation, timeout = 0.001, { send = fickle() }, { receive = fickle() } } end,
  function() return function() coroutine.yield() end end,
  function() return function() error(fickle()) end end,
}

local names = {}
for name, f in pairs(cpic) do
  if type(f) == "function" and not left_out[name] then
    names[#names + 1] = name
  end
end
table.sort(names)
s.is("functions enough", #names > 100, true)

local raised, returned = 0, 0
local function try(what, f)
  local arguments, list = {}, {}
  for i = 1, math.random(0, 6) do
    arguments[i] = values[math.random(#values)]()
    list[i] = select(2, pcall(tostring, arguments[i])):sub(1, 30)
  end
  -- as it is, in a coroutine, or while others wait
  local how = math.random(4)
  local function called()
    return f(table.unpack(arguments, 1, #list))
  end
  local done, problem
  if how == 1 then
    local thread = coroutine.create(called)
    done, problem = coroutine.resume(thread)
    coroutine.close(thread)
  elseif how == 2 then
    done, problem = pcall(cpic.together, called)
  else
    done, problem = pcall(called)
  end
  cpic.WinCPICUnhookBlockingHook()
  cpic.xchwnd(nil)
  if lent then
    cpic.cmcanc(lent)
    lent = nil
  end
  if done then
    returned = returned + 1
  else
    raised = raised + 1
    local text = select(2, pcall(tostring, problem))
    -- an error of ours, not one inside our sources
    if text:find("%[conversation%]") or text:find("%[layout%]") or text:find("%[expect%]") then
      error(string.format("seed %d: %s(%s): %s", seed, what, table.concat(list, ", "), text))
    end
  end
end

for _ = 1, 12 do
  for _, name in ipairs(names) do
    try("cpic." .. name, cpic[name])
  end
end

for _, list in ipairs { { "x" }, { {} }, { { 1, "y" } }, { print } } do
  s.raises("list of descriptors", cpic.poll, list, 0)
end
s.raises("time in seconds", cpic.poll, {}, -1)
s.raises("time in seconds", cpic.sleep, 0 / 0)
s.raises("8 octets", cpic.finish, "short", 0)
s.raises("function expected", cpic.WinCPICSetBlockingHook, 1)

-- the same for the methods, on conversations in every state
local methods = { "send", "flush", "turn", "confirm", "confirmed", "error", "request_to_send", "turn_wanted", "receive",
  "records", "deallocate", "abend", "cancel" }
s.rc("cmsltp", cpic.cmsltp("GARBAGE"))
for _ = 1, 300 do
  local _, b = cpic.cmaccp() -- an Attach of the round before may have waited for it
  local a = assert(cpic.allocate { timeout = 5, partner = "HOSTLU", mode = "#INTER", tp = "GARBAGE",
    sync = math.random(2) == 1 and "confirm" or nil, type = math.random(2) == 1 and "basic" or nil })
  for _ = 1, math.random(6) do
    local name = methods[math.random(#methods)]
    local value = values[math.random(#values)]()
    local done, problem = pcall(a[name], a, value)
    local text = select(2, pcall(tostring, problem))
    if not done and text:find("%[conversation%]") then
      error(string.format("seed %d: %s(%s): %s", seed, name, select(2, pcall(tostring, value)), text))
    end
  end
  a:cancel()
  cpic.cmcanc(b)
end

s.raises("has no field", function() conversation.stat = 1 end)
s.raises("seconds expected", function() conversation.timeout = "soon" end)
s.is("both happened", raised > 100 and returned > 20, true)
print("seed", seed, "raised", raised, "returned", returned)
