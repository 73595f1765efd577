# TPs and programs that are set up in the INI form: the node, snacheck and the tables see the same as with a registry file.
# plain: check_inifile and fuzz_inifile have the reader under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

cat >sna.ini <<END
[SNAServerAutoTPs]
EACH=EachParams
TURN=TurnParams
SECRET=SecretParams
[EachParams]
PathName=$BIN/apingd
Queued=NO
[TurnParams]
PathName=$BIN/mpingd
LocalLU=HOSTLU
Queued=YES
Timeout=-1
[SecretParams]
PathName=$BIN/apingd
Queued=NO
ConversationSecurity=YES
ALICE=Secret01
[steps]
APPCLLU=HOSTLU
APPCTPN=STEPSIN
END
for n in EACH TURN SECRET STEPSIN; do dest $n $n; done
sed 's/APPCLLU=HOSTLU/APPCLLU=CLIENTLU/' sna.ini >client.ini
REG=sna.ini
"$BIN/snacheck" -c "$CFG" -t sna.ini >out 2>said || fail "snacheck: $(cat said)"
has out '2 local LUs, .* 3 TPs'
node_start
"$BIN/aping" EACH >out 2>&1 || fail "EACH: $(cat out)"
"$BIN/aping" TURN >out 2>&1 || fail "TURN: $(cat out)"
"$BIN/aping" SECRET >out 2>&1 && fail "SECRET without a password"
"$BIN/aping" -u ALICE -p Secret01 SECRET >out 2>&1 || fail "SECRET: $(cat out)"
is "kind of TURN" "$(show tp kind name=TURN)" queued
is "LU of TURN" "$(show tp lu name=TURN)" HOSTLU

# A program's own section: the name under which it accepts, and its local LU; the environment counts more.
background accepts "$TPS/steps" accept receive
becomes "Accepts" 2 show status accepts_outstanding # mpingd's, too
background called "$TPS/steps" init:STEPSIN allocate send:7 deallocate
called=$! accepts=${PIDS[0]}
join $called
has called '^deallocate CM_OK '
join $accepts
has accepts '^accept CM_OK .*tp=STEPSIN'
# A fault is named with file and line, and a reload with one changes nothing.
sed -i 's/Queued=YES/Queued=PERHAPS/' sna.ini
expect_log 'sna.ini:11: TP TURN: Queued must be YES, NO or OPERATOR'
expect_log 'reload: 1 error;'
snactl reload >out 2>&1 && fail "a bad file was put in force"
has out 'sna.ini:11: TP TURN: Queued must be YES, NO or OPERATOR'
"$BIN/aping" EACH >out 2>&1 || fail "EACH after that: $(cat out)"
"$BIN/snacheck" -c "$CFG" -t sna.ini >out 2>said
is "status of snacheck" $? 2

# tpsetup makes one form of the other, and back: the same TPs either way.
sed -i 's/Queued=PERHAPS/Queued=YES/' sna.ini
ts() {
    "$BIN/tpsetup" --no-reload "$@" >out 2>said
}
ts -f sna.ini list || "$BIN/tpsetup" -f sna.ini list >out 2>said || fail "list: $(cat said)"
has out '^SECRET '
ts -f made.reg convert sna.ini || fail "convert: $(cat said)"
has out '^TP TURN: added to made.reg$'
ts -f back.ini convert made.reg || fail "convert back: $(cat said)"
has out '^3 TPs: written to back.ini$'
is "mode of a file with passwords" "$(stat -c %a back.ini)" 600
for f in sna.ini made.reg back.ini; do
    for tp in EACH TURN SECRET; do
        "$BIN/tpsetup" -f $f show $tp | grep -vE '^(file|line) ' >$tp.$f || fail "show $tp in $f"
        cmp -s $tp.sna.ini $tp.$f || fail "$tp is another TP in $f: $(diff $tp.sna.ini $tp.$f)"
    done
done
ts -f back.ini convert made.reg && fail "a file that is there was overwritten"
has said 'back.ini: exists already'
ts -f made.reg convert sna.ini && fail "TPs that are set up were overwritten"
ts -f made.reg --replace convert sna.ini || fail "convert --replace: $(cat said)"
ts -f sna.ini add NEW --path /x && fail "an INI file was changed"
has said 'convert sna.ini'

# Programs go along, values keep their quotation marks, and what the form cannot hold is refused.
"$BIN/tpsetup" --no-reload -f odd.reg add ODD --queued --path "$BIN/mpingd" --parameters '"a b" "c d"' --security \
    --user 'BOB:"pw"' >out 2>said || fail "add ODD: $(cat said)"
ts -f odd.ini convert odd.reg || fail "convert odd.reg: $(cat said)"
ts -f again.reg convert odd.ini || fail "convert odd.ini: $(cat said)"
for f in odd again; do
    "$BIN/tpsetup" -f $f.reg show ODD | grep -vE '^(file|line) ' >ODD.$f
    iconv -f UTF-16LE -t UTF-8 $f.reg | grep -c '"BOB"="\\"pw\\""' >pw.$f
done
cmp -s ODD.odd ODD.again || fail "ODD is another TP: $(diff ODD.odd ODD.again)"
is "passwords with quotation marks" "$(cat pw.odd pw.again | tr '\n' ' ')" '1 1 '
iconv -f UTF-16LE -t UTF-8 made.reg | tr -d '\r' >made.txt
has made.txt '^"steps"="HOSTLU"$'
has made.txt '^"steps"="STEPSIN"$'
has back.ini '^APPCLLU=HOSTLU'
has back.ini '^APPCTPN=STEPSIN'
"$BIN/tpsetup" --no-reload -f eq.reg add 'A=B' --queued --path /x >out 2>said || fail "add A=B: $(cat said)"
ts -f eq.ini convert eq.reg && fail "a name that INI cannot hold was written"
has said 'TP A=B: the INI form cannot hold this name'
"$BIN/tpsetup" --no-reload -f user.reg add QUSER --queued --path /x --security --user queued:pw >out 2>said ||
    fail "add QUSER: $(cat said)"
ts -f user.ini convert user.reg && fail "a user became a setting"
has said 'TP QUSER: user queued: the INI form has a setting of this name'
[ ! -e eq.ini ] || fail "a file was left behind"

# All or nothing: one TP that is there already keeps the others out, too; and the node is told when all is written.
"$BIN/tpsetup" --no-reload -f part.reg add TURN --queued --path /x >out 2>said || fail "add TURN: $(cat said)"
cp part.reg before.reg
ts -f part.reg convert sna.ini && fail "a TP that is set up was overwritten"
cmp -s part.reg before.reg || fail "a part of the TPs was written"
"$BIN/tpsetup" -f told.reg convert sna.ini >out 2>said || fail "convert, with the node told: $(cat said)"
is "lines about the node" "$(grep -c '^node at ' out)" 1
tail -n 1 out >last
has last '^node at .*: reload: '

# Into an export with numbered control sets, whose TPs stay, and the new ones are read with them.
key='HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\SnaBase\Parameters\TPs'
reg() { # NAME VALUE ...: a registry file on standard output
    printf 'Windows Registry Editor Version 5.00\n\n[%s\\%s\\Parameters]\n"SNAServiceType"=dword:6\n' "$key" "$1"
    shift
    printf '%s\n' "$@"
}
reg OFFLINE '"PathName"="/x"' >offline.reg
ts -f offline.reg convert sna.ini || fail "convert into an offline export: $(cat said)"
ts_list() { "$BIN/tpsetup" -f "$1" list >out 2>said || fail "list: $(cat said)"; }
ts_list offline.reg
for n in OFFLINE EACH TURN SECRET; do has out "^$n "; done
has offline.reg '^\[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\SnaBase\\Parameters\\Client\]'

# What the other form would take for something else is refused, and no file is made.
reg LINES '"PathName"="/x"' '"Parameters"=hex(1):61,00,0a,00,42,00,3d,00,70,00,00,00' >lines.reg
ts -f lines.ini convert lines.reg && fail "a line end was written into an INI file"
has said 'TP LINES: the INI form cannot hold the line end'
{
    reg TWICE '"PathName"="/x"' '"LocalLU"="ONE"'
    printf '[%s\\TWICE\\Parameters]\n' 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SnaBase\Parameters\TPs'
    printf '%s\n' '"SNAServiceType"=dword:6' '"PathName"="/y"' '"LocalLU"="TWO"'
} >twice.reg
for f in twice.ini new.reg; do
    ts -f $f convert twice.reg && fail "one of two entries was lost in $f"
    has said 'TP TWICE: is set up twice \(twice.reg:3 and :7\)'
done
[ ! -e lines.ini ] && [ ! -e twice.ini ] && [ ! -e new.reg ] || fail "a file was left behind"

# A number stays one, a name with # goes along, and a program called as the section of a TP gets a section of its own.
reg '#BATCH' '"PathName"="/x"' '"CicsSupport"=dword:1' >clash.reg
base='HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\SnaBase\Parameters'
printf '[%s\Client]\n"#batchparams"="CLIENTLU"\n[%s\ClientTP]\n"#BatchParams2"="NAMED"\n' "$base" "$base" >>clash.reg
ts -f clash.ini convert clash.reg || fail "convert clash.reg: $(cat said)"
has clash.ini '^#BATCH=#BATCHParams3.?$'
has clash.ini '^CicsSupport=1.?$'
ts -f clash2.reg convert clash.ini || fail "convert clash.ini: $(cat said)"
iconv -f UTF-16LE -t UTF-8 clash2.reg | tr -d '\r' >clash.txt
has clash.txt '^"CicsSupport"=dword:00000001$'
has clash.txt '^"#batchparams"="CLIENTLU"$'
has clash.txt '^"#BatchParams2"="NAMED"$'
has clash.txt '\\TPs\\#BATCH\\Parameters\]$'
reg PLAIN '"PathName"="/x"' >list.reg
printf '[%s\Client]\n"snaserverautotps"="CLIENTLU"\n' "$base" >>list.reg
ts -f list.ini convert list.reg && fail "a program took the list of TPs"
has said 'program snaserverautotps: the INI form has its TPs in the section'

# A long list of names goes along whole.
"$BIN/tpsetup" --no-reload -f many.reg add MANY --queued --path /x --accept-names "$(seq -s ' ' 10000 11000)" \
    >out 2>said || fail "add MANY: $(cat said)"
ts -f many.ini convert many.reg || fail "convert many.reg: $(cat said)"
has many.ini '^AcceptNames=10000 .* 11000.?$'
