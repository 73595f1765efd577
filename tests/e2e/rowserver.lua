-- The TP of the rows of the truth table: ID [LIFE] NAME ...: answers with who it is; LIFE once, loop, slow (waits for the file "go")
local id, life = ...
local names = {select(3, ...)}
local self = io.open("/proc/self/stat"):read("n")
repeat
    local c = cpic.accept{tp = names}
    c:receive()
    while life == "slow" and not io.open("go") do cpic.sleep(0.02) end
    c:send(id .. " " .. c.tp .. " " .. self)
    c:deallocate{how = "flush"}
until life ~= "loop"
