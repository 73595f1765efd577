-- T2 Confirmation processing.
local s = require "support.scenario"

-- up to B's confirmation state: steps 1 to 7
local function to_confirm()
  local b = s.accept()
  local a = s.initialize { sync = true }
  s.rc("cmallc", s.run("cmallc", a))
  s.rc("cmsend", (cpic.cmsend(a, "order")))
  s.start("cmcfm", a) -- 5 blocks; Attach, data and the request flow
  s.rc("cmaccp", s.wait(b)) -- 6
  local rc, sync = cpic.cmesl(b)
  s.rc("cmesl", rc)
  s.is("sync_level", sync, cpic.CM_CONFIRM)
  s.receives(b, "order", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_CONFIRM_RECEIVED) -- 7
  s.state(b, "CONFIRM")
  s.still(a)
  return a, b
end

local function to_confirm_deallocate()
  local a, b = to_confirm()
  s.rc("cmcfmd", cpic.cmcfmd(b)) -- 8
  s.state(b, "RECEIVE")
  local rc, rts = s.wait(a) -- 9
  s.rc("cmcfm", rc)
  s.is("request_to_send_received", rts, cpic.CM_REQ_TO_SEND_NOT_RECEIVED)
  s.state(a, "SEND")
  cpic.cmspm(a, cpic.CM_BLOCKING)
  s.rc("cmsend", (cpic.cmsend(a, "last"))) -- 10
  s.start("cmdeal", a) -- 11 blocks
  s.receives(b, "last", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_CONFIRM_DEALLOC_RECEIVED) -- 12, 13
  s.state(b, "CONFIRM_DEALLOCATE")
  s.still(a)
  return a, b
end

local a, b = to_confirm_deallocate()
s.rc("cmcfmd", cpic.cmcfmd(b)) -- 14
s.state(b, "void")
s.rc("cmdeal", s.wait(a)) -- 15
s.over(a, b)

-- 8': Send_Error instead of Confirmed
a, b = to_confirm()
s.rc("cmserr", (cpic.cmserr(b)))
s.state(b, "SEND")
s.rc("cmcfm", (s.wait(a)), cpic.CM_PROGRAM_ERROR_PURGING)
s.state(a, "RECEIVE")
s.abend(b)
s.rc("cmrcv", (s.run("cmrcv", a, 100)), cpic.CM_DEALLOCATED_ABEND)
s.over(a, b)

-- 14': the conversation lives on, B has the turn
a, b = to_confirm_deallocate()
s.rc("cmserr", (cpic.cmserr(b)))
s.state(b, "SEND")
s.rc("cmdeal", s.wait(a), cpic.CM_PROGRAM_ERROR_PURGING)
s.state(a, "RECEIVE")
s.rc("cmsend", (cpic.cmsend(b, "why")))
s.rc("cmsdt", cpic.cmsdt(b, cpic.CM_DEALLOCATE_FLUSH))
s.rc("cmdeal", cpic.cmdeal(b))
cpic.cmspm(a, cpic.CM_BLOCKING)
s.receives(a, "why", cpic.CM_COMPLETE_DATA_RECEIVED, nil, cpic.CM_DEALLOCATED_NORMAL)
s.over(a, b)

-- 14'': B gives up
a, b = to_confirm_deallocate()
s.abend(b)
s.rc("cmdeal", s.wait(a), cpic.CM_DEALLOCATED_ABEND)
s.over(a, b)

-- 2': without sync level CONFIRM
a = s.allocate()
s.rc("cmcfm", (cpic.cmcfm(a)), cpic.CM_PROGRAM_PARAMETER_CHECK)
s.state(a, "SEND")
s.rc("cmcanc", cpic.cmcanc(a))
s.over(a)
