# Two users on one machine: on one node, where each has a default LU, may allocate on that one only, and has TPs of its
# own; and with a node each, which the other one does not reach.
. "${BASH_SOURCE%/*}/lib.sh"

if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null; then
    echo "skipped: two users (needs root and setpriv)"
    exit 77
fi
# Accounts that any system has; nobody is logged in there.
read -r A B <<<"$(awk -F: '$3 > 0 && $3 < 100 && $4 > 0 { print $1 }' /etc/passwd | head -n 2 | tr '\n' ' ')"
[ -n "$B" ] || {
    echo "skipped: two users (there are no two system accounts)"
    exit 77
}
GROUP=$(id -gn "$A") # A is in it by its account, B for this test

as() { # USER COMMAND ...: with no more of the environment than the program needs
    local user=$1
    shift
    setpriv --reuid="$user" --regid="$(id -g "$user")" --groups="$(getent group "$GROUP" | cut -d: -f3)" "$@"
}
# For background: the process is to be the program itself, which the test can end.
as_a=(setpriv --reuid="$A" --regid="$(id -g "$A")" --groups="$(getent group "$GROUP" | cut -d: -f3)")
as_b=(setpriv --reuid="$B" --regid="$(id -g "$B")" --groups="$(getent group "$GROUP" | cut -d: -f3)")
outside() { # the same without the group that is admitted
    local user=$1
    shift
    setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"
}
as "$A" true && as "$B" true || {
    echo "skipped: two users (root cannot become $A and $B here)"
    exit 77
}

chmod 755 "$DIR"
mkdir theirs
cp "$BUILD"/lib/libcpic.so.1 "$BIN"/{aping,apingd,snactl,snanode} "$TPS/steps" theirs
chmod 755 theirs theirs/*
export LD_LIBRARY_PATH=$DIR/theirs
steps=$DIR/theirs/steps

cat >>"$CFG" <<END
appcllu LUA /add /server:E2ENODE
appcllu LUB /add /server:E2ENODE
user $A /add /defloclu:LUA
user $B /add /defloclu:LUB
END
tp EACH each "$DIR/theirs/apingd"
tp OWNA hand ""
tp OWNB hand ""
MORE="[$KEY\\TPs\\ASA\\Parameters\\Launch]
\"RunAs\"=\"$A\"" tp ASA each "$steps" "accept touch:$DIR/spool/asa receive"
install -d -m 1777 spool
cat >>"$REG" <<END
[$KEY]
"ClientGroup"="$GROUP"
[$KEY\\AllocateAccess]
"LUA"="$A"
"LUB"="$B"
END
node_start
expect_log 'may not allocate on LU[AB]'

# ---- the node's files ----
is "the socket's rights" "$(stat -c '%a %U %G' "$SNANODE_SOCKET")" "660 root $GROUP"
is "the lock's rights" "$(stat -c '%a %U' "$SNANODE_SOCKET.lock")" "600 root"
outside "$B" theirs/snactl status >out 2>said && fail "$B is not in $GROUP, and reaches the node"
has said 'permission denied'

# ---- both at once, each on its own LU ----
background a.out "${as_a[@]}" "$steps" init:EACH allocate flush touch:"$DIR/spool/a" pause
a=$!
background b.out "${as_b[@]}" "$steps" init:EACH allocate flush touch:"$DIR/spool/b" pause
b=$!
await "the conversation of $A" test -e spool/a
await "the conversation of $B" test -e spool/b
is "the LUs of both" "$(show conversation lu | sort | tr '\n' ' ')" "LUA LUB "
for user in "$A" "$B"; do # showing is for everybody who is admitted, and the same for both
    as "$user" theirs/snactl conversation >"$user.rows" 2>said || fail "$user may not look: $(cat said)"
    is "what $user sees of conversations" "$(grep -cE '\<LU[AB]\>' "$user.rows")" 2
    as "$user" theirs/snactl stop >out 2>said && fail "$user stops the node"
    as "$user" theirs/snactl cut session 1 >out 2>said && fail "$user cuts a session"
done
kill $a $b
becomes "conversations" 0 show status conversations

# ---- not on the other's ----
code() {
    awk '/^allocate/ { print $2 }'
}
is "$A on its own LU, by name" "$(APPCLLU=LUA as "$A" "$steps" init:EACH allocate | code)" CM_OK
is "$A on the LU of $B" "$(APPCLLU=LUB as "$A" "$steps" init:EACH allocate | code)" CM_PRODUCT_SPECIFIC_ERROR
is "$B on the LU of $A" "$(APPCLLU=LUA as "$B" "$steps" init:EACH allocate | code)" CM_PRODUCT_SPECIFIC_ERROR
becomes "conversations" 0 show status conversations

# ---- TPs of their own, called by each other ----
APPCTPN=OWNA background owna "${as_a[@]}" "$steps" accept receive
owna=$!
APPCTPN=OWNB background ownb "${as_b[@]}" "$steps" accept receive
ownb=$!
becomes "accepts outstanding" 2 show status accepts_outstanding
as "$A" "$steps" init:OWNB allocate send:11 deallocate >out || fail "$A calls $B"
as "$B" "$steps" init:OWNA allocate send:12 deallocate >out || fail "$B calls $A"
join $owna
join $ownb
has owna '^receive CM_DEALLOCATED_NORMAL .*length=12 '
has ownb '^receive CM_DEALLOCATED_NORMAL .*length=11 '

# Their programs share no page in which frames are counted: the error of the partner is found all the same.
APPCTPN=OWNB background ownb "${as_b[@]}" "$steps" accept error touch:"$DIR/spool/erred" pause
ownb=$!
becomes "accepts outstanding" 1 show status accepts_outstanding
as "$A" "$steps" init:OWNB allocate flush await:"$DIR/spool/erred" send:5 >out
has out '^send CM_PROGRAM_ERROR_PURGING '
kill $ownb
becomes "conversations, after an error" 0 show status conversations

# ---- a TP that is one user's, whoever calls it ----
for user in "$A" "$B"; do
    rm -f spool/asa
    as "$user" "$steps" init:ASA allocate send:5 deallocate >out
    has out '^deallocate CM_OK '
    await "the TP of $A, called by $user" test -e spool/asa
    is "whose the TP is, called by $user" "$(stat -c %U spool/asa)" "$A"
done

node_stop

# ---- a node each ----
unset SNANODE_SOCKET
cat >own.cfg <<'END'
server OWN /add
appcllu CLIENTLU /add /server:OWN /defaultpool:yes
appcllu HOSTLU /add /server:OWN
END
printf 'cpic EACH /add /appltpname:"EACH" /lualias:"HOSTLU" /modename:"#INTER" /seckeytype:none\n' >>own.cfg
printf 'Windows Registry Editor Version 5.00\n\n[%s\\TPs\\EACH\\Parameters]\n"SNAServiceType"=dword:6\n"PathName"="%s"\n' \
    "$KEY" "$DIR/theirs/apingd" >own.reg
chmod 644 own.cfg own.reg
own() { # USER COMMAND ...
    local user=$1
    shift
    XDG_RUNTIME_DIR=$DIR/run-$user outside "$user" "$@"
}
own_ready() {
    own "$1" theirs/snactl wait 1 2>/dev/null
}
for user in "$A" "$B"; do
    install -d -m 700 -o "$user" -g "$(id -g "$user")" "run-$user"
    background "own-$user.log" env XDG_RUNTIME_DIR="$DIR/run-$user" setpriv --reuid="$user" \
        --regid="$(id -g "$user")" --clear-groups theirs/snanode -c own.cfg -t own.reg
    await "the node of $user" own_ready "$user"
    is "the socket of $user" "$(stat -c '%a %U' "run-$user/snanode/node.sock")" "600 $user"
done
for user in "$A" "$B"; do
    own "$user" theirs/aping EACH >out 2>&1 || fail "$user on its own node: $(cat out)"
    other=$([ "$user" = "$A" ] && echo "$B" || echo "$A")
    SNANODE_SOCKET=$DIR/run-$user/snanode/node.sock outside "$other" theirs/snactl status >out 2>said &&
        fail "$other reaches the node of $user"
    has said 'permission denied'
    SNANODE_SOCKET=$DIR/run-$user/snanode/node.sock outside "$other" theirs/aping EACH >out 2>&1 &&
        fail "$other calls on the node of $user"
done
# Also when the directory is open to all, the socket is its owner's.
chmod 755 "run-$A"
SNANODE_SOCKET=$DIR/run-$A/snanode/node.sock outside "$B" theirs/snactl status >out 2>said &&
    fail "$B reaches the node of $A in an open directory"
has said 'permission denied'
for user in "$A" "$B"; do
    own "$user" theirs/snactl stop >/dev/null || fail "the node of $user does not end"
    [ ! -e "run-$user/snanode/node.sock" ] || fail "the node of $user leaves its socket"
done
