# The command: arguments, errors and exit status, scripts as TPs, the prompt.
set -u
mkdir "$SCENARIO_DIR/command" && cd "$SCENARIO_DIR/command" || exit 1

fail() {
    echo "FAILED: $*"
    for f in out err; do [ ! -s "$f" ] || sed "s/^/  $f: /" "$f"; done
    exit 1
}

# status STATUS COMMAND ...: output in out and err
status() {
    local expected=$1
    shift
    "$@" >out 2>err
    [ $? = "$expected" ] || fail "$*: not status $expected"
}

is() {
    [ "$(cat "$1")" = "$2" ] || fail "$1 is not: $2"
}

has() {
    grep -qE -- "$2" "$1" || fail "$1 has no line $2"
}

# ---- arguments ----

echo 'print(arg[0], ..., #arg, arg[2])' >args.lua
status 0 tpsh args.lua a 'b c'
is out "args.lua	a	2	b c"
status 0 tpsh -e 'print(..., arg[1])' x
is out "x	x"
status 0 sh -c 'echo "print(1 + 1)" | tpsh'
is out 2
status 0 sh -c 'echo "print(...)" | tpsh - y'
is out y
status 2 tpsh -x
has err '^tpsh: -x: no such option; see tpsh --help$'
status 0 tpsh -h
has out '^usage: tpsh'
mkdir -p beside && echo 'return "beside the script"' >beside/mymodule.lua
echo 'print(require "mymodule")' >beside/main.lua
status 0 tpsh beside/main.lua
is out "beside the script	beside/mymodule.lua"
printf '#!/usr/bin/env tpsh\nprint("run as a program")\n' >program.lua
chmod +x program.lua
status 0 ./program.lua
is out "run as a program"
status 0 tpsh -e 'os.exit(0)'
status 7 tpsh -e 'os.exit(7)'

# ---- errors: file, line and message; exit status 1 ----

printf 'local t\n\nprint(t.x)\n' >wrong.lua
status 1 tpsh wrong.lua
is err "tpsh: wrong.lua:3: attempt to index a nil value (local 't')"
status 1 tpsh -v wrong.lua
has err 'stack traceback'
printf 'x x\n' >syntax.lua
status 1 tpsh syntax.lua
has err '^tpsh: syntax.lua:1: syntax error'
status 1 tpsh nosuch.lua
has err 'cannot open nosuch.lua'
printf '\ncpic.allocate("NOSUCH")\n' >call.lua
status 1 tpsh call.lua
has err '^tpsh: call.lua:2: cminit: CM_PROGRAM_PARAMETER_CHECK'
status 1 tpsh -e 'error({})'
has err 'a table that is not a message'
status 1 tpsh -e 'error(nil)'
status 1 env SNANODE_SOCKET="$SCENARIO_DIR/none" tpsh -e 'cpic.allocate("ENQUIRY")'
has err "CM_PRODUCT_SPECIFIC_ERROR \\(20\\): no node at $SCENARIO_DIR/none"

# ---- scripts that the node starts ----

for tp in PLAIN SHEBANG PARAM; do
    name=$(echo $tp | tr A-Z a-z).lua
    [ $tp != PARAM ] || name=plain.lua
    status 0 tpsh -e "local c = cpic.allocate(...) c:send('hello') print((c:receive()))" $tp
    is out "hello,$name,one|two words,$tp,$tp"
done

status 0 aping FOREIGN

# a name from the environment, with a limit of the program's and with the limit of the TP's entry
status 0 env APPCTPN=CHAT tpsh -e 'print(cpic.accept{timeout=0.01})'
is out "nil	timeout"
status 0 env APPCTPN=T5TIMEOUT tpsh -e 'local t = cpic.clock() print(cpic.accept()) print(cpic.clock() - t > 0.09)'
is out "nil	timeout
true"

# os.exit abends what is left, also in the middle of an incomplete operation
status 3 tpsh -e 'cpic.cmsltp("LEFT") cpic.cmaccp() cpic.allocate("PLAIN"):flush() os.exit(3, true)'

# A TP with an error: its partner sees an abend, the node's log what and where.
status 0 tpsh -e 'local c = cpic.allocate("BROKEN") c:send("x") c:flush()
    local done, problem = pcall(c.receive, c) print(done, problem.name)'
is out "false	CM_DEALLOCATED_ABEND"
for ((i = 0; i < 200; i++)); do
    grep -q 'TP BROKEN: process [0-9]* ended' "$SCENARIO_DIR/node.log" && break
    sleep 0.02
done
grep -q "TP BROKEN\[[0-9]*\]: tpsh: .*/broken.lua:5: attempt to index a nil value" "$SCENARIO_DIR/node.log" || fail "the log has no error"
grep -q "TP BROKEN: process [0-9]* ended with status 1" "$SCENARIO_DIR/node.log" || fail "BROKEN has not ended with status 1"

# What is abended are all conversations: also of raw calls, and with an operation that is not complete.
cat >leaves.lua <<'END'
local a = cpic.allocate("PLAIN")
a:flush()
local _, id = cpic.cminit("PLAIN")
cpic.cmallc(id)
cpic.cmflus(id)
cpic.cmspm(id, cpic.CM_NON_BLOCKING)
cpic.cmrcv(id, 100)
cpic.WinCPICSetEvent(a.id, cpic.event())
cpic.cmrcv(a.id, 100)
error("leaving")
END
status 1 tpsh leaves.lua
has err 'leaves.lua:10: leaving'

# ---- the prompt, on a terminal ----

# Each step is typed when what it answers to has been seen.  A word is put together from two where the echo of what
# was typed must not be taken for it.
TPSH_HISTORY=$PWD/history TERM=dumb status 0 "$SCENARIO_TPS/ptydrive" tpsh <<'END'
expect Ctrl-D ends
expect tpsh>
raw
send 1 + 1\r
expect 1 + 1
expect 2
expect tpsh>
raw
send for i = 1, 2 do\r
expect >>
raw
send io.write("lo", "op ", i, "\\n")\r
expect >>
raw
send end\r
expect loop 1
expect loop 2
expect tpsh>
raw
send 5 * 2, "a\\1b"\r
expect 10
expect a\x01b
expect tpsh>
raw
send cpic.name(9)\r
expect CM_TPN_NOT_RECOGNIZED
expect tpsh>
raw
send t.x\r
expect tpsh: stdin:1: attempt to index a nil value (global 't')
expect tpsh>
raw
send io.write("turn", "ing\\n") while true do end\r
expect turning
send \c
expect interrupted
expect tpsh>
raw
send for i = 1, 2 do\r
expect >>
raw
send half a line
expect half a line
send \c
expect tpsh>
raw
send "still " .. "here"\r
expect still here
expect tpsh>
raw
send appc.get_tp_pro\t
expect appc.get_tp_properties
send {}.primary_rc\r
expect AP_PARAMETER_CHECK
expect tpsh>
raw
send appc.async.mc_send_c\t
expect appc.async.mc_send_conversation
send \c
expect tpsh>
raw
send \d
END
grep -qx 'cpic.name(9)' history || fail "the history has no line"
TPSH_HISTORY=$PWD/history TERM=dumb status 3 "$SCENARIO_TPS/ptydrive" tpsh <<'END'
expect tpsh>
send io.write("turn", "ing\\n") cpic.together(function() while true do coroutine.yield() end end)\r
expect turning
send \c
expect tpsh: interrupted
expect tpsh>
send os.exit(3)\r
END
grep -qx 'os.exit(3)' history || fail "os.exit loses the history"
grep -qx 'cpic.name(9)' history || fail "the history of the session before is lost"
