-- account.lua - the records of the account enquiry, as the copybook of the host program has them.
-- Used by enquiry.lua, enquire.lua, faulty.lua and load.lua.

local account = {}

--  01 REQUEST.
account.request = {
  { "function", "X(4)" }, -- ENQ, or LIST
  { "account", "9(8)" },
}

--  01 REPLY.
account.reply = {
  { "status", "9(2)" }, -- 00 found, 04 unknown account, 08 unknown function
  { "account", "9(8)" },
  { "holder", "X(20)" },
  { "balance", "S9(9)V99 COMP-3" },
  { "limit", "S9(7) COMP-3" },
  { "postings", "9(4) COMP" },
  { "FILLER", "X(4)" },
  { "last", "S9(7)V99 COMP-3 OCCURS 3" },
}

-- What the stand-in knows.
account.book = {
  [10000001] = { holder = "A LOVELACE", balance = 1815.12, limit = 500, last = { 100, -12.5, 0.01 } },
  [10000002] = { holder = "C BABBAGE", balance = -1791.26, limit = 2000, last = { -1500, -250.75 } },
  [10000003] = { holder = "G HOPPER", balance = 999999999.99, limit = 0, last = {} },
}

function account.answer(request)
  local found = account.book[request.account]
  local reply = { status = 0, account = request.account, balance = 0, limit = 0, postings = 0, last = {} }
  if request["function"] ~= "ENQ" then
    reply.status = 8
  elseif not found then
    reply.status = 4
  else
    reply.holder, reply.balance, reply.limit = found.holder, found.balance, found.limit
    reply.last, reply.postings = found.last, #found.last
  end
  return cpic.pack(account.reply, reply)
end

return account
