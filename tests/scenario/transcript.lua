-- cpic.expect: transcripts that fit, and the messages about those that do not.
local s = require "support.scenario"

-- A and B each from a transcript; what each failed with.
local function play(a, b)
  local results = {}
  local function part(i, transcript)
    return function()
      local done, problem = pcall(cpic.expect, transcript)
      results[i] = not done and problem or nil
      results[i + 2] = done and problem or nil
    end
  end
  a.to, a.timeout = s.dest, a.timeout or 10
  b.tp, b.timeout = s.tp, b.timeout or 10
  cpic.together(part(2, b), part(1, a))
  return results[1], results[2], results[4]
end

local function good(a, b)
  local problem_a, problem_b, records = play(a, b)
  if problem_a or problem_b then
    error(tostring(problem_a) .. " / " .. tostring(problem_b), 2)
  end
  return records
end

-- B's error is like PATTERN
local function bad(a, b, pattern)
  local _, problem = play(a, b)
  if not problem or not tostring(problem):find(pattern) then
    error("B says " .. tostring(problem) .. ", not " .. pattern, 2)
  end
  return problem
end

local records = good({ { send = "ENQ42" }, { receive = "ACCOUNT 42" }, { send = "BYE" }, "deallocate" }, {
  { match = "^ENQ(%d+)$" }, { reply = function(n) return "ACCOUNT " .. n end }, "turn", { receive = "BYE" }, "end" })
s.is("the records", table.concat(records, ","), "ENQ42,BYE")

local with_sync = { { send = "ORDER" }, "confirm", { send = "MORE" }, "deallocate" }
with_sync.allocate = { to = s.dest, sync = "confirm" }
good(with_sync, { { receive = "ORDER" }, { delay = 0.01 }, "confirmed", "anything", { await = "confirm-end" },
  "confirmed" })

-- EBCDIC on the line, ASCII in the transcript
records = good({ ebcdic = true, { send = "HELLO" }, { receive = "THERE" }, "end" }, {
  { receive = "\xC8\xC5\xD3\xD3\xD6" }, { reply = "THERE", ebcdic = true }, "deallocate" })
s.is("as it came", records[1], "\xC8\xC5\xD3\xD3\xD6")

-- a reply goes with the turn, and does not wait for a step that does not flush
good({ { send = "A" }, function(c)
  local record, what = c:receive()
  s.is("reply", record, "B")
  s.is("with the turn", what, "turn")
end, "deallocate" }, { { receive = "A" }, { reply = "B" }, "turn", "end" })
good({ { send = "A" }, function(c)
  local start = cpic.clock()
  s.is("reply", c:receive(), "B")
  s.is("at once", cpic.clock() - start < 0.2, true)
end, "end" }, { { receive = "A" }, { reply = "B" }, { delay = 0.4 }, "deallocate" })

-- functions as matchers and as steps
local called
good({ { send = "12" }, "deallocate" }, { { receive = function(r) return tonumber(r) == 12 end }, function(c, all)
  called = #all
end, "end" })
s.is("the function was called", called, 1)

-- an error of ours, and one that ends it
good({ { send = "x" }, function(c) s.raises("CM_PROGRAM_ERROR_PURGING", c.confirm, c) end, { receive = "sorry" }, "end",
  allocate = { to = s.dest, sync = "confirm" } },
  { { receive = "x" }, "error", { reply = "sorry" }, { deallocate = "flush" } })

-- ---- what differs ----

local problem = bad({ { send = "ENQ42" }, "deallocate" }, { { receive = "ENQ43", name = "the enquiry" }, "end" },
  'transcript.lua:%d+: step 1 %(receive, the enquiry%): expected the record "ENQ43", got "ENQ42" %(octet 5 differs%)')
s.is("step", problem.step, 1)
s.is("expected", problem.expected, 'the record "ENQ43"')
bad({ { send = "A" }, "deallocate" }, { { match = "^B" } }, 'expected a record like %^B, got "A"')
bad({ { send = "A\0" }, "deallocate" }, { { receive = function() return false, "no" end } }, 'got "A\\x00": no')
bad({ "deallocate" }, { { receive = "A" } }, 'expected the record "A", got the end of the conversation')
bad({ { send = "A" }, { send = "B" }, "deallocate" }, { { receive = "A" }, "end" },
  'step 2 %(end%): expected the end of the conversation, got the record "B"')
bad({ { send = "A" }, "turn", "anything" }, { { receive = "A" }, "end" }, "got the turn")
bad({ { send = "A" }, "flush", "abend" }, { { receive = "A" }, "end" }, "got CM_DEALLOCATED_ABEND")
bad({ "flush", { delay = 0.3 } }, { { receive = "A", timeout = 0.05 } }, "got nothing in time")
bad({ { send = "A" }, "deallocate" }, { { receive = "A" }, { reply = "B" } }, "step 2 %(reply%): expected the turn")
bad({ { send = "A" }, "confirm", allocate = { to = s.dest, sync = "confirm" } }, { { receive = "A" }, { receive = "B" } },
  "got a confirmation request")

bad({ { send = "A" }, "deallocate" }, { { match = "[A" } }, "transcript.lua:%d+: step 1 %(match%): match: %[A: malformed pattern")

-- what is not a transcript
s.raises("no step hello", cpic.expect, { "hello" })
s.raises("step 2 says both", cpic.expect, { "turn", { receive = "a", reply = "b" } })
s.raises("step 1 says nothing", cpic.expect, { {} })
s.raises("no option recieve", cpic.expect, { { receive = "a", recieve = "b" } })
s.raises("step 1: recieve is no step", cpic.expect, { { recieve = "a" } })
s.raises("step 1: a list with turn is no step", cpic.expect, { { "turn" } })
s.raises("step 2 is nil", cpic.expect, { "turn", nil, { receive = "a" } })
s.raises("step 1 is nil", cpic.expect, { nil, "turn" })
s.raises("step 1: timeout: seconds expected", cpic.expect, { { receive = "a", timeout = "5" } })
s.raises("no option 0", cpic.expect, { [0] = "turn" })
s.raises("no option tpp", cpic.expect, { tpp = "x" })
s.raises("conversation is none", cpic.expect, { conversation = {} })
s.raises("a table of steps", cpic.expect, 7)
