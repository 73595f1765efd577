# A registry export as a Windows machine has it, in UTF-16, whose PathName names an .exe by its Windows path, and a line of
# PathMap: the node starts it.  It is our APING server as a program for Windows; APING asks it, for Linux and for Windows,
# and asks that for Linux.
. "$(dirname "$0")/winelib.sh"
mkdir tps
cp "$EXE"/{aping,apingd}.exe "$EXE/wcpic32.dll" tps
mv tps/apingd.exe tps/APINGD.EXE # as it is written there
chmod -x tps/APINGD.EXE
KEY='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SnaBase\Parameters'
export_of() { # PATH
    printf 'Windows Registry Editor Version 5.00\r\n\r\n'
    printf '[%s\\TPs]\r\n\r\n[%s\\TPs\\APINGD]\r\n\r\n[%s\\TPs\\APINGD\\Parameters]\r\n' "$KEY" "$KEY" "$KEY"
    printf '"SNAServiceType"=dword:00000006\r\n"ConversationSecurity"="no"\r\n"AlreadyVerified"="no"\r\n"Timeout"=dword:ffffffff\r\n'
    # expand: text in UTF-16 and its end
    printf '"PathName"=hex(2):%s,00,00\r\n"Parameters"="-v"\r\n\r\n' \
        "$(printf %s "$1" | od -An -v -tx1 -w1 | sed 's/ *//; s/$/,00/' | paste -sd,)"
}
export_of 'C:\Program Files\TPs\APINGD.EXE' | iconv -t UTF-16 >apingd.reg # with its byte order mark
{
    printf 'Windows Registry Editor Version 5.00\n\n'
    printf '[%s\\PathMap]\n"C:\\\\Program Files\\\\TPs"="%s"\n' "$KEY" "$DIR/tps"
    printf '[%s\\TPs\\APINGD\\Parameters\\Launch]\n"WinePrefix"="%s"\n' "$KEY" "$WINEPREFIX"
} >here.reg
REG=$DIR/apingd.reg
dest APINGD APINGD
"$BIN/snacheck" -c "$CFG" -t apingd.reg -t here.reg >checked 2>&1 || { cat checked; fail snacheck; }
has checked "^TP APINGD: $DIR/tps/APINGD.EXE: Windows program, runs under Wine at .*/wine, prefix $WINEPREFIX\$"
node_start -t here.reg
"$BIN/aping" -i 2 -s 300 APINGD >linux.txt 2>&1 || { cat linux.txt; fail 'aping for Linux, to Windows'; }
EXE=$DIR/tps windows aping -i 2 -s 300 APINGD >windows.txt 2>&1 || { cat windows.txt; fail 'aping for Windows, to Windows'; }
for file in linux.txt windows.txt; do
    has $file '^Partner LU HOSTLU, TP APINGD, mode #INTER'
    has $file '^Partner system Windows, server version 2.40'
    is "round trips of $file" "$(grep -cE '^ +[0-9.]+ +600 ' $file)" 2
done
is 'starts of the server' "$(grep -c ' TP APINGD: started ' "$LOG")" 2
node_stop

# The same client, and the server for Linux.
REG=$DIR/linux.reg
"$BIN/tpsetup" --no-reload -f linux.reg add APINGD --nonqueued --path "$BIN/apingd" >said 2>&1 || { cat said; fail tpsetup; }
node_start
EXE=$DIR/tps windows aping -i 2 -s 300 APINGD >to-linux.txt 2>&1 || { cat to-linux.txt; fail 'aping for Windows, to Linux'; }
has to-linux.txt '^Partner system Linux, server version 2.40'
is 'round trips with a server for Linux' "$(grep -cE '^ +[0-9.]+ +600 ' to-linux.txt)" 2
