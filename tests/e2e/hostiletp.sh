# TPs that say anything to the node, in any order, and die at any moment: conversations beside them notice nothing, and
# afterwards the node is what it was before.
#   SEED=N       what they say (printed; another one each time otherwise)
#   TIME=N       for how many seconds, 3 by default
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/badtplib.sh"

# The good ones have LUs of their own: of its own LUs any program may be the attach manager, or end the sessions.
cat >>"$CFG" <<END
appcllu GOODLU /add /server:E2ENODE
appcllu GOODCLI /add /server:E2ENODE
cpic GOODDEST /add /appltpname:"GOOD" /lualias:"GOODLU" /modename:"#INTER" /seckeytype:none
END
good_start GOODDEST APPCLLU=GOODCLI

# one that goes on, and others that are killed again and again
background long "$TPS/hostiletp" "$SNANODE_SOCKET" $SEED "$TIME"
long=$!
hostile_killed 20
join $long || fail "the hostile one ended badly: $(cat long)"
good_end
echo "tried $TIME s, seed $SEED; $(tail -n 1 long), others killed $DEATHS times;" \
    "beside them $(tail -n 1 sums | sed 's/, lost/: lost/')"
