"""valve.py PORT TO FILE: passes connections to PORT of this machine on to the port TO.  The word in FILE says what gets
through: open, mute (nothing of what the caller says), deaf (nothing of what it is told), shut (neither, and no call), or
"late MS": everything, but so many milliseconds later.  What does not get through waits."""
import collections
import select
import socket
import sys
import time

port, to, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
door = socket.create_server(("127.0.0.1", port))
callers, called = {}, {}  # each end, and the other one
late = collections.deque()  # when, to which end, what: in the order in which it came


def word():
    try:
        with open(file) as f:
            return f.read().split() or ["open"]
    except OSError:
        return ["open"]


def end(s):
    for t in (s, callers.pop(s, None) or called.pop(s)):
        callers.pop(t, None)
        called.pop(t, None)
        t.close()


def pass_on(other, data):
    if other not in callers and other not in called:
        return  # it has ended meanwhile
    try:
        other.sendall(data)
    except OSError:
        end(other)


while True:
    now = word()
    delay = float(now[1]) / 1000 if now[0] == "late" else 0
    readers = [door] if now[0] != "shut" else []
    readers += list(callers) if now[0] in ("open", "deaf", "late") else []
    readers += list(called) if now[0] in ("open", "mute", "late") else []
    wait = min(0.05, max(0, late[0][0] - time.monotonic())) if late else 0.05
    for s in select.select(readers, [], [], wait)[0]:
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
        except OSError:
            data = b""
        if delay and data:
            late.append((time.monotonic() + delay, other, data))
        elif data:
            pass_on(other, data)
        else:
            end(s)
    while late and late[0][0] <= time.monotonic():
        _, other, data = late.popleft()
        pass_on(other, data)
