-- cpic.together: several functions at the same time, each a coroutine that is resumed when its wait is over.
-- A function of the cpic table.

local cpic = ...
local fail = cpic.internal.fail

local scheduler -- set while cpic.together runs

-- conversation_rc and outputs; or nil, "timeout".
function cpic.internal.finish(id, timeout)
  if scheduler and scheduler.threads[coroutine.running()] and coroutine.isyieldable() then
    return scheduler.finish(id, timeout)
  end
  return cpic.finish(id, timeout)
end

local function is_seconds(v)
  return type(v) == "number" and v >= 0 and v < 1e9
end
cpic.internal.is_seconds = is_seconds

local function timer(deadline)
  return deadline and math.max(0, deadline - cpic.clock())
end

-- Resume the coroutine of T and note what it waits for next.
local function resume(s, t, ...)
  local answer = table.pack(coroutine.resume(t.thread, ...))
  if not answer[1] then
    error(answer[2], 0)
  elseif coroutine.status(t.thread) == "dead" then
    s.threads[t.thread] = nil
    t.over = true
    s.left = s.left - 1
  elseif not t.id and not t.deadline then -- a yield of the program's own: let the others go on
    t.deadline = cpic.clock()
  end
end

-- One round: wait for what the functions wait for, and let those go on that can.
local function round(s)
  local fds, whose, soonest = {}, {}, nil
  for _, t in ipairs(s.all) do
    if not t.over then
      if t.deadline and (not soonest or t.deadline < soonest) then
        soonest = t.deadline
      end
      if t.id then
        local rc, fd, events = cpic.xcfd(t.id)
        if rc ~= cpic.CM_OK then
          soonest = 0
        else
          fds[#fds + 1] = { fd, events }
          whose[#fds] = t
        end
      end
    end
  end
  cpic.poll(fds, timer(soonest))
  for _, t in ipairs(s.all) do
    if not t.over then
      if t.id then
        local answer = table.pack(cpic.finish(t.id, 0))
        local again = answer.n > 0 and answer[1] == nil
        if not again or (t.deadline and cpic.clock() >= t.deadline) then
          t.id, t.deadline = nil, nil
          resume(s, t, table.unpack(answer, 1, answer.n))
        end
      elseif cpic.clock() >= t.deadline then
        t.deadline = nil
        resume(s, t)
      end
    end
  end
end

local function start(s, f)
  local t = { thread = coroutine.create(f) }
  s.threads[t.thread] = t
  s.all[#s.all + 1] = t
  s.left = s.left + 1
  resume(s, t)
end

-- cpic.together(f, g, ...): run the functions at the same time, each going on while others wait; returns when all have
-- returned.  An error in one ends all.
function cpic.together(...)
  local functions = table.pack(...)
  if scheduler then
    fail("together: is running already")
  end
  for i = 1, functions.n do
    if type(functions[i]) ~= "function" then
      fail("together: functions expected, argument %d is a %s", i, type(functions[i]))
    end
  end
  local s = { threads = {}, all = {}, left = 0 }
  function s.finish(id, timeout)
    local t = s.threads[coroutine.running()]
    t.id, t.deadline = id, timeout and cpic.clock() + timeout
    return coroutine.yield()
  end
  scheduler = s
  local done, problem = pcall(function()
    for i = 1, functions.n do
      start(s, functions[i])
    end
    while s.left > 0 do
      round(s)
    end
  end)
  scheduler = nil
  if not done then
    for _, t in ipairs(s.all) do
      coroutine.close(t.thread) -- conversations that they hold with <close> are abended
    end
    error(problem, 0)
  end
end

-- Wait, letting the others of cpic.together go on.
local sleep = cpic.sleep
function cpic.sleep(seconds)
  local t = scheduler and scheduler.threads[coroutine.running()]
  if not is_seconds(seconds) then
    fail("sleep: a time in seconds, 0 or more, expected, got %s", tostring(seconds))
  elseif not t or not coroutine.isyieldable() then
    return sleep(seconds)
  end
  t.deadline = cpic.clock() + seconds
  coroutine.yield()
end
