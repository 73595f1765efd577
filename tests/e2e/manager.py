#!/usr/bin/env python3
"""A stand-in for the service manager: runs a program as systemd runs a unit of Type=notify.

usage: manager.py DIRECTORY [--socket PATH] [--watchdog MS] [--journal] PROGRAM [ARGUMENT ...]

What the program sends to NOTIFY_SOCKET goes into DIRECTORY/notified, one datagram a line, its lines joined with " | "
and each with the time in ms since the start before it.  --socket makes a SOCK_SEQPACKET socket that listens at PATH,
and passes it on as LISTEN_FDS does; it stays when the program has ended.  --watchdog sets WATCHDOG_USEC.  --journal
sets JOURNAL_STREAM for standard error.  The program's pid is in DIRECTORY/main.pid; the exit status is the
program's.  SIGTERM is handed on."""
import os
import signal
import socket
import sys
import time


def main():
    directory, words = sys.argv[1], sys.argv[2:]
    path, watchdog, journal = None, None, False
    while words[0].startswith("--"):
        option = words.pop(0)
        if option == "--socket":
            path = words.pop(0)
        elif option == "--watchdog":
            watchdog = words.pop(0)
        else:
            journal = True
    start = time.monotonic()
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(directory + "/notify")
    listen = None
    if path:
        listen = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listen.bind(path)
        os.chmod(path, 0o600)
        listen.listen(64)
    pid = os.fork()
    if pid == 0:
        os.environ["NOTIFY_SOCKET"] = directory + "/notify"
        if watchdog:
            os.environ["WATCHDOG_USEC"] = str(int(watchdog) * 1000)
            os.environ["WATCHDOG_PID"] = str(os.getpid())
        if journal:
            st = os.fstat(2)
            os.environ["JOURNAL_STREAM"] = f"{st.st_dev}:{st.st_ino}"
        if listen:
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="snanode.socket")
            os.dup2(listen.fileno(), 3)
        os.execvp(words[0], words)
    with open(directory + "/main.pid", "w") as f:
        f.write(str(pid))
    signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGTERM))
    notify.settimeout(0.05)
    status = None
    with open(directory + "/notified", "a", buffering=1) as out:
        while True:
            try:
                text = notify.recv(4096).decode()
                out.write(f"{int((time.monotonic() - start) * 1000)} {' | '.join(text.strip().split(chr(10)))}\n")
                continue
            except TimeoutError:
                pass
            if status is not None:
                break
            done, how = os.waitpid(pid, os.WNOHANG)
            if done:
                status = os.waitstatus_to_exitcode(how)
    return status if status >= 0 else 128 - status


sys.exit(main())
