-- The object form.
local s = require "support.scenario"

local function pair(options, a_part, b_part)
  cpic.together(function()
    local c = cpic.accept { tp = s.tp, timeout = 10 }
    b_part(c)
    s.is("B has ended", c.state, "RESET")
  end, function()
    options.to = s.dest
    local c = cpic.allocate(options)
    a_part(c)
    s.is("A has ended", c.state, "RESET")
  end)
  s.over()
end

-- fields, records, status
pair({ sync = "confirm" }, function(a)
  s.is("partner", a.partner, "HOSTLU")
  s.is("mode", a.mode, "#INTER")
  s.is("tp", a.tp, s.tp)
  s.is("sync", a.sync, "confirm")
  s.is("type", a.type, "mapped")
  s.is("state", a.state, "SEND")
  a:send("one")
  a:send("")
  a:send(("x"):rep(32767))
  s.is("confirm", a:confirm(), true)
  a:send("with the turn")
  local record, what = a:receive()
  s.is("record", record, "answer")
  s.is("status", what, "turn")
  a:send("last")
  s.is("deallocate", a:deallocate(), true)
  s.is("partner, afterwards", a.partner, "HOSTLU")
  s.raises("is over", a.send, a, "x")
  s.is("abend of what is over", a:abend(), true)
end, function(b)
  s.is("partner", b.partner, "TESTNET.CLIENTLU")
  s.is("user", b.user, nil)
  s.is("state", b.state, "RECEIVE")
  local seen = {}
  for record, what in b:records() do
    seen[#seen + 1] = #record .. (what or "")
    if what == "confirm" then
      b:confirmed()
    end
  end
  s.is("records", table.concat(seen, " "), "3 0 32767confirm 13turn")
  s.is("state", b.state, "SEND_PENDING")
  b:send("answer")
  b:turn()
  local record, what = b:receive()
  s.is("last", record, "last")
  s.is("its status", what, "confirm-end")
  s.is("status", b.status, "confirm-end")
  b:confirmed()
end)

-- basic conversations: whole records, and one that is cut
pair({ type = "basic" }, function(a)
  a:send("logical record")
  a:turn()
  local problem = s.raises("CM_PROGRAM_ERROR_NO_TRUNC", a.receive, a)
  s.is("rc", problem.rc, cpic.CM_PROGRAM_ERROR_NO_TRUNC)
  s.is("name", problem.name, "CM_PROGRAM_ERROR_NO_TRUNC")
  s.is("call", problem.call, "cmrcv")
  s.is("conversation", problem.conversation, a)
  s.is("the record behind the error", a:receive(), "better")
  s.is("the end", a.state, "RESET")
end, function(b)
  local record, what = b:receive()
  s.is("record", record, "logical record")
  s.is("the turn", what, "turn")
  b:error { direction = "send", log = "why" }
  b:send("better")
  b:deallocate()
end)

-- a Receive that takes too long stays pending, and the next goes on with it
pair({}, function(a)
  a:flush()
  cpic.sleep(0.15)
  s.is("turn not wanted", a:turn_wanted(), true)
  s.is("turn wanted once", a:turn_wanted(), false)
  a:send("late")
  a:flush()
  cpic.sleep(0.1)
  a:deallocate()
end, function(b)
  local start = cpic.clock()
  local record, why = b:receive { timeout = 0.05 }
  s.is("no record", record, nil)
  s.is("why", why, "timeout")
  local waited = cpic.clock() - start
  s.is("waited 0.05 s", waited >= 0.049 and waited < 5, true)
  s.raises("still under way", b.flush, b)
  b:request_to_send()
  b.timeout = 5
  s.is("late record", b:receive(), "late")
  b.timeout = nil
  s.is("end", select(2, b:receive()), "end")
  s.is("end, again", select(2, b:receive()), "end")
end)

-- confirm takes too long: the same call goes on
pair({ sync = "confirm" }, function(a)
  a:send("x")
  local done, why = a:confirm { timeout = 0.05 }
  s.is("not confirmed", done, nil)
  s.is("why", why, "timeout")
  s.raises("still under way", a.send, a, "y")
  s.is("confirmed", a:confirm(), true)
  a:deallocate { how = "flush" }
end, function(b)
  b:receive()
  cpic.sleep(0.2)
  b:confirmed()
  b:receive()
end)

-- Receive without waiting; error and abend while a Receive is pending; close
pair({}, function(a)
  a:flush()
  cpic.sleep(0.1)
  for _ = 1, 500 do -- until the error has come
    if not pcall(a.send, a, "x") then
      break
    end
    a:flush()
    cpic.sleep(0.01)
  end
  s.is("A receives", a.state, "RECEIVE")
  s.is("after the error", a:receive(), "mine")
  s.raises("CM_DEALLOCATED_ABEND", a.receive, a)
end, function(b)
  s.is("nothing there", select(2, b:receive { immediate = true }), "nothing")
  s.is("timeout", select(2, b:receive { timeout = 0.01 }), "timeout")
  b:error()
  s.is("B sends", b.state, "SEND")
  b:send("mine")
  b:flush()
  do
    local closed <close> = b
  end
end)

pair({}, function(a)
  a:flush()
  s.raises("CM_DEALLOCATED_ABEND", a.receive, a)
end, function(b)
  b:receive { timeout = 0.01 }
  b:abend()
end)

pair({}, function(a)
  a:flush()
  s.raises("CM_DEALLOCATED_ABEND_SVC", a.receive, a)
end, function(b)
  b:cancel()
end)

-- limits for accept and allocate, several names
local start = cpic.clock()
local none, why = cpic.accept { tp = { "ONE", "TWO" }, timeout = 0.05 }
s.is("accept", none, nil)
s.is("accept, why", why, "timeout")
s.is("accept waited", cpic.clock() - start < 5, true)
s.over()
cpic.together(function()
  s.is("second name", cpic.accept { tp = { "ONE", "TWO" }, timeout = 10 }.tp, "TWO")
end, function()
  local c = cpic.allocate { partner = "HOSTLU", mode = "#INTER", tp = "TWO" }
  c:flush()
  c:abend()
end)

-- an accept takes its own names, not those of the one before
none, why = cpic.accept { tp = "ONE", timeout = 0.01 }
s.is("accept of ONE", why, "timeout")
local c = cpic.allocate { partner = "HOSTLU", mode = "#INTER", tp = "TWO" }
c:flush()
none, why = cpic.accept { tp = "ONE", timeout = 0.1 }
s.is("accept of ONE, again", why, "timeout")
c:abend()

-- what cannot be
s.raises("CM_PROGRAM_PARAMETER_CHECK", cpic.allocate, { to = "NOSUCH" })
s.raises("CM_PARAMETER_ERROR", cpic.allocate, { to = s.dest, mode = "NOMODE" })
s.raises("no option tiemout", cpic.allocate, { to = s.dest, tiemout = 1 })
s.raises("option timeout is not usable", cpic.allocate, { to = s.dest, timeout = -1 })
s.raises("sync: maybe is none", cpic.allocate, { to = s.dest, sync = "maybe" })
s.raises("at most 8 characters", cpic.allocate, "NINELONGER")
s.raises("no TP name", cpic.accept)
s.raises("functions expected", cpic.together, 1)

-- messages say why
s.raises("cminit: CM_PROGRAM_PARAMETER_CHECK %(24%): the node has no symbolic destination", cpic.allocate, "scenario")
pair({}, function(a)
  s.raises("sync level none", a.confirm, a)
  s.raises("sync level none", a.turn, a, { confirm = true })
  local problem = s.raises("sync level none", a.deallocate, a, { how = "confirm" })
  s.is("conversation", problem.conversation, a)
  s.raises("not in state SEND: the turn is on this side", a.confirmed, a)
  a:turn()
  s.raises("not in state RECEIVE: the partner has the turn", a.send, a, "x")
  a:abend()
end, function(b)
  s.is("the turn", select(2, b:receive()), "turn")
  s.raises("CM_DEALLOCATED_ABEND", b.receive, b)
end)

-- a program's own yield lets the others go on; what cannot yield waits alone
local steps = {}
cpic.together(function()
  for i = 1, 3 do
    steps[#steps + 1] = "a" .. i
    coroutine.yield()
  end
end, function()
  for i = 1, 3 do
    steps[#steps + 1] = "b" .. i
    coroutine.yield()
  end
end, function()
  ("x"):gsub("x", function() cpic.sleep(0.01) end)
end)
s.is("steps", table.concat(steps, " "), "a1 b1 a2 b2 a3 b3")
local cancelled
s.raises("was ended while this waited", cpic.together, function()
  cancelled = cpic.allocate(s.dest)
  cancelled:receive { timeout = 10 }
end, function()
  cpic.sleep(0.05)
  cancelled:cancel()
end)

s.raises("objects.lua:%d+: sleep: a time in seconds", function() cpic.sleep("soon") end)
local fickle = setmetatable({}, { __index = function() return "x" end, __pairs = function()
  return function(_, k) if not k then return "timeout", 0.01 end end
end })
local d = cpic.allocate(s.dest)
s.is("options that change", select(2, d:receive(fickle)), "timeout")
d:cancel()
d = cpic.allocate(s.dest)
s.raises("with a colon", d.send, "x")
s.raises("with a colon", d.abend)
d:abend()
local problem = s.raises("x", cpic.together, function() error("x", 0) end, function() cpic.sleep(100) end)
s.is("together ends", problem, "x")
local held
problem = s.raises("y", cpic.together, function()
  local c <close> = cpic.allocate(s.dest)
  held = c
  cpic.sleep(100)
end, function()
  cpic.sleep(0.05)
  error("y", 0)
end)
s.is("what was held", held.state, "RESET")
s.raises("objects.lua:%d+: cminit: ", function() cpic.allocate("NOSUCH") end)
cpic.cmcanc(cpic.allocate(s.dest).id)
