-- T5 Asynchronous variants.
local s = require "support.scenario"

-- 1, 2
local b = s.accept("T5NAME")
local a = s.initialize()
s.rc("cmstpn", cpic.cmstpn(a, "T5NAME"))
s.rc("cmallc", s.run("cmallc", a))
s.rc("cmflus", cpic.cmflus(a))
s.rc("cmaccp", s.wait(b))
s.state(b, "RECEIVE")
local rc, name = cpic.cmetpn(b)
s.rc("cmetpn", rc)
s.is("TP name", name, "T5NAME")

-- 3
s.rc("cmwait with nothing outstanding", (cpic.cmwait()), cpic.CM_PROGRAM_STATE_CHECK)

-- 4
local c = s.accept("T5NAME")
s.rc("cmcanc", cpic.cmcanc(c))
s.state(c, "void")
s.rc("cmwait after it", (cpic.cmwait()), cpic.CM_PROGRAM_STATE_CHECK)

-- 5
local event = cpic.event()
s.rc("WinCPICSetEvent", cpic.WinCPICSetEvent(b, event))
local rc2, same = cpic.WinCPICExtractEvent(b)
s.rc("WinCPICExtractEvent", rc2)
s.is("event", same, event)
s.rc("cmspm", cpic.cmspm(b, cpic.CM_NON_BLOCKING))
s.rc("cmrcv", (cpic.cmrcv(b, 100)), cpic.CM_OPERATION_INCOMPLETE)
s.is("signalled too early", cpic.reset(event), false)

-- 6
s.rc("WinCPICSetEvent", cpic.WinCPICSetEvent(b, event), cpic.CM_OPERATION_NOT_ACCEPTED)

s.rc("cmsend", (cpic.cmsend(a, "signal")))
s.rc("cmflus", cpic.cmflus(a))
s.is("signalled", cpic.poll({ event }, 5)[1], cpic.POLLIN)
local conversation_rc, data, what, status, rts = s.wait(b)
s.rc("cmrcv", conversation_rc)
s.is("data", data, "signal")
s.is("data_received", what, cpic.CM_COMPLETE_DATA_RECEIVED)
s.is("status_received", status, cpic.CM_NO_STATUS_RECEIVED)
s.is("request_to_send_received", rts, cpic.CM_REQ_TO_SEND_NOT_RECEIVED)
s.is("received", (cpic.received(b)), "signal")
s.is("reset", cpic.reset(event), true)
s.rc("WinCPICSetEvent", cpic.WinCPICSetEvent(b, nil))
rc2, same = cpic.WinCPICExtractEvent(b)
s.is("event, removed", same, nil)
s.abend(a)
s.rc("cmrcv", (s.run("cmrcv", b, 100)), cpic.CM_DEALLOCATED_ABEND)
s.over(a, b)

-- 7: a configured TP whose Timeout is 100 ms accepts by its name from the environment
local child = string.format([[APPCTPN=T5TIMEOUT '%s' -e '
  local start = cpic.clock()
  local rc = cpic.cmaccp()
  print(cpic.name(rc), (cpic.clock() - start) * 1000 // 1)']], arg[-1])
local pipe = assert(io.popen(child))
local answer = pipe:read("a")
pipe:close()
local got, ms = answer:match("^(%S+)%s+(%S+)")
s.is("blocking accept", got, "CM_PROGRAM_STATE_CHECK")
ms = tonumber(ms)
if ms < 95 or ms > 3000 then
  error("it waited " .. ms .. " ms, not 100")
end
