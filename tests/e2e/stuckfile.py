"""A file that one process can neither read nor close: stuckfile.py FILE PID mounts one over FILE, with FUSE, and answers
what an open needs, and to others than PID a close too.  Says "ready", or why it cannot be, and what it does not answer;
ends when it is told to."""
import ctypes
import os
import signal
import struct
import sys

GETATTR, OPEN, RELEASE, FLUSH, INIT = 3, 14, 18, 25, 26
path, victim = sys.argv[1].encode(), int(sys.argv[2])
libc = ctypes.CDLL(None, use_errno=True)
try:
    fuse = os.open("/dev/fuse", os.O_RDWR)
except OSError as e:
    sys.exit("no FUSE here: %s" % e)
options = "fd=%d,rootmode=100000,user_id=%d,group_id=%d,allow_other" % (fuse, os.getuid(), os.getgid())
if libc.mount(b"stuck", path, b"fuse", 0, options.encode()) != 0:
    sys.exit("no FUSE here: mount: %s" % os.strerror(ctypes.get_errno()))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
try:
    print("ready", flush=True)
    while True:
        request = os.read(fuse, 1 << 17)
        _, opcode, unique, _, _, _, pid = struct.unpack_from("IIQQIII", request)
        attributes = struct.pack("QQQQQQIIIIIIIIII", 1, 4096, 8, 0, 0, 0, 0, 0, 0, 0o100644, 1, 0, 0, 0, 4096, 0)
        if opcode == INIT:
            answer = struct.pack("IIIIHHIIHH32x", 7, 31, 65536, 0, 12, 9, 65536, 1, 0, 0)
        elif opcode == GETATTR:
            answer = struct.pack("QII", 60, 0, 0) + attributes
        elif opcode == OPEN:
            answer = struct.pack("QII", 1, 1, 0)  # no cache: each read comes here
        elif opcode == RELEASE or opcode == FLUSH and pid != victim:
            answer = b""
        else:
            print("request %d of process %d is not answered" % (opcode, pid), flush=True)
            continue
        os.write(fuse, struct.pack("IiQ", 16 + len(answer), 0, unique) + answer)
finally:
    libc.umount2(path, 2)
