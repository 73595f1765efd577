# A file system that is full: the node goes on, and so do conversations, while neither its log nor its trace finds room;
# when there is room again both go on.
# plain: it is about files, not about memory
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/faultlib.sh"

# A small file system of its own where that is allowed; else the shim says that files are full.
mkdir small
if mount -t tmpfs -o size=256k none small 2>/dev/null; then
    SMALL=yes
    trap 'ended=$?; cp small/node.log kept.log; LOG=$DIR/kept.log; umount -l "$DIR/small"; (exit $ended); finish' EXIT
    full() { head -c 1M /dev/zero >small/filler 2>/dev/null; }
    empty() { rm small/filler; }
else
    SMALL=
    full() { fault fail write ENOSPC 1 on; }
    empty() { fault off >/dev/null; }
fi

tp EACH each "$BIN/apingd"
SNANODE=(env "FAULT_WORDS=$WORDS" "LD_PRELOAD=$SHIM" "${SNANODE[@]}")
LOG=$DIR/small/node.log
fault new
node_start
works() { # WHAT
    "$BIN/aping" EACH >said 2>&1 || fail "$1: $(cat said)"
    snactl check >said 2>&1 || fail "$1: check: $(cat said)"
}
works "at first"
before=$(node_load)
lines() { wc -l <"$LOG"; }

full
snactl trace on --file $DIR/small/trace.pcapng >said 2>&1 || echo "a trace into a full file: $(cat said)" >>told
if [ -n "$SMALL" ]; then # the log has a page of that file system to its end; half a line of the node's will fit
    pad=$((4096 - $(wc -c <"$LOG") % 4096 - 40))
    head -c $((pad > 0 ? pad : 0)) /dev/zero | tr '\0' x >>"$LOG"
    echo >>"$LOG"
    works "the last page"
fi
was=$(lines)
for i in 1 2 3 4 5; do works "full, $i"; done
kill -HUP "$NODE_PID"
works "full, after SIGHUP"
snactl trace off >said 2>&1 || echo "the end of a trace: $(cat said)" >>told
is "lines of the log while it is full" "$(lines)" "$was"
[ -z "$SMALL" ] || { snactl trace dump --file small/dump >said 2>&1 && fail "a dump into a full file: $(cat said)"; }

empty
works "room again"
more_lines() { [ "$(lines)" -gt "$was" ]; }
await "lines of the log, with room" more_lines
snactl trace on --file $DIR/small/trace.pcapng >said 2>&1 || fail "a trace, with room: $(cat said)"
works "with a trace"
snactl trace off >said 2>&1 || fail "the end of the trace: $(cat said)"
[ -s small/trace.pcapng ] || fail "the trace has nothing"
"$BIN/snatrace" small/trace.pcapng >said 2>&1 || fail "the trace cannot be read: $(cat said)"

# A trace that has begun when the file system gets full: what was written stays readable, and the node says why it ends.
snactl trace on --file "$DIR/small/second.pcapng" >said 2>&1 || fail "a second trace: $(cat said)"
works "with a second trace"
full
for i in $(seq 40); do works "a trace in a full file, $i"; done
snactl trace off >said 2>&1
empty
"$BIN/snatrace" small/second.pcapng >said 2>&1 || fail "the second trace cannot be read: $(cat said)"
[ -z "$SMALL" ] || has "$LOG" 'recording .*cannot be written.*No space left'
becomes "what the node holds" "$before" node_load
node_stop || exit 1
cat told 2>/dev/null
[ -n "$SMALL" ] && echo "on a small file system" || echo "with files that are full"
