-- A partner from a transcript: cpic.expect.  A function of the cpic table.

local cpic = ...
cpic.expect = nil
