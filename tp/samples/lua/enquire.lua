#!/usr/bin/env tpsh
-- enquire.lua - asks an account enquiry for accounts, as the program under test would.
--
--   enquire.lua DESTINATION ACCOUNT ...

local account = require "account"

if #arg < 2 then
  io.stderr:write("usage: enquire.lua DESTINATION ACCOUNT ...\n")
  os.exit(2)
end

local c <close> = cpic.allocate { to = arg[1], timeout = 30 }
c.timeout = 30
local unknown = 0
for i = 2, #arg do
  c:send(cpic.pack(account.request, { ["function"] = "ENQ", account = tonumber(arg[i]) or error("not a number: " .. arg[i]) }))
  local record, what = c:receive()
  if not record then
    error("no reply: " .. what)
  end
  local reply = cpic.unpack(account.reply, record)
  if reply.status == 0 then
    print(string.format("%08d  %-20s %16.2f  limit %d", reply.account, reply.holder, reply.balance, reply.limit))
    for k = 1, reply.postings do
      print(string.format("          %38.2f", reply.last[k]))
    end
  else
    print(string.format("%08d  status %02d", reply.account, reply.status))
    unknown = unknown + 1
  end
  if what ~= "turn" then
    c:receive() -- the turn may come behind the record
  end
end
c:deallocate()
os.exit(unknown == 0 and 0 or 1, true)
