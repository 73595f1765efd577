"""valve.py PORT TO FILE: passes connections to PORT of this machine on to the port TO.  The word in FILE says what gets
through: open, mute (nothing of what the caller says), deaf (nothing of what it is told), or shut (neither, and no call).
What does not get through waits."""
import select
import socket
import sys

port, to, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
door = socket.create_server(("127.0.0.1", port))
callers, called = {}, {}  # each end, and the other one


def word():
    try:
        with open(file) as f:
            return f.read().strip()
    except OSError:
        return "open"


def end(s):
    for t in (s, callers.pop(s, None) or called.pop(s)):
        callers.pop(t, None)
        called.pop(t, None)
        t.close()


while True:
    now = word()
    readers = [door] if now != "shut" else []
    readers += list(callers) if now in ("open", "deaf") else []
    readers += list(called) if now in ("open", "mute") else []
    for s in select.select(readers, [], [], 0.05)[0]:
        if s is door:
            caller = s.accept()[0]
            try:
                there = socket.create_connection(("127.0.0.1", to))
            except OSError:
                caller.close()
                continue
            callers[caller], called[there] = there, caller
            continue
        other = callers.get(s) or called.get(s)
        if other is None:
            continue  # it has ended a moment ago
        try:
            data = s.recv(65536)
            other.sendall(data)
        except OSError:
            data = b""
        if not data:
            end(s)
