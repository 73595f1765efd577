"""Clients of the node's HTTP server: pageclients.py WHAT ..., with PORT, DIR and more in the environment."""
import base64, contextlib, http.client, json, os, signal, socket, ssl, subprocess, sys, threading, time

PORT, DIR, SLOW = int(os.environ["PORT"]), os.environ["DIR"], int(os.environ.get("SLOW", "1"))
PATIENCE = 10 * SLOW
TOKEN = "a-token-of-24-characters"


def get(path, headers={}, method="GET", connection=None):
    c = connection or http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
    c.request(method, path, headers=headers)
    r = c.getresponse()
    return r.status, dict((k.lower(), v) for k, v in r.getheaders()), r.read()


def status(*a, **k):
    return get(*a, **k)[0]


class Stream:
    """The events, as (name, data)."""
    def __init__(self, headers={}, connection=None):
        self.c = connection or http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
        self.c.request("GET", "/events", headers=headers)
        self.r = self.c.getresponse()
        self.status = self.r.status

    def event(self):
        name, data = None, []
        while True:
            line = self.r.readline().decode()
            assert line, "the stream has ended"
            line = line.rstrip("\n")
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data.append(line[6:])
            elif not line and name:
                return name, json.loads("\n".join(data))

    def until(self, what, good):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            name, data = self.event()
            if good(name, data):
                return data
        raise AssertionError("no " + what)

    def close(self):
        self.c.close()
        self.r.close()


def ping(*args):
    subprocess.run([os.environ["BIN"] + "/aping", *args], stdout=subprocess.DEVNULL, check=True)


def snactl(table):
    return json.loads(subprocess.run([os.environ["BIN"] + "/snactl", "--json", table], capture_output=True, check=True).stdout)


@contextlib.contextmanager
def busy():
    """The program that sends without end runs a tenth of the time: more than is shown, and others get on."""
    pid, over = int(os.environ["BUSY"]), threading.Event()

    def pulse():
        while not over.wait(0.1):
            os.kill(pid, signal.SIGCONT)
            over.wait(0.01)
            os.kill(pid, signal.SIGSTOP)

    t = threading.Thread(target=pulse)
    t.start()
    try:
        yield
    finally:
        over.set()
        t.join()


def no_page():
    assert status("/metrics") == 200
    assert status("/") == 404 and status("/events") == 404


def nothing():
    try:
        status("/metrics")
    except ConnectionError:
        return
    raise AssertionError("something is served")


def headers():
    code, h, body = get("/")
    policy = h["content-security-policy"]
    assert code == 200 and h["content-type"] == "text/html; charset=utf-8", h
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy, policy
    import hashlib, re
    for tag, source in ("script", "script-src"), ("style", "style-src"):
        text = re.findall(b"<%s>(.*?)</%s>" % (tag.encode(), tag.encode()), body, re.S)
        assert len(text) == 1
        assert "%s 'sha256-%s'" % (source, base64.b64encode(hashlib.sha256(text[0]).digest()).decode()) in policy, tag
    assert not re.search(rb"(src|href)=\"(https?:)?//", body), "something of others"
    for path in "/", "/metrics", "/nothing":
        code, h, _ = get(path)
        assert "set-cookie" not in h and h["cache-control"] == "no-store" and h["x-content-type-options"] == "nosniff", h
        assert "access-control-allow-origin" not in h, h


def hosts():
    for host in "127.0.0.1:%d" % PORT, "localhost:%d" % PORT, "[::1]:1", "localhost":
        assert status("/", {"Host": host}) == 200, host
    for host in "evil.example", "evil.example:%d" % PORT, "localhost.evil.example", "", "127.0.0.1.evil.example":
        for path in "/", "/events", "/metrics":
            code, _, body = get(path, {"Host": host})
            assert code in (400, 421) and b"E2ENODE" not in body, (host, path, code)


def read_only():
    for method in "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE":
        c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
        try:
            code = status("/", method=method, connection=c)
        except (ConnectionError, http.client.HTTPException):
            continue  # cut: as good
        assert code in (400, 405, 501), (method, code)
    code, h, body = get("/", method="HEAD")
    assert code == 200 and not body
    assert status("/events", method="HEAD") == 404
    assert status("/" + "a" * 20000) >= 400
    assert status("/?a=b") == 200
    assert status("//") == 404 and status("/../metrics") == 404


def stream():
    s = Stream()
    assert s.status == 200 and s.r.getheader("content-type").startswith("text/event-stream")
    name, hello = s.event()
    assert name == "hello" and hello["server"] == "E2ENODE" and hello["data"] is False, hello
    for table in "lu", "tp", "link":
        seen = s.until(table, lambda n, d: n == table)
        rows = snactl(table)
        assert seen == {"total": len(rows), "rows": rows}, (seen, rows)
    ping("-i", "2", "-s", "30", "EACH")
    first = s.until("step", lambda n, d: n == "step")
    assert first["step"] == 1 and first["text"] == "Attach EACH, 3 octets, turn", first
    end = s.until("end", lambda n, d: n == "step" and d["last"])
    assert end["frames"] == [4, 3] and end["octets"] == [63, 70], end
    # who comes later gets the same
    late = Stream()
    assert late.until("step", lambda n, d: n == "step") == first
    s.close()
    late.close()


@busy()
def many_readers():
    all = [Stream() for i in range(16)]
    assert [s.status for s in all] == [200] * 16
    more = Stream()
    assert more.status == 503 and more.r.getheader("retry-after"), more.status
    for s in all:
        s.until("step", lambda n, d: n == "step")
        s.until("status", lambda n, d: n == "status")
    for s in all:
        s.close()
    end = time.monotonic() + PATIENCE
    while True:
        s = Stream()
        if s.status == 200 or time.monotonic() > end:
            break
        s.close()
        time.sleep(0.1)
    assert s.status == 200, "readers that have gone are still counted"
    s.close()


def memory():
    with open("/proc/%s/status" % os.environ["SNANODE_PID"]) as f:
        return next(int(l.split()[1]) for l in f if l.startswith("VmRSS"))


@busy()
def slow_reader():
    """It reads nothing for a while, and the node does not wait for it, nor keep all that it misses, and says so."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(PATIENCE)
    raw.connect(("127.0.0.1", PORT))
    raw.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    before, quick, octets = memory(), Stream(), 0
    end = time.monotonic() + 60 * SLOW
    while octets < 500000 and time.monotonic() < end:  # more than is kept for the slow one, there and in sockets
        octets += len(json.dumps(quick.event()))
    assert octets >= 500000, octets
    start = time.monotonic()
    snactl("status")
    assert time.monotonic() - start < 4 * SLOW, "the node waits for a reader"
    # under a sanitizer what is freed is kept for a while
    assert SLOW > 1 or memory() - before < 8 << 10, "the node keeps everything: %d KiB more" % (memory() - before)
    got, again = b"", b""
    while b"\nevent: step\n" not in again and time.monotonic() < end:  # it is told, and then goes on
        got += raw.recv(65536)
        kept, _, again = got.partition(b"\nevent: missed\n")
    assert len(kept) < 400 << 10, len(kept)
    steps = json.loads(again.split(b"\n")[0][6:])["steps"]
    assert steps > 0 and b"\nevent: status\n" in got, steps
    quick.close()
    raw.close()


def silent():
    """Those that say nothing, or a little at a time, go after a while, and others are served meanwhile or after."""
    quiet = [socket.create_connection(("127.0.0.1", PORT)) for i in range(20)]
    drip = [socket.create_connection(("127.0.0.1", PORT)) for i in range(8)]
    start, over = time.monotonic(), 0
    for s in drip:
        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
    assert status("/metrics") == 200
    for s in quiet + drip:
        s.setblocking(False)
    open_ = set(quiet + drip)
    while open_ and time.monotonic() - start < 12 * SLOW:
        for s in list(open_):
            try:
                if s in drip:
                    s.send(b"a")
                if s.recv(1000) == b"":
                    open_.discard(s)
            except BlockingIOError:
                pass
            except ConnectionError:
                open_.discard(s)
        time.sleep(0.2)
    assert not open_, "%d that never ask are still connected" % len(open_)
    assert status("/metrics") == 200


def basic(token):
    return {"Authorization": "Basic " + base64.b64encode(("me:" + token).encode()).decode()}


def token():
    wrong = [{}, basic(TOKEN[:-1]), basic(""), basic(TOKEN + "x"), {"Authorization": "Bearer x" + TOKEN[1:]},
             {"Authorization": TOKEN}, {"Cookie": "token=" + TOKEN}]
    for h in wrong:
        for path in "/", "/events", "/metrics", "/?token=" + TOKEN:
            code, back, body = get(path, h)
            assert code == 401 and back["www-authenticate"].startswith("Basic realm="), (h, path, code)
            assert b"E2ENODE" not in body and b"snanode_" not in body and b"<script" not in body, body
    for h in basic(TOKEN), {"Authorization": "Bearer " + TOKEN}:
        assert status("/", h) == 200 and status("/metrics", h) == 200
    assert status("/", dict(basic(TOKEN), Host="evil.example")) == 421


def data():
    s = Stream(basic(TOKEN))
    assert s.event()[1]["data"] is True
    ping("-i", "1", "-s", "9", "EACH")
    s.until("data", lambda n, d: n == "step" and d["text"] == '9 octets "AAAAAAAAA", turn')
    s.close()


def tls():
    name = os.environ["NAME"]
    context = ssl.create_default_context(cafile=DIR + "/ca/ca.pem")

    def connection(server_name=name, c=context):
        raw = socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE)
        h = http.client.HTTPSConnection("127.0.0.1", PORT, timeout=PATIENCE, context=c)
        h.sock = c.wrap_socket(raw, server_hostname=server_name)
        return h

    host = {"Host": "%s:%d" % (name, PORT)}
    assert status("/", dict(basic(TOKEN), **host), connection=connection()) == 200
    assert status("/", host, connection=connection()) == 401
    assert status("/", dict(basic(TOKEN), Host="other.example"), connection=connection()) == 421
    s = Stream(dict(basic(TOKEN), **host), connection())
    s.until("status", lambda n, d: n == "status" and d["rows"][0]["server"] == "E2ENODE")
    s.close()
    old = ssl.create_default_context(cafile=DIR + "/ca/ca.pem")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        connection(c=old)
    except (ssl.SSLError, ConnectionError):
        pass
    else:
        raise AssertionError("TLS 1.2")
    raw = socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE)  # no TLS: nothing
    raw.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n\r\n")
    back = b""
    try:
        while more := raw.recv(4096):
            back += more
    except ConnectionError:
        pass
    assert b"snanode" not in back, back


for word in sys.argv[1:]:
    begun = time.monotonic()
    globals()[word]()
    print("%s: %.1f s" % (word, time.monotonic() - begun))
