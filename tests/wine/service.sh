# A service is started by Wine's service control: its name, LU, token, arguments and settings reach it, what it prints is in
# the log, several clients have their answers at once, and it stops in its own way when the node ends; its end by any other
# way is seen.
# One at a time: a prefix has one service of a name.
[ -n "${ALONE:-}" ] || ALONE=1 exec flock -o "${BUILD:-build}/wine/.service.lock" bash "$0" "$@"
. "$(dirname "$0")/winelib.sh"
SERVICES='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services'
mkdir tps
cp "$EXE/askservice.exe" "$EXE/service.exe" "$EXE/wcpic32.dll" tps
entry() { # NAME PROGRAM [PARAMETERS]; as a service of Windows is in an export
    printf '[%s\\%s]\n"ImagePath"="%s"\n"Type"=dword:00000010\n"Start"=dword:00000003\n' "$SERVICES" "$1" "C:\\\\our tps\\\\$2"
    printf '[%s\\%s\\Linkage]\n"OtherDependencies"=hex(7):53,00,6e,00,61,00,42,00,61,00,73,00,65,00,00,00,00,00\n' "$SERVICES" "$1"
    printf '[%s\\%s\\Parameters]\n"SNAServiceType"=dword:00000005\n' "$SERVICES" "$1"
    [ $# -lt 3 ] || printf '"Parameters"="%s"\n' "$3"
    printf '[%s\\%s\\Parameters\\Launch]\n"WinePrefix"="%s"\n' "$SERVICES" "$1" "$WINEPREFIX"
}
{
    printf 'Windows Registry Editor Version 5.00\n\n'
    printf '[%s\\SnaBase\\Parameters\\PathMap]\n"C:\\\\our tps"="%s"\n' "$SERVICES" "$DIR/tps"
    entry ASKSERV askservice.exe
    entry WORDS service.exe 'one \"two words\"'
    entry ENDS service.exe end
    entry DIES service.exe die
    printf '[%s\\ASKSERV\\Settings]\n"Answer"="VERY WELL"\n"Threads"=dword:00000004\n' "$SERVICES"
} >services.reg
"$BIN/snanode-wine-start" wine reg import services.reg >/dev/null 2>&1 </dev/null || fail 'the export is not imported'
REG=$DIR/services.reg
for name in ASKSERV FIRST SECOND; do dest $name ASKSERV; done
for name in WORDS ENDS DIES; do dest $name $name; done
expect_log 'TP (ASKSERV|DIES)'
prefix=$WINEPREFIX
unset WINEPREFIX # it is that of the key
"$BIN/snacheck" -c "$CFG" -t "$REG" >checked 2>&1 || { cat checked; fail snacheck; }
has checked "^TP ASKSERV: $DIR/tps/askservice.exe: Windows program, runs under Wine at .*/wine, prefix .*\$"
node_start
before=$(show status conversations)
ask() { # FILE
    "$TPS/steps" init:ASKSERV allocate send:5 receive:9 receive >"$1" 2>&1
}

# Eight clients of one process.
for i in 1 2 3 4 5 6 7 8; do background "out$i.txt" ask "ask$i.txt"; done
for p in "${PIDS[@]}"; do join "$p" 60; done
PIDS=()
for i in 1 2 3 4 5 6 7 8; do has "ask$i.txt" CM_DEALLOCATED_NORMAL; done
starts() {
    grep -c ' TP ASKSERV: started ' "$LOG"
}
is 'starts of the service' "$(starts)" 1
becomes 'conversations' "$before" show status conversations

# As docs/windows-source.md has it: a service, an event, a window.
WINEPREFIX=$prefix windows askboth FIRST SECOND >both.txt 2>&1 || { cat both.txt; fail askboth; }
has both.txt '^by event: VERY WELL'
has both.txt '^by message: VERY WELL'

# An administrator kills its copy: the service stops, and the next Attach starts it again.
copy() {
    sed -n 's/.* TP ASKSERV: started .* as process \([0-9]*\)$/\1/p' "$LOG" | tail -n 1
}
kill -9 "$(copy)"
await 'its stop' logged 'TP ASKSERV\[[0-9]+\]: 4 threads have ended, 10 answers'
becomes 'processes of the TP after its end' 0 show status tp_processes
ask again.txt
has again.txt CM_DEALLOCATED_NORMAL
is 'starts of the service' "$(starts)" 2

# Its arguments are those of ServiceMain.  It stops of itself, or its process ends: so does the copy.
other() { # NAME
    "$TPS/steps" init:"$1" allocate send:5 receive receive >"$1.txt" 2>&1
}
other WORDS
has WORDS.txt CM_DEALLOCATED_NORMAL
await 'its output' logged 'TP WORDS\[[0-9]+\]: service WORDS is WORDS on HOSTLU: \[one\] \[two words\]$'
other ENDS
has ENDS.txt CM_DEALLOCATED_NORMAL
other DIES
has DIES.txt '^receive CM_DEALLOCATED_ABEND'
becomes 'processes of the TPs: those of ASKSERV and WORDS' 2 show status tp_processes
await 'its stop' logged 'TP ENDS\[[0-9]+\]: it has stopped'
await 'its status' logged 'TP DIES: process [0-9]+ ended with status 3'

# The end of the node is SERVICE_CONTROL_STOP for it.
node_stop
logged 'TP ASKSERV\[[0-9]+\]: 4 threads have ended, 1 answers' || fail 'the service has not stopped in its own way'
logged 'TP WORDS\[[0-9]+\]: it has stopped' || fail 'WORDS has not stopped in its own way'
