-- Errors that name the place in the program, and the likely reason.  A function of the cpic table.

local cpic = ...

local own = {} -- chunks whose frames are not the program's
for _, name in ipairs { "errors", "together", "conversation", "layout", "expect" } do
  own["=[" .. name .. "]"] = true
end

-- "file:line: " of the innermost frame of the program itself.
local function place()
  local level = 2
  while true do
    local info = debug.getinfo(level, "Sl")
    if not info then
      return ""
    end
    if info.currentline > 0 and not own[info.source] then
      return info.short_src .. ":" .. info.currentline .. ": "
    end
    level = level + 1
  end
end

local function fail(format, ...)
  error(place() .. string.format(format, ...), 0)
end

-- By the return code, or by the call and the return code.
local advice = {
  ["cminit CM_PROGRAM_PARAMETER_CHECK"] = "the node has no symbolic destination of this name; case counts (snactl side)",
  CM_ALLOCATE_FAILURE_NO_RETRY = "no session can be had: are partner LU and mode defined?",
  CM_ALLOCATE_FAILURE_RETRY = "no session now: is the link up?",
  CM_SECURITY_NOT_VALID = "the partner refused the user ID or password",
  CM_TPN_NOT_RECOGNIZED = "the partner LU knows no TP of this name",
  CM_TP_NOT_AVAILABLE_NO_RETRY = "the partner's TP cannot be started",
  CM_TP_NOT_AVAILABLE_RETRY = "the partner's TP is not running",
  CM_DEALLOCATED_ABEND = "the partner program gave up",
  CM_DEALLOCATED_ABEND_SVC = "the partner program ended or was cancelled",
  CM_PROGRAM_PARAMETER_CHECK = "a name or value is not valid, or the conversation is over",
  CM_PARAMETER_ERROR = "partner LU, mode or TP name cannot be used",
  CM_OPERATION_NOT_ACCEPTED = "another call of this conversation is under way",
  CM_PRODUCT_SPECIFIC_ERROR = "is the node running, and does SNANODE_SOCKET name its socket?",
  CM_UNSUCCESSFUL = "no session is free",
}

local state_advice = {
  RESET = "the conversation is over",
  SEND = "the turn is on this side, and nobody waits for an answer",
  SEND_PENDING = "the turn is on this side, and nobody waits for an answer",
  RECEIVE = "the partner has the turn; receive until it gives the turn",
  CONFIRM = "the partner waits for confirmed or error",
  CONFIRM_SEND = "the partner waits for confirmed or error",
  CONFIRM_DEALLOCATE = "the partner waits for confirmed or error",
}
local asks_confirmation = { cmcfm = true, cmsptr = true, cmsdt = true }

local function advise(call, name, conversation)
  if name == "CM_PROGRAM_STATE_CHECK" and conversation then
    local state = conversation.state
    return "not in state " .. state .. (state_advice[state] and ": " .. state_advice[state] or "")
  elseif name == "CM_PROGRAM_PARAMETER_CHECK" and asks_confirmation[call] and conversation
    and conversation.sync == "none" then
    return "the conversation was allocated with sync level none"
  end
  if name == "CM_PRODUCT_SPECIFIC_ERROR" and cpic.xclasterr() ~= "" then
    return cpic.xclasterr()
  end
  return advice[call .. " " .. name] or advice[name]
end

local Error = { __name = "cpic.error" }
Error.__index = Error

function Error:__tostring()
  local text = string.format("%s%s: %s (%d)", self.where, self.call, self.name, self.rc)
  return self.advice and text .. ": " .. self.advice or text
end

-- A return code that is not CM_OK: an object with rc, name, call, and the conversation.
local function refuse(call, rc, conversation)
  local name = cpic.name(rc)
  error(setmetatable({ where = place(), call = call, rc = rc, name = name, conversation = conversation,
    advice = advise(call, name, conversation) }, Error), 0)
end

-- For the other sources of this module; the last of them removes it.
cpic.internal = { fail = fail, place = place, refuse = refuse }
