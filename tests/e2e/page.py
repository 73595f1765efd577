"""The browser of page.sh: reads what to do from standard input, a word a line, and answers "done WORD"."""
import json, os, subprocess, sys, time

import browser

PORT, TLS_PORT, DIR, BIN = (os.environ[k] for k in ("PORT", "TLS_PORT", "DIR", "BIN"))
TOKEN = "a-token-of-24-characters"
LIVE = "document.getElementById('connection').textContent.startsWith('as of ')"
LINES = "[...document.querySelectorAll('#ladder li')].map(l => [l.className, l.querySelector('.lane').firstChild.textContent])"
TITLE = "document.getElementById('title').textContent"


def snactl(table):
    return json.loads(subprocess.run([BIN + "/snactl", "--json", table], capture_output=True, check=True).stdout)


def same(what, got, expected):
    assert got == expected, "%s: %r, not %r" % (what, got, expected)


def until(what, f):
    end = time.monotonic() + browser.PATIENCE
    while not f():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def tables(b):
    p = b.page(1400, 1000)
    p.open("http://127.0.0.1:%s/" % PORT)
    p.await_("tables", LIVE + " && document.querySelectorAll('#t-lu tbody tr').length")
    same("title", p.eval("document.title"), "E2ENODE \u2013 snanode")
    same("LUs", [(r["alias"], r["name"]) for r in p.table("lu")], [(r["alias"], r["name"]) for r in snactl("lu")])
    same("partners", [r["name"] for r in p.table("plu")], [r["name"] for r in snactl("plu")])
    same("TPs", [(r["name"], r["kind"], r["program"]) for r in p.table("tp")],
         [(r["name"], r["kind"], os.path.basename(r["program"])) for r in snactl("tp")])
    until("a link that is active", lambda: [r["state"] for r in p.table("link")] == ["active"])
    same("the domain", p.eval("document.querySelector('#t-domain .none').textContent"), "This node is in no domain.")
    assert "on, of LU HOSTLU" in p.eval("document.getElementById('trace-state').textContent")
    return p


def ask(destination="ECHO"):
    return subprocess.Popen([BIN + "/tpsh", DIR + "/ask.lua"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def say(program, text):
    program.stdin.write(text + "\n")
    program.stdin.flush()
    same("what is asked", program.stdout.readline(), text + "\n")


def ladder(p):
    same("conversations", p.table("conversation"), [])
    program = ask()
    say(program, "ONE")
    p.await_("a conversation while it runs", "document.querySelectorAll('#t-conversation tbody tr').length == 1")
    row = p.table("conversation")[0]
    same("conversation", (row["TP"], row["state"], row["LU"], row["partner"]), ("ECHO", "running", "CLIENTLU", "HOSTLU"))
    assert row["invoker"].startswith("[%d]" % program.pid), row
    same("session", [r["TP"] for r in p.table("session") if r["TP"]], ["ECHO"])
    p.await_("the first lines", "document.querySelectorAll('#ladder li').length == 2")
    same("lines", p.eval(LINES), [["", "Attach ECHO, 3 octets, turn"], ["back", "6 octets, turn"]])
    assert p.eval(TITLE).startswith("ECHO, mode #INTER, mapped"), p.eval(TITLE)
    for i in range(2, 6):
        say(program, "X" * i)
        p.await_("line by line", "document.querySelectorAll('#ladder li').length == %d" % (2 * i))
    same("the last lines", p.eval(LINES)[-2:], [["", "5 octets, turn"], ["back", "8 octets, turn"]])
    assert p.eval("document.getElementById('p0').textContent") == "tpsh[%d]" % program.pid
    same("outcome", p.eval("document.getElementById('outcome').textContent"), "")
    program.stdin.close()
    p.await_("the end", "document.getElementById('outcome').textContent.startsWith('Ended well after ')")
    p.await_("no conversation", "document.querySelectorAll('#t-conversation tbody tr').length == 0")
    same("status of the program", program.wait(), 0)
    assert "TESTNET" in p.eval("document.getElementById('l0').textContent")
    # no octets of the data without a token
    assert "ONE" not in p.eval("document.body.textContent") and "octets of the data are for readers" in p.eval("document.getElementById('trace-note').textContent")


def event(p):
    p.await_("the event", "document.querySelector('#t-event tbody').textContent.includes('MISSING')")
    row = [r for r in p.table("event") if r["event"] == "703"]
    assert len(row) == 1 and "TP MISSING on HOSTLU" in row[0]["text"], row
    p.await_("the refused conversation", TITLE + ".startsWith('MISSING')")
    p.await_("what went wrong", "document.querySelectorAll('#ladder li.wrong').length == 2")
    assert "No program has accepted MISSING in time" in p.eval("document.getElementById('advice').textContent")
    same("label", p.eval("document.querySelector('#which option').textContent"), "#2 MISSING, failed, 3 frames")


def keyboard(p):
    p.key("/", 191)
    same("focus", p.eval("document.activeElement.id"), "filter")
    for c in "each":
        p.key(c)
    p.await_("filtered rows", "document.querySelectorAll('#t-tp tbody tr').length == 1")
    same("rows", [r["name"] for r in p.table("tp")], ["EACH"])
    p.key("Escape", 27)
    p.await_("all rows", "document.querySelectorAll('#t-tp tbody tr').length == 3")
    # what scrolls can be reached, and has a name; a choice of the reader stays
    assert p.eval("[...document.querySelectorAll('.wide, #ladder')].every(e => e.tabIndex === 0 && (e.ariaLabel || e.getAttribute('aria-labelledby')))")
    p.eval("document.getElementById('which').focus()")
    p.key("ArrowDown", 40)
    p.await_("the older conversation", TITLE + ".startsWith('ECHO')")
    same("follows", p.eval("document.getElementById('follow').checked"), False)
    program = ask()
    say(program, "TWO")
    p.await_("the new one in the list", "document.querySelectorAll('#which option').length == 3")
    assert p.eval(TITLE).startswith("ECHO") and p.eval("document.getElementById('which').value") == "1"
    p.eval("document.getElementById('follow').click()")
    same("the newest", p.eval("document.getElementById('which').value"), "3")
    program.stdin.close()
    same("status of the program", program.wait(), 0)


def narrow(p):
    """Nothing is wider than the window at 360 pixels, in light and in dark; texts can be read."""
    p.size(360, 740)
    same("width", p.eval("document.documentElement.scrollWidth"), 360)
    for scheme in "dark", "light":
        p.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for what in "body", ".dim", ".n", "#ladder .t", "#ladder .lane", "#ladder .back .lane", "th", "#figures dt":
            r = p.eval(CONTRAST % what)
            assert r is None or r >= 4.5, "%s in %s: contrast %g" % (what, scheme, r)
    p.size(1400, 1000)


CONTRAST = """(() => { const e = document.querySelector('%s'); if (!e) return null;
  const light = c => { const v = c.match(/[0-9.]+/g).slice(0, 3).map(x => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
  let ground = e;
  while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  const a = light(getComputedStyle(e).color), b = light(getComputedStyle(ground).backgroundColor);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); })()"""


def lost(p):
    p.await_("the lost connection", "document.getElementById('connection').textContent.startsWith('no connection to the node since ')")
    same("tables stay", len(p.table("lu")), 2)


def back(p):
    p.await_("the node is back", LIVE)
    p.await_("the tables of the new node", "document.getElementById('what').textContent.includes('process %d ')" % snactl("status")["pid"])
    p.await_("nothing of the old one", "document.querySelectorAll('#which option').length == 0")
    same("the trace is off", p.eval("document.getElementById('trace-state').textContent"), "off")
    same("complaints", p.complaints(), [])
    p.close()


URL = "https://localhost:%s/" % TLS_PORT


def refused(b):
    p = b.page(1400, 1000)
    p.call("Security.setIgnoreCertificateErrors", ignore=True)  # of the authority of this test; pageserver.sh looks at it
    for value in "Bearer another-token-24-octets", "Basic OmFub3RoZXItdG9rZW4tMjQtb2N0ZXRz":
        p.authorize(value)
        p.open(URL)
        # the answer, or the browser's own page, is shown; that the node has refused it, its log says
        p.await_("an answer", "document.readyState === 'complete' && /^(https|chrome-error):/.test(location.href)")
        assert "E2ENODE" not in p.eval("document.documentElement.outerHTML") and not p.eval("document.querySelector('main')")
    p.close()


def token(b):
    """The browser asks for the token and remembers it, for the stream too."""
    p = b.page(1400, 1000)
    p.call("Security.setIgnoreCertificateErrors", ignore=True)
    p.open("https://me:%s@localhost:%s/" % (TOKEN, TLS_PORT))
    p.await_("tables", LIVE + " && document.querySelectorAll('#t-lu tbody tr').length")
    program = ask()
    say(program, "HELLO BROWSER")
    p.await_("the first lines", "document.querySelectorAll('#ladder li').length == 2")
    same("data", p.eval(LINES), [["", 'Attach ECHO, 13 octets "HELLO BROWSER", turn'], ["back", '16 octets "OK HELLO BROWSER", turn']])
    same("cookies", p.call("Network.getCookies")["cookies"], [])
    program.stdin.close()
    same("status of the program", program.wait(), 0)
    same("complaints", p.complaints(), [])
    return p


def picture(p):
    """What README shows: conversations of several kinds, a failure, and a ladder."""
    for args in ("-i", "1", "FARD"), ("-i", "2", "-s", "40", "EACH"), ("MISSING",):
        subprocess.run([BIN + "/aping", *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    program = ask()
    for text in "ACCOUNT 4711", "ACCOUNT 4712", "TRANSFER 4711 4712 100.00", "COMMIT":
        say(program, text)
    p.await_("all lines", "document.querySelectorAll('#ladder li').length == 8")
    p.await_("the conversation alone", "[...document.querySelectorAll('#t-conversation tbody tr')].map(r => r.cells[1].textContent).join() === 'ECHO'")
    p.await_("all octets", "document.querySelector('#t-conversation tbody').textContent.includes('SEND')")
    p.size(1400, 900)
    p.picture(os.environ["SCREENSHOT"])
    program.stdin.close()
    program.wait()


def main():
    p = None
    with browser.Browser(DIR) as b:
        for word in sys.stdin:
            word = word.strip()
            if word == "end":
                break
            p = globals()[word](b if word in ("tables", "refused", "token") else p) or p
            print("done", word, flush=True)


main()
