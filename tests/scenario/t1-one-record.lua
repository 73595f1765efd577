-- T1 Mapped conversation, one record.
local s = require "support.scenario"

local b = s.accept()
local rc, a = cpic.cminit(s.dest) -- 1
s.rc("cminit", rc)
s.state(a, "INITIALIZE")
s.rc("cmallc", s.run("cmallc", a)) -- 2
s.state(a, "SEND")
s.still(b) -- nothing on the wire yet
s.rc("cmsend", (cpic.cmsend(a, "one record"))) -- 3
s.state(a, "SEND")
s.still(b)
s.rc("cmdeal", cpic.cmdeal(a)) -- 4
s.state(a, "void")
s.rc("cmaccp", s.wait(b)) -- 5
s.state(b, "RECEIVE")
s.receives(b, "one record", cpic.CM_COMPLETE_DATA_RECEIVED, nil, cpic.CM_DEALLOCATED_NORMAL) -- 6: the same call
s.state(b, "void")

-- variant a: A's ID is void
for _, call in ipairs { "cmsend", "cmflus", "cmallc", "cmdeal", "cmrts", "cmcanc", "cmecs" } do
  s.rc(call, (cpic[call](a, "x")), cpic.CM_PROGRAM_PARAMETER_CHECK)
end
s.rc("cmrcv", (cpic.cmrcv(a, 1)), cpic.CM_PROGRAM_PARAMETER_CHECK)

-- variant b: B's TP is unknown, and A does not learn of it
a = s.initialize()
s.rc("cmstpn", cpic.cmstpn(a, "NOBODY"))
s.rc("cmallc", s.run("cmallc", a))
s.rc("cmsend", (cpic.cmsend(a, "one record")))
s.rc("cmdeal", cpic.cmdeal(a))
s.state(a, "void")

-- variant c: B receives in pieces
b = s.accept()
a = s.allocate()
s.rc("cmsend", (cpic.cmsend(a, "one record")))
s.rc("cmdeal", cpic.cmdeal(a))
s.rc("cmaccp", s.wait(b))
local got, data, what, status = cpic.cmrcv(b, 4)
s.rc("cmrcv", got)
s.is("data", data, "one ")
s.is("data_received", what, cpic.CM_INCOMPLETE_DATA_RECEIVED)
s.is("status_received", status, cpic.CM_NO_STATUS_RECEIVED)
got, data, what = cpic.cmrcv(b, 6)
s.rc("cmrcv", got, cpic.CM_DEALLOCATED_NORMAL)
s.is("data", data, "record")
s.is("data_received", what, cpic.CM_COMPLETE_DATA_RECEIVED)
s.over(a, b)
