-- A partner from a transcript: cpic.expect.  A function of the cpic table.
--
-- A transcript is a list of steps that runs from top to bottom.  If something else comes than the step says,
-- the run ends: the conversation is abended, and the error says what was expected, what came, and at which step.

local cpic = ...
local fail, place, is_conversation = cpic.internal.fail, cpic.internal.place, cpic.internal.is_conversation
cpic.internal = nil

-- What one step may say; each table has one of these, and options.
local verbs = { "receive", "match", "reply", "send", "turn", "confirm", "confirmed", "flush", "error", "abend",
  "deallocate", "delay", "await", "call" }
local step_options = { ebcdic = true, timeout = true, name = true }
local bare = { turn = true, confirm = true, confirmed = true, flush = true, error = true, abend = true,
  deallocate = true, ["end"] = true, anything = true }
local awaited = { turn = true, confirm = true, ["confirm-turn"] = true, ["confirm-end"] = true, ["end"] = true }

-- ---- how things are shown ----

local function shown(record, ebcdic)
  if record == nil then
    return "no record"
  end
  local text = cpic.printable(ebcdic and cpic.ascii(record) or record)
  if #text > 200 then
    text = text:sub(1, 200) .. "... (" .. #record .. " octets)"
  end
  return '"' .. text .. '"'
end

local function first_difference(a, b)
  for i = 1, math.min(#a, #b) do
    if a:byte(i) ~= b:byte(i) then
      return i
    end
  end
  return math.min(#a, #b) + 1
end

local came_by = { turn = "the turn", confirm = "a confirmation request",
  ["confirm-turn"] = "a confirmation request with the turn",
  ["confirm-end"] = "a confirmation request for the end", ["end"] = "the end of the conversation",
  timeout = "nothing in time" }

-- ---- a run ----

local Run = {}
Run.__index = Run

local function step_name(run)
  local step = run.step
  local name = type(step) == "table" and step.name
  return string.format("step %d (%s%s)", run.number, run.verb, name and ", " .. tostring(name) or "")
end

-- The step did not go as the transcript says.
function Run:differ(expected, got)
  local text = string.format("%s%s: expected %s, got %s", self.where, step_name(self), expected, got)
  if self.conversation and self.conversation.partner then
    text = text .. ", from " .. self.conversation.partner
  end
  error(setmetatable({ where = self.where, step = self.number, verb = self.verb, expected = expected, got = got,
    text = text }, { __name = "cpic.difference", __tostring = function(e) return e.text end }), 0)
end

function Run:wrong(format, ...)
  error(self.where .. step_name(self) .. ": " .. string.format(format, ...), 0)
end

function Run:seconds()
  return type(self.step) == "table" and self.step.timeout or self.options.timeout
end

function Run:is_ebcdic()
  local own = type(self.step) == "table" and self.step.ebcdic
  if own == nil or type(self.step) ~= "table" then
    return self.options.ebcdic
  end
  return own
end

-- A Receive; an error from the partner is a difference too.
function Run:receive(expected)
  local c = self.conversation
  local done, record, what = pcall(c.receive, c, { timeout = self:seconds() })
  if done then
    return record, what
  elseif type(record) == "table" and record.name then
    self:differ(expected, record.name)
  end
  error(record, 0)
end

-- Wait until the partner has said WHAT (a set): it must not send records before it.
function Run:await(what, expected)
  local said = self.pending
  if not said then
    local record
    record, said = self:receive(expected)
    if record then
      self:differ(expected, "the record " .. shown(record, self:is_ebcdic()))
    end
  end
  if not what[said] then
    self:differ(expected, came_by[said] or tostring(said))
  end
  self.pending = nil
  return said
end

-- A record; what came right after it is for a later step.
function Run:record(expected)
  if self.pending == "turn" or self.conversation.state == "SEND_PENDING" then
    self.pending = nil -- the Receive gives the turn back
  end
  if self.pending then
    self:differ(expected, came_by[self.pending])
  end
  local record, what = self:receive(expected)
  if not record then
    self:differ(expected, came_by[what] or tostring(what))
  end
  self.pending = what
  self.records[#self.records + 1] = record
  return record
end

-- The turn, before something is sent.
function Run:need_turn()
  local state = self.conversation.state
  if state == "RECEIVE" then
    self:await({ turn = true }, "the turn")
  elseif state == "RESET" or state:find("^CONFIRM") then
    self:differ("the turn", came_by[self.pending] or came_by[state == "RESET" and "end" or "confirm"])
  elseif state == "SEND_PENDING" then
    self.pending = nil
  end
end

function Run:must(done, why)
  if not done then
    self:differ("that the partner takes it", came_by[why] or tostring(why))
  end
end

-- ---- the steps ----

local actions = {}

function actions.receive(run, wanted)
  if wanted == true then
    return run:record("a record")
  elseif type(wanted) == "function" then
    local record = run:record("a record that the function takes")
    local answer, why = wanted(run:is_ebcdic() and cpic.ascii(record) or record, run.conversation)
    if not answer then
      run:differ("a record that the function takes", shown(record, run:is_ebcdic()) .. (why and ": " .. tostring(why)
        or ""))
    end
    run.captures = { answer }
  elseif type(wanted) == "string" then
    local literal = run:is_ebcdic() and cpic.ebcdic(wanted) or wanted
    local record = run:record("the record " .. shown(literal, run:is_ebcdic()))
    if record ~= literal then
      run:differ("the record " .. shown(literal, run:is_ebcdic()), string.format("%s (octet %d differs)",
        shown(record, run:is_ebcdic()), first_difference(record, literal)))
    end
    run.captures = {}
  else
    run:wrong("receive: a string, a function or true expected")
  end
end

function actions.match(run, pattern)
  if type(pattern) ~= "string" then
    run:wrong("match: a pattern expected")
  end
  local record = run:record("a record like " .. pattern)
  local text = run:is_ebcdic() and cpic.ascii(record) or record
  local captures = table.pack(pcall(string.match, text, pattern))
  if not table.remove(captures, 1) then
    run:wrong("match: %s: %s", pattern, captures[1])
  elseif captures[1] == nil then
    run:differ("a record like " .. pattern, shown(record, run:is_ebcdic()))
  end
  run.captures = captures
end

function actions.send(run, record)
  run:need_turn()
  if type(record) == "function" then
    record = record(table.unpack(run.captures))
  end
  if type(record) ~= "string" then
    run:wrong("%s: a string, or a function that returns one, expected", run.verb)
  end
  local c = run.conversation
  run:must(c:send(run:is_ebcdic() and cpic.ebcdic(record) or record, { timeout = run:seconds() }))
end

-- A record that does not wait in the buffer; if the next step flushes, both go out together.
function actions.reply(run, record)
  actions.send(run, record)
  run.to_flush = true
end

-- After a reply: these steps flush it themselves, so that the partner gets everything at once.
local flushing = { reply = true, send = true, turn = true, flush = true, confirm = true, error = true, abend = true,
  deallocate = true, receive = true, match = true, anything = true }

function Run:flush_reply(verb)
  if self.to_flush and not flushing[verb] then
    self:must(self.conversation:flush { timeout = self:seconds() })
  end
  if verb ~= "send" then
    self.to_flush = nil
  end
end

function actions.turn(run)
  run:need_turn()
  run:must(run.conversation:turn { timeout = run:seconds() })
end

function actions.flush(run)
  run:need_turn()
  run:must(run.conversation:flush { timeout = run:seconds() })
end

function actions.confirm(run)
  run:need_turn()
  run:must(run.conversation:confirm { timeout = run:seconds() })
end

function actions.confirmed(run)
  run:await({ confirm = true, ["confirm-turn"] = true, ["confirm-end"] = true }, "a confirmation request")
  run:must(run.conversation:confirmed { timeout = run:seconds() })
end

-- Send_Error, in any state: data on the way are purged.
actions["error"] = function(run)
  run.pending = nil
  run:must(run.conversation:error { timeout = run:seconds() })
end

function actions.abend(run)
  run.pending = nil
  run.conversation:abend()
end

function actions.deallocate(run, how)
  run:need_turn()
  run:must(run.conversation:deallocate { how = type(how) == "string" and how or nil, timeout = run:seconds() })
end

function actions.delay(run, seconds)
  if type(seconds) ~= "number" or seconds < 0 then
    run:wrong("delay: seconds expected")
  end
  cpic.sleep(seconds)
end

function actions.await(run, what)
  if not awaited[what] then
    run:wrong("await: turn, confirm, confirm-turn, confirm-end or end expected")
  end
  run:await({ [what] = true }, came_by[what])
  if what == "confirm" or what == "confirm-turn" or what == "confirm-end" then
    run.pending = what -- a step confirmed answers it
  end
end

actions["end"] = function(run)
  run:await({ ["end"] = true }, came_by["end"])
end

function actions.anything(run)
  actions.receive(run, true)
end

-- A function that does what no step can; it gets the conversation.
function actions.call(run, f)
  if type(f) ~= "function" then
    run:wrong("call: a function expected")
  end
  f(run.conversation, run.records)
end

-- ---- the transcript ----

-- The verb and the argument of step NUMBER.
local function read_step(step, number)
  if type(step) == "string" then
    if not bare[step] then
      fail("expect: step %d: no step %s", number, step)
    end
    return step, true
  elseif type(step) == "function" then
    return "call", step
  elseif type(step) ~= "table" then
    fail("expect: step %d is a %s", number, type(step))
  end
  local verb
  for _, known in ipairs(verbs) do
    if step[known] ~= nil then
      if verb then
        fail("expect: step %d says both %s and %s", number, verb, known)
      end
      verb = known
    end
  end
  for key, value in pairs(step) do
    if not verb and not step_options[key] then
      fail("expect: step %d: %s is no step", number, key == 1 and "a list with " .. tostring(value) or tostring(key))
    elseif key ~= verb and not step_options[key] then
      fail("expect: step %d has no option %s", number, tostring(key))
    end
  end
  if not verb then
    fail("expect: step %d says nothing to do", number)
  elseif step.timeout ~= nil and not (type(step.timeout) == "number" and step.timeout >= 0) then
    fail("expect: step %d: timeout: seconds expected, got %s", number, tostring(step.timeout))
  end
  return verb, step[verb]
end

local transcript_options = { tp = true, to = true, conversation = true, timeout = true, ebcdic = true,
  allocate = true }

local function read_transcript(transcript)
  if type(transcript) ~= "table" then
    fail("expect: a table of steps expected, got %s", type(transcript))
  end
  local last = 0
  for key in pairs(transcript) do
    if math.type(key) == "integer" and key > 0 then
      last = math.max(last, key)
    elseif not transcript_options[key] then
      fail("expect: no option %s", tostring(key))
    end
  end
  if transcript.conversation ~= nil and not is_conversation(transcript.conversation) then
    fail("expect: conversation is none")
  end
  local steps = {}
  for number, step in ipairs(transcript) do
    local verb, argument = read_step(step, number)
    steps[number] = { verb = verb, argument = argument, step = step }
  end
  if #steps < last then -- a variable that has no value would shorten the transcript in silence
    fail("expect: step %d is nil", #steps + 1)
  end
  return steps
end

local function begin(transcript)
  if transcript.conversation then
    return transcript.conversation
  elseif transcript.allocate or transcript.to then
    return cpic.allocate(transcript.allocate or { to = transcript.to, timeout = transcript.timeout })
  end
  return cpic.accept { tp = transcript.tp, timeout = transcript.timeout }
end

-- cpic.expect{tp=NAME, steps ...}: accept a conversation (or allocate one with to=, or take conversation=) and go
-- through the steps.  The records that came, and the conversation; an error at the first difference.
function cpic.expect(transcript)
  local steps = read_transcript(transcript)
  local run = setmetatable({ options = transcript, records = {}, captures = {}, where = place(), number = 0,
    verb = "begin" }, Run)
  run.conversation = begin(transcript)
  if not run.conversation then
    run:differ("a conversation", came_by.timeout)
  end
  for number, step in ipairs(steps) do
    run.number, run.verb, run.step = number, step.verb, step.step
    local done, problem = pcall(function()
      run:flush_reply(step.verb)
      actions[step.verb](run, step.argument)
    end)
    if not done then
      pcall(run.conversation.abend, run.conversation)
      error(problem, 0)
    end
  end
  run:flush_reply("the end")
  return run.records, run.conversation
end
