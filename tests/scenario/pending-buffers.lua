-- What incomplete Receives write to stays alive, whatever the garbage collector does, and comes back in the right one.
local s = require "support.scenario"

local pairs_of = {}
for i = 1, 6 do
  local a, b = s.pair()
  s.start("cmrcv", b, 32767)
  pairs_of[i] = { a = a, b = b }
  collectgarbage()
end
for i = #pairs_of, 1, -1 do
  s.rc("cmsend", (cpic.cmsend(pairs_of[i].a, tostring(i):rep(1000))))
  s.rc("cmflus", cpic.cmflus(pairs_of[i].a))
end
collectgarbage()
local seen = 0
for _ = 1, #pairs_of do
  local rc, id, conversation_rc, data = cpic.cmwait()
  s.rc("cmwait", rc)
  s.rc("cmrcv", conversation_rc)
  for i, p in ipairs(pairs_of) do
    if p.b == id then
      s.is("data", data, tostring(i):rep(1000))
      s.is("data, once more", (cpic.received(id)), data)
      s.is("data, with more arguments", (cpic.received(id, 1, {}, "x")), data)
      seen = seen + 1
    end
  end
end
s.is("Receives that completed", seen, #pairs_of)

-- cancelled ones are forgotten
for _, p in ipairs(pairs_of) do
  s.rc("cmrcv", (cpic.cmrcv(p.b, 100)), cpic.CM_OPERATION_INCOMPLETE)
  s.rc("cmcanc", cpic.cmcanc(p.b))
  s.rc("cmcanc", cpic.cmcanc(p.a))
  s.over(p.a, p.b)
end
collectgarbage()
local before = collectgarbage("count")
for _ = 1, 200 do
  local id = s.accept()
  s.rc("cmcanc", cpic.cmcanc(id))
end
collectgarbage()
s.is("memory grows by less than 100 KiB", collectgarbage("count") - before < 100, true)
