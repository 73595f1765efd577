"""Ways of a machine with a valid certificate to be hostile to the machines of its domain: evilmachine.py WAY[,WAY ...] PORT
CA, where CA is the folder with HOSTX.pem, HOSTX.key; the last line is "done".  A way that is called by the others
(serve_...) prints "ready" first, and ends when its standard input does."""
import os
import random
import select
import socket
import ssl
import struct
import sys
import time

ways, port, folder = sys.argv[1].split(","), int(sys.argv[2]), sys.argv[3]
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, END_HEADERS, ACK = 1, 4, 1
ATTACH, READY, GO, NOT_HERE, REFUSED, FRAME, ALLOCATE, ALLOCATED = range(1, 9)


def frame(kind, flags, stream, body=b"", length=None):
    return struct.pack("!I", len(body) if length is None else length)[1:] + struct.pack("!BBI", kind, flags, stream) + body


def parcel(kind, body=b"", length=None):
    return bytes([kind]) + struct.pack("!I", len(body) if length is None else length)[1:] + body


def literal(name, value):
    """A header without index and without Huffman's code."""
    assert len(name) < 127 and len(value) < 127
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def identity(domain="TEST", machine="HOSTX", instance="00000000000000ee"):
    return [("snanode-domain", domain), ("snanode-machine", machine), ("snanode-instance", instance)]


def block(*headers):
    return b"".join(literal(n, v) for n, v in headers)


def request(stream, path="/attach", who=None, flags=END_HEADERS):
    return frame(HEADERS, flags, stream, block((":method", "POST"), (":scheme", "https"), (":authority", "x"),
                                               (":path", path), *(who or identity())))


def attach(tp, left_ms=30000):
    fmh5 = b"\x05\x02\xff\x00\x03\xd1\x00\x00" + bytes([len(tp)]) + tp.encode("cp037") + b"\0"
    names = b"".join(bytes([len(n)]) + n.encode() for n in
                     ("HOSTLU", "TESTNET.HOSTLU", "CLIENTLU", "TESTNET.CLIENTLU", "#INTER"))
    return parcel(ATTACH, b"\0" + struct.pack("!III", 1, left_ms, 4096) + names + bytes([len(fmh5) + 1]) + fmh5)


LAST, LAST_READ = (frame(PING, f, 0, b"all read") for f in (0, ACK)) # its answer comes when all before it has been read


def call():
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    c.load_cert_chain(folder + "/HOSTX.pem", folder + "/HOSTX.key")
    return c.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=5))


def pour(sock, *pieces):
    """Send the pieces, as far as the other one takes them."""
    try:
        for p in pieces:
            sock.sendall(p)
    except OSError:
        pass


def drain(sock, seconds, last=None):
    """Read until the other one ends, LAST has come or SECONDS are over.  Returns whether the other one has ended."""
    got, until = b"", time.monotonic() + seconds
    sock.settimeout(0.2)
    while time.monotonic() < until:
        try:
            p = sock.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError, socket.timeout):
            continue
        except OSError:
            return True
        if not p:
            return True
        got = (got + p)[-65600:]
        if last and last in got:
            return False
    return False


def opened():
    sock = call()
    sock.sendall(PREFACE + frame(SETTINGS, 0, 0) + frame(WINDOW, 0, 0, struct.pack("!I", 1 << 30)))
    return sock


doomed = []  # connections that the node has to end, each with the way that made it


def must_end(way, *cases):
    """For each of CASES, a list of pieces, a connection that the node has to end."""
    for pieces in cases:
        doomed.append((way, opened()))
        pour(doomed[-1][1], *pieces)


def may_live(*pieces):
    """One connection on which the node ends streams only, if anything: until it has read all, or has ended it."""
    sock = opened()
    pour(sock, request(1, "/wait"), *pieces, LAST)
    drain(sock, 20, last=LAST_READ)
    sock.close()


# ---- ways to call ----

def junk():
    for start in (b"", PREFACE):
        for seed in range(2):
            doomed.append(("junk", call()))
            pour(doomed[-1][1], start + bytes((i * 7919 + seed * 104729 >> 3) & 255 for i in range(3000)))


def frames():
    must_end("frames",
             [frame(DATA, 0, 0, b"x")],
             [frame(DATA, 0, 7, b"x")],
             [frame(HEADERS, END_HEADERS, 2, block((":method", "POST")))],
             [frame(HEADERS, END_HEADERS, 1, b"\xff" * 40)],
             [frame(SETTINGS, 0, 0, b"12345")],
             [frame(SETTINGS, 0, 0, struct.pack("!HI", 4, 0x80000000))],
             [frame(WINDOW, 0, 0, struct.pack("!I", 0))],
             [frame(PING, 0, 0, b"short")],
             [frame(RST, 0, 0, struct.pack("!I", 8))],
             [frame(CONTINUATION, END_HEADERS, 1, b"")],
             [frame(HEADERS, 0, 1, b""), frame(PING, 0, 0, b"12345678")],
             [frame(PUSH, END_HEADERS, 1, b"\0\0\0\2")],
             [frame(DATA, 0, 1, b"x" * 100, length=0xFFFFFF)])


def names():
    must_end("names", *[[request(1, who=w)] for w in (
        identity(machine="HOSTB"), identity(machine="HOSTA"), identity(machine=""), identity(domain="OTHER"), [],
        identity(machine="x" * 120))])


def headers_without_end():
    more = frame(CONTINUATION, 0, 1, literal("c", "d" * 100) * 100)
    must_end("headers_without_end", [frame(HEADERS, 0, 1, literal("a", "b"))] + [more] * 400)


def parcels():
    wrong = [parcel(0), parcel(7), parcel(255, b"x" * 10), parcel(READY, b"x"), parcel(GO), parcel(READY), parcel(NOT_HERE),
             parcel(REFUSED, b"1234why"), parcel(FRAME, b"x" * 20), parcel(ATTACH, b"x" * 40), parcel(ATTACH, b"\0" * 12),
             parcel(ATTACH, b"", length=0xFFFFFF), attach("NOTHERE"), attach("HERE") + parcel(GO), attach("HERE") * 2,
             attach("HERE")[:20], attach("HERE") + parcel(FRAME, b"\0" * 20), attach("HERE") + parcel(REFUSED, b"1234"),
             attach("HERE") + parcel(GO) + parcel(FRAME, b"\xff" * 200) * 5]
    may_live(*[request(3 + 2 * i) + frame(DATA, i % 2, 3 + 2 * i, p) for i, p in enumerate(wrong)])
    may_live(request(3), *[frame(DATA, 0, 3, bytes([b])) for b in attach("HERE")])
    may_live(frame(DATA, 0, 1, attach("HERE")))
    may_live(request(3, "/elsewhere"), request(5, "/attach", flags=END_HEADERS | END_STREAM))


def mixtures():
    """Parcels in any order, several in one piece, on streams that end in any way, on connections that do."""
    seed = int(os.environ["SEED"])
    print("seed", seed)
    r = random.Random(seed)
    ask = parcel(ALLOCATE, bytes.fromhex(os.environ["ALLOCATE"]))
    first = [ask, ask, attach("NOTHERE"), attach("QUEUED"), attach("QUEUED", 0)]
    # Frames: data with BB, with the turn, with the end; a response; SIG; UNBIND.
    said = [parcel(FRAME, bytes.fromhex(f)) for f in ("0003908000012020", "0001902020", "00019001",
                                                      "00830000", "014b8000c900010001", "016b8000320100000000")]
    more = said + [ask, parcel(READY), parcel(GO), parcel(GO), parcel(NOT_HERE), parcel(REFUSED, b"\x08\x4c\0\0why"), attach("HERE"),
                   parcel(ALLOCATED, b"\0" * 60), parcel(9), b""]
    for _ in range(60):
        sock, pieces = opened(), [request(1, "/wait")]
        streams = range(3, 3 + 2 * r.randrange(1, 12), 2)
        pieces += [request(i) + frame(DATA, 0, i, r.choice(first)) for i in streams]
        for _ in range(r.randrange(40)):
            i = r.choice(streams)
            body = b"".join(r.choices(more, k=r.randrange(1, 5)))
            pieces.append(frame(RST, 0, i, struct.pack("!I", 8)) if r.random() < 0.05 else frame(DATA, r.random() < 0.1, i, body))
        pour(sock, *[b"".join(pieces)] if r.random() < 0.5 else pieces)
        if r.random() < 0.5:
            pour(sock, LAST)
            drain(sock, 20, last=LAST_READ)
        sock.close()


def pings():
    may_live(*[frame(PING, 0, 0, b"12345678") * 1000] * 200)


def settings():
    may_live(*[frame(SETTINGS, 0, 0, struct.pack("!HI", 4, 65535)) * 1000] * 100)


def resets():
    may_live(*[b"".join(request(i, n) + frame(RST, 0, i, struct.pack("!I", 8)) for i in range(b, b + 1000, 2))
               for n in ("/attach", "/wait") for b in range(3 if n == "/attach" else 60003, 30000 if n == "/attach" else 80000, 1000)])


def streams():
    may_live(*[b"".join(request(i, "/wait") for i in range(b, b + 1000, 2)) for b in range(3, 60000, 1000)])


def attaches():
    may_live(*[b"".join(request(i) + frame(DATA, 0, i, attach("QUEUED")) for i in range(b, b + 1000, 2))
               for b in range(3, 24000, 1000)])


def never_reads():
    sock = opened()
    sock.settimeout(1)
    try:
        for i in range(3, 60000, 2):
            sock.sendall(request(i) + frame(DATA, 0, i, attach("NOTHERE")) + frame(PING, 0, 0, b"12345678") * 20)
    except OSError:
        pass
    sock.close()


def one_stream():
    """Octets without end for a program that is not there."""
    may_live(request(3), *[frame(DATA, 0, 3, parcel(FRAME, b"\0" * 12000))] * 2000)


def callers():
    """Many that say nothing, or no more than their settings."""
    for i in range(100):
        try:
            doomed.append(("callers", opened() if i % 2 else call()))
        except OSError:
            break
    print("held", len(doomed))


def instances():
    """One machine that says to be many."""
    held = [opened() for _ in range(30)]
    for i, sock in enumerate(held):
        pour(sock, request(1, who=identity(instance="%016x" % (4096 + i))), LAST)
    for sock in held:
        drain(sock, 20, last=LAST_READ)
    for sock in held:
        sock.close()


# ---- ways to be called ----

ENDED = object()


def serve(answers):
    """Take calls; the Nth stream with an Attach is answered with the Nth of ANSWERS: lists of parcels, b"" for the end of
    the stream, None for the end of the connection; after GO when a list begins with the parcel READY, and then from ENDED on
    after the end of what the other machine sends."""
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(folder + "/HOSTX.pem", folder + "/HOSTX.key")
    listener = socket.create_server(("127.0.0.1", port))
    print("ready", flush=True)
    turn = 0
    while True:
        if sys.stdin in select.select([listener, sys.stdin], [], [])[0]:
            return
        sock, _ = listener.accept()
        try:
            turn = serve_one(c.wrap_socket(sock, server_side=True), answers, turn)
        except OSError as e:
            print("a connection ended:", e)


def serve_one(sock, answers, turn):
    sock.sendall(frame(SETTINGS, 0, 0) + frame(WINDOW, 0, 0, struct.pack("!I", 1 << 30)))
    got, waits, late = b"", False, []
    while True:
        if not sock.pending() and sys.stdin in select.select([sock, sys.stdin], [], [])[0]:
            return turn
        p = sock.recv(65536)
        if not p:
            return turn
        got += p
        got = got[len(PREFACE):] if got.startswith(PREFACE) else got
        while len(got) >= 9:
            n = int.from_bytes(got[:3], "big")
            kind, flags, stream = struct.unpack("!BBI", got[3:9])
            body, rest = got[9:9 + n], got[9 + n:]
            if len(body) < n:
                break
            got = rest
            if kind == SETTINGS and not flags & ACK:
                sock.sendall(frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                sock.sendall(frame(PING, ACK, 0, body))
            elif kind == HEADERS:
                who = identity(instance=os.environ["INSTANCE"])
                sock.sendall(frame(HEADERS, END_HEADERS, stream, b"\x88" + block(*who)))
            elif kind == DATA and body[:1] == bytes([ATTACH]):
                answer, turn = answers[turn % len(answers)], turn + 1
                print("answer", turn, "of", len(answers), flush=True)
                waits = answer[0] == parcel(READY) and len(answer) > 1
                for a in answer[:1] if waits else answer:
                    if a is None:
                        return turn
                    sock.sendall(frame(DATA, 0 if a else END_STREAM, stream, a))
            elif kind == DATA and body[:1] == bytes([GO]) and waits:
                waits = False
                at = answer.index(ENDED) if ENDED in answer else len(answer)
                late = answer[at + 1:]
                for a in answer[1:at]:
                    if a is None:
                        return turn
                    sock.sendall(frame(DATA, 0 if a else END_STREAM, stream, a))
            if kind == DATA and flags & END_STREAM:
                for a in late:
                    sock.sendall(frame(DATA, 0 if a else END_STREAM, stream, a))
                late = []


def serve_wrong():
    ready, refused = parcel(READY), parcel(REFUSED, b"\x08\x4c\0\0why")
    serve([[parcel(FRAME, b"\0" * 20)], [parcel(ATTACH, b"x" * 20)], [parcel(GO)], [b"\xff" * 300], [b""], [None],
           [parcel(REFUSED, b"1234" + b"\xff" * 384)], [parcel(REFUSED, b"12", length=2)], [parcel(NOT_HERE)],
           [ready, ready], [ready, parcel(NOT_HERE)], [ready, refused], [ready, b""],
           [ready, None], [ready, parcel(FRAME, b"\xff" * 400), b""], [ready, parcel(FRAME, b"\0" * 12), b""],
           [ready, attach("HERE")], [ready, ENDED, refused + refused], [ready, ENDED, refused + parcel(NOT_HERE)],
           [ready, ENDED, refused + parcel(FRAME, b"\0" * 20) + refused, b""]])


for w in ways:
    globals()[w]()
for w, sock in doomed:
    if not drain(sock, 30):
        sys.exit(w + ": a connection has not ended")
print("done")
