"""A headless Chromium, driven by its DevTools protocol over a pair of pipes; the standard library is enough."""
import base64, json, os, select, shutil, signal, subprocess, tempfile, time

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions",
         "--no-default-browser-check", "--disable-default-apps", "--hide-scrollbars", "--force-color-profile=srgb",
         "--remote-debugging-pipe"]
PATIENCE = float(os.environ.get("PATIENCE", "10")) * 2


def found():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    def __init__(self, folder):
        self.profile = tempfile.mkdtemp(prefix="profile-", dir=folder)
        to_read, self.to = os.pipe()
        self.back, from_write = os.pipe()

        def pipes():
            # 3 and 4 may be ends of these pipes: both are moved away first
            os.setsid()
            a, b = os.dup2(to_read, 103), os.dup2(from_write, 104)
            os.dup2(a, 3)
            os.dup2(b, 4)

        # The whole process group is ours to end; nothing of it outlives this object.
        self.process = subprocess.Popen([found(), *FLAGS, "--user-data-dir=" + self.profile], close_fds=False,
                                        pass_fds=(), preexec_fn=pipes, stdin=subprocess.DEVNULL,
                                        stdout=open(os.path.join(folder, "chromium.out"), "ab"),
                                        stderr=subprocess.STDOUT, env=dict(os.environ, HOME=self.profile))
        os.close(to_read)
        os.close(from_write)
        self.buffer, self.last, self.events = b"", 0, []

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.to)
        os.close(self.back)
        for _ in range(50):
            shutil.rmtree(self.profile, ignore_errors=True)
            if not os.path.exists(self.profile):
                break
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def message(self, until):
        while b"\0" not in self.buffer:
            if not select.select([self.back], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError("Chromium does not answer")
            more = os.read(self.back, 1 << 20)
            if not more:
                raise EOFError("Chromium has ended")
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, **params):
        self.last += 1
        order = {"id": self.last, "method": method, "params": params}
        if session:
            order["sessionId"] = session
        os.write(self.to, json.dumps(order).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            m = self.message(until)
            if m.get("id") == self.last:
                if "error" in m:
                    raise RuntimeError("%s: %s" % (method, m["error"]))
                return m["result"]
            if "method" in m:
                self.events.append(m)

    def page(self, width=1280, height=900, dark=False):
        return Page(self, width, height, dark)


class Page:
    def __init__(self, browser, width, height, dark):
        self.browser = browser
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Log", "Network":
            self.call(domain + ".enable")
        self.size(width, height)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def open(self, url):
        return self.call("Page.navigate", url=url)

    def authorize(self, value):
        self.call("Network.setExtraHTTPHeaders", headers={"Authorization": value})

    def eval(self, script):
        r = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in r:
            raise RuntimeError("%s: %s" % (script, r["exceptionDetails"].get("exception", {}).get("description", r)))
        return r["result"].get("value")

    def await_(self, what, script):
        """Wait until SCRIPT gives something true, and return that."""
        until = time.monotonic() + PATIENCE
        value = None
        while time.monotonic() < until:
            try:
                value = self.eval(script)
            except RuntimeError:
                value = None  # the page is still being loaded
            if value:
                return value
            time.sleep(0.03)
        raise AssertionError("%s: not after %g s: %s is %r" % (what, PATIENCE, script, value))

    def table(self, name):
        """Rows of the table NAME as it is shown, a dict of column and text each."""
        return self.eval("""(() => { const s = document.getElementById('t-%s');
            const heads = [...s.querySelectorAll('th')].map(h => h.textContent);
            return [...s.querySelectorAll('tbody tr')].map(r => Object.fromEntries([...r.cells].map((c, i) => [heads[i], c.textContent]))); })()""" % name)

    def key(self, key, code=0):
        for kind in "keyDown", "keyUp":
            self.call("Input.dispatchKeyEvent", type=kind, key=key, text=key if len(key) == 1 and kind == "keyDown" else "",
                      windowsVirtualKeyCode=code)

    def complaints(self):
        """What the browser has said against the page: faults of the script, and what its policy has refused."""
        out = []
        for e in self.browser.events:
            if e.get("sessionId") != self.session:
                continue
            if e["method"] == "Runtime.exceptionThrown":
                out.append(e["params"]["exceptionDetails"]["text"] + str(e["params"]["exceptionDetails"].get("exception", {}).get("description")))
            if e["method"] == "Log.entryAdded" and e["params"]["entry"]["source"] in ("security", "javascript", "violation", "intervention"):
                out.append(e["params"]["entry"]["text"])
        return out

    def picture(self, path, whole=False):
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            self.size(self.eval("innerWidth"), int(size["height"]))
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))
