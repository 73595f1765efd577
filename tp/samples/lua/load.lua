#!/usr/bin/env tpsh
-- load.lua - many conversations at once with an account enquiry, and how long the replies took.
--
--   load.lua [-c CONVERSATIONS] [-n ENQUIRIES] [-r RECONNECTS] DESTINATION
--
-- CONVERSATIONS run at the same time (default 10), each making ENQUIRIES (default 100), RECONNECTS times over
-- (default 1).  Exit status 0 only if every reply was right.

local account = require "account"

local options = { c = 10, n = 100, r = 1 }
local destination
local i = 1
while arg[i] do
  local name, value = arg[i]:match("^%-([cnr])$"), math.tointeger(tonumber(arg[i + 1]))
  if name and value and value > 0 then
    options[name] = value
    i = i + 1
  elseif not destination and arg[i]:sub(1, 1) ~= "-" then
    destination = arg[i]
  else
    destination = nil
    break
  end
  i = i + 1
end
if not destination then
  io.stderr:write("usage: load.lua [-c CONVERSATIONS] [-n ENQUIRIES] [-r RECONNECTS] DESTINATION\n")
  os.exit(2)
end

local numbers = {}
for number in pairs(account.book) do
  numbers[#numbers + 1] = number
end
table.sort(numbers)

local times, errors, wrong = {}, {}, 0

local function enquire(c, number)
  local start = cpic.clock()
  c:send(cpic.pack(account.request, { ["function"] = "ENQ", account = number }))
  local record = assert(c:receive())
  times[#times + 1] = cpic.clock() - start
  local reply = cpic.unpack(account.reply, record)
  if reply.account ~= number or math.abs(reply.balance - account.book[number].balance) > 0.001 then
    wrong = wrong + 1
  end
  if c.state == "RECEIVE" then
    c:receive()
  end
end

local function converse()
  local c <close> = assert(cpic.allocate { to = destination, timeout = 30 })
  c.timeout = 30
  for k = 1, options.n do
    enquire(c, numbers[k % #numbers + 1])
  end
  c:deallocate()
end

local function client()
  for _ = 1, options.r do
    local done, problem = pcall(converse)
    if not done then
      errors[#errors + 1] = tostring(problem)
    end
  end
end

local clients = {}
for k = 1, options.c do
  clients[k] = client
end
local start = cpic.clock()
cpic.together(table.unpack(clients))
local seconds = cpic.clock() - start

table.sort(times)
local function percentile(p)
  return (times[math.max(1, math.ceil(#times * p))] or 0) * 1e6
end
print(string.format("%d conversations at once, %d enquiries in %.3f s: %.0f a second", options.c, #times, seconds,
  #times / seconds))
print(string.format("reply after: median %.0f us, 90 %% %.0f us, 99 %% %.0f us, longest %.0f us", percentile(0.5),
  percentile(0.9), percentile(0.99), percentile(1)))
for k = 1, math.min(#errors, 5) do
  print(errors[k])
end
print(string.format("%d wrong replies, %d conversations failed", wrong, #errors))
os.exit(wrong == 0 and #errors == 0 and #times == options.c * options.n * options.r and 0 or 1, true)
