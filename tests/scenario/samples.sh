# The Lua samples against each other: ENQUIRY and FAULTY are started by the node, CHAT by hand.
set -u
trap '' PIPE # a program that has ended is found below
cd "$SCENARIO_ROOT/tp/samples/lua" || exit 1
out=$SCENARIO_DIR/samples.out
mine=()
trap 'for p in "${mine[@]}"; do kill "$p" 2>/dev/null; done' EXIT

fail() {
    echo "FAILED: $*"
    [ ! -s "$out" ] || sed 's/^/  /' "$out"
    exit 1
}

has() { # FILE LINE ...: each line is in the file
    local f=$1 line
    shift
    for line; do
        grep -qFx -- "$line" "$f" || {
            sed 's/^/  /' "$f"
            fail "no line: $line"
        }
    done
}

accepts() { # NAME: a program that was started by hand waits for conversations
    local i
    for ((i = 0; i < 500; i++)); do
        [ "$(snactl --json tp | "$SCENARIO_ROOT/scripts/field" accepts "name=$1")" = 1 ] && return
        sleep 0.02
    done
    fail "$1 does not accept"
}

# ---- the account enquiry ----

tpsh enquire.lua ENQUIRY 10000001 10000002 10000003 >"$out" 2>&1 || fail "enquire.lua"
has "$out" '10000001  A LOVELACE                    1815.12  limit 500' \
    '10000002  C BABBAGE                    -1791.26  limit 2000' \
    '10000003  G HOPPER                 999999999.99  limit 0' \
    '                                          -12.50' '                                        -1500.00'
tpsh enquire.lua ENQUIRY 10000009 >"$out" 2>&1 && fail "an unknown account was found"
has "$out" '10000009  status 04'

# an enquirer whose turn comes behind the record
tpsh -e 'local account = require "account"
    local c <close> = cpic.allocate("ENQUIRY")
    c:send(cpic.pack(account.request, { ["function"] = "ENQ", account = 10000001 }))
    c:flush()
    cpic.sleep(0.05)
    print(cpic.unpack(account.reply, (c:receive())).holder)' >"$out" 2>&1
has "$out" 'A LOVELACE'

# ---- the load generator ----

tpsh load.lua -c 1 -n 300 ENQUIRY >"$out" 2>&1 || fail "load.lua"
has "$out" '0 wrong replies, 0 conversations failed'
tpsh load.lua -c 8 -n 20 -r 3 ENQUIRY >"$out" 2>&1 || fail "load.lua, several at once"
grep -q '^8 conversations at once, 480 enquiries ' "$out" || fail "load.lua has not made all its enquiries"

# ---- the faulty partner: FAULT, and what the enquirer says ----

tpsh faulty.lua -w 20 -t FAULTBYHAND error abend leave short garbage slow twice >"$SCENARIO_DIR/faulty.out" 2>&1 &
mine+=($!)
accepts FAULTBYHAND
ask() {
    tpsh enquire.lua FAULTBYH 10000002 >"$out" 2>&1 && [ "$1" = good ] && return
    [ "$1" != good ] || fail "enquire.lua does not survive a partner that is only slow"
    grep -q "$1" "$out" || fail "the enquirer does not say: $1"
}
ask 'enquire.lua:[0-9]*: cmrcv: CM_PROGRAM_ERROR_'
ask 'cmrcv: CM_DEALLOCATED_ABEND (17)'
ask 'no reply: end'
ask 'unpack: field balance: the record has 30 octets'
ask "unpack: field balance: X'FF' at octet 31 is not a pair of digits"
ask good
tpsh enquire.lua FAULTBYH 10000002 10000003 >"$out" 2>&1 && fail "a reply that came twice was not noticed"
faults=$(awk '{ print $2 }' "$SCENARIO_DIR/faulty.out" | tr '\n' ' ')
for ((i = 0; i < 200; i++)); do
    faults=$(awk '{ print $2 }' "$SCENARIO_DIR/faulty.out" | tr '\n' ' ')
    [ "$faults" = "error abend leave short garbage slow twice " ] && break
    sleep 0.02
done
[ "$faults" = "error abend leave short garbage slow twice " ] || fail "faulty.lua did: $faults"
# the one that the node starts, with all faults in turn, of which the first is abend
tpsh enquire.lua FAULTY 10000001 >"$out" 2>&1 && fail "the started faulty.lua is not faulty"
grep -q 'CM_DEALLOCATED_ABEND' "$out" || fail "the started faulty.lua does not begin with abend"

# ---- the chat: lines written to two pipes ----

mkfifo "$SCENARIO_DIR/in1" "$SCENARIO_DIR/in2"
tpsh chat.lua <"$SCENARIO_DIR/in1" >"$SCENARIO_DIR/chat1" 2>&1 &
mine+=($!)
one=$!
exec 8>"$SCENARIO_DIR/in1"
accepts CHAT
tpsh chat.lua CHAT <"$SCENARIO_DIR/in2" >"$SCENARIO_DIR/chat2" 2>&1 &
mine+=($!)
two=$!
exec 9>"$SCENARIO_DIR/in2"

says() { # FILE TEXT: within 10 s
    local i
    for ((i = 0; i < 500; i++)); do
        grep -qF -- "$2" "$1" && return
        sleep 0.02
    done
    cat "$1"
    fail "the chat never shows: $2"
}
echo "hello from two" >&9
says "$SCENARIO_DIR/chat1" '< hello from two'
echo "may I?" >&8 # without the turn: asked for, and kept until it comes
for ((i = 0; i < 100; i++)); do
    echo "still two" >&9
    sleep 0.02
    grep -q 'wants to say something' "$SCENARIO_DIR/chat2" && break
done
says "$SCENARIO_DIR/chat2" 'wants to say something'
echo >&9 # the turn
says "$SCENARIO_DIR/chat2" '< may I?'
echo >&8
echo "goodbye" >&9
exec 9>&-
says "$SCENARIO_DIR/chat1" '< goodbye'
says "$SCENARIO_DIR/chat1" 'the conversation is over'
exec 8>&-
wait $one || fail "the chat that waited ended badly"
wait $two || fail "the chat that called ended badly"
