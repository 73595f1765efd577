# TPs and programs that are set up in the INI form: the node, snacheck and the tables see the same as with a registry file.
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
expect_log 'reload: 1 errors'
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
has said 'back.ini: is there already'
ts -f made.reg convert sna.ini && fail "TPs that are set up were overwritten"
ts -f made.reg --replace convert sna.ini || fail "convert --replace: $(cat said)"
ts -f sna.ini add NEW --path /x && fail "an INI file was changed"
has said 'convert sna.ini'
