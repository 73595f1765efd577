#!/usr/bin/env tpsh
-- enquiry.lua - stands in for a host transaction that answers account enquiries with packed-decimal fields.
--
--   enquiry.lua [-w SECONDS] [-t TPNAME]
--
-- Register it as a queued TP, or start it by hand: it serves one conversation after another until none has come for
-- SECONDS (default: for ever).  A conversation is any number of enquiries, each a record and the turn.

local account = require "account"

local options = { timeout = nil, tp = os.getenv("APPCTPN") or "ENQUIRY" }
local i = 1
while arg[i] do
  if arg[i] == "-w" and tonumber(arg[i + 1]) then
    options.timeout = tonumber(arg[i + 1])
  elseif arg[i] == "-t" and arg[i + 1] then
    options.tp = arg[i + 1]
  else
    io.stderr:write("usage: enquiry.lua [-w SECONDS] [-t TPNAME]\n")
    os.exit(2)
  end
  i = i + 2
end

local function serve(c)
  local enquiries = 0
  for record, what in c:records() do
    enquiries = enquiries + 1
    if what ~= "turn" and select(2, c:receive()) ~= "turn" then -- it may come behind the record
      error("an enquiry without the turn")
    end
    c:send(account.answer(cpic.unpack(account.request, record)))
    c:turn()
  end
  return enquiries
end

for c in cpic.conversations(options) do
  local partner = c.partner
  local done, what = pcall(serve, c)
  c:abend() -- nothing where the conversation is over; else only this partner has to do without us
  print(partner, done and what .. " enquiries" or what)
end
