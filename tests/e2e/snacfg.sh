# snacfg on a command file: shows, changes, refusals; what it does not have to change stays octet for octet.
# plain: check_snacfg and its kin have the language under sanitizers, and fuzz_snacfg its reader
. "${BASH_SOURCE%/*}/lib.sh"

F=store.cfg
cat >$F <<'END'
; orders of the branch office
server N1 /add /netname:"TESTNET" /cpname:"N1"

mode ORDERS /add /sessionlim:16 /conwin:8 \
     /conlose:8
appcllu LUA   /add /defaultpool:yes   /comment:"front"
appcllu LUB /add
appcllu LUA /addpartner:LUB,ORDERS
REM who is asked
cpic DEST /add /appltpname:"X" /lualias:"LUB" /modename:"ORDERS" /secuserid:me /secpassword:"secret1"
END
chmod 640 $F
cp $F first

status() { # EXPECTED ARGUMENTS ...: of the tool
    local expected=$1
    shift
    "$BIN/snacfg" "$@" >out 2>said
    is "status of snacfg $*" $? "$expected"
}
cfg() { # EXPECTED WORDS ...: a command on the store
    local expected=$1
    shift
    status "$expected" "#$F" "$@"
}
changed() { # what diff says against the file before, without its line numbers
    diff "$1" $F | grep '^[<>]'
}

# ---- arguments ----
status 2
status 2 $F mode /list
status 2 '#' mode /list
cfg 2 /list
cfg 2 @
cfg 2 @commands /v more
cfg 2 @ /v
status 2 '#' /print
status 2 '#' $F
cfg 2 rem mode M
cfg 2 mode M /add '/comment:a"b'
status 0 '/?'
has out '^usage: snacfg'
cfg 0 mode '/?'
status 1 '#absent.cfg' /print
has said '^absent.cfg: cannot be read'

# ---- shows ----
cfg 0 appcllu /list
is "list" "$(tr '\n' ' ' <out)" "LUA LUB "
cfg 0 mode ORDERS
has out '^  sessionlim: 16$'
cfg 0 appcllu LUA
has out '^  partner: LUB,ORDERS$'
cfg 0 cpic DEST /print
has out '^cpic DEST /add /appltpname:X /lualias:LUB /modename:ORDERS /seckeytype:none /secuserid:me$'
cfg 1 mode NOSUCH
has said '^command:1: mode NOSUCH does not exist$'
cfg 1 pool /list
has said '^command:1: there are no objects "pool"$'
cfg 0 /print
if grep secret1 out; then fail "/print shows a password"; fi
cp out printed
cmp first $F || fail "showing changed the file"

# ---- what is printed is the same configuration, and prints the same ----
status 0 "#printed" /print
cmp out printed || fail "printed again it differs"

# ---- changes ----
cfg 0 mode orders /sessionlim:20
is "edit in place" "$(changed first)" "$(printf '%s\n' '< mode ORDERS /add /sessionlim:16 /conwin:8 \' '> mode ORDERS /add /sessionlim:20 /conwin:8 \')"
is "rights" "$(stat -c %a $F)" 640
cp $F before
cfg 0 appcllu LUB /tptimeout:9 '/comment:two words'
is "new options" "$(changed before)" "$(printf '%s\n' '< appcllu LUB /add' '> appcllu LUB /add /tptimeout:9 /comment:"two words"')"
cp $F before
cfg 0 appcllu LUA /delpartner:lub,orders
is "partner goes" "$(changed before)" "< appcllu LUA /addpartner:LUB,ORDERS"
cp $F before
cfg 0 cpic DEST /netname:TESTNET /luname:LUB
is "an alternative is appended" "$(changed before)" "> cpic DEST /netname:TESTNET /luname:LUB"
cp $F before
cfg 0 user 'HOME\ann' /add /defloclu:LUA
is "new object" "$(changed before)" '> user "HOME\ann" /add /defloclu:LUA'
cfg 0 user ANN
has out '^  defloclu: LUA$'
cfg 0 user ann /print
has out '^user "HOME.ann" /add /defloclu:LUA '
cfg 0 user ann /comment:Ann
has $F '^user "HOME.ann" /add /defloclu:LUA /comment:Ann$'
cfg 0 user bob /domain:HOME /add
cfg 0 user bob /domain:HOME /delete
if grep -i bob $F; then fail "bob was deleted"; fi
cfg 0 user /validate
if grep validate $F; then fail "/validate is in the file"; fi
cp $F before
cfg 0 user ann /insert:POOL1
cfg 0 user ann /insert:POOL2
is "inserts add up" "$(changed before | tail -1)" \
    '> user "HOME\ann" /add /defloclu:LUA /comment:Ann /insert:POOL1 /insert:POOL2'
cfg 0 user ann
has out '^  insert: POOL2$'
cfg 0 diagnostic /logserver:HERE
cfg 0 diagnostic /logserver:THERE
cfg 0 diagnostic /print
has out '^diagnostic /logserver:THERE$'

# ---- what the node lacks ----
cfg 0 lua LUA1 /add /lunumber:3
cfg 0 lua LUA1 /pool:PA
cfg 0 lua /list
is "list of kept ones" "$(cat out)" LUA1
cfg 0 lua lua1
is "a kept object" "$(cat out)" 'lua LUA1 /add /lunumber:3 /pool:PA'
cp out kept
cp $F before
cfg 0 lua LUA1 /lunumber:4
is "a kept object changes in place" "$(changed before | tail -1)" '> lua LUA1 /add /lunumber:4 /pool:PA'
cfg 0 lua LUA1 /lunumber:3
cfg 0 lua LUA1 /print
cmp out kept || fail "/print shows other commands than the name alone"
cfg 1 lua LUA2
has said '^command:1: lua LUA2 does not exist$'
cfg 0 lua LUA1 /delete
cfg 1 lua /list
has said '^command:1: there are no objects "lua"$'

cp $F before
cfg 0 cpic DEST /delete
is "object goes" "$(changed before | wc -l)" 2
cfg 0 mode '#INTER' /delete
has $F '^mode #INTER /delete$'
has $F '^REM who is asked$'
cfg 0 diagnostic /auditlevel:8
cfg 0 diagnostic /auditlevel:10
is "diagnostic lines" "$(grep -c '^diagnostic' $F)" 1

# ---- refusals leave the file alone ----
cp $F before
refused() { # MESSAGE WORDS ...
    local message=$1
    shift
    cfg 1 "$@"
    has said "^$message"
    cmp before $F || fail "snacfg $*: the file is not as before"
}
refused 'command:1: 3896: session limit 20000 is outside 1..10000 \(mode BIG\)$' mode BIG /add /sessionlim:20000
refused 'command:1: mode ORDERS exists' mode ORDERS /add
refused 'command:1: mode NOSUCH does not exist' mode NOSUCH /delete
refused 'command:1: 3851: ' mode ORDERS /conwin:21
refused 'command: there is no server command' server N1 /delete
refused 'command:1: unknown option /nonsense' mode ORDERS /nonsense:1
is "files left behind" "$(ls | grep -c 'store.cfg\.')" 0

refused 'command:1: /print only shows: it takes no other options$' mode ORDERS /sessionlim:3 /print
refused 'command:1: /list only shows: it takes no other options$' mode FIVE /add /list

# ---- command files: all or nothing ----
cat >commands <<'END'
; two modes and a look at them
mode ONE /add
mode TWO /add /sessionlim:2 \
     /conwin:1
mode TWO /list
mode ONE /delete
END
cfg 0 @commands /v
has out '^commands:3: mode TWO$'
has $F '^mode TWO /add /sessionlim:2 /conwin:1$'
if grep '^mode ONE' $F; then fail "mode ONE was deleted"; fi
cp $F before
printf 'mode THREE /add\nmode FOUR /add /sessionlim:0\n' >commands
refused 'commands:2: 3896: ' @commands
printf 'mode /?\nmode ORDERS /?\n' >commands
cfg 0 @commands
has out '^usage: snacfg'
cmp before $F || fail "help in a command file changed the file"
printf 'mode THREE /add\nmode ORDERS /sessionlim:3 /print\n' >commands
refused 'commands:2: /print only shows: it takes no other options$' @commands
cfg 1 @absent
has said '^absent: cannot be read'

# ---- a new file, line ends, encodings, a link ----
printf 'server N2 /add\r\nmode A /add\r\n' >dos.cfg
status 0 '#dos.cfg' mode B /add
is "line ends" "$(od -c dos.cfg | grep -c '\\r')" "$(od -c dos.cfg | grep -c '\\n')"
status 0 '#new.cfg' server N3 /add
is "new file" "$(cat new.cfg)" "server N3 /add"
is "its rights" "$(stat -c %a new.cfg)" 600
printf 'server N4 /add /comment:"f\374r"\n' >ansi.cfg
status 0 '#ansi.cfg' mode A /add
has said '^ansi.cfg: is UTF-8 now$'
is "comment" "$(head -1 ansi.cfg)" 'server N4 /add /comment:"für"'
printf '\357\273\277server N6 /add\r\n' >mark.cfg
status 0 '#mark.cfg' mode A /add
is "byte order mark" "$(cat mark.cfg)" "$(printf '\357\273\277server N6 /add\r\nmode A /add\r\n')"
ln -s new.cfg link.cfg
status 0 '#link.cfg' mode A /add
[ -L link.cfg ] || fail "the symbolic link is gone"
has new.cfg '^mode A /add$'

# ---- two that change the same file at the same time: nothing that was done is lost ----
echo 'server N5 /add' >both.cfg
many() { # LETTER
    local i
    for i in {1..40}; do "$BIN/snacfg" '#both.cfg' mode "$1$i" /add || return 1; done
}
many A & first=$!
many B & second=$!
wait $first || fail "the first of two was refused"
wait $second || fail "the second of two was refused"
is "modes of two at the same time" "$(grep -c '^mode' both.cfg)" 80

# ---- an export with every resource of the product loads; of what is not here one warning a resource ----
cp "$ROOT/tests/fuzz/seeds/snacfg-export" export.cfg
"$BIN/snacheck" -c export.cfg >out 2>said || fail "an export: $(cat said)"
for word in link workstation lu lua lud pool poola poold printserver printsession3270 printsessionappc tn3server \
    tn3session tn5server tn5session tnipid; do
    is "warnings of $word" "$(grep -c "resource $word: this node has none" said)" 1
done
status 0 '#export.cfg' /print
cp out printed
"$BIN/snacheck" -c printed >out 2>said || fail "the export printed: $(cat said)"
status 0 '#printed' /print
cmp out printed || fail "the export printed again differs"
has printed '^lua "?HOSTDLC:LUA1"? /add /lunumber:4 /comment:changed$'
has printed '^link "?SnaDlc1"? /add /linktype:802.2 '
status 0 '#export.cfg' lua HOSTDLC:LUA9 /add /lunumber:9
status 0 '#export.cfg' lua HOSTDLC:LUA1 /delete
status 0 '#export.cfg' /print
has out '^lua HOSTDLC:LUA9 /add /lunumber:9$'
if grep 'LUA1"* ' out; then fail "lua LUA1 was deleted"; fi
for object in server connection appcllu appcrlu cpic user; do
    is "objects $object" "$(grep -c "^$object .*/add" printed)" "$(grep -ic "^$object .*/add" export.cfg)"
done

# ---- the node reads what the tool writes; a user's default LU is what his programs get ----
"$BIN/snacheck" -c $F >out 2>said || fail "snacheck refuses $F: $(cat said)"

# A new file from an export, with the words that command lines of the product carry; and a link that leads nowhere.
printf 'server N /add\nmode M /add\nmode M /comment:x\n' >export.txt
"$BIN/snacfg" '#fresh.cfg' @export.txt /v /novalidateprinter /count >out 2>said || fail "a new file: $(cat said)"
has out '^3 commands$'
"$BIN/snacfg" '#fresh.cfg' mode M >out || fail "the new file has no mode M"
status 0 '#fresh2.cfg' @ export.txt /NOVALIDATEPRINTER /V
cmp fresh.cfg fresh2.cfg || fail "a blank behind @ makes another configuration"
status 0 '#' fresh.cfg /print
has out '^mode M '
"$BIN/snacfg" '#fresh.cfg' @export.txt /nosuch >out 2>said
is "status with an unknown word" $? 2
ln -s nowhere.cfg dangling.cfg
"$BIN/snacfg" '#dangling.cfg' mode M /add >out 2>said && fail "a link to nothing was written"
has said 'dangling.cfg: is a link to a file that does not exist'
