-- Everything that the public headers offer is there, and the raw calls keep to the order of the prototypes.
local s = require "support.scenario"

local function contents(name)
  local f = assert(io.open(os.getenv("SCENARIO_ROOT") .. "/tp/include/" .. name))
  local text = f:read("a")
  f:close()
  return text
end

local calls, constants = 0, 0
for _, header in ipairs { "cpic.h", "wincpic.h" } do
  local text = contents(header)
  for name in text:gmatch("\nCPIC_API [%w_ *]-([%w_]+)%(") do
    s.is("the type of cpic." .. name, type(cpic[name]), "function")
    calls = calls + 1
  end
  for name, value in text:gmatch("\n#define ([CXW][MCP][%w]*_?[%w_]*) +([^\n/]+)") do
    value = value:match("^(.-)%s*$"):gsub("[()]", "")
    local expected = math.tointeger(tonumber(value)) or cpic[value]
    if math.type(expected) == "integer" then
      s.is("cpic." .. name, cpic[name], expected)
      constants = constants + 1
    end
  end
end
s.is("more than 100 calls", calls > 100, true)
s.is("more than 250 constants", constants > 250, true)
s.is("cpic.CM_TP_NOT_AVAILABLE_RETRY", cpic.CM_TP_NOT_AVAILABLE_RETRY, 11)
s.is("name", cpic.name(37), "CM_OPERATION_NOT_ACCEPTED")
s.is("name of none", cpic.name(4), "CM_unknown")
s.is("state_name", cpic.state_name(cpic.CM_SEND_PENDING_STATE), "SEND_PENDING")

-- calls of other levels say that they are not supported, whatever their arguments
for _, call in ipairs { "cmesrm", "cmrcvm", "cmsqcf", "cmwcmp", "xcstp", "xcinct" } do
  s.rc(call, (cpic[call]()), cpic.CM_CALL_NOT_SUPPORTED)
end
local rc0, most = cpic.cmembs()
s.rc("cmembs", rc0)
s.is("maximum_buffer_size", most, 32767)
s.rc("cmsndx", (cpic.cmsndx("12345678", "data")), cpic.CM_CALL_NOT_SUPPORTED)

-- characteristics go in and come out
local id = s.initialize()
local function round_trip(set, get, value)
  s.rc(set, cpic[set](id, value))
  local rc, got = cpic[get](id)
  s.rc(get, rc)
  s.is(get, got, value)
end
round_trip("cmsmn", "cmemn", "#INTER")
round_trip("cmspln", "cmepln", "HOSTLU")
round_trip("cmstpn", "cmetpn", "anyTP")
round_trip("cmssl", "cmesl", cpic.CM_CONFIRM)
round_trip("cmsct", "cmect", cpic.CM_BASIC_CONVERSATION)
round_trip("cmscst", "xcecst", cpic.CM_SECURITY_PROGRAM)
round_trip("cmscsu", "cmecsu", "JOE")
round_trip("cmscsu", "cmesui", "ANN")
s.rc("cmscsp", cpic.cmscsp(id, "secret"))
s.rc("cmsld", cpic.cmsld(id, "log"))
s.rc("cmsf", cpic.cmsf(id, cpic.CM_FILL_BUFFER))
s.rc("cmsmn too long", cpic.cmsmn(id, "NINECHARS"), cpic.CM_PROGRAM_PARAMETER_CHECK)
s.rc("cmsrt of no value", cpic.cmsrt(id, 7), cpic.CM_PROGRAM_PARAMETER_CHECK)
s.rc("cmsend in INITIALIZE", (cpic.cmsend(id, "x")), cpic.CM_PROGRAM_STATE_CHECK)
s.rc("cmcanc", cpic.cmcanc(id))

-- side information as tables
local entry = { sym_dest_name = "TABLE", partner_LU_name = "HOSTLU", TP_name_type = cpic.XC_APPLICATION_TP,
  TP_name = "SOMETP", mode_name = "#INTER", conversation_security_type = cpic.XC_SECURITY_PROGRAM,
  security_user_ID = "JOE", security_password = "secret" }
s.rc("xcmssi", cpic.xcmssi(nil, entry))
local rc, got = cpic.xcmesi(0, "TABLE")
s.rc("xcmesi", rc)
for name, value in pairs(entry) do
  s.is(name, got[name], name == "security_password" and "" or value)
end
local n = 0
repeat
  n = n + 1
  rc = cpic.xcmesi(n)
until rc ~= cpic.CM_OK
s.rc("xcmesi behind the last", rc, cpic.CM_PROGRAM_PARAMETER_CHECK)
s.rc("xcmdsi", cpic.xcmdsi(nil, "TABLE"))
s.rc("xcmesi of none", (cpic.xcmesi(0, "TABLE")), cpic.CM_PROGRAM_PARAMETER_CHECK)
s.raises("SIDE_INFO has no field", cpic.xcmssi, nil, { symdest = "X" })

-- conversion in place
local rc2, text = cpic.cmcnvo("Az09")
s.rc("cmcnvo", rc2)
s.is("EBCDIC", text, "\xC1\xA9\xF0\xF9")
rc2, text = cpic.cmcnvi(text)
s.is("ASCII", text, "Az09")
s.rc("cmcnvo of nothing", (cpic.cmcnvo("")), cpic.CM_PROGRAM_PARAMETER_CHECK)
s.rc("cmcnvo of too much", (cpic.cmcnvo(("x"):rep(32768))), cpic.CM_PROGRAM_PARAMETER_CHECK)
local long = ("0123456789"):rep(20000)
s.is("ebcdic of any length", cpic.ascii(cpic.ebcdic(long)), long)

-- the blocking hook is called while a call waits, and its errors come out
local hooked = 0
s.is("no hook before", cpic.WinCPICSetBlockingHook(function()
  hooked = hooked + 1
  return cpic.WinCPICIsBlocking()
end), nil)
local a, b = s.pair()
cpic.cmspm(a, cpic.CM_BLOCKING)
cpic.cmspm(b, cpic.CM_BLOCKING)
local before = cpic.WinCPICSetBlockingHook(function()
  hooked = hooked + 1
  if hooked == 3 then
    cpic.cmcanc(b)
  end
  return true
end)
s.is("the hook before", type(before), "function")
hooked = 0
s.rc("a Receive that its hook cancels", (cpic.cmrcv(b, 10)), cpic.CM_DEALLOCATED_ABEND)
s.is("the hook was called", hooked >= 3, true)
s.is("WinCPICIsBlocking", cpic.WinCPICIsBlocking(), false)
s.is("WinCPICUnhookBlockingHook", cpic.WinCPICUnhookBlockingHook(), true)
cpic.cmcanc(a)

-- false ends the call
a, b = s.pair()
cpic.cmspm(b, cpic.CM_BLOCKING)
cpic.WinCPICSetBlockingHook(function() return false end)
s.rc("a Receive whose hook gives up", (cpic.cmrcv(b, 10)), cpic.CM_DEALLOCATED_ABEND)
cpic.WinCPICUnhookBlockingHook()
cpic.cmcanc(a)
s.over(a, b)

-- an error of the hook ends the call: its conversation is cancelled
for _, problem in ipairs { "from the hook", "a table", "nil" } do
  a, b = s.pair()
  cpic.cmspm(b, cpic.CM_BLOCKING)
  cpic.WinCPICSetBlockingHook(function()
    error(problem == "a table" and { problem } or problem ~= "nil" and problem or nil)
  end)
  local done, what = pcall(cpic.cmrcv, b, 10)
  s.is("the call fails", done, false)
  s.is("with the error of the hook", problem == "a table" and what[1] or what and what:match("from.*$") or "nil", problem)
  s.is("no hook any more", cpic.WinCPICSetBlockingHook(nil), nil)
  cpic.cmcanc(a)
  s.over(a, b)
end
cpic.WinCPICSetBlockingHook(function() coroutine.yield() end)
a, b = s.pair()
cpic.cmspm(b, cpic.CM_BLOCKING)
s.raises("attempt to yield", cpic.cmrcv, b, 10)
cpic.cmcanc(a)
s.over(a, b)

-- descriptors: only those that cpic has made, each for its purpose, and not while they are in use
local event = cpic.event()
local window, messages = cpic.window()
for _, fd in ipairs { 0, 2, 12345, -1, window, messages } do
  s.raises("not an event", cpic.reset, fd)
  s.raises("not an event", cpic.WinCPICSetEvent, "12345678", fd)
end
for _, fd in ipairs { 0, 12345, event, window } do
  s.raises("not the second descriptor", cpic.message, fd)
end
for _, fd in ipairs { 0, 12345, event, messages } do
  s.raises("not a window", cpic.xchwnd, fd)
end
for _, fd in ipairs { 0, 2, 3, 12345, -1 } do
  s.raises("not a descriptor", cpic.close, fd)
end
local _, holder = cpic.cminit(s.dest)
s.rc("WinCPICSetEvent", cpic.WinCPICSetEvent(holder, event))
s.raises("a conversation has this event", cpic.close, event)
s.rc("cmcanc", cpic.cmcanc(holder))
s.rc("xchwnd", cpic.xchwnd(window))
s.raises("the window is set", cpic.close, window)
s.rc("xchwnd", cpic.xchwnd(nil))
for _, fd in ipairs { event, window, messages } do
  s.is("close", cpic.close(fd), true)
  s.raises("not a descriptor", cpic.close, fd)
end

-- the cause of a product error, in words, from a call and in an error of the object form
s.is("WinCPICCleanup", cpic.WinCPICCleanup(), true)
s.rc("after Cleanup", (cpic.cminit(s.dest)), cpic.CM_PRODUCT_SPECIFIC_ERROR)
s.is("xclasterr", cpic.xclasterr():match("WinCPICCleanup"), "WinCPICCleanup")
s.raises("WinCPICCleanup", cpic.allocate, { to = s.dest })
s.is("WinCPICStartup", (cpic.WinCPICStartup()), 0)
