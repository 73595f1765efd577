# winelib.sh - what the tests of Windows programs share, besides tests/e2e/lib.sh; bash.  They use the prefix that
# `make check-wine` has made, and are skipped where Wine or MinGW is not.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
# BITS=32: with the programs and DLLs for 32 bits.
WINE_BUILD=$BUILD/wine EXE=$BUILD/wine/tests
[ "${BITS:-64}" = 64 ] || EXE=$BUILD/wine/32/tests
[ -z "$SANITIZED" ] || {
    echo 'skipped: the sanitizers do not work in a process of Wine'
    exit 77
}
for program in wine winegcc-stable x86_64-w64-mingw32-gcc; do
    command -v $program >/dev/null || {
        echo "skipped: there is no $program: install wine, wine64, wine64-tools, libwine-dev and gcc-mingw-w64-x86-64"
        exit 77
    }
done
export WINEPREFIX=$WINE_BUILD/prefix WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES='mscoree=;mshtml='
if [ "${BITS:-64}" = 32 ]; then
    for file in "$WINEPREFIX/drive_c/windows/syswow64/ntdll.dll" "$EXE/tp.exe"; do
        [ -e "$file" ] || {
            echo "skipped: no ${file##*/} of 32 bits: install wine32:i386, libwine-dev:i386, gcc-multilib and gcc-mingw-w64-i686"
            exit 77
        }
    done
fi
unset DISPLAY WAYLAND_DISPLAY
PATIENCE=30

# A TP in Lua that answers with what it gets, after a while.
echo_tp() {
    cat >"$DIR/echo.lua" <<'END'
local c = cpic.accept()
local text, what = c:receive()
if not what then c:receive() end
cpic.sleep(0.05)
c:send(text)
c:deallocate()
END
    tp ECHO each "$DIR/echo.lua"
}

# The output of a Windows program, its exit status.
windows() { # NAME [ARGUMENT ...]
    timeout 60 wine "$EXE/$1.exe" "${@:2}" </dev/null
}
