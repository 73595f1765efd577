# docs/stand-in.md does what it says: its files, its commands, its output.
set -u
page=$SCENARIO_ROOT/docs/stand-in.md
mkdir "$SCENARIO_DIR/document" && cd "$SCENARIO_DIR/document" || exit 1
trap 'SNANODE_SOCKET=$PWD/node.sock snactl stop >/dev/null 2>&1' EXIT

fail() {
    echo "FAILED: $*"
    for f in out node.sock.log; do [ ! -s "$f" ] || sed "s/^/  $f: /" "$f"; done
    exit 1
}

block() { # NUMBER: that block of the page
    awk -v want="$1" '/^```/ { inside = !inside; if (inside) n++; next } inside && n == want' "$page"
}

block 1 >balance.lua
block 2 >host.cfg
block 3 >host.reg
block 4 >run.sh
block 5 >expected
block 6 >strict.lua
block 7 >strict.sh
block 8 >said
[ -s said ] || fail "the page has other blocks than it had"
sh -e run.sh >out 2>&1 || fail "the commands of section 3"
grep -v '^snanode: ' out >said.out
cmp -s said.out expected || fail "the output is not what the page shows"
# a program that flushes before it receives, so that the turn comes by itself
SNANODE_SOCKET=$PWD/node.sock tpsh -e 'local c = cpic.allocate("BALANCE")
    c:send(cpic.pack("X(4), 9(8)", "ENQ", 4711))
    c:flush()
    cpic.sleep(0.05)
    print(cpic.unpack("9(2), X(20)", (c:receive())))
    c:deallocate()' >out 2>&1
grep -qx '0	A LOVELACE' out || fail "an enquiry whose turn comes by itself"
(
    SNANODE_SOCKET=$PWD/node.sock
    export SNANODE_SOCKET
    sh -e strict.sh
) >out 2>&1 || fail "the commands of section 4"
[ -e node.sock.log ] || fail "the node has no log"
message=$(sed -e 's/^TP BALANCE: //' said | tr '\n' ' ' | sed 's/ $//')
grep -F "TP BALANCE[" node.sock.log | grep -qF "$message" || fail "the log does not say: $message"
