-- What the scenarios share.  A scenario plays both programs: B's accept is nonblocking (cmsltp), and what would block A
-- is called in nonblocking mode, so that the steps happen in the order of the script and nothing else.

local s = {}

s.dest = os.getenv("SCENARIO_DEST") or "SCENARIO" -- symbolic destination of the TP below
s.tp = "SCENARIOTP"

local function shown(v)
  return type(v) == "string" and string.format("%q", cpic.printable(v)) or tostring(v)
end

-- Fail at the line of the scenario.
function s.is(what, got, expected)
  if got ~= expected then
    error(string.format("%s: %s, not %s", what, shown(got), shown(expected)), 2)
  end
end

function s.rc(what, got, expected)
  expected = expected or cpic.CM_OK
  if got ~= expected then
    error(string.format("%s: %s, not %s", what, cpic.name(got), cpic.name(expected)), 2)
  end
end

-- The state of a conversation; "void" when the ID is.
function s.state(id, expected)
  local rc, state = cpic.cmecs(id)
  local name = rc == cpic.CM_PROGRAM_PARAMETER_CHECK and "void" or cpic.state_name(state)
  if name ~= expected then
    error(string.format("state %s, not %s", name, expected), 2)
  end
end

-- A call that must fail with a Lua error like PATTERN.
function s.raises(pattern, f, ...)
  local done, problem = pcall(f, ...)
  if done then
    error("no error, where one like " .. pattern .. " was due", 2)
  elseif not tostring(problem):find(pattern) then
    error("the error is " .. tostring(problem) .. ", not like " .. pattern, 2)
  end
  return problem
end

-- B: an accept that waits.
function s.accept(tp)
  local rc = cpic.cmsltp(tp or s.tp)
  s.rc("cmsltp", rc)
  local rc2, id = cpic.cmaccp()
  s.rc("cmaccp", rc2, cpic.CM_OPERATION_INCOMPLETE)
  return id
end

-- Wait_For_Conversation for ID: its return code and outputs.
function s.wait(id)
  local function got(rc, done, conversation_rc, ...)
    s.rc("cmwait", rc)
    s.is("the ID that cmwait gives", done, id)
    return conversation_rc, ...
  end
  return got(cpic.cmwait())
end

-- The operation of ID is not done.
function s.still(id)
  local rc, why = cpic.finish(id, 0.05)
  if rc or why ~= "timeout" then
    error("the operation is complete: " .. (rc and cpic.name(rc) or "there is none"), 2)
  end
end

-- A: a conversation in INITIALIZE, its calls nonblocking.  OPTIONS: sync, basic, dest.
function s.initialize(options)
  options = options or {}
  local rc, id = cpic.cminit(options.dest or s.dest)
  s.rc("cminit", rc)
  if options.sync then
    s.rc("cmssl", cpic.cmssl(id, cpic.CM_CONFIRM))
  end
  if options.basic then
    s.rc("cmsct", cpic.cmsct(id, cpic.CM_BASIC_CONVERSATION))
  end
  return id
end

-- Make CALL in nonblocking mode and complete it.
function s.run(call, id, ...)
  s.rc("cmspm", cpic.cmspm(id, cpic.CM_NON_BLOCKING))
  local answer = table.pack(cpic[call](id, ...))
  if answer[1] == cpic.CM_OPERATION_INCOMPLETE then
    answer = table.pack(s.wait(id))
  end
  cpic.cmspm(id, cpic.CM_BLOCKING)
  return table.unpack(answer, 1, answer.n)
end

-- A call that blocks in A: started, and not done.
function s.start(call, id, ...)
  s.rc("cmspm", cpic.cmspm(id, cpic.CM_NON_BLOCKING))
  s.rc(call, (cpic[call](id, ...)), cpic.CM_OPERATION_INCOMPLETE)
end

function s.allocate(options)
  local id = s.initialize(options)
  s.rc("cmallc", s.run("cmallc", id))
  return id
end

-- Both ends of a conversation: A in SEND, B in RECEIVE.
function s.pair(options)
  local b = s.accept()
  local a = s.allocate(options)
  s.rc("cmflus", cpic.cmflus(a))
  s.rc("accept", s.wait(b))
  s.state(b, "RECEIVE")
  return a, b
end

-- B receives DATA_RECEIVED with the status STATUS and these octets.
function s.receives(id, octets, data_received, status, rc)
  local got, data, dr, st = cpic.cmrcv(id, 32767)
  if got ~= (rc or cpic.CM_OK) then
    error("cmrcv: " .. cpic.name(got), 2)
  elseif data ~= octets or dr ~= data_received or (not rc and st ~= status) then
    error(string.format("received %s, data_received %s, status_received %s", shown(data), dr, st), 2)
  end
end

-- Both are at their end; nothing is left that could be waited for.
function s.over(...)
  for _, id in ipairs { ... } do
    local rc = cpic.cmecs(id)
    if rc ~= cpic.CM_PROGRAM_PARAMETER_CHECK then
      error("a conversation is left", 2)
    end
  end
  local rc = cpic.cmwait()
  if rc ~= cpic.CM_PROGRAM_STATE_CHECK then
    error("an operation is left: " .. cpic.name(rc), 2)
  end
end

function s.abend(id)
  s.rc("cmsdt", cpic.cmsdt(id, cpic.CM_DEALLOCATE_ABEND))
  s.rc("cmdeal", cpic.cmdeal(id))
end

return s
