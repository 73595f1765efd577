# TPs that misbehave in other ways, and registry files of unusual size: the node answers its operator all the while
# and is afterwards what it was before, in descriptors and in memory.
# plain: badclients, deaths, hostile and output misbehave under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

status_ms() {
    local start=$EPOCHREALTIME
    snactl status >/dev/null || fail "snactl status"
    ms_since $start
}
# 100 ms; the best of three, so that it is the node that is measured and not the machine's other work
quick() {
    local best=100000 i ms
    for i in 1 2 3; do
        ms=$(status_ms)
        [ "$ms" -ge $best ] || best=$ms
    done
    [ -n "$SANITIZED" ] || within "snactl status, $1" 0 100 $best
}

cat >closes.sh <<END
#!/bin/bash
# opens a connection in this process, then closes every descriptor and stays
exec "$TPS/steps" accept closeall pause
END
chmod +x closes.sh
tp GOOD each "$BIN/apingd"
tp STOPPED turn "$TPS/steps" "out:$DIR/stopped accept receive again"
tp CLOSES each "$DIR/closes.sh"
tp TWICE each "$TPS/steps" "out:$DIR/twice use:1 accept use:2 accept"
tp FORKS each "$DIR/forks.sh"
printf '#!/bin/sh\n"%s" accept receive confirmed receive &\nwait\n' "$TPS/steps" >forks.sh
chmod +x forks.sh
node_start
before=$(node_load)

# a TP that is stopped holds up nobody but its own partners
"$TPS/steps" init:STOPPED allocate send:10 deallocate >/dev/null
await "the TP" grep -q 'receive CM_DEALLOCATED_NORMAL' stopped
background /dev/null "$TPS/steps" init:STOPPED allocate flush pause
becomes "TP that runs" 1 show tp processes name=STOPPED
pid=$(show tp pid name=STOPPED)
kill -STOP "$pid"
quick "with a TP that is stopped"
"$BIN/aping" GOOD >aping || fail "aping beside a TP that is stopped"
kill -CONT "$pid"
kill -9 "$pid"

# a nonqueued copy that accepts twice gets one Attach; the second goes to a copy of its own
for i in 1 2; do "$TPS/steps" init:TWICE allocate send:10 flush deallocate >/dev/null; done
becomes "copies" 2 grep -c 'accept CM_OK' twice
is "starts" "$(show tp starts name=TWICE)" 2
for p in $(show tp pid name=TWICE); do kill "$p"; done

# a program that leaves the work to a child of its own
out=$("$TPS/steps" init:FORKS sync allocate send:10 confirm | tail -n 1)
[[ $out == "confirm CM_OK"* ]] || fail "a TP that forks: $out"

# descriptors closed without a word: as if it had died
out=$("$TPS/steps" init:CLOSES sync allocate send:10 confirm | tail -n 1)
[[ $out == "confirm CM_DEALLOCATED_ABEND"* ]] || fail "a TP that closes its descriptors: $out"
kill -- $(show tp pid name=CLOSES) 2>/dev/null

for t in STOPPED TWICE CLOSES; do snactl tp stop $t >/dev/null; done
becomes "children" 0 show status tp_processes
for p in "${PIDS[@]}"; do kill "$p" 2>/dev/null; done
becomes "what the node holds" "$before" node_load

# Registry files of unusual size: 10,000 TPs, 40 MB of a whole registry, and 100 MB of garbage.
memory() { # kB
    sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$NODE_PID/status"
}
# Reload; its exit status.  How often and at best how fast the node answered meanwhile is in $answers and $best.
reload() {
    local pid ms
    answers=0 best=100000
    background out "$BIN/snactl" reload
    pid=$!
    while alive $pid; do
        ms=$(status_ms)
        alive $pid || break
        answers=$((answers + 1))
        [ "$ms" -ge $best ] || best=$ms
    done
    join $pid
}
before=$(memory)
cp "$REG" small.reg
awk -v k="$KEY" 'BEGIN { for (i = 0; i < 10000; i++) printf "[%s\\TPs\\TP%d\\Parameters]\n\"SNAServiceType\"=dword:1a\n", k, i }' >>"$REG"
start=$EPOCHREALTIME
reload || fail "10,000 TPs: $(cat out)"
[ -n "$SANITIZED" ] || within "reload of 10,000 TPs" 0 2000 "$(ms_since $start)"
quick "with 10,000 TPs"
is "TPs" "$(rows tp name)" 10005
listed=$(memory)
for _ in 1 2 3; do
    snactl tp >out || fail "listing 10,000 TPs"
done
[ -n "$SANITIZED" ] || [ "$(memory)" -le $((listed + 4096)) ] || fail "memory after listings: $(memory) kB, $listed kB before"

cp small.reg "$REG"
awk 'BEGIN { for (i = 0; i < 300000; i++) printf "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes\\CLSID\\{%032d}\\InprocServer32]\n@=\"C:\\\\Windows\\\\System32\\\\some%d.dll\"\n\n", i, i }' >>"$REG"
reload || fail "a whole registry: $(tail -n 2 out)"
[ $answers -ge 5 ] || fail "the node answered $answers times while it read a whole registry"
[ -n "$SANITIZED" ] || within "snactl status at best, while it read a whole registry" 0 100 $best
is "TPs, with a whole registry" "$(rows tp name)" 5

head -c 100000000 /dev/urandom >garbage
cat small.reg garbage >"$REG"
expect_log 'error (reload: |.*tps.reg:[0-9]+: |.*tps.reg: )'
reload && fail "garbage was taken"
quick "after garbage"
is "TPs, after garbage" "$(rows tp name)" 5
"$BIN/aping" GOOD >aping || fail "aping after garbage"

# Whoever asks for a reload while files are being read gets what they are now, not what they were.
cat small.reg >"$REG"
awk 'BEGIN { for (i = 0; i < 300000; i++) printf "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes\\CLSID\\{%032d}]\n\n", i }' >>"$REG"
background first "$BIN/snactl" reload
first=$!
snactl status >/dev/null
cp small.reg new.reg
printf '[%s\\TPs\\LATER\\Parameters]\n"SNAServiceType"=dword:1a\n' "$KEY" >>new.reg
mv new.reg "$REG"
snactl reload >second || fail "a second reload: $(cat second)"
join $first || fail "the first reload: $(cat first)"
is "TPs, after two reloads" "$(rows tp name)" 6
cp small.reg "$REG"
reload || fail "the small file again: $(cat out)"
rm garbage
after=$(memory)
[ -n "$SANITIZED" ] || [ "$after" -le $((before + 4096)) ] || fail "memory: $after kB, $before kB before"
