# snanode-wine-setup: makes a prefix, puts the DLLs into it, from where a program in any folder has them, and imports the
# node's registry; run again it changes nothing; what is wrong is said.  The first service in the new prefix runs as one in
# an old one, and stops in its own way, though the node has begun all of Wine and so is the parent of every process there.
. "$(dirname "$0")/winelib.sh"
export WINEPREFIX=$DIR/prefix
fails() { # REGEX ARGUMENT ...
    local words=$1
    shift
    ! "$BIN/snanode-wine-setup" "$@" >said 2>&1 || fail "snanode-wine-setup $*: no error"
    has said "$words"
}
mkdir other && touch other/file
fails 'usage: ' -x
fails 'usage: '
fails "$DIR/other is not a Wine prefix" "$DIR/other"
fails "nothing.reg: cannot be read" -t nothing.reg "$WINEPREFIX"
WINE=/no/such/wine fails 'there is no /no/such/wine: install Wine' "$WINEPREFIX"
SNANODE_WINE_DLLS=$DIR/other fails "$DIR/other has no wcpic32.dll" "$WINEPREFIX"

# Its server lives for a minute after the last program.
for server in "$(command -v wineserver)" /usr/lib/wine/wineserver; do
    [ ! -x "$server" ] || break
done
# Debian's keeps its socket in a folder below /tmp that the prefix names, and leaves that there.
end_server() {
    local folder
    [ -d "$WINEPREFIX" ] || return 0
    "$server" -k 2>/dev/null
    timeout 20 "$server" -w
    folder=$(cat "$WINEPREFIX/wineserver" 2>/dev/null)
    [[ $folder != wine-* ]] || rm -rf "/tmp/${folder:?}"
}
trap 's=$?; end_server; (exit $s); finish' EXIT

SERVICES='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services'
mkdir tps
cp "$EXE/service.exe" tps
entry() { # NAME PROGRAM
    printf '[%s\\%s]\n"ImagePath"="%s"\n"Type"=dword:00000010\n"Start"=dword:00000003\n' "$SERVICES" "$1" "C:\\\\tps\\\\$2"
    printf '[%s\\%s\\Parameters]\n"SNAServiceType"=dword:00000005\n' "$SERVICES" "$1"
    printf '[%s\\%s\\Parameters\\Launch]\n"WinePrefix"="%s"\n' "$SERVICES" "$1" "$WINEPREFIX"
    dest "$1" "$1"
}
{
    printf 'Windows Registry Editor Version 5.00\n\n'
    printf '[%s\\SnaBase\\Parameters\\PathMap]\n"C:\\\\tps"="%s"\n' "$SERVICES" "$DIR/tps"
    entry WIDE service.exe
    [ ! -e "$WINE_BUILD/32/tests/service.exe" ] || { cp "$WINE_BUILD/32/tests/service.exe" tps/narrow.exe && entry NARROW narrow.exe; }
} >services.reg
REG=$DIR/services.reg

printf 'no export\n' >wrong.reg
timeout 90 "$BIN/snanode-wine-setup" -t services.reg "$WINEPREFIX" >said 2>&1 || { cat said; fail snanode-wine-setup; }
has said "^$WINEPREFIX: made\$"
is 'DLLs that it put there' "$(grep -c '^w[a-z]*32.dll: put into system32' said)" 3
has said '^services.reg: imported, '
narrow=
if [ -e tps/narrow.exe ] && [ -e "$WINEPREFIX/drive_c/windows/syswow64/ntdll.dll" ]; then
    is 'DLLs of 32 bits' "$(grep -c '^w[a-z]*32.dll: put into syswow64' said)" 3
    narrow=NARROW
else
    expect_log 'TP NARROW: .* is a Wine prefix for 64 bits only'
    echo "left out: programs of 32 bits: Wine has no 32 bits here, or there is no compiler for them"
fi

# Nothing else may happen in the prefix before this.
for name in WIDE $narrow; do
    node_start
    "$TPS/steps" init:$name allocate send:5 receive receive >out.txt 2>&1
    has out.txt CM_DEALLOCATED_NORMAL
    await 'its output' logged "TP $name\\[[0-9]+\\]: service $name is $name on HOSTLU:\$"
    node_stop
    logged "TP $name\\[[0-9]+\\]: it has stopped" || fail "$name was ended, and has not stopped in its own way"
done

# Once more.
fails 'wrong.reg: Wine does not import it' -t wrong.reg "$WINEPREFIX"
wine reg query 'HKLM\SYSTEM\CurrentControlSet\Services\WIDE\Parameters' >query 2>&1 </dev/null
has query 'SNAServiceType.*0x5'
"$BIN/snanode-wine-setup" "$WINEPREFIX" >said 2>&1 || { cat said; fail 'snanode-wine-setup, again'; }
has said "^$WINEPREFIX: was there\$"
is 'DLLs that are there' "$(grep -c 'is in system32 already' said)" 3
[ -e "$WINEPREFIX/drive_c/windows/syswow64/wcpic32.dll" ] || has said '^32-bit programs: not here'

# A program in a folder without DLLs.
REG=$DIR/tps.reg
echo_tp
node_start
for folder in "$WINE_BUILD/tests" ${narrow:+"$WINE_BUILD/32/tests"}; do
    cp "$folder/blocking.exe" . && timeout 60 wine ./blocking.exe >out.txt 2>&1 </dev/null ||
        { cat out.txt; fail "a program of $folder without DLLs beside it"; }
done
node_stop

# As a prefix that is older than the 32 bits of Wine: nothing runs in it until it is brought up to date.
if [ -n "$narrow" ]; then
    end_server
    rm -r "${WINEPREFIX:?}"/drive_c/windows/syswow64/*
    ! wine cmd /c exit >/dev/null 2>&1 </dev/null || fail 'a prefix without 32 bits runs programs'
    timeout 90 "$BIN/snanode-wine-setup" "$WINEPREFIX" >said 2>&1 || { cat said; fail 'snanode-wine-setup, of an older prefix'; }
    has said "^$WINEPREFIX: brought up to date"
    is 'DLLs of 32 bits, in an older prefix' "$(grep -c '^w[a-z]*32.dll: put into syswow64' said)" 3
    wine cmd /c exit >said 2>&1 </dev/null || { cat said; fail 'a prefix that was brought up to date runs no programs'; }
fi
