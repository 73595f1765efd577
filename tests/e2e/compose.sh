# contrib/compose.yaml, without an engine for containers: what it names is there, and its three machines, with their files
# and names led to this machine, are a domain in which the program of the one without an LU reaches the TP.
# plain: it reads files
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
"$PYTHON" -c 'import yaml' 2>/dev/null || {
    echo "skipped: no python3-yaml"
    exit 77
}

# ---- what the file says: a line "NAME FOLDER CERTIFICATES" for each node, and one "nats ARGUMENT ..." ----

"$PYTHON" - "$ROOT/contrib" >services <<'END2' || fail "compose.yaml: $(cat services)"
import os, sys, yaml
contrib = sys.argv[1]
top = yaml.safe_load(open(contrib + "/compose.yaml"))
assert set(top) == {"services"}, "unknown: %s" % set(top)
for name, s in top["services"].items():
    unknown = set(s) - {"image", "command", "build", "depends_on", "volumes"}
    assert not unknown, "%s: %s" % (name, unknown)
    if "build" not in s:
        print(name, *s["command"])
        continue
    assert s["depends_on"] == ["nats"] and s["image"] == "snanode", name
    context = os.path.normpath(contrib + "/" + s["build"]["context"])
    assert os.path.isfile(context + "/Makefile"), context
    file = open(context + "/" + s["build"]["dockerfile"]).read()
    mounts = dict(reversed(v.removesuffix(":ro").split(":")) for v in s["volumes"])
    assert set(mounts) == {"/etc/snanode", "/etc/snanode-ca"}, mounts
    assert all(p in file for p in ("/etc/snanode/node.cfg", "/etc/snanode/tps.reg")), "the image reads other files"
    print(name, *(os.path.normpath(contrib + "/" + mounts[m]) for m in ("/etc/snanode", "/etc/snanode-ca")))
END2
is "services" "$(cut -d' ' -f1 services | tr '\n' ' ')" "nats hosta hostb hostc "
has services '^nats --jetstream '

# ---- they are a domain ----

nats_start
"$ROOT/scripts/make-test-ca" "$DIR/ca" HOSTA HOSTB HOSTC || fail "make-test-ca"
while read -r name folder ca; do
    [ "$name" != nats ] || continue
    m=${name#host} m=${m^}
    is "where the certificates are" "$ca" "$ROOT/contrib/domain/ca"
    has "$folder/tps.reg" "\"ListenAddress\"=\"$name:[0-9]+\""
    cp "$folder/node.cfg" $m.cfg
    sed "s|nats://nats:4222|nats://127.0.0.1:$NATS_PORT|; s|\"$name:3477\"|\"127.0.0.1:0\"|; s|/etc/snanode-ca/|$DIR/ca/|
        s|/usr/bin/apingd|$BIN/apingd|" "$folder/tps.reg" >$m.reg
    "$BIN/snacheck" -c $m.cfg -t $m.reg >said 2>&1 || fail "snacheck of $name: $(cat said)"
done <services
expect_log "3993: LU LUA is not defined" # on HOSTC
for m in A B C; do machine_start $m; done
becomes "the TP for A" nonqueued at A "domain tp" kind name=PINGD state=live
becomes "the LU for C" LUA at C "domain lu" lu state=live
for m in A C; do
    on $m "$BIN/aping" -i 2 PING >out 2>&1 || fail "aping on $m: $(cat out)"
    has out '^Totals'
done
for m in A B C; do
    becomes "conversations of $m" 0 at $m status conversations
    machine_stop $m
done
