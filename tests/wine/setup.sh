# snanode-wine-setup: puts the DLLs into the prefix, from where a program in any folder has them, and imports the node's
# registry; run again it changes nothing; what is wrong is said.
. "$(dirname "$0")/winelib.sh"
system32=$WINEPREFIX/drive_c/windows/system32 syswow64=$WINEPREFIX/drive_c/windows/syswow64 SERVICE='HKLM\SYSTEM\CurrentControlSet\Services\SETUPTEST'
remove() { # other tests want the prefix as it was
    rm -f "$system32"/{wcpic32,wappc32,wincsv32}.dll "$syswow64"/{wcpic32,wappc32,wincsv32}.dll
    wine reg delete "$SERVICE" /f >/dev/null 2>&1 </dev/null
}
trap 'remove; exit 1' INT TERM
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

printf 'Windows Registry Editor Version 5.00\n\n[%s\\Parameters]\n"SNAServiceType"=dword:0000001a\n' \
    "HKEY_LOCAL_MACHINE${SERVICE#HKLM}" >setup.reg
"$BIN/snanode-wine-setup" -t setup.reg "$WINEPREFIX" >said 2>&1 || { cat said; remove; fail 'snanode-wine-setup'; }
has said "^$WINEPREFIX: was there"
is 'DLLs that it put there' "$(grep -c '^w[a-z]*32.dll: put into system32' said)" 3
has said '^setup.reg: imported, 1 keys'
wine reg query "$SERVICE\\Parameters" >query 2>&1 </dev/null
has query 'SNAServiceType.*0x1a'
"$BIN/snanode-wine-setup" "$WINEPREFIX" >said 2>&1 || { cat said; remove; fail 'snanode-wine-setup, again'; }
is 'DLLs that are there' "$(grep -c 'is in system32 already' said)" 3

# A program in a folder without DLLs; of 32 bits, where there are such.
echo_tp
node_start
alone() { # FOLDER
    cp "$1/blocking.exe" . && timeout 60 wine ./blocking.exe >out.txt 2>&1 </dev/null ||
        { cat out.txt; remove; fail "a program of $1 without DLLs beside it"; }
}
alone "$EXE"
if [ -e "$syswow64/wcpic32.dll" ]; then
    alone "$WINE_BUILD/32/tests"
else
    has said '^32-bit programs: not here'
fi
remove
