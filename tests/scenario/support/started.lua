#!/usr/bin/env tpsh
-- A TP that the node starts: it reports how it was started and with what arguments.
local c = cpic.accept()
local record = c:receive()
c:send(table.concat({ record, arg[0]:match("[^/]*$"), table.concat({ ... }, "|"), os.getenv("APPCTPN"), c.tp }, ","))
c:deallocate()
