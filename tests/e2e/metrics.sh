# Figures for Prometheus: snactl metrics, and HTTP on the loopback interface when a port is set.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
sed -i 's/tptimeout:10/tptimeout:1/' "$CFG"
dest MISSING MISSING
port=$(free_port)
node_start
snactl metrics >zero || fail "snactl metrics"
for i in 1 2 3; do "$BIN/aping" EACH >/dev/null || fail "aping"; done
"$BIN/aping" MISSING >/dev/null 2>&1 && fail "a TP that is missing"
snactl inject attach EACH 1 SECURITY_NOT_VALID >/dev/null
"$BIN/aping" EACH >/dev/null 2>&1 && fail "a refused Attach"
becomes "conversations" 0 show status conversations
snactl metrics >text || fail "snactl metrics"

# What a scraper demands of the format, and the same figures as snactl shows.
cat >lint.py <<'END'
import re, sys
names, types, values = set(), {}, {}
for line in open(sys.argv[1]):
    line = line.rstrip("\n")
    if line.startswith("# HELP "):
        name = line.split()[2]
        assert name not in names and line.endswith("."), line
        names.add(name)
    elif line.startswith("# TYPE "):
        types[line.split()[2]] = line.split()[3]
    else:
        m = re.fullmatch(r'([a-z_]+)(\{(?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+\})? (-?[0-9.e+-]+)', line)
        assert m, "not in the format: " + line
        family = re.sub("_(bucket|sum|count)$", "", m[1]) if types.get(m[1]) is None else m[1]
        assert family in names and family in types, "no HELP and TYPE: " + line
        assert (types[family] == "counter") == m[1].endswith("_total"), line
        assert (m[1], m[2]) not in values, "twice: " + line
        values[m[1] + (m[2] or "")] = float(m[3])
        if m[1].endswith("_bucket"):
            values.setdefault("order " + family, []).append(float(m[3]))
for k in [k for k in values if k.startswith("order ")]:
    assert values[k] == sorted(values[k]) and values[k][-1] == values[k[6:] + "_count"], k
for want in sys.argv[2:]:
    name, value = want.rsplit(" ", 1)
    assert values.get(name) == float(value), "%s is %s, not %s" % (name, values.get(name), value)
END
"$PYTHON" lint.py zero 'snanode_allocates_total 0' 'snanode_attach_wait_seconds_count 0' || fail "the figures of a new node (above)"
"$PYTHON" lint.py text 'snanode_allocates_total 5' 'snanode_attaches_delivered_total 3' 'snanode_conversations 0' \
    'snanode_tp_starts_total 3' 'snanode_attach_wait_seconds_count 3' 'snanode_session_wait_seconds_count 5' \
    'snanode_attaches_rejected_total{sense="084C0000",name="TP_NOT_AVAILABLE_NO_RETRY"} 1' \
    'snanode_attaches_rejected_total{sense="080F6051",name="SECURITY_NOT_VALID"} 1' \
    'snanode_tp_accepted_total{tp="EACH",lu=""} 3' "snanode_sessions $(show status sessions)" || fail "the figures (above)"

# HTTP: not by default, on a port of this machine when it is set, and not any more when it is taken back
get() { "$PYTHON" -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode(), end="")' "$@" 2>err; }
get "http://127.0.0.1:$port/metrics" && fail "HTTP that nobody asked for"
printf '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"MetricsPort"=dword:%08x\n' "$port" >>"$REG"
snactl reload >/dev/null || fail "reload"
get "http://127.0.0.1:$port/metrics" >http || { cat err; fail "no HTTP"; }
"$PYTHON" lint.py http 'snanode_allocates_total 5' || fail "the figures by HTTP (above)"
diff <(grep -v '_seconds ' http) <(snactl metrics | grep -v '_seconds ') || fail "HTTP and snactl differ"
get "http://127.0.0.1:$port/other" && fail "a page that is not there"
has err '404'
ss -tln 2>/dev/null | grep ":$port " | grep -v 127.0.0.1 && fail "others than this machine may connect"
sed -i '$d' "$REG"
snactl reload >/dev/null
get "http://127.0.0.1:$port/metrics" && fail "HTTP after it was taken back"

# the dashboard asks for nothing that is not there
"$PYTHON" - "$ROOT/conf/grafana-dashboard.json" text <<'END' || fail "the dashboard (above)"
import json, re, sys
exprs = [t["expr"] for p in json.load(open(sys.argv[1]))["panels"] for t in p["targets"]]
text = open(sys.argv[2]).read()
asked = {n for e in exprs for n in re.findall(r"snanode_[a-z_]+", e)}
missing = [n for n in asked if "\n# TYPE %s " % re.sub("_(bucket|sum|count)$", "", n) not in "\n" + text]
assert len(exprs) > 8 and not missing, missing
END
if command -v promtool >/dev/null; then
    promtool check metrics <text || fail "promtool check metrics"
fi
snactl metrics more 2>/dev/null
is "status of metrics with a word" $? 2
snactl check || fail "the counters at the end"
