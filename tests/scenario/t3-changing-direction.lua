-- T3 Changing direction.
local s = require "support.scenario"

local b = s.accept()
local a = s.initialize { sync = true } -- 1
s.rc("cmallc", s.run("cmallc", a))
s.rc("cmsend", (cpic.cmsend(a, "first"))) -- 2
s.start("cmptr", a) -- 3 blocks
s.rc("cmaccp", s.wait(b)) -- 4
s.receives(b, "first", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_CONFIRM_SEND_RECEIVED) -- 5
s.state(b, "CONFIRM_SEND")
s.still(a)
s.rc("cmcfmd", cpic.cmcfmd(b)) -- 6
s.state(b, "SEND")
s.rc("cmptr", s.wait(a)) -- 7
s.state(a, "RECEIVE")
cpic.cmspm(a, cpic.CM_BLOCKING)

s.rc("cmsend", (cpic.cmsend(b, "second"))) -- 8
s.start("cmcfm", b) -- 9 blocks
s.receives(a, "second", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_CONFIRM_RECEIVED) -- 10
s.state(a, "CONFIRM")
s.rc("cmrts", cpic.cmrts(a)) -- 11
s.state(a, "CONFIRM")
s.rc("cmcfmd", cpic.cmcfmd(a)) -- 12
s.state(a, "RECEIVE")
local rc, rts = s.wait(b) -- 13
s.rc("cmcfm", rc)
s.is("request_to_send_received", rts, cpic.CM_REQ_TO_SEND_RECEIVED)
s.state(b, "SEND")
rc, rts = cpic.cmtrts(b) -- reported once only
s.rc("cmtrts", rc)
s.is("request_to_send_received, again", rts, cpic.CM_REQ_TO_SEND_NOT_RECEIVED)

s.start("cmptr", b) -- 14 blocks
s.receives(a, nil, cpic.CM_NO_DATA_RECEIVED, cpic.CM_CONFIRM_SEND_RECEIVED) -- 15
s.state(a, "CONFIRM_SEND")
s.rc("cmcfmd", cpic.cmcfmd(a)) -- 16
s.state(a, "SEND")
s.rc("cmptr", s.wait(b)) -- 17
s.state(b, "RECEIVE")
cpic.cmspm(b, cpic.CM_BLOCKING)

s.rc("cmsend", (cpic.cmsend(a, "third"))) -- 18
s.start("cmdeal", a) -- 19 blocks
s.receives(b, "third", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_CONFIRM_DEALLOC_RECEIVED) -- 20
s.state(b, "CONFIRM_DEALLOCATE")
s.rc("cmcfmd", cpic.cmcfmd(b)) -- 21
s.state(b, "void")
s.rc("cmdeal", s.wait(a)) -- 22
s.over(a, b)

-- Receive in SEND passes the turn without confirmation, whatever the sync level
a, b = s.pair { sync = true }
s.rc("cmsend", (cpic.cmsend(a, "over to you")))
s.start("cmrcv", a, 100)
s.receives(b, "over to you", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_SEND_RECEIVED)
s.state(b, "SEND_PENDING")
s.rc("cmsend", (cpic.cmsend(b, "thanks")))
s.rc("cmsdt", cpic.cmsdt(b, cpic.CM_DEALLOCATE_FLUSH))
s.rc("cmdeal", cpic.cmdeal(b))
local data, what
rc, data, what = s.wait(a)
s.rc("cmrcv", rc, cpic.CM_DEALLOCATED_NORMAL)
s.is("data", data, "thanks")
s.is("data_received", what, cpic.CM_COMPLETE_DATA_RECEIVED)
s.over(a, b)
