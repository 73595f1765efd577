# winelib.sh - what the tests of Windows programs share, besides tests/e2e/lib.sh; bash.  They use the prefix that
# `make check-wine` has made, and are skipped where Wine or MinGW is not.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
WINE_BUILD=$BUILD/wine EXE=$BUILD/wine/tests
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
export WINEPREFIX=$WINE_BUILD/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml='
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
