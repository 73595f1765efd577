#!/usr/bin/env tpsh
-- faulty.lua - a partner that does wrong on purpose, to see what a program makes of it.
--
--   faulty.lua [-w SECONDS] [-t TPNAME] [FAULT ...]
--
-- Each conversation gets the next of the faults (default: all of them, again and again); it answers account enquiries
-- until the fault is due, at its first enquiry.

local account = require "account"

local faults = {}

-- Send_Error instead of a reply, then the reply: the enquirer sees CM_PROGRAM_ERROR_...
faults["error"] = function(c, reply)
  c:error()
  c:send(reply)
  c:turn()
end

-- Deallocate(ABEND): CM_DEALLOCATED_ABEND.
function faults.abend(c)
  c:abend()
end

-- The conversation ends where a reply should come: CM_DEALLOCATED_NORMAL without data.
function faults.leave(c)
  c:deallocate()
end

-- The process dies in the middle of it.
function faults.die()
  os.exit(1)
end

-- Half a reply.
function faults.short(c, reply)
  c:send(reply:sub(1, #reply // 2))
  c:turn()
end

-- A reply with a balance that is no packed number.
function faults.garbage(c, reply)
  c:send(reply:sub(1, 30) .. ("\xFF"):rep(6) .. reply:sub(37))
  c:turn()
end

-- The reply comes late.
function faults.slow(c, reply)
  cpic.sleep(0.5)
  c:send(reply)
  c:turn()
end

-- The same reply twice.
function faults.twice(c, reply)
  c:send(reply)
  c:send(reply)
  c:turn()
end

local options, chosen = { tp = os.getenv("APPCTPN") or "FAULTY" }, {}
local i = 1
while arg[i] do
  if arg[i] == "-w" and tonumber(arg[i + 1]) then
    options.timeout = tonumber(arg[i + 1])
    i = i + 1
  elseif arg[i] == "-t" and arg[i + 1] then
    options.tp = arg[i + 1]
    i = i + 1
  elseif faults[arg[i]] then
    chosen[#chosen + 1] = arg[i]
  else
    io.stderr:write("usage: faulty.lua [-w SECONDS] [-t TPNAME] [FAULT ...]\n")
    os.exit(2)
  end
  i = i + 1
end
if #chosen == 0 then
  for name in pairs(faults) do
    if name ~= "die" then
      chosen[#chosen + 1] = name
    end
  end
  table.sort(chosen)
end

local function serve(c, fault)
  local record, what = c:receive()
  if record and not what then
    what = select(2, c:receive()) -- the turn may come behind the record
  end
  if what ~= "turn" then
    error("an enquiry and the turn were due, not " .. tostring(what))
  end
  faults[fault](c, account.answer(cpic.unpack(account.request, record)))
  if c.state ~= "RESET" then
    local _, answer = c:receive()
    return answer
  end
end

local n = 0
for c in cpic.conversations(options) do
  local fault = chosen[n % #chosen + 1]
  n = n + 1
  local done, what = pcall(serve, c, fault)
  print(c.partner, fault, done and (what or "ended by us") or what)
  c:abend()
end
