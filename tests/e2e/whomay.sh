# Who may see and do what: each cell of the table in SECURITY.md is tried, by users of this machine.  A row without a
# trial here, and a trial without a row, fails.
. "${BASH_SOURCE%/*}/lib.sh"

if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null; then
    echo "skipped: who may what (needs root, who can be two users, and setpriv)"
    exit 77
fi
accounts=($(awk -F: '$3 > 0 && $3 < 100 && $4 > 0 { print $3 }' /etc/passwd | head -n 2))
groups=($(awk -F: '$3 > 0 && $3 < 100 { print $1 }' /etc/group | head -n 2))
[ ${#accounts[@]} -eq 2 ] && [ ${#groups[@]} -eq 2 ] || {
    echo "skipped: who may what (there are no two system accounts and groups)"
    exit 77
}
OWNER=${accounts[0]} ANOTHER=${accounts[1]} CLIENTS=${groups[0]} ADMINS=${groups[1]}
setpriv --reuid="$OWNER" --clear-groups true 2>/dev/null || {
    echo "skipped: who may what (root cannot become another user here)"
    exit 77
}

chmod 755 "$DIR"
mkdir theirs
cp "$BUILD"/lib/libcpic.so.1 "$TPS/steps" "$TPS/peek" theirs
chmod 755 theirs theirs/*
export LD_LIBRARY_PATH=$DIR/theirs
install -d -m 1777 spool
cat >>"$CFG" <<END
appcllu OWNLU /add /server:E2ENODE
END
tp EACH each "$DIR/theirs/steps" "accept receive pause"
MORE="[$KEY\\TPs\\ASOWNER\\Parameters\\Launch]
\"RunAs\"=\"$(getent passwd "$OWNER" | cut -d: -f1)\"" tp ASOWNER each "$DIR/theirs/steps" "accept touch:$DIR/spool/as receive"
cat >>"$REG" <<END
[$KEY]
"ClientGroup"="$CLIENTS"
"AdminGroup"="$ADMINS"
[$KEY\\AllocateAccess]
"OWNLU"="$OWNER"
END
node_start
expect_log 'may not allocate on OWNLU|refused a connection of user|conversations? have not ended: cutting|sent what is not the local protocol'

# as WHO COMMAND ...: WHO is the word over a column
as() {
    local who=$1 uid groups=--clear-groups
    shift
    case $who in
    "node's user") "$@" && return ;;
    admin) uid=65534 groups=--groups=$CLIENTS,$ADMINS ;;
    "its user") uid=$OWNER groups=--groups=$CLIENTS ;;
    another) uid=$ANOTHER groups=--groups=$CLIENTS ;;
    outside) uid=65534 ;;
    esac
    [ "$who" = "node's user" ] || setpriv --reuid="$uid" --regid=65534 "$groups" "$@"
}
# The answer of peek.
peek() { # WHO ACT [ARG]
    as "$1" theirs/peek "$SNANODE_SOCKET" "${@:2}" 2>/dev/null
}

# ---- what is the user's ----

mine() { # FILE COMMAND ...
    background "$1" setpriv --reuid="$OWNER" --regid=65534 --groups="$CLIENTS" "${@:2}"
}
mine held theirs/peek "$SNANODE_SOCKET" hold OWNDEST
await "the user's program" grep -q '^hints' held
value() { sed -n "s/^$1 //p" held; }
conversation() { # one of the user's: its number
    mine talk theirs/steps init:EACH allocate flush pause
    TALK=$!
    becomes "a conversation" running show conversation state invoker_pid=$TALK
    CONV=$(show conversation id invoker_pid=$TALK)
}
mine as.out theirs/steps init:ASOWNER allocate flush pause
await "the TP that runs as the user" test -e spool/as
AS_PID=$(show conversation tp_pid tp=ASOWNER)
conversation

same() { # PAGE WHO NUMBER: whether WHO gets the page that the user's program has
    [ "$(peek "$2" page "$3")" = "$(value "$1")" ] && echo yes || echo no
}
survives() { # whether CONV is still there, as no or yes to its end; another one takes its place
    [ "$(show conversation state id=$CONV)" = running ] && echo no && return
    echo yes
    kill $TALK
    conversation >&2
}

# ---- the trials, by what the rows say ----

try() { # WHAT WHO
    case $1 in
    "connect to the node") peek "$2" connect ;;
    "rows of "*) peek "$2" command conversation ;;
    "commands that change what runs") peek "$2" command "inject clear" ;;
    "a trace: "*)
        peek "$2" command "trace on" >on
        peek "$2" command "trace dump" >dumped
        peek "$2" command "trace off" >off
        sort -u on dumped off | tr '\n' ' ' | sed 's/ $//'
        echo
        ;;
    "cut a conversation "*)
        peek "$2" command "cut conversation $CONV" >cut
        survives >end
        cat cut end | sort -u
        ;;
    "end a conversation "*)
        peek "$2" end $CONV >end
        survives
        ;;
    "a port of a program, "*) peek "$2" port "$(value process)" ;;
    "a program's page of statistics, "*) same statistics "$2" 1 ;;
    "a user's page of counts of frames") same hints "$2" 2 ;;
    "the node's page of notices: "*) peek "$2" write ;;
    "a configured destination: "*) peek "$2" destination EACH ;;
    "a destination that a user's program has set: "*) peek "$2" destination OWNDEST ;;
    "allocate on an LU "*) peek "$2" allocate OWNLU ;;
    "see that LU by DISPLAY") peek "$2" display OWNLU ;;
    "CNOS, DEACTIVATE_SESSION")
        peek "$2" cnos '#BATCH' >cnos
        peek "$2" deactivate '#BATCH' >ended
        cat cnos ended | sort -u
        ;;
    "a message for the node's log") peek "$2" note ;;
    "allocate to a TP that runs as the user "*)
        [ "$(as "$2" theirs/steps init:ASOWNER allocate flush deallocate 2>/dev/null | sed -n 's/^allocate \([^ ]*\).*/\1/p')" = CM_OK ] &&
            echo yes || echo no
        ;;
    "a signal to that TP") as "$2" kill -0 "$AS_PID" 2>/dev/null && echo yes || echo no ;;
    *) fail "SECURITY.md has a row without a trial: $1" ;;
    esac
}

grep '^| ' "$ROOT/SECURITY.md" | sed -n '/^| what /,$p' >table
columns=("node's user" admin "its user" another outside)
is "the columns" "$(head -n 1 table)" "| what | node's user | admin | its user | another | outside |"
rows=0 cells=0
while IFS='|' read -r _ what cell1 cell2 cell3 cell4 cell5 _; do
    what=${what# } what=${what% } rows=$((rows + 1))
    cell=($cell1 $cell2 $cell3 $cell4 $cell5)
    for i in 0 1 2 3 4; do
        try "$what" "${columns[$i]}" >got </dev/null # in this shell: it may have to begin another conversation
        is "$what, ${columns[$i]}" "$(cat got)" "${cell[$i]}"
        cells=$((cells + 1))
    done
done < <(tail -n +2 table)
is "trials that are rows of the table" $rows "$(sed -n '/^try()/,/^}/p' "$ROOT/tests/e2e/whomay.sh" | grep -cE '^    "[^"]*"(\*)?\)')"
echo "$rows rows, $cells cells"
snactl check >said 2>&1 || fail "check: $(cat said)"
