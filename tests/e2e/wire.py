"""wire.py PID PID FILE: a network of two machines, whose namespaces are those of the two processes: 10.77.0.1 and
10.77.0.2.  The word in FILE says what it is like: good, bad (each packet takes 5 to 25 ms, so that they overtake each
other, and one of 50 is lost), or cut.  It needs /dev/net/tun, and no module of the kernel besides."""
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000


def machine(pid, address, other):
    """Its end of the wire: a descriptor of packets."""
    ns = os.open("/proc/%s/ns/net" % pid, os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(ns, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    os.close(ns)
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"wire", IFF_TUN | IFF_NO_PI))
    for command in ("link set lo up", "addr add %s peer %s dev wire" % (address, other), "link set wire up"):
        subprocess.run(["ip"] + command.split(), check=True)
    return fd


def word():
    try:
        with open(sys.argv[3]) as f:
            return f.read().strip()
    except OSError:
        return "good"


ends = [machine(sys.argv[1], "10.77.0.1", "10.77.0.2"), machine(sys.argv[2], "10.77.0.2", "10.77.0.1")]
chance = random.Random(1)
way, number = [], 0
print("ready", flush=True)
like, looked = word(), 0.0
while True:
    now = time.monotonic()
    if now - looked > 0.05:
        like, looked = word(), now
    while way and way[0][0] <= now:
        _, _, to, packet = heapq.heappop(way)
        try:
            os.write(to, packet)
        except OSError:
            pass
    wait = max(0.0, min(way[0][0] - now, 0.05)) if way else 0.05
    for fd in select.select(ends, [], [], wait)[0]:
        try:
            packet = os.read(fd, 65536)
        except OSError:
            continue
        if like == "cut" or (like == "bad" and chance.random() < 0.02):
            continue
        number += 1
        delay = chance.uniform(0.005, 0.025) if like == "bad" else 0
        heapq.heappush(way, (time.monotonic() + delay, number, ends[1 - ends.index(fd)], packet))
