-- The programs of tests/e2e/tp/ledger.c again, by the calls of CPI-C in Lua and by the verbs of APPC, with the same
-- books and records (ledger.c says which).
--
--   tpsh ledger.lua send BOOK NAME SEED STOP DEST ...   DEST is a symbolic destination
--   tpsh ledger.lua verbs BOOK NAME SEED STOP TP@LU ... the same by APPC
--   tpsh ledger.lua receive BOOKS TP                    accepts by CPI-C until an Accept fails
--   tpsh ledger.lua take BOOKS TP                       the same by APPC
local RECORDS, SMALL, LARGEST, HEAD = 12, 4000, 30000, 64
local what, path, name = arg[1], arg[2], arg[3]

local function pid()
  return io.open("/proc/self/stat"):read("n")
end
local receives = what == "receive" or what == "take"
local book = assert(io.open(receives and string.format("%s.%d", path, pid()) or path, "a"))
local function note(...)
  book:write(string.format(...), "\n")
  book:flush()
end

-- ---- records ----

local cycle = {}
for i = 0, 255 do
  cycle[i + 1] = string.char(i)
end
cycle = string.rep(table.concat(cycle), LARGEST // 256 + 2)

local function body(number, index, n)
  local first = (HEAD + number + index) % 256
  return cycle:sub(first + 1, first + n - HEAD)
end

local function record(number, index)
  local most = math.random(16) > 1 and SMALL or LARGEST
  local head = string.format("%s %d %d", name, number, index)
  return head .. string.rep("\0", HEAD - #head) .. body(number, index, HEAD + math.random(0, most - HEAD - 1))
end

local function write_down(data)
  local whose, number, index = data:sub(1, HEAD):match("^(%S+) (%d+) (%d+)\0")
  if whose and data:sub(HEAD + 1) == body(tonumber(number), tonumber(index), #data) then
    note("record %s %s %s", whose, number, index)
  else
    note("garbage")
  end
end

-- ---- a sender ----

-- The code of a verb, with the secondary one where it says what has happened.
local function verb_code(r)
  return r.primary_rc == "AP_ALLOCATION_ERROR" and r.primary_rc .. "/" .. (r.secondary_rc or "") or r.primary_rc
end

-- Each way to send is a function that sends RECORDS records of conversation NUMBER to DEST; it returns the call that
-- ended it, its code, and how many were sent.
local ways = {}

function ways.send(dest, number, records)
  local confirm, sent = math.random(2) == 1, 0
  local rc, id = cpic.cminit(dest)
  if rc ~= cpic.CM_OK then
    return "initialize", cpic.name(rc), 0
  end
  cpic.cmssl(id, confirm and cpic.CM_CONFIRM or cpic.CM_NONE)
  rc = cpic.cmallc(id)
  if rc ~= cpic.CM_OK then
    return "allocate", cpic.name(rc), 0
  end
  for i = 0, records - 1 do
    rc = cpic.cmsend(id, record(number, i))
    if rc ~= cpic.CM_OK then
      return "send", cpic.name(rc), sent
    end
    sent = sent + 1
    rc = cpic.cmflus(id)
    if rc ~= cpic.CM_OK then
      return "flush", cpic.name(rc), sent
    end
    cpic.sleep(math.random(0, 39) / 1000)
  end
  if confirm then
    rc = cpic.cmcfm(id)
    if rc ~= cpic.CM_OK then
      return "confirm", cpic.name(rc), sent
    end
    cpic.cmsdt(id, cpic.CM_DEALLOCATE_FLUSH)
    return "deallocate", cpic.name(cpic.cmdeal(id)), sent
  end
  local data
  rc, data = cpic.cmrcv(id, 4096)
  if rc ~= cpic.CM_OK and rc ~= cpic.CM_DEALLOCATED_NORMAL then
    return "answer", cpic.name(rc), sent
  end
  if not data or tonumber(data:match("^%d+")) ~= sent then
    return "miscounted", cpic.name(rc), sent
  end
  if rc == cpic.CM_OK then
    rc = cpic.cmrcv(id, 4096)
  end
  return "answer", rc == cpic.CM_DEALLOCATED_NORMAL and "CM_OK" or cpic.name(rc), sent
end

local function verbs(tp, lu, tp_id, number, records)
  local sent = 0
  local a = appc.mc_allocate {
    tp_id = tp_id, plu_alias = lu, mode_name = "#INTER", tp_name = tp,
    synclevel = "AP_CONFIRM_SYNC_LEVEL",
  }
  if a.primary_rc ~= "AP_OK" then
    return "allocate", verb_code(a), 0
  end
  a.tp_id = tp_id
  for i = 0, records - 1 do
    local r = appc.mc_send_data(a, { data = record(number, i) })
    if r.primary_rc ~= "AP_OK" then
      return "send", verb_code(r), sent
    end
    sent = sent + 1
    r = appc.mc_flush(a, {})
    if r.primary_rc ~= "AP_OK" then
      return "flush", verb_code(r), sent
    end
    cpic.sleep(math.random(0, 39) / 1000)
  end
  local r = appc.mc_confirm(a, {})
  if r.primary_rc ~= "AP_OK" then
    return "confirm", verb_code(r), sent
  end
  return "deallocate", verb_code(appc.mc_deallocate(a, { dealloc_type = "AP_FLUSH" })), sent
end

function ways.verbs(dest, number, records)
  local tp, lu = dest:match("^(.*)@(.*)$")
  local t = appc.tp_started { lu_alias = "CLIENTLU", tp_name = "LEDGER" }
  if t.primary_rc ~= "AP_OK" then
    return "initialize", verb_code(t), 0
  end
  local call, code, sent = verbs(tp, lu, t.tp_id, number, records)
  appc.tp_ended { tp_id = t.tp_id, type = "AP_HARD" }
  return call, code, sent
end

local function send_all(way)
  math.randomseed(tonumber(arg[4]))
  local stop, number, last, code = arg[5], 0, nil, nil
  repeat
    local f = io.open(stop)
    last = f ~= nil
    if f then f:close() end
    local records, dest = math.random(RECORDS), arg[math.random(6, #arg)]
    note("begin %d %d %s", number, records, dest)
    local call, sent
    call, code, sent = way(dest, number, records)
    note("end %d %s %s %d", number, call, code, sent)
    code = code:gsub("^%u+_", "")
    if code ~= "OK" then cpic.sleep(0.1) end
    number = number + 1
  until last and code == "OK"
end

-- ---- a receiver ----

local function receive(id)
  local records, basic = 0, select(2, cpic.cmect(id)) == cpic.CM_BASIC_CONVERSATION
  if basic then
    cpic.cmsf(id, cpic.CM_FILL_LL)
  end
  while true do
    local rc, data, received, status = cpic.cmrcv(id, LARGEST + 2)
    if rc ~= cpic.CM_OK then
      return rc
    end
    if received == cpic.CM_COMPLETE_DATA_RECEIVED then
      write_down(basic and data:sub(3) or data)
      records = records + 1
    elseif received ~= cpic.CM_NO_DATA_RECEIVED then
      note("part")
    end
    if status == cpic.CM_CONFIRM_RECEIVED then
      rc = cpic.cmcfmd(id)
      note("confirmed %s", cpic.name(rc))
    elseif status == cpic.CM_SEND_RECEIVED then
      note("answered %d", records)
      local text = string.format("%-62d", records)
      rc = cpic.cmsend(id, basic and string.pack(">I2", #text + 2) .. text or text)
      return rc == cpic.CM_OK and cpic.cmdeal(id) or rc
    end
    if rc ~= cpic.CM_OK then
      return rc
    end
  end
end

local function receive_all()
  while true do
    cpic.cmsltp(name)
    local rc, id = cpic.cmaccp()
    if rc == cpic.CM_OPERATION_INCOMPLETE then
      local completed
      rc, id, completed = cpic.cmwait()
      rc = rc == cpic.CM_OK and completed or rc
    end
    if rc ~= cpic.CM_OK then
      return
    end
    note("accept")
    note("end %s", cpic.name(receive(id)))
  end
end

-- The verbs for the form of conversation A.
local function take(a)
  local basic, records = a.conv_type == appc.AP_BASIC_CONVERSATION, 0
  local form = basic and "" or "mc_"
  while true do
    local r = appc[form .. "receive_and_wait"](a, { max_len = LARGEST + 2, fill = basic and "AP_LL" or nil })
    if r.primary_rc ~= "AP_OK" then
      return r
    end
    if r.what_rcvd == "AP_DATA_COMPLETE" then
      write_down(basic and r.data:sub(3) or r.data)
      records = records + 1
    elseif r.what_rcvd == "AP_DATA_INCOMPLETE" or r.what_rcvd == "AP_DATA" then
      note("part")
    elseif r.what_rcvd == "AP_CONFIRM_WHAT_RECEIVED" then
      r = appc[form .. "confirmed"](a, {})
      note("confirmed %s", r.primary_rc)
    elseif r.what_rcvd == "AP_SEND" then
      note("answered %d", records)
      local text = string.format("%-62d", records)
      r = appc[form .. "send_data"](a, { data = basic and string.pack(">I2", #text + 2) .. text or text })
      return r.primary_rc == "AP_OK" and appc[form .. "deallocate"](a, { dealloc_type = "AP_FLUSH" }) or r
    end
    if r.primary_rc ~= "AP_OK" then
      return r
    end
  end
end

local function take_all()
  while true do
    local a = appc.receive_allocate { tp_name = name }
    if a.primary_rc ~= "AP_OK" then
      return
    end
    note("accept")
    note("end %s", verb_code(take(a)))
    appc.tp_ended { tp_id = a.tp_id, type = "AP_HARD" }
  end
end

if what == "receive" then
  receive_all()
elseif what == "take" then
  take_all()
else
  send_all(ways[what])
end
