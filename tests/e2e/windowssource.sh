# Programs of Windows as source: contrib/windows in place of its windows.h, without a change to them.  A service that the
# node starts answers a program that waits for an event and for window messages; stopped, it ends all of its threads.
# plain: its programs are of contrib/windows; other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
command -v cmake >/dev/null || {
    # as the CMakeLists.txt does it
    for p in askservice askboth; do
        "${CC:-cc}" -D_GNU_SOURCE -Wall -Wextra -Werror -o $p -I "$ROOT/contrib/windows" -I "$ROOT/tp/include" \
            "$ROOT/contrib/windows/samples/$p.c" "$ROOT"/contrib/windows/*.c -L "$BUILD/lib" -lcpic -ldl -pthread \
            ${SANITIZED:+-fsanitize=address,undefined} || fail "$p does not compile"
    done
}
[ -x askboth ] || {
    cmake -S "$ROOT/contrib/windows" -B . -DCMAKE_C_COMPILER_WORKS=1 -DCMAKE_C_FLAGS="-Wall -Wextra -Werror ${SANITIZED:+-fsanitize=address,undefined}" \
        -DCPIC_LIBRARY="$BUILD/lib/libcpic.so" -DCPIC_INCLUDE="$ROOT/tp/include" >cmake.out 2>&1 &&
        cmake --build . >>cmake.out 2>&1 || { cat cmake.out; fail 'the programs do not compile'; }
}
export LD_LIBRARY_PATH=$BUILD/lib

# A program that begins in WinMain, and one that has a main as well as the folder; one with neither says so.
compile() { # NAME; its text is on standard input
    cat >"$1.c"
    "${CC:-cc}" -D_GNU_SOURCE -Wall -Wextra -Werror -o "$1" -I "$ROOT/contrib/windows" -I "$ROOT/tp/include" "$1.c" \
        "$ROOT"/contrib/windows/*.c -L "$BUILD/lib" -lcpic -ldl -pthread ${SANITIZED:+-fsanitize=address,undefined} || fail "$1 does not compile"
}
begin='#include <windows.h>
#include <stdio.h>
int WINAPI WinMain(HINSTANCE self, HINSTANCE before, LPSTR line, int show)
{
    return printf("WinMain [%s] %d\n", line, self != NULL && before == NULL && show == SW_SHOW) < 0 ? 1 : 7;
}'
compile inwinmain <<<"$begin"
compile inmain <<<"$begin"$'\nint main(void)\n{\n    return puts("main") < 0;\n}'
compile nowhere <<<'typedef int nothing;'
is 'the program with WinMain' "$(./inwinmain one 'two words' ''; echo $?)" $'WinMain [one "two words" ""] 1\n7'
is 'the program with both' "$(./inmain one; echo $?)" $'main\n0'
is 'the program with neither' "$(./nowhere 2>&1; echo $?)" $'./nowhere: neither main nor WinMain\n127'

SERVICES='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\ASKSERV'
cat >>"$REG" <<END
[$SERVICES]
"ImagePath"="$DIR/askservice"
[$SERVICES\\Linkage]
"OtherDependencies"=hex(7):53,00,6e,00,61,00,42,00,61,00,73,00,65,00,00,00,00,00
[$SERVICES\\Parameters]
"SNAServiceType"=dword:00000005
"ConversationSecurity"="no"
[$SERVICES\\Settings]
"Answer"="VERY WELL"
"Threads"=dword:00000003
END
dest FIRST ASKSERV
dest SECOND ASKSERV
node_start
./askboth FIRST SECOND >out.txt || { cat out.txt; fail 'askboth'; }
is 'its answers' "$(sort out.txt)" 'by event: VERY WELL
by message: VERY WELL'

pid=$(sed -n 's/.* TP ASKSERV: started .* as process \([0-9]*\)$/\1/p' "$LOG")
[ -n "$pid" ] || fail 'the node has not started the service'
is 'its threads' "$(ls "/proc/$pid/task" | wc -l | awk '{ print ($1 >= 5) }')" 1
kill "$pid"
await 'the end of the service' gone "$pid"
await 'its last words' logged 'ASKSERV.*3 threads have ended, 2 answers'
is 'threads that have ended' "$(grep -c 'ASKSERV.*thread [0-2] ends' "$LOG")" 3
! logged 'has ended with' || fail 'a thread has another code'

# The next Attach starts it again.
./askboth FIRST SECOND >out.txt || { cat out.txt; fail 'askboth, again'; }
