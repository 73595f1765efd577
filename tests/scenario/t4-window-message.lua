-- T4 Asynchronous completion by window message.
local s = require "support.scenario"

local rc, version = cpic.WinCPICStartup(0x0001) -- 1
s.is("WinCPICStartup", rc, 0)
s.is("wVersion", version, 0x0001)
local hwnd, messages = cpic.window() -- 2

-- The next message: its return code, ID and outputs.
local function message()
  if not cpic.poll({ messages }, 5) then
    error("no message", 2)
  end
  return cpic.message(messages)
end

local b = s.accept() -- before there is a window: cmwait's
s.rc("xchwnd", cpic.xchwnd(hwnd)) -- 3
local id
rc, id = cpic.cminit(s.dest) -- 4
s.rc("cminit", rc)
s.rc("cmspm", cpic.cmspm(id, cpic.CM_NON_BLOCKING)) -- 5
rc = cpic.cmallc(id) -- 6
if rc == cpic.CM_OPERATION_INCOMPLETE then
  -- 7: ask at once; the operation may complete in between, so that these are refused or work as after it
  local blocked = cpic.cmspm(id, cpic.CM_NON_BLOCKING)
  if blocked ~= cpic.CM_PROGRAM_STATE_CHECK then
    s.rc("cmspm while incomplete", blocked)
  end
  local got, which = message() -- 8
  s.rc("the message's return code", got)
  s.is("the message's conversation", which, id)
else
  s.rc("cmallc", rc)
end
s.state(id, "SEND")
s.is("no further message", cpic.message(messages), nil)

s.rc("cmflus", cpic.cmflus(id))
s.rc("cmaccp", s.wait(b))
s.rc("xchwnd", cpic.xchwnd(nil))
s.rc("cmspm", cpic.cmspm(b, cpic.CM_NON_BLOCKING))
s.rc("xchwnd", cpic.xchwnd(hwnd))

-- 9: what may be issued while a Receive is incomplete
s.rc("cmrcv", (cpic.cmrcv(b, 100)), cpic.CM_OPERATION_INCOMPLETE)
s.rc("cmsend", (cpic.cmsend(b, "x")), cpic.CM_OPERATION_NOT_ACCEPTED) -- 7
s.rc("cmflus", cpic.cmflus(b), cpic.CM_OPERATION_NOT_ACCEPTED)
s.rc("cmcfmd", cpic.cmcfmd(b), cpic.CM_OPERATION_NOT_ACCEPTED)
s.rc("cmrcv", (cpic.cmrcv(b, 100)), cpic.CM_OPERATION_NOT_ACCEPTED)
s.rc("cmspm", cpic.cmspm(b, cpic.CM_BLOCKING), cpic.CM_PROGRAM_STATE_CHECK)
s.rc("cmrts", cpic.cmrts(b))
s.rc("cmtrts", (cpic.cmtrts(b)))
s.rc("cmsend", (cpic.cmsend(id, "by message")))
s.rc("cmflus", cpic.cmflus(id))
local got, which, data, what = message()
s.rc("cmrcv's message", got)
s.is("its conversation", which, b)
s.is("its data", data, "by message")
s.is("its data_received", what, cpic.CM_COMPLETE_DATA_RECEIVED)
local again, again_what = cpic.received(b) -- the same, asked for later
s.is("received", again, "by message")
s.is("received", again_what, cpic.CM_COMPLETE_DATA_RECEIVED)

-- Send_Error over a Receive: that ends without data, the conversation goes on
s.rc("cmrcv", (cpic.cmrcv(b, 100)), cpic.CM_OPERATION_INCOMPLETE)
s.rc("cmserr", (cpic.cmserr(b)))
s.rc("cmrcv's message", (message()), cpic.CM_UNSUCCESSFUL)
s.state(b, "SEND")

-- Cancel: the message still comes
s.rc("cmptr", cpic.cmptr(b))
s.rc("cmrcv", (cpic.cmrcv(b, 100)), cpic.CM_OPERATION_INCOMPLETE)
s.rc("cmcanc", cpic.cmcanc(b))
s.rc("the cancelled call's message", (message()), cpic.CM_DEALLOCATED_ABEND)
s.state(b, "void")

s.is("WinCPICCleanup", cpic.WinCPICCleanup(), true) -- 10
s.rc("cminit after Cleanup", (cpic.cminit(s.dest)), cpic.CM_PRODUCT_SPECIFIC_ERROR)
