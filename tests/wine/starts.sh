# The attach manager starts Windows programs as it starts others: their name, LU and token reach them, their output is in
# the log, their death is seen by the partner, and they can be ended; ten of them at once.
. "$(dirname "$0")/winelib.sh"
launch() { # NAME; settings of its Launch key
    printf '[%s\\TPs\\%s\\Parameters\\Launch]\n"WinePrefix"="%s"\n' "$KEY" "$1" "$WINEPREFIX" >>"$REG"
}
prefix=$WINEPREFIX
mkdir tps
cp "$EXE/tp.exe" "$EXE/wcpic32.dll" tps
chmod -x tps/tp.exe # as it comes from Windows
tp EXE each "$DIR/tps/tp.exe" 'one "two words"' && launch EXE
cp tps/tp.exe tps/other
tp OTHER each "$DIR/tps/other" && launch OTHER # no .exe, and not executable
cp tps/tp.exe tps/third && chmod +x tps/third
tp THIRD each "$DIR/tps/third" && launch THIRD
tp DIES each "$DIR/tps/tp.exe" die && launch DIES
tp HANGS each "$DIR/tps/tp.exe" hang && launch HANGS
tp TURN turn "$DIR/tps/tp.exe" turn && launch TURN
tp BARE each "$DIR/tps/tp.exe"
printf '[%s\\TPs\\BARE\\Parameters\\Launch]\n"WinePrefix"="%s"\n' "$KEY" "$DIR/noprefix" >>"$REG"
mkdir alone # without the DLL
cp "$EXE/tp.exe" alone
tp ALONE each "$DIR/alone/tp.exe" && launch ALONE
if [ "${BITS:-64}" = 32 ]; then
    mkdir -p only64/drive_c/windows/system32
    tp NARROW each "$DIR/tps/tp.exe"
    printf '[%s\\TPs\\NARROW\\Parameters\\Launch]\n"WinePrefix"="%s"\n' "$KEY" "$DIR/only64" >>"$REG"
    expect_log 'TP NARROW: .* is a Wine prefix for 64 bits only'
fi
if [ "$(id -u)" -eq 0 ]; then
    mkdir -p others/drive_c/windows/{system32,syswow64}
    touch others/drive_c/windows/syswow64/ntdll.dll
    chown 65534 others
    tp OTHERS each "$DIR/tps/tp.exe"
    printf '[%s\\TPs\\OTHERS\\Parameters\\Launch]\n"WinePrefix"="%s"\n' "$KEY" "$DIR/others" >>"$REG"
    expect_log 'TP OTHERS: .*belongs to user 65534'
else
    echo 'left out: a prefix of another user, which only root can make'
fi
unset WINEPREFIX WINEDEBUG # the prefix is that of the key
"$BIN/snacheck" -c "$CFG" -t "$REG" >checked 2>&1 || { cat checked; fail snacheck; }
has checked "^TP EXE: $DIR/tps/tp.exe: Windows program, runs under Wine at .*/wine, prefix $prefix\$"
has checked "warning: TP BARE: .*: a Windows program for Wine, and $DIR/noprefix is no Wine prefix: snanode-wine-setup $DIR/noprefix"
[ "${BITS:-64}" = 64 ] || has checked "warning: TP NARROW: .*: a 32-bit Windows program, and $DIR/only64 is a Wine prefix for 64 bits only"
has checked "warning: TP ALONE: .*: a Windows program for Wine, and neither its folder nor .* has a wcpic32.dll"
expect_log 'TP BARE: .* is no Wine prefix|TP ALONE: .* has a wcpic32.dll|Attach for TP (BARE|NARROW|ALONE|OTHERS) on HOSTLU refused'
node_start
export HOME=$DIR WINEPREFIX=$prefix # for what this test starts
before=$(show status conversations)

ask() { # NAME
    "$TPS/steps" init:"$1" allocate send:5 receive:5 receive 2>&1
}
ask EXE >out.txt
has out.txt '^receive:5 CM_DEALLOCATED_NORMAL|^receive CM_DEALLOCATED_NORMAL'
await 'its output' logged 'TP EXE\[[0-9]+\]: tp EXE on HOSTLU: \[one\] \[two words\]$'

# What cannot run is refused at once, and nothing is made for it; what Wine does not find is in the log.
ask BARE >out.txt
has out.txt '^(allocate|send|receive).* CM_TP_NOT_AVAILABLE_NO_RETRY'
logged "warn  TP BARE: $DIR/tps/tp.exe: a Windows program for Wine, and $DIR/noprefix is no Wine prefix" || fail 'no reason for BARE'
[ ! -e noprefix ] || fail 'a prefix was made'
if [ "${BITS:-64}" = 32 ]; then
    ask NARROW >out.txt
    has out.txt '^(allocate|send|receive).* CM_TP_NOT_AVAILABLE_NO_RETRY'
    is 'what is in the prefix of 64 bits' "$(ls -A only64)" drive_c
fi
if [ -d others ]; then
    ask OTHERS >out.txt
    has out.txt '^(allocate|send|receive).* CM_TP_NOT_AVAILABLE_NO_RETRY'
    logged "warn  TP OTHERS: $DIR/tps/tp.exe: .* the prefix $DIR/others belongs to user 65534: " || fail 'no reason for OTHERS'
fi
ask ALONE >out.txt
has out.txt '^(allocate|send|receive).* CM_TP_NOT_AVAILABLE_NO_RETRY'
await 'the DLL that Wine does not find' logged 'TP ALONE\[[0-9]+\]: .*Library wcpic32.dll .* not found'

for name in OTHER THIRD; do
    ask $name >out.txt
    has out.txt CM_DEALLOCATED_NORMAL
done

# Ten at once, each a process of its own.
for i in 1 2 3 4 5 6 7 8 9 10; do background "ten$i.txt" "$TPS/steps" init:EXE allocate send:5 receive; done
for p in "${PIDS[@]}"; do join "$p" 60; done
PIDS=()
for i in 1 2 3 4 5 6 7 8 9 10; do has "ten$i.txt" '^receive CM_DEALLOCATED_NORMAL'; done
is 'starts of EXE' "$(show tp starts name=EXE)" 11

# A queued one serves one after the other.
ask TURN >out.txt
has out.txt CM_DEALLOCATED_NORMAL

# Its end in the midst of a conversation, and an end by the administrator.
expect_log 'TP (DIES|HANGS)|conversation .*(abend|ended)'
"$TPS/steps" init:DIES allocate send:5 receive >out.txt 2>&1
has out.txt '^receive CM_DEALLOCATED_ABEND'
background hang.txt "$TPS/steps" init:HANGS allocate send:5 receive
hung() { logged 'TP HANGS\[[0-9]+\]: tp HANGS' && [ "$(show status conversations)" != "$before" ]; }
await 'the one that hangs' hung
kill -9 "$(sed -n 's/.* TP HANGS: started .* as process \([0-9]*\)$/\1/p' "$LOG")"
join "${PIDS[-1]}"
has hang.txt '^receive CM_DEALLOCATED_ABEND'
becomes 'conversations at the end' "$before" show status conversations
becomes 'children at the end' 0 show status tp_processes
