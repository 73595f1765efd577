"""A DLSw partner with a link station and half-sessions behind it, for tests that play one that misbehaves.

It connects to the node, as the end that opens the circuit and is the primary link station; each step is a call of its
own, so that a test can stop after any of them, or do something else.  Nothing here is checked but what the test asks
for."""
import socket
import ssl
import struct
import time

CANUREACH, ICANREACH, REACH_ACK, XIDFRAME, CONTACT, CONTACTED, INFOFRAME = 3, 4, 5, 7, 8, 9, 10
HALT_DL, DL_HALTED, RESTART_DL, HALT_DL_NOACK, KEEPALIVE, CAP_EXCHANGE, IFCM = 14, 15, 16, 25, 0x1D, 0x20, 0x21
TEST_CIRCUIT_REQ = 0x7A
SHORT = (INFOFRAME, KEEPALIVE, IFCM)
FCI, FCA = 0x80, 0x40


def ebcdic(text):
    return text.encode("cp037")


class Peer:
    """TLS: a context, or None.  MACs are 12 hexadecimal digits."""

    def __init__(self, port, tls=None, ours="4000000000EE", theirs="4000000000AA", patience=10):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=patience)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.sock = tls.wrap_socket(self.sock)
        self.buffer = b""
        self.ours, self.theirs = bytes.fromhex(ours), bytes.fromhex(theirs)
        self.id = 0x1111
        self.their_id = (0, 0)
        self.transport = 0
        self.credit, self.window, self.owes_ack = 0, 20, False
        self.granting = False # a grant of ours has no acknowledgment yet
        self.sidl = 0
        self.pius = []
        self.answers = True # UNBINDs of the node, as they are heard
        self.held = None # what is said and goes with what follows, in one write

    # ---- messages ----

    def header(self, kind, n, flags=0, flow=0, correlator=None):
        if self.owes_ack and kind in (REACH_ACK, XIDFRAME, CONTACT, CONTACTED, INFOFRAME, IFCM):
            flow |= FCA
            self.owes_ack = False
        remote = correlator or self.their_id[::-1]
        h = struct.pack(">BBHIIHBB", 0x31, 16 if kind in SHORT else 72, n, remote[0], remote[1], 0, kind, flow)
        if kind in SHORT:
            return h
        return (h + struct.pack(">BBHBBBB", 0x42, 1, 0, 0x98, flags, 0, kind) + self.theirs + self.ours
                + struct.pack(">BBBBHHIIIIIII", 4, 4, 1, 0, 0, 0, 1, self.id, 0, self.their_id[0], self.their_id[1],
                              self.transport, 0))

    def say(self, kind, data=b"", **how):
        message = self.header(kind, len(data), **how) + data
        if self.held is None:
            self.sock.sendall(message)
        else:
            self.held += message

    def hold(self):
        self.held = b""

    def go(self):
        self.sock.sendall(self.held)
        self.held = None

    def hear(self):
        """The next message: its type and data.  What flow control has to say is dealt with."""
        while len(self.buffer) < 16 or len(self.buffer) < self.buffer[1] + struct.unpack_from(">H", self.buffer, 2)[0]:
            more = self.sock.recv(65536)
            if not more:
                raise EOFError("the node has closed the connection")
            self.buffer += more
        head, n = self.buffer[1], struct.unpack_from(">H", self.buffer, 2)[0]
        message, self.buffer = self.buffer[:head + n], self.buffer[head + n:]
        kind, flow = message[14], message[15]
        if flow & FCI and kind not in (CAP_EXCHANGE, CANUREACH):
            operator = flow & 7
            self.window = {0: self.window, 1: self.window + 1, 2: self.window - 1, 3: 0,
                           4: max(self.window // 2, 1)}.get(operator, self.window)
            self.credit = 0 if operator == 3 else self.credit + self.window
            self.owes_ack = True
        if flow & FCA and kind != ICANREACH:
            self.granting = False
        if head == 72 and kind == ICANREACH:
            self.their_id = struct.unpack_from(">II", message, 56)
        return kind, message[head:], message

    def expect(self, *kinds):
        while True:
            kind, data, message = self.hear()
            if kind in kinds:
                return data if len(kinds) == 1 else (kind, data)
            if kind == INFOFRAME:
                self.pius.append(data)

    # ---- a link comes up ----

    def capabilities(self):
        v = bytes.fromhex("0581AABBCC 04820100 04830014 1286AA000000000000000000000000000000 038701")
        self.say(CAP_EXCHANGE, struct.pack(">HH", 4 + len(v), 0x1520) + v)
        answered = asked = False
        while not (answered and asked):
            data = self.expect(CAP_EXCHANGE)
            if data[2:4] == b"\x15\x20":
                self.say(CAP_EXCHANGE, bytes.fromhex("00041521"))
                asked = True
            else:
                answered = True

    def circuit(self):
        self.say(CANUREACH, flags=0x80)
        self.expect(ICANREACH)
        self.their_id = (0, 0)
        self.say(CANUREACH)
        self.expect(ICANREACH)
        self.say(REACH_ACK)

    def xid3(self, state, role=0x51, btu=2000, name="EVILNET.EVIL", number=0x05D0EEEE):
        cv = bytes([0x0E, 1 + len(name), 0xF4]) + ebcdic(name)
        return (struct.pack(">BBIHBBBBBHBBBBBBHBBHBB", 0x32, 29 + len(cv), number, 0, 0xB0, state, 0, 0, 0, 0, 0, 0, 1,
                            11, role, 0, btu, 0, 0, 0, 7, 0) + cv)

    def xids(self):
        self.say(XIDFRAME)
        self.expect(XIDFRAME)
        self.say(XIDFRAME, self.xid3(0x88))
        self.expect(XIDFRAME)
        self.say(XIDFRAME, self.xid3(0x84))
        self.expect(XIDFRAME)

    def grant(self):
        """Let the node send on."""
        if not self.granting:
            self.granting = True
            self.say(IFCM, flow=FCI)

    def contact(self):
        self.say(CONTACT)
        self.expect(CONTACTED)
        self.grant()

    def up(self):
        for step in (self.capabilities, self.circuit, self.xids, self.contact):
            step()
        return self

    # ---- PIUs ----

    def piu(self, session, rh, ru=b"", snf=0, expedited=False, mpf=3, theirs=False):
        """Of SESSION (SIDL) that this end has begun; THEIRS: that the node has begun, as (SIDH, SIDL)."""
        a, b = session if theirs else (session, 2)
        th = struct.pack(">BBBBH", 0x20 | mpf << 2 | (2 if theirs else 0) | expedited, 0, a, b, snf & 0xFFFF)
        body = th + (bytes.fromhex(rh) if mpf & 2 else b"") + ru
        while self.credit == 0:
            kind, data, _ = self.hear()
            if kind == INFOFRAME:
                self.pius.append(data)
                self.grant()
        self.credit -= 1
        self.say(INFOFRAME, body)

    def heard_piu(self, wanted, patience=10):
        """The first PIU for which WANTED(header, rh, ru) holds; all before it are dropped.  TimeoutError: none."""
        until = time.monotonic() + patience
        while True:
            while self.pius:
                p = self.pius.pop(0)
                if p[6:9] == b"\x6B\x80\x00" and p[9:10] == b"\x32" and self.answers:
                    self.answer(p, "EB8000", b"\x32")
                if wanted(p[:6], p[6:9].hex().upper(), p[9:]):
                    return p
            self.sock.settimeout(max(until - time.monotonic(), 0.001))
            kind, data, _ = self.hear()
            if kind == INFOFRAME:
                self.pius.append(data)
                self.grant()

    def answer(self, piu, rh, ru=b""):
        """The response to PIU, which the node has sent."""
        ours = not piu[0] & 2
        self.piu(piu[3] if ours else (piu[3], piu[2]), rh, ru, snf=piu[4] << 8 | piu[5], expedited=bool(piu[0] & 1),
                 theirs=not ours)

    # ---- sessions ----

    def bind_ru(self, mode="#INTER", slu="TESTNET.HOSTLU", plu="EVILNET.EVILLU", ru_size=0x87, first=0x31, **change):
        v = bytearray.fromhex("31001307B0B050B10000858500000602") + bytes(11)
        v[0], v[10], v[11], v[24] = first, ru_size, ru_size, 0x23
        for at, value in change.get("octets", {}).items():
            v[at] = value
        subfields = b"\0"
        for key, data in ((2, ebcdic(mode)), (3, b"\0" + struct.pack(">Q", time.monotonic_ns())[1:]), (4, ebcdic(plu))):
            subfields += bytes([len(data) + 1, key]) + data
        return (bytes(v) + bytes([len(plu)]) + ebcdic(plu) + bytes([len(subfields)]) + subfields + b"\0"
                + bytes([len(slu)]) + ebcdic(slu))

    def bind(self, **how):
        """A session begun by this end; returns its SIDL, and the response RU."""
        self.sidl = self.sidl % 250 + 1
        self.piu(self.sidl, "6B8000", self.bind_ru(**how), snf=self.sidl, expedited=True)
        s = self.sidl
        p = self.heard_piu(lambda th, rh, ru: th[3] == s and rh[:2] in ("EB", "EF"))
        return s, p[6:9].hex().upper(), p[9:]

    def unbind(self, session, kind="320F"):
        self.piu(session, "6B8000", bytes.fromhex(kind), snf=99, expedited=True)

    @staticmethod
    def attach(tp):
        name = ebcdic(tp)
        return bytes([10 + len(name), 5, 2, 0xFF, 0, 3, 0xD1, 0, 0, len(name)]) + name
