-- The table appc: every verb of the header is there, fields go in and come out by name, and conversations with APPC at
-- both ends and at one, to and from CPI-C.
local s = require "support.scenario"

local TP = "SCENARIOTP"

-- The result of a verb, which is RC (AP_OK) and SECONDARY.
local function is(result, rc, secondary)
  if result.primary_rc ~= (rc or "AP_OK") or result.secondary_rc ~= secondary then
    error(string.format("%s, not %s %s", result, rc or "AP_OK", secondary or ""), 2)
  end
  return result
end

-- ---- what there is ----

local header = assert(io.open(os.getenv("SCENARIO_ROOT") .. "/tp/include/winappc.h")):read("a")
local opcodes = header:match("(.-)/%* %-%-%-%- return codes")
local constants = header:match("/%* %-%-%-%- return codes(.-)/%* %-%-%-%- verb control blocks")
local verbs = 0
for name in opcodes:gmatch("#define AP_([%w_]+) ") do
  local both = name:match("^[MB]_(.*)")
  for _, verb in ipairs(both and { both:lower(), "mc_" .. both:lower() } or { name:lower() }) do
    if header:find("\nstruct " .. verb .. " {", 1, true) then
      s.is("appc." .. verb, type(appc[verb]), "function")
      s.is("appc.async." .. verb, type(appc.async[verb]), "function")
      verbs = verbs + 1
    end
  end
end
s.is("verbs with a block, more than 60", verbs > 60, true)
local n = 0
for name, value in constants:gmatch("\n#define (AP_[%w_]+) +([^\n]+)") do
  s.is("appc." .. name, appc[name], math.tointeger(tonumber(value:match("%((.*)%)") or value)))
  n = n + 1
end
s.is("more than 250 constants", n > 250, true)
s.is("a code by name", appc.codes.primary.AP_STATE_CHECK, 2)
s.is("a name by code", appc.codes.primary[0xF004], "AP_COMM_SUBSYSTEM_NOT_LOADED")
s.is("a secondary code", appc.codes.secondary[0x080F6051], "AP_SECURITY_NOT_VALID")
s.is("what_rcvd", appc.codes.what_rcvd[0x0402], "AP_DATA_COMPLETE_CONFIRM_DEALL")
s.is("conv_state", appc.codes.conv_state[10], "AP_SEND_PENDING_STATE")

-- ---- fields ----

s.raises("mc_send_data has no field dta", appc.mc_send_data, { dta = "x" })
s.raises("mc_send_data has no field number", appc.mc_send_data, { "x" })
s.raises("the field type is a number from 0 to 255", appc.mc_send_data, { type = 256 })
s.raises("the field type is a number, or", appc.mc_send_data, { type = "AP_NOTHING" })
s.raises("the field dlen follows from the data", appc.mc_send_data, { data = "x", dlen = 3 })
s.raises("the field data is what the verb returns", appc.mc_receive_and_wait, { data = "x" })
s.raises("the field lu_alias has at most 8 octets", appc.tp_started, { lu_alias = "NINECHARS" })
s.raises("the field set_negotiable is a number from 0 to 1", appc.cnos, { set_negotiable = 2 })
s.raises("the field tp_name is a string", appc.tp_started, { tp_name = 5 })
s.raises("table expected", appc.tp_started, 5)
is(appc.mc_confirm { tp_id = "12345678", conv_id = 5 }, "AP_PARAMETER_CHECK", "AP_BAD_TP_ID")
s.is("a result as text", tostring(appc.mc_confirm {}), "mc_confirm: AP_PARAMETER_CHECK, AP_BAD_TP_ID")
s.raises("mc_confirm: AP_PARAMETER_CHECK, AP_BAD_TP_ID", function() appc.check(appc.mc_confirm {}) end)

local tp = appc.check(appc.tp_started { lu_alias = "CLIENTLU", tp_name = "INVOKER" })
s.is("8 octets of tp_id", #tp.tp_id, 8)
local properties = is(appc.get_tp_properties { tp_id = tp.tp_id })
s.is("tp_name", properties.tp_name, "INVOKER")
s.is("lu_alias", properties.lu_alias, "CLIENTLU")
local service = is(appc.tp_started { lu_alias = "CLIENTLU", tp_name = "\x06INV" })
s.is("the name of a service TP", appc.get_tp_properties(service, {}).tp_name, "\x06INV")
is(appc.tp_ended { tp_id = service.tp_id, type = "AP_HARD" })
is(appc.set_tp_properties { tp_id = tp.tp_id, set_user_id = appc.AP_YES, user_id = "ANN" })
s.is("user_id", appc.get_tp_properties(tp, {}).user_id, "ANN")

-- ---- conversations ----

local wish = { plu_alias = "HOSTLU", mode_name = "#INTER", tp_name = TP, synclevel = "AP_CONFIRM_SYNC_LEVEL" }

local function allocate(verb)
  local a = is(appc[verb](tp, wish))
  a.tp_id = tp.tp_id
  return a
end

-- A has sent its Attach, and B has taken it.
local function pair(mapped)
  local accepting = appc.async.receive_allocate { tp_name = TP }
  local a = allocate(mapped and "mc_allocate" or "allocate")
  is(appc[mapped and "mc_flush" or "flush"](a, {}))
  local b = is(accepting:wait(10))
  s.is("conv_type", b.conv_type, mapped and appc.AP_MAPPED_CONVERSATION or appc.AP_BASIC_CONVERSATION)
  s.is("plu_alias", b.plu_alias, "CLIENTLU")
  s.is("mode_name", b.mode_name, "#INTER")
  return a, b
end

-- APPC and APPC: data, a turn, an error, confirmation
local a, b = pair(true)
is(appc.mc_send_data(a, { data = "one record" }))
is(appc.mc_send_data(a, { data = "", type = appc.AP_SEND_DATA_P_TO_R_FLUSH }))
local got = is(appc.mc_receive_and_wait(b, { max_len = 3 }))
s.is("data", got.data, "one")
s.is("what_rcvd", got.what_rcvd, "AP_DATA_INCOMPLETE")
got = is(appc.mc_receive_and_wait(b, {}))
s.is("data", got.data, " record")
s.is("what_rcvd", got.what_rcvd, "AP_DATA_COMPLETE")
s.is("an empty record", is(appc.mc_receive_and_wait(b, {})).data, "")
s.is("what_rcvd", is(appc.mc_receive_and_wait(b, {})).what_rcvd, "AP_SEND")
s.is("conv_state", is(appc.get_state(b, {})).conv_state, "AP_SEND_STATE")
is(appc.mc_send_data(b, { data = "back" }))
is(appc.mc_prepare_to_receive(b, { ptr_type = "AP_FLUSH" }))
got = is(appc.mc_receive_and_wait(a, { rtn_status = "AP_YES" }))
s.is("what_rcvd with a status", got.what_rcvd, "AP_DATA_COMPLETE_SEND")
is(appc.mc_send_data(a, { data = "bad" }))
is(appc.mc_flush(a, {}))
is(appc.mc_send_error(b, { err_type = "AP_PROG" }))
is(appc.mc_prepare_to_receive(b, { ptr_type = "AP_FLUSH" }))
is(appc.mc_receive_and_wait(a, {}), "AP_PROG_ERROR_PURGING")
s.is("what_rcvd", is(appc.mc_receive_and_wait(a, {})).what_rcvd, "AP_SEND")
local ending = appc.async.mc_deallocate(a, { dealloc_type = "AP_SYNC_LEVEL" })
s.is("what_rcvd", is(appc.mc_receive_and_wait(b, {})).what_rcvd, "AP_CONFIRM_DEALLOCATE")
local none, why = ending:wait(0)
s.is("not confirmed yet", none, nil)
s.is("why", why, "timeout")
s.is("it is outstanding", tostring(ending), "mc_deallocate: outstanding")
is(appc.mc_confirmed(b, {}))
is(ending:wait(10))
s.is("it is complete", tostring(ending), "mc_deallocate: complete")
is(appc.mc_confirmed(b, {}), "AP_PARAMETER_CHECK", "AP_BAD_CONV_ID")
is(appc.tp_ended { tp_id = b.tp_id })

-- what goes on by itself: an event that tells, a receive that is cancelled
a, b = pair(true)
local told, posted = appc.mc_post_on_receipt(b, { max_len = 1 })
is(told)
s.is("nothing yet", posted:wait(0), nil)
is(appc.mc_send_data(a, { data = "posted", type = appc.AP_SEND_DATA_FLUSH }))
is(posted:wait(10), "AP_OK", "AP_DATA")
local begun, receiving = appc.mc_receive_and_post(b, {})
is(begun)
s.is("posted", is(receiving:wait(10)).data, "posted")
local waiting = appc.async.mc_receive_and_wait(b, { max_len = 100 })
s.is("nothing to poll", cpic.poll({ waiting:descriptor() }, 0), nil)
s.is("cancel", waiting:cancel(), 0)
is(waiting:wait(10), "AP_CANCELED")
is(appc.tp_ended { tp_id = b.tp_id, type = "AP_HARD" })
is(appc.mc_receive_and_wait(a, {}), "AP_DEALLOC_ABEND")

-- basic: logical records, and error log data
a, b = pair(false)
local log, logged = appc.receive_log_data(b, { log_dlen = 64 })
is(log)
is(appc.send_data(a, { data = "\0\6abcd\0\3" }))
is(appc.send_data(a, { data = "e", type = "AP_SEND_DATA_FLUSH" }))
s.is("records", is(appc.receive_and_wait(b, { fill = "AP_BUFFER", max_len = 9 })).data, "\0\6abcd\0\3e")
is(appc.deallocate(a, { dealloc_type = "AP_ABEND_PROG", log_data = "\0\10\18\225\0\2\0\4\193\194" }))
is(appc.receive_and_wait(b, {}), "AP_DEALLOC_ABEND_PROG")
s.is("log data", logged:wait(0).log_data:find("\193\194", 1, true) ~= nil, true)
is(appc.tp_ended { tp_id = b.tp_id })

-- APPC to CPI-C
local cpic_b = s.accept()
a = allocate("mc_allocate")
is(appc.mc_send_data(a, { data = "for CPI-C" }))
ending = appc.async.mc_deallocate(a, { dealloc_type = "AP_SYNC_LEVEL" })
s.rc("cmaccp", s.wait(cpic_b))
s.receives(cpic_b, "for CPI-C", cpic.CM_COMPLETE_DATA_RECEIVED, cpic.CM_CONFIRM_DEALLOC_RECEIVED)
s.rc("cmcfmd", cpic.cmcfmd(cpic_b))
is(ending:wait(10))
s.state(cpic_b, "void")

-- CPI-C to APPC
local accepting = appc.async.receive_allocate { tp_name = TP }
local cpic_a = s.allocate { sync = true }
s.rc("cmsend", (cpic.cmsend(cpic_a, "for APPC")))
s.rc("cmflus", (s.run("cmflus", cpic_a)))
b = is(accepting:wait(10))
s.is("sync_level", b.sync_level, appc.AP_CONFIRM_SYNC_LEVEL)
s.is("data", is(appc.mc_receive_and_wait(b, {})).data, "for APPC")
is(appc.mc_deallocate(b, { dealloc_type = "AP_ABEND" }))
s.rc("cmrcv", (s.run("cmrcv", cpic_a, 100)), cpic.CM_DEALLOCATED_ABEND)
is(appc.tp_ended { tp_id = b.tp_id })

-- ---- control verbs, refusals, the end ----

local attributes = allocate("mc_allocate")
local about = is(appc.mc_get_attributes(attributes, {}))
s.is("plu_alias", about.plu_alias, "HOSTLU")
s.is("fqplu_name", about.fqplu_name, "TESTNET.HOSTLU")
is(appc.mc_deallocate(attributes, { dealloc_type = "AP_FLUSH" }), "AP_OK")
is(appc.mc_receive_immediate(attributes, {}), "AP_PARAMETER_CHECK", "AP_BAD_CONV_ID")
s.is("syncpoint", is(appc.get_lu_status(tp, { plu_alias = "HOSTLU" })).syncpoint, appc.AP_NO)
local cnos = appc.cnos { lu_alias = "CLIENTLU", plu_alias = "HOSTLU", mode_name = "#INTER", set_negotiable = 1,
  plu_mode_sess_lim = 8, min_conwinners_source = 9, min_conwinners_target = 0 }
is(cnos, "AP_PARAMETER_CHECK", "AP_MIN_GT_TOTAL")
s.is("a bit field", cnos.set_negotiable, 1)
local function display(wanted)
  wanted.init_sect_len, wanted.num_sections = appc.AP_DISPLAY_INIT_LEN, appc.AP_DISPLAY_SECTIONS
  return appc.display(wanted)
end
local node = is(display { sna_global_info = appc.AP_YES })
s.is("DISPLAY", #node.buffer, node.area_needed)
s.is("DISPLAY", cpic.ascii(node.buffer:sub(3, 10)), "TESTNET ")
node = is(display { lu62_info = "AP_YES", buffer_len = 8 }, "AP_STATE_CHECK", "AP_DISPLAY_INFO_EXCEEDS_LEN")
s.is("DISPLAY, too short", #node.buffer, 8)
is(display { am_info = 1 }, "AP_PARAMETER_CHECK", "AP_DISPLAY_INVALID_CONSTANT")
wish.tp_name = "NOBODY"
a = is(appc.mc_allocate(tp, wish))
a.tp_id = tp.tp_id
is(appc.mc_confirm(a, {}), "AP_ALLOCATION_ERROR", "AP_TP_NAME_NOT_RECOGNIZED")
local code, partners = appc.GetAppcConfig("CLIENTLU")
s.is("GetAppcConfig", code & appc.APPC_CFG_SUCCESS, appc.APPC_CFG_SUCCESS)
s.is("a partner", table.concat(partners, " "):find("HOSTLU", 1, true) ~= nil, true)
is(appc.tp_ended { tp_id = tp.tp_id, type = "AP_SOFT" })
is(appc.tp_ended { tp_id = tp.tp_id }, "AP_PARAMETER_CHECK", "AP_BAD_TP_ID")
s.is("WinAPPCIsBlocking", appc.WinAPPCIsBlocking(), false)
s.is("WinAPPCCleanup", appc.WinAPPCCleanup(), true)
is(appc.tp_started { tp_name = "X" }, "AP_COMM_SUBSYSTEM_NOT_LOADED", "AP_NO_NODE_ACTIVE")
s.is("WinAPPCStartup", (appc.WinAPPCStartup()), 0)

-- what is left goes with the program
tp = is(appc.tp_started { lu_alias = "CLIENTLU", tp_name = "LEFT" })
appc.async.receive_allocate { tp_name = TP }
collectgarbage()
