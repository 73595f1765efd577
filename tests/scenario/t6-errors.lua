-- T6 Error direction and truncation.
local s = require "support.scenario"

-- A has given the turn with data: B in SEND_PENDING.  A waits in Receive.
local function send_pending()
  local a, b = s.pair()
  s.rc("cmsend", (cpic.cmsend(a, "data")))
  s.start("cmrcv", a, 100)
  s.receives(b, "data", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_SEND_RECEIVED)
  s.state(b, "SEND_PENDING")
  return a, b
end

local function finish(a, b)
  cpic.cmcanc(a)
  cpic.cmcanc(b)
  s.over(a, b)
end

-- 1
local a, b = send_pending()
s.rc("cmserr", (cpic.cmserr(b)))
s.state(b, "SEND")
s.rc("A's Receive", (s.wait(a)), cpic.CM_PROGRAM_ERROR_PURGING)
finish(a, b)

-- 2
a, b = send_pending()
s.rc("cmsed", cpic.cmsed(b, cpic.CM_SEND_ERROR))
s.rc("cmserr", (cpic.cmserr(b)))
s.rc("A's Receive", (s.wait(a)), cpic.CM_PROGRAM_ERROR_NO_TRUNC)
finish(a, b)

-- 3: the turn came on a Receive of its own, so that B is in SEND
for _, direction in ipairs { cpic.CM_RECEIVE_ERROR, cpic.CM_SEND_ERROR } do
  a, b = s.pair()
  s.rc("cmsend", (cpic.cmsend(a, "data")))
  s.rc("cmflus", cpic.cmflus(a))
  s.receives(b, "data", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_NO_STATUS_RECEIVED)
  s.start("cmrcv", a, 100)
  s.receives(b, nil, cpic.CM_NO_DATA_RECEIVED, cpic.CM_SEND_RECEIVED)
  s.state(b, "SEND")
  s.rc("cmsed", cpic.cmsed(b, direction))
  s.rc("cmserr", (cpic.cmserr(b)))
  s.rc("A's Receive", (s.wait(a)), cpic.CM_PROGRAM_ERROR_NO_TRUNC)
  finish(a, b)
end

-- 4
a, b = s.pair { basic = true }
s.rc("cmsend", (cpic.cmsend(a, "\0\x10abcd")))
s.rc("cmflus", cpic.cmflus(a))
s.rc("cmserr", (cpic.cmserr(a)))
s.receives(b, "\0\x10abcd", cpic.CM_INCOMPLETE_DATA_RECEIVED, cpic.CM_NO_STATUS_RECEIVED)
s.rc("cmrcv", (cpic.cmrcv(b, 100)), cpic.CM_PROGRAM_ERROR_TRUNC)
s.state(b, "RECEIVE")
finish(a, b)

-- 5
a, b = s.pair { basic = true, sync = true }
s.rc("cmsend", (cpic.cmsend(a, "\0\x10abcd")))
s.rc("cmcfm", (cpic.cmcfm(a)), cpic.CM_PROGRAM_STATE_CHECK)
s.rc("cmsdt", cpic.cmsdt(a, cpic.CM_DEALLOCATE_FLUSH))
s.rc("cmdeal", cpic.cmdeal(a), cpic.CM_PROGRAM_STATE_CHECK)
s.rc("cmptr", cpic.cmptr(a), cpic.CM_PROGRAM_STATE_CHECK)
s.rc("cmrcv", (cpic.cmrcv(a, 100)), cpic.CM_PROGRAM_STATE_CHECK)
s.state(a, "SEND")

-- 6
s.abend(a)
s.state(a, "void")
s.receives(b, "\0\x10abcd", cpic.CM_INCOMPLETE_DATA_RECEIVED, cpic.CM_NO_STATUS_RECEIVED)
s.rc("cmrcv", (cpic.cmrcv(b, 100)), cpic.CM_DEALLOCATED_ABEND)
s.over(a, b)

-- 7
a, b = s.pair()
s.rc("cmsend", (cpic.cmsend(a, "one")))
s.rc("cmflus", cpic.cmflus(a))
s.rc("cmserr", (cpic.cmserr(b)))
s.state(b, "SEND")
s.rc("cmflus", cpic.cmflus(a)) -- reports nothing of the partner's
s.rc("cmsend", (cpic.cmsend(a, "two")), cpic.CM_PROGRAM_ERROR_PURGING)
s.state(a, "RECEIVE")
s.rc("cmsend", (cpic.cmsend(b, "what was that?")))
s.rc("cmdeal", cpic.cmdeal(b))
s.receives(a, "what was that?", cpic.CM_COMPLETE_DATA_RECEIVED, nil, cpic.CM_DEALLOCATED_NORMAL)
s.over(a, b)

-- 8
a, b = s.pair()
s.abend(a)
s.rc("cmserr", (cpic.cmserr(b)), cpic.CM_DEALLOCATED_NORMAL)
s.state(b, "void")
s.over(a, b)

-- 9: the node of this run answers an unknown TP as most systems do (UnmatchedSense)
a = s.initialize()
s.rc("cmstpn", cpic.cmstpn(a, "NOBODY"))
s.rc("cmallc", s.run("cmallc", a))
s.rc("cmflus", cpic.cmflus(a))
local rc
local limit = cpic.clock() + 10
repeat -- the refusal is on its way; Send_Data reports what has arrived
  rc = cpic.cmsend(a, "data")
until rc ~= cpic.CM_OK or cpic.clock() > limit
s.rc("cmsend", rc, cpic.CM_TPN_NOT_RECOGNIZED)
s.over(a)
a = s.initialize()
s.rc("cmstpn", cpic.cmstpn(a, "NOBODY"))
s.rc("cmallc", s.run("cmallc", a))
s.rc("the first call that waits", (s.run("cmrcv", a, 100)), cpic.CM_TPN_NOT_RECOGNIZED)
s.over(a)

-- 10
a, b = s.pair()
s.rc("cmsend", (cpic.cmsend(a, "")))
s.rc("cmflus", cpic.cmflus(a))
s.receives(b, "", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_NO_STATUS_RECEIVED)
s.abend(a)
s.rc("cmrcv", (cpic.cmrcv(b, 100)), cpic.CM_DEALLOCATED_ABEND)
s.over(a, b)
