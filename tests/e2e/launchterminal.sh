# A copy of a node that has a terminal has none of its own: it leads a session, and cannot open the node's terminal.
# plain: the programs are those of the system; starting has the launching under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
cat >shows.sh <<END
#!/bin/sh
{
    cat /proc/\$\$/stat
    (: </dev/tty) 2>&1 && echo opened
} >"$DIR/shown"
END
cat >terminal.py <<'END'
import fcntl, os, sys, termios
os.setsid()
for fd in os.openpty():  # the first is the side of a terminal's program, and stays open as long as the node
    os.set_inheritable(fd, True)
fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
END
chmod 755 shows.sh
tp SHOWS each "$DIR/shows.sh"
SNANODE=("$PYTHON" "$DIR/terminal.py" "${SNANODE[@]}")
node_start
read -r _ _ _ _ _ session tty _ <"/proc/$NODE_PID/stat"
is "session of the node" "$session" "$NODE_PID"
[ "$tty" -ne 0 ] || fail "the node has no terminal"
"$TPS/steps" init:SHOWS allocate send:10 turn receive >refused
has refused '^receive CM_TP_NOT_AVAILABLE_NO_RETRY '
read -r pid _ _ _ pgrp session tty _ <shown
is "process group" "$pgrp" "$pid"
is "session" "$session" "$pid"
is "terminal" "$tty" 0
if grep -q "^opened" shown; then fail "a copy has opened the terminal of the node"; fi
