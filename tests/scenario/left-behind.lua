-- However a program ends, its partner gets what was sent and then an abend.
local s = require "support.scenario"

local ends = { ["error"] = 'error("leaving", 0)', ["the last line"] = "", ["os.exit"] = "os.exit(1)",
  ["os.exit that closes"] = "os.exit(1, true)", ["an error of the raw calls"] = "cpic.cmsend()" }

for how, code in pairs(ends) do
  local b = s.accept()
  local f = os.tmpname()
  local script = assert(io.open(f, "w"))
  script:write(string.format("local c = cpic.allocate(%q) c:send('in the buffer') %s\n", s.dest, code))
  script:close()
  local pipe = assert(io.popen(string.format("'%s' %s 2>&1", arg[-1], f)))
  local said = pipe:read("a")
  pipe:close()
  os.remove(f)
  s.is(how .. ": a message", said ~= "", how:find("error") ~= nil)
  s.rc(how .. ": accept", s.wait(b))
  s.receives(b, "in the buffer", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_NO_STATUS_RECEIVED)
  s.rc(how .. ": after it", (cpic.cmrcv(b, 100)), cpic.CM_DEALLOCATED_ABEND)
  s.over(b)
end
