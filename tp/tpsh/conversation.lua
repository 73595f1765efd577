-- The object form: conversations as objects with methods.  A function of the cpic table.
--
-- Every call is made in nonblocking mode and then waited for, so that every wait can have a limit.

local cpic = ...
local fail, refuse = cpic.internal.fail, cpic.internal.refuse
local finish, is_seconds = cpic.internal.finish, cpic.internal.is_seconds

local function check(call, rc, ...)
  if rc ~= cpic.CM_OK then
    refuse(call, rc)
  end
  return ...
end

-- A call that does not wait: a characteristic of the conversation SELF.
local function set(self, call, value)
  local rc = cpic[call](self.id, value)
  if rc ~= cpic.CM_OK then
    refuse(call, rc, self)
  end
end

-- ---- names of numbers ----

local states = { [14] = "INITIALIZE_INCOMING", "RESET", "INITIALIZE", "SEND", "RECEIVE", "SEND_PENDING", "CONFIRM", "CONFIRM_SEND",
  "CONFIRM_DEALLOCATE" }

function cpic.state_name(state)
  if math.type(state) ~= "integer" then
    fail("state_name: an integer expected, got %s", type(state))
  end
  return states[state] or "unknown"
end

local sync_names = { [0] = "none", [1] = "confirm" }
local type_names = { [0] = "basic", [1] = "mapped" }
local security_names = { [0] = "none", [1] = "same", [2] = "program" }
local statuses = { [1] = "turn", [2] = "confirm", [3] = "confirm-turn", [4] = "confirm-end" }

local function number_of(names, name, what)
  for number, known in pairs(names) do
    if known == name then
      return number
    end
  end
  fail("%s: %s is none of its values", what, tostring(name))
end

-- ---- options ----

local kinds = {
  string = function(v) return type(v) == "string" end,
  boolean = function(v) return type(v) == "boolean" end,
  seconds = is_seconds,
  length = function(v) return math.type(v) == "integer" and v >= 0 and v <= 32767 end,
  names = function(v)
    if type(v) == "table" then
      for _, name in ipairs(v) do
        if type(name) ~= "string" then
          return false
        end
      end
      return #v > 0
    end
    return type(v) == "string"
  end,
}

-- The options OPTIONS of METHOD: each one known, and of its kind.
local function options_of(method, options, known)
  if options == nil then
    return {}
  elseif type(options) ~= "table" then
    fail("%s: a table of options expected, got %s", method, type(options))
  end
  local taken = {} -- keep the values that were checked: metamethods may return others the next time
  for name, value in pairs(options) do
    local kind = known[name]
    if not kind then
      fail("%s: no option %s", method, tostring(name))
    elseif not kinds[kind](value) then
      fail("%s: option %s is not usable: %s", method, name, tostring(value))
    end
    taken[name] = value
  end
  return taken
end

-- ---- waiting ----

-- The limit for this wait, in seconds; nil = none.
local function limit(self, options)
  return options.timeout or rawget(self, "timeout") or cpic.timeout
end

local Conversation = { __name = "conversation" }
local methods = {}

local function ended(self)
  rawset(self, "_over", true)
end

-- The results of a completed call: remember what the outputs say, and pass them on.
local function over(self, call, rc, ...)
  if rawget(self, "_under_way") == call then -- a Receive stays under way when a call overtakes it
    rawset(self, "_under_way", nil)
  end
  local _, state = cpic.cmecs(self.id)
  if not state then
    ended(self)
  end
  return rc, ...
end

-- Make the call CALL, or go on waiting for it when an earlier wait for it took too long: rc and outputs, or
-- nil, "timeout" with the operation under way.
local function settle(self, call, timeout, rc, ...)
  if rc == cpic.CM_OPERATION_INCOMPLETE then
    rawset(self, "_under_way", call)
    return settle(self, call, timeout, finish(self.id, timeout))
  elseif rc == nil and (...) == "timeout" then
    return nil, "timeout"
  elseif rc == nil and rawget(self, "_over") then
    fail("%s: the conversation was ended while this waited", call)
  elseif rc == nil then
    fail("%s: a window (xchwnd) or cmwait took its completion away", call)
  end
  return over(self, call, rc, ...)
end

local function perform(self, call, timeout, ...)
  local under_way = rawget(self, "_under_way")
  if rawget(self, "_over") then
    fail("%s: the conversation is over", call)
  elseif under_way == call then
    return settle(self, call, timeout, finish(self.id, timeout))
  elseif under_way and not (under_way == "cmrcv" and (call == "cmserr" or call == "cmrts" or call == "cmdeal")) then
    fail("%s: %s is still under way; call it again to go on waiting", call, under_way)
  end
  return settle(self, call, timeout, cpic[call](self.id, ...))
end

-- request_to_send_received, from any call that returns it.
local function note_request(self, rts)
  if rts == cpic.CM_REQ_TO_SEND_RECEIVED then
    rawset(self, "_wanted", true)
  end
end

-- A call whose only answer is CM_OK: true; or nil, "timeout".
local function simple(self, call, options, ...)
  local rc, rts = perform(self, call, limit(self, options), ...)
  if not rc then
    return nil, rts
  end
  note_request(self, rts)
  if rc ~= cpic.CM_OK then
    refuse(call, rc, self)
  end
  return true
end

-- ---- the conversation ----

local getters = {}

function getters.state(self)
  if rawget(self, "_over") then
    return "RESET"
  end
  local _, state = cpic.cmecs(self.id)
  return states[state or cpic.CM_RESET_STATE]
end

function Conversation:__index(name)
  local getter = getters[name]
  if getter then
    return getter(self)
  end
  return methods[name]
end

function Conversation:__newindex(name, value)
  if name ~= "timeout" then
    fail("a conversation has no field %s that can be set", tostring(name))
  elseif value ~= nil and not is_seconds(value) then
    fail("timeout: seconds expected, got %s", tostring(value))
  end
  rawset(self, name, value)
end

function Conversation:__tostring()
  return string.format("conversation with %s, TP %s, %s", self.partner or "?", self.tp or "?", self.state)
end

-- local c <close> = ...: a conversation that is left by an error or forgotten is abended.
function Conversation:__close()
  if not rawget(self, "_over") then
    pcall(methods.abend, self)
  end
end

local function extract(call, id)
  local rc, value = cpic[call](id)
  return rc == cpic.CM_OK and value or nil
end

local function conversation(id)
  local self = setmetatable({ id = id }, Conversation)
  cpic.cmspm(id, cpic.CM_NON_BLOCKING)
  return self
end

-- The characteristics no longer change: keep them, since they may be read after the end too.
local function characteristics(self)
  local id = self.id
  rawset(self, "partner", extract("cmepln", id))
  rawset(self, "mode", extract("cmemn", id))
  rawset(self, "tp", extract("cmetpn", id))
  local user = extract("cmecsu", id)
  rawset(self, "user", user ~= "" and user ~= " " and user or nil)
  rawset(self, "sync", sync_names[extract("cmesl", id)])
  rawset(self, "type", type_names[extract("cmect", id)])
  rawset(self, "security", security_names[extract("xcecst", id)])
  return self
end

-- ---- beginning ----

local given = {} -- names that an accept of ours has specified

-- From now on these names and no others, apart from those that the program gave to cmsltp itself.
local function specify(names)
  local wanted = {}
  for _, name in ipairs(names) do
    wanted[name] = true
    if not given[name] then
      check("cmsltp", cpic.cmsltp(name))
      given[name] = true
    end
  end
  for name in pairs(given) do
    if not wanted[name] then
      cpic.cmrltp(name)
      given[name] = nil
    end
  end
end

-- cpic.accept{tp=NAME or NAMES, timeout=SECONDS}: a conversation, or nil, "timeout".
function cpic.accept(options)
  local o = options_of("accept", options, { tp = "names", timeout = "seconds" })
  local names = o.tp or os.getenv("APPCTPN")
  if not names or names == "" then
    fail("accept: no TP name: give tp=NAME, or set APPCTPN")
  end
  specify(o.tp and (type(names) == "table" and names or { names }) or {})
  local id = check("cminic", cpic.cminic())
  local self = conversation(id)
  local rc, why = perform(self, "cmacci", o.timeout or cpic.timeout)
  if rc == cpic.CM_OK then
    return characteristics(self)
  end
  self:cancel()
  if not rc then
    return nil, why
  elseif rc == cpic.CM_PROGRAM_STATE_CHECK then
    return nil, "timeout" -- the limit that the TP's entry sets
  end
  refuse("cmacci", rc)
end

-- for conversation in cpic.conversations{tp=...} do: until an accept takes too long.
function cpic.conversations(options)
  return function()
    return (cpic.accept(options))
  end
end

local allocate_options = { to = "string", partner = "string", mode = "string", tp = "string", sync = "string",
  type = "string", security = "string", user = "string", password = "string", immediate = "boolean",
  timeout = "seconds" }

local function set_up(id, o)
  local function set_if(call, value)
    if value ~= nil then
      check(call, cpic[call](id, value))
    end
  end
  set_if("cmspln", o.partner)
  set_if("cmsmn", o.mode)
  set_if("cmstpn", o.tp)
  set_if("cmssl", o.sync and number_of(sync_names, o.sync, "sync"))
  set_if("cmsct", o.type and number_of(type_names, o.type, "type"))
  local security = o.security or (o.user and "program")
  set_if("cmscst", security and number_of(security_names, security, "security"))
  set_if("cmscsu", o.user)
  set_if("cmscsp", o.password)
  set_if("cmsrc", o.immediate and cpic.CM_IMMEDIATE or nil)
end

-- cpic.allocate{to=SYMBOLIC, partner=, mode=, tp=, sync=, type=, user=, ...}: a conversation, or nil, "timeout".
function cpic.allocate(options)
  if type(options) == "string" then
    options = { to = options }
  end
  local o = options_of("allocate", options, allocate_options)
  local to = o.to or ""
  if #to > 8 then
    fail("allocate: to: a symbolic destination has at most 8 characters: %s", to)
  end
  local id = check("cminit", cpic.cminit(to))
  local self = conversation(id)
  local done, problem = pcall(set_up, id, o)
  if not done then
    methods.abend(self)
    error(problem, 0)
  end
  local rc, why = perform(self, "cmallc", o.timeout or cpic.timeout)
  if rc ~= cpic.CM_OK then
    if not rawget(self, "_over") then
      cpic.cmcanc(id)
      ended(self)
    end
    if rc then
      refuse("cmallc", rc)
    end
    return nil, why
  end
  return characteristics(self)
end

-- ---- sending ----

local wait_options = { timeout = "seconds" }

local function record_octets(self, record)
  if type(record) == "number" then
    record = tostring(record)
  elseif type(record) ~= "string" then
    fail("send: a string expected, got %s", type(record))
  end
  if self.type == "basic" then
    if #record > 32765 then
      fail("send: a logical record holds at most 32765 octets, not %d", #record)
    end
    return string.pack(">I2", #record + 2) .. record
  elseif #record > 32767 then
    fail("send: a record holds at most 32767 octets, not %d", #record)
  end
  return record
end

-- One record.  It waits in the send buffer until something flushes it.
function methods.send(self, record, options)
  local o = options_of("send", options, wait_options)
  return simple(self, "cmsend", o, record_octets(self, record))
end

function methods.flush(self, options)
  return simple(self, "cmflus", options_of("flush", options, wait_options))
end

-- Give the turn to the partner; with confirm=true wait until it says that it has received everything.
function methods.turn(self, options)
  local o = options_of("turn", options, { timeout = "seconds", confirm = "boolean" })
  if not rawget(self, "_over") and not rawget(self, "_under_way") then
    set(self, "cmsptr", o.confirm and cpic.CM_PREP_TO_RECEIVE_CONFIRM or cpic.CM_PREP_TO_RECEIVE_FLUSH)
  end
  return simple(self, "cmptr", o)
end

function methods.confirm(self, options)
  return simple(self, "cmcfm", options_of("confirm", options, wait_options))
end

function methods.confirmed(self, options)
  rawset(self, "_status", nil)
  return simple(self, "cmcfmd", options_of("confirmed", options, wait_options))
end

-- Tell the partner of an error and take the turn.
function methods.error(self, options)
  local o = options_of("error", options, { timeout = "seconds", direction = "string", log = "string" })
  if o.direction then
    set(self, "cmsed", number_of({ [0] = "receive", [1] = "send" }, o.direction, "direction"))
  end
  if o.log then
    set(self, "cmsld", o.log)
  end
  rawset(self, "_partial", nil)
  if rawget(self, "_under_way") == "cmrcv" then
    -- the pending receive ends with the error; we have to collect its completion
    local rc, rts = cpic.cmserr(self.id)
    rawset(self, "_under_way", nil)
    cpic.finish(self.id, 0)
    note_request(self, rts)
    return check("cmserr", over(self, "cmserr", rc)) or true
  end
  return simple(self, "cmserr", o)
end

function methods.request_to_send(self, options)
  return simple(self, "cmrts", options_of("request_to_send", options, wait_options))
end

-- Has the partner asked for the turn since this was last asked?
function methods.turn_wanted(self)
  local wanted = rawget(self, "_wanted")
  if not wanted and not rawget(self, "_over") then
    local rc, rts = cpic.cmtrts(self.id)
    wanted = rc == cpic.CM_OK and rts == cpic.CM_REQ_TO_SEND_RECEIVED
  end
  rawset(self, "_wanted", nil)
  return wanted or false
end

-- ---- receiving ----

local function final(self, record, status)
  rawset(self, "_status", status)
  return record, status
end

-- Basic: the record without its length.
local function contents(self, record)
  return self.type == "basic" and record:sub(3) or record
end

-- Add the data of one Receive to the pieces of the record; true when there is something to return.
local function take(self, rc, data, data_received, status)
  local said = rc == cpic.CM_DEALLOCATED_NORMAL and "end" or statuses[status]
  if data and data_received ~= cpic.CM_NO_DATA_RECEIVED then
    rawset(self, "_partial", (rawget(self, "_partial") or "") .. data)
    if data_received == cpic.CM_INCOMPLETE_DATA_RECEIVED and not said then
      return false
    end
    local record = rawget(self, "_partial")
    rawset(self, "_partial", nil)
    return true, contents(self, record), said
  end
  return said ~= nil, nil, said
end

local receive_options = { timeout = "seconds", immediate = "boolean" }

local function set_receive_type(self, o)
  if not rawget(self, "_under_way") then
    set(self, "cmsrt", o.immediate and cpic.CM_RECEIVE_IMMEDIATE or cpic.CM_RECEIVE_AND_WAIT)
    rawset(self, "_receive_type", o.immediate)
  end
end

-- A whole record, and what came right after it: "turn", "confirm", "confirm-turn", "confirm-end", "end".
-- nil and the same when only that came; nil, "timeout"; nil, "nothing" with immediate=true.
function methods.receive(self, options)
  local o = options_of("receive", options, receive_options)
  if rawget(self, "_over") and rawget(self, "_status") == "end" then
    return nil, "end"
  end
  local timeout = limit(self, o)
  local deadline = timeout and cpic.clock() + timeout
  if not rawget(self, "_over") and rawget(self, "_receive_type") ~= o.immediate then
    set_receive_type(self, o)
  end
  rawset(self, "_status", nil)
  while true do
    local rc, data, data_received, status, rts = perform(self, "cmrcv",
      deadline and math.max(0, deadline - cpic.clock()), 32767)
    if not rc then
      return nil, "timeout" -- the Receive stays pending; the next one goes on with it
    end
    note_request(self, rts)
    if rc == cpic.CM_UNSUCCESSFUL then
      return nil, "nothing"
    elseif rc ~= cpic.CM_OK and rc ~= cpic.CM_DEALLOCATED_NORMAL then
      rawset(self, "_partial", nil)
      refuse("cmrcv", rc, self)
    end
    local whole, record, said = take(self, rc, data, data_received, status)
    if whole then
      return final(self, record, said)
    end
  end
end

function getters.status(self)
  return rawget(self, "_status")
end

-- for record, what in c:records() do: until the partner gives the turn, asks for a confirmation that the loop does
-- not answer, or ends the conversation.
function methods.records(self, options)
  options_of("records", options, receive_options)
  local first = true
  return function()
    if not first and self.state ~= "RECEIVE" then
      return nil
    end
    first = false
    local record, what = self:receive(options)
    if not record and what == "timeout" then
      fail("records: timeout")
    end
    return record, what
  end
end

-- ---- ending ----

local deallocate_types = { flush = cpic.CM_DEALLOCATE_FLUSH, confirm = cpic.CM_DEALLOCATE_CONFIRM,
  sync = cpic.CM_DEALLOCATE_SYNC_LEVEL }

-- End the conversation: as the sync level says, or how="flush", how="confirm".
function methods.deallocate(self, options)
  local o = options_of("deallocate", options, { timeout = "seconds", how = "string" })
  local how = deallocate_types[o.how or "sync"]
  if not how then
    fail("deallocate: how: %s is none of its values", o.how)
  end
  if not rawget(self, "_over") and not rawget(self, "_under_way") then
    set(self, "cmsdt", how)
  end
  return simple(self, "cmdeal", o)
end

-- Give up, in any state.  A conversation that is over stays so.
function methods.abend(self, options)
  local o = options_of("abend", options, { log = "string" })
  if rawget(self, "_over") then
    return true
  end
  local under_way = rawget(self, "_under_way")
  if under_way and under_way ~= "cmrcv" then
    return self:cancel()
  end
  if o.log then
    set(self, "cmsld", o.log)
  end
  set(self, "cmsdt", cpic.CM_DEALLOCATE_ABEND)
  local rc = cpic.cmdeal(self.id)
  if rc == cpic.CM_OPERATION_INCOMPLETE then -- the partner does not read: it is told by the node
    return self:cancel()
  end
  if under_way then
    cpic.finish(self.id, 0)
  end
  ended(self)
  return check("cmdeal", rc) or true
end

-- Cancel_Conversation: ends what is under way, and the conversation.
function methods.cancel(self)
  if not rawget(self, "_over") then
    check("cmcanc", cpic.cmcanc(self.id))
    ended(self)
  end
  return true
end

-- Each method raises an error when it is not called as c:method().
for name, method in pairs(methods) do
  methods[name] = function(self, ...)
    if getmetatable(self) ~= Conversation then
      fail("%s: no conversation in front of it: call it as c:%s(), with a colon", name, name)
    end
    return method(self, ...)
  end
end

function cpic.internal.is_conversation(v)
  return getmetatable(v) == Conversation
end
