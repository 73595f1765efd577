"""Ways of a DLSw partner to be hostile: evil.py WAY PORT, in a folder with certificates; the last line is "done"."""
import os
import socket
import ssl
import struct
import sys
import time

from dlswpeer import (CANUREACH, HALT_DL, HALT_DL_NOACK, ICANREACH, INFOFRAME, RESTART_DL, TEST_CIRCUIT_REQ,
                      XIDFRAME, Peer)

what, port = sys.argv[1], int(sys.argv[2])
QUIET = 0.5  # so long the node takes nothing more


def context(folder=None, version=None):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    if folder:
        c.load_cert_chain(folder + "/evil.pem", folder + "/evil.key")
    if version:
        c.maximum_version = version
    return c


def call():
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=5)
    except OSError:
        return None


def pour(sock, data, most):
    """As much of DATA, again and again, as the node takes, MOST octets at the most; nothing is read."""
    sock.settimeout(QUIET)
    sent = 0
    try:
        while sent < most:
            sent += sock.send(data)
    except OSError:
        pass
    return sent


def flood(p, message, most=32 << 20):
    print("poured", pour(p.sock, message * max(1, 65536 // len(message)), most))


def closed(sock, patience=30):
    """Whether the node ends SOCK in time, whatever it says before."""
    sock.settimeout(patience)
    until = time.monotonic() + patience
    try:
        while time.monotonic() < until:
            if not sock.recv(65536):
                return True
    except (ConnectionError, ssl.SSLError):
        return True
    except OSError:
        pass
    return False


def connected():
    return Peer(port).up()


def info(p, body):
    return p.header(INFOFRAME, len(body)) + body


def garbage():
    s = call()
    pour(s, os.urandom(65536), 1 << 20)
    assert closed(s), "garbage is borne"


def half_open():
    held = [s for s in (call() for _ in range(300)) if s]
    time.sleep(1)
    print(len(held), "calls")


def no_capabilities():
    s = call()
    assert closed(s, 40), "who never says a word is borne for ever"


def huge_message():
    p = Peer(port)
    p.capabilities()
    p.sock.sendall(struct.pack(">BBHIIHBB", 0x31, 72, 65535, 1, 1, 0, XIDFRAME, 0) + b"x" * 60000)
    time.sleep(1)


def explorers():
    p = Peer(port)
    p.capabilities()
    flood(p, p.header(CANUREACH, 0, flags=0x80))


def circuits():
    p = Peer(port)
    p.capabilities()
    for i in range(1000):
        p.ours = struct.pack(">HI", 0x4000, 0xE000 + i)
        p.id = 0x10000 + i
        p.say(CANUREACH)
    p.sock.settimeout(1)
    offers = 0
    try:
        while True:
            offers += p.hear()[0] == ICANREACH
    except OSError:
        pass
    print(offers, "circuits")
    assert offers <= 8


def no_xid():
    p = Peer(port)
    p.capabilities()
    p.circuit()
    assert p.expect(HALT_DL, HALT_DL_NOACK), "a circuit without XIDs is borne for ever"


def no_contact():
    p = Peer(port, patience=30)
    p.capabilities()
    p.circuit()
    p.xids()
    assert p.expect(HALT_DL, HALT_DL_NOACK), "a station without CONTACT is borne for ever"


def bad_xids():
    p = Peer(port)
    p.capabilities()
    p.circuit()
    flood(p, p.header(XIDFRAME, 300) + os.urandom(300), 4 << 20)


def silent():
    connected()
    time.sleep(1)


def tests():
    p = connected()
    flood(p, p.header(TEST_CIRCUIT_REQ, 1000) + bytes(1000))


def above_credit():
    p = connected()
    flood(p, info(p, bytes(1000)))


def restarts():
    p = connected()
    flood(p, p.header(RESTART_DL, 0), 4 << 20)


def all_credit(p, piu, most):
    """Send PIU(I) as fast as the node grants, and read what it says."""
    try:
        for i in range(most):
            piu(i)
            p.pius.clear()
    except (OSError, EOFError) as e:
        print("ended after", i, e)


def binds():
    p = connected()
    ru = p.bind_ru()
    all_credit(p, lambda i: p.piu(1 + i % 250, "6B8000", ru, snf=i, expedited=True), 1500)


def unanswered_binds():
    p = connected()
    p.grant = lambda: None  # the node may not send its answers
    ru = p.bind_ru()
    all_credit(p, lambda i: p.piu(1 + i % 250, "6B8000", ru, snf=i, expedited=True), 1000)


def attaches():
    p = connected()
    for i in range(200):
        s, rh, _ = p.bind()
        if rh == "EB8000":
            p.piu(s, "0B9120", p.attach("SINK"), snf=1)
            p.unbind(s)


def segments():
    p = connected()
    for _ in range(4):
        s = p.bind(ru_size=0xF9)[0]
        p.piu(s, "0A9100", p.attach("SINK"), snf=1)
        p.piu(s, "009000", bytes(1000), snf=2, mpf=2)
        all_credit(p, lambda i: p.piu(s, "", bytes(1000), snf=2, mpf=0), 150)


def strays():
    p = connected()
    all_credit(p, lambda i: p.piu(1 + i % 250, "039020", bytes(500), snf=i), 1500)


def noise():
    p = connected()
    all_credit(p, lambda i: p.piu(1 + i % 250, os.urandom(3).hex(), os.urandom(50), snf=i, mpf=i % 4), 1500)


def never_reads():
    p = connected()
    s = p.bind()[0]
    for _ in range(600):
        p.piu(s, "6B8000", b"\x32\1", snf=1, expedited=True)
        p.sock.setblocking(False)
        try:
            p.sock.recv(65536, socket.MSG_PEEK)
        except OSError:
            pass
        p.sock.setblocking(True)


def tls_silent():
    held = [s for s in (call() for _ in range(500)) if s]
    time.sleep(1)
    print(len(held), "calls")


def tls_slow():
    """A ClientHello, octet by octet, as long as the node bears it."""
    s = call()
    hello = bytes.fromhex("16030100c8010000c40303") + bytes(189)
    start = time.monotonic()
    try:
        for b in hello:
            s.sendall(bytes([b]))
            time.sleep(0.2)
    except OSError:
        pass
    assert closed(s, 15), "a handshake that does not end is borne for ever"
    print("%.1f s" % (time.monotonic() - start))


def tls_refused(c):
    s = call()
    try:
        t = c.wrap_socket(s)
        assert closed(t, 10), "taken"
    except (ssl.SSLError, ConnectionError) as e:
        print(e)


def tls_junk():
    t = context("ca").wrap_socket(call())
    pour(t, os.urandom(65536), 1 << 20)
    assert closed(t), "garbage is borne"


def tls_raw_junk():
    s = call()
    t = context("ca").wrap_socket(s)
    raw = socket.socket(fileno=os.dup(t.fileno()))
    pour(raw, os.urandom(65536), 1 << 20)
    assert closed(raw), "junk between records is borne"


def tls_key_updates():
    """Records without end that say nothing: an alert of no meaning, and empty handshakes."""
    s = call()
    t = context("ca").wrap_socket(s)
    raw = socket.socket(fileno=os.dup(t.fileno()))
    pour(raw, bytes.fromhex("1403030001011403030001011603030000"), 1 << 20)
    assert closed(raw), "records that say nothing are borne"


def tls_good():
    p = Peer(port, tls=context("ca"))
    p.up()
    print("up")


# Without end, until the test kills them: they say "ready" when they have begun.


def keeps_flooding():
    p = connected()
    message = p.header(TEST_CIRCUIT_REQ, 1000) + bytes(1000)
    p.sock.settimeout(None)
    print("ready", flush=True)
    while True:
        p.sock.sendall(message * 60)


def keeps_stalling():
    """In the middle of a message, with a session that owes an answer, and it reads nothing any more."""
    p = connected()
    s = p.bind()[0]
    p.piu(s, "0B9120", p.attach("SINK"), snf=1)
    p.sock.sendall(info(p, bytes(1000))[:500])
    print("ready", flush=True)
    time.sleep(3600)


def keeps_sending_garbage():
    junk = os.urandom(65536)
    print("ready", flush=True)
    while True:
        s = call()
        if s:
            pour(s, junk, 1 << 20)
            s.close()
        time.sleep(0.01)


cases = {"tls_plain": lambda: Peer(port, patience=15).capabilities(), "tls_no_certificate": lambda: tls_refused(context()),
         "tls_stranger": lambda: tls_refused(context("other")),
         "tls_old": lambda: tls_refused(context("ca", ssl.TLSVersion.TLSv1_2))}
try:
    (cases.get(what) or globals()[what])()
except (EOFError, ConnectionError) as e:
    print(e)
print("done")
