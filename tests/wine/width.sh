# Programs of 32 and of 64 bits write the same octets to the node and to each other: the same frames in a trace, the same
# numbers in the page that shows their conversations.
BITS=32
. "$(dirname "$0")/winelib.sh"
exe() { # BITS; the folder with programs of this width
    [ "$1" = 32 ] && echo "$WINE_BUILD/32/tests" || echo "$WINE_BUILD/tests"
}
for bits in 32 64; do
    tp "HANGS$bits" each "$(exe $bits)/tp.exe" hang
    tp "TURN$bits" each "$(exe $bits)/tp.exe"
done
echo_tp
expect_log 'TP HANGS|conversation .*(abend|ended)'
node_start
ladder() { # the frames that the trace has, without their times
    snactl trace dump --file "$1.pcapng" && "$BIN/snatrace" "$1.pcapng" | sed -nE 's/(TURN)(32|64)/\1/; s/^.*(\|[-<].*)$/\1/p' >"$1.text"
}
for bits in 32 64; do
    snactl trace on >/dev/null
    EXE=$(exe $bits) windows blocking >out.txt 2>&1 || { cat out.txt; fail "blocking of $bits bits"; }
    "$TPS/steps" "init:TURN$bits" allocate send:5 receive:5 receive >out.txt 2>&1
    has out.txt CM_DEALLOCATED_NORMAL
    ladder "$bits"
    snactl trace off >/dev/null
done
[ -s 64.text ] && diff 32.text 64.text || fail 'the frames differ'
is 'frames of the trace' "$(wc -l <64.text)" 10
for bits in 32 64; do
    background "hang$bits.txt" "$TPS/steps" "init:HANGS$bits" allocate send:7 receive
done
# The page of each TP, and its own word; the node ends them.
for bits in 32 64; do
    becomes "state of a TP of $bits bits" SEND_PENDING show conversation tp_state tp="HANGS$bits"
    pid=$(show conversation tp_pid tp="HANGS$bits")
    [ "$(od -An -tu1 -j4 -N1 "/proc/$pid/exe")" -eq $((bits / 32)) ] || fail "process $pid has not $bits bits"
    kill -9 "$pid"
done
for p in "${PIDS[@]}"; do join "$p"; done
for bits in 32 64; do has "hang$bits.txt" '^receive CM_DEALLOCATED_ABEND'; done
