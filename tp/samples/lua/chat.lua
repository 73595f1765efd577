#!/usr/bin/env tpsh
-- chat.lua - two people, two prompts, one conversation.
--
--   chat.lua [-t TPNAME]      wait for a partner
--   chat.lua DESTINATION      call one
--
-- Who has the turn may type; a line that is sent gives nothing away, an empty line gives the turn to the partner.  Who
-- types without having the turn asks for it (Request_To_Send), and the partner is told.  The end of input ends the
-- conversation for both.

io.stdin:setvbuf("no") -- poll must see what has not been read
io.stdout:setvbuf("line")

local c
if arg[1] and arg[1] ~= "-t" then
  c = assert(cpic.allocate { to = arg[1], timeout = 30 })
  c:flush()
else
  print("waiting for a partner")
  c = cpic.accept { tp = arg[2] or os.getenv("APPCTPN") or "CHAT" }
end
print("connected with " .. c.partner)

local ended_input = false
local asked = false
local kept = {} -- lines typed without the turn

local function prompt(text)
  io.write(text)
  io.flush()
end

-- My turn: send lines until an empty one; false when the conversation is over.
local function talk()
  asked = false
  while true do
    local line = table.remove(kept, 1)
    if not line and not ended_input then
      prompt("> ")
      line = io.read("l")
    end
    if not line then
      c:deallocate()
      return false
    elseif line == "" then
      c:turn()
      return true
    end
    c:send(line)
    c:flush()
    if c:turn_wanted() then
      print("(your partner wants to say something: an empty line gives the turn)")
    end
  end
end

-- Not my turn: show what comes, and note what is typed.
local function listen()
  while true do
    local line, what = c:receive { timeout = 0 }
    if line then
      print("< " .. line)
    end
    if what == "turn" then
      return true
    elseif what == "end" then
      return false
    elseif what == "timeout" then
      local _, fd, events = cpic.xcfd(c.id)
      local ready = cpic.poll(ended_input and { { fd, events } } or { { fd, events }, 0 })
      if ready[2] then
        kept[#kept + 1] = io.read("l")
        ended_input = kept[#kept] == nil
        if not asked then
          c:request_to_send()
          asked = true
        end
      end
    end
  end
end

local mine = c.state == "SEND"
repeat
  local go_on
  if mine then
    go_on = talk()
  else
    go_on = listen()
  end
  mine = not mine
until not go_on
print("the conversation is over")
