# A TP is started in the same way by a node that has few descriptors and by one that has many (starter.h): what it
# inherits, its signals, process group and directory, where its output goes, and what is said when it does not start.
. "${BASH_SOURCE%/*}/lib.sh"
mkdir place
cat >shows.sh <<END
#!/bin/sh
ls -l /proc/self/fd >"$DIR/fds" # which has what the shell has been given, and no pipe of the shell's own
{
    awk 'NF > 2 { print \$9, \$11 }' "$DIR/fds" | sed 's/[0-9]*\]/]/; s,/proc/[0-9]*/,/proc/,'
    grep -E '^Sig(Blk|Ign)' /proc/self/status
    [ "\$(ps -o pgid= -p \$\$ | tr -d ' ')" = \$\$ ] && echo leads
    pwd
    env | sed 's/=.*//' | sort
} >"$DIR/shown" 2>&1
echo "a word on stdout"
echo "a word on stderr" >&2
exec "$BIN/apingd"
END
chmod 755 shows.sh
echo '#!/no/such/interpreter' >broken
chmod 755 broken
MORE="[$KEY\\TPs\\SHOWS\\Parameters\\Launch]
\"WorkingDirectory\"=\"$DIR/place\"" tp SHOWS each "$DIR/shows.sh"
tp BROKEN each "$DIR/broken"
expect_log 'TP BROKEN|event 8: |conversation [0-9]+: '
node_start

# What one start leaves in files and log, under NAME.
started() { # NAME
    : >shown
    "$BIN/aping" SHOWS >out 2>&1 || fail "aping, $1 descriptors: $(cat out)"
    cp shown "shown.$1"
    "$BIN/aping" BROKEN >refused 2>&1 && fail "a broken program has run, $1 descriptors"
    sed -n 's/.*\(TP BROKEN[^0-9]*\).*/\1/p' "$LOG" | tail -n 1 >"broken.$1"
    becomes "words in the log, $1 descriptors" "$2" grep -cE 'TP SHOWS\[[0-9]+\]: a word on std(out|err)' "$LOG"
    becomes "children" 0 show status tp_processes
}
started few 2
background held "$TPS/holder" "$SNANODE_SOCKET" programs 300
await "many descriptors" grep -q '^held 300' held
[ "$(descriptors)" -gt 600 ] || fail "the node has not got many"
before=$(descriptors)
started many 4
cmp shown.few shown.many || fail "a TP is not started in the same way: $(diff shown.few shown.many)"
[ -s broken.few ] && cmp broken.few broken.many || fail "its failure is told otherwise: $(cat broken.few broken.many)"
has shown.many '^leads$'
has shown.many "^$DIR/place$"
is "descriptors of the TP" "$(grep -c '^[0-9]' shown.many)" "$(grep -c '^[0-9]' shown.few)"
descriptors_at_most "$before"
