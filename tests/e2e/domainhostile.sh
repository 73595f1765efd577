# A machine with a valid certificate, HOSTX, that means ill: it calls HOSTA and does all that the protocols forbid, offers TPs
# and answers their Attaches with nonsense, and writes into the directory what it likes.  It loses its own connection, the
# log says why, and HOSTA and HOSTB go on.
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'event 90(0[3459]|1[012]): |conversation [0-9]+: |machine HOSTX: |event 703: '
export PYTHONDONTWRITEBYTECODE=1
# The address sanitizer keeps 256 MiB of what was freed, which would hide what the node holds.
[ -z "$SANITIZED" ] || SNANODE=(env "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=1:quarantine_size_mb=16" "$BIN/snanode")

nats_start
joined A
joined B
"$ROOT/scripts/make-test-ca" "$DIR/ca" HOSTX || fail "make-test-ca"
offer B PING each "$BIN/apingd"
REG=A.reg CFG=/dev/null tp QUEUED turn "$TPS/steps" "accept pause"
offer A HERE each "$BIN/apingd"
dest_at A EVILTP
for m in A B; do machine_start $m; done
becomes "B for A" live at A domain state machine=HOSTB
PORT=$(at A domain address self=true)
PORT=${PORT##*:}

rss() { # of A, KiB
    local key value rest
    while read -r key value rest; do
        [ "$key" != VmRSS: ] || RSS=$value
    done <"/proc/${NODE[A]}/status"
}
fds() { ls "/proc/${NODE[A]}/fd" | wc -l; }
few_fds() { [ "$(fds)" -le $((before_fds + 4)) ]; }
round() { # an exchange with the other machine
    on A "$BIN/aping" -i 2 PING >near.out 2>&1 || fail "beside $1: $(tail -n 3 near.out)"
}
round nothing
rss
before_fds=$(fds) before=$RSS

# ---- it calls ----

peak=0
export SEED=${SEED:-$(($$ % 10000))}
ALLOCATE=$("$TPS/parcel" LUA HOSTLU QUEUED) || fail "an Allocate"
export ALLOCATE
for way in junk,frames,names,headers_without_end parcels,instances mixtures pings,settings resets streams attaches \
    one_stream callers never_reads; do
    start=$EPOCHREALTIME
    background evil "$PYTHON" "$ROOT/tests/e2e/evilmachine.py" $way "$PORT" "$DIR/ca"
    evil=$!
    round $way
    while alive "$evil"; do
        rss
        [ "$RSS" -le "$peak" ] || peak=$RSS
        [ "$(ms_since $start)" -lt 60000 ] || fail "$way does not end"
        nap "$start"
    done
    wait "$evil" || fail "$way: $(tail -n 3 evil)"
    for t in $(at A tp name); do on A snactl tp stop "$t" >/dev/null 2>&1; done
    PATIENCE=40 becomes "conversations of A after $way" 0 at A status conversations
    PATIENCE=40 await "descriptors of A after $way: $(fds), $before_fds before" few_fds
    on A snactl check >said 2>&1 || fail "check of A after $way: $(cat said)"
    rss
    [ "$RSS" -lt $((before * 4 * SLOW)) ] || fail "memory of A after $way: $RSS KiB, $before before"
    printf '%-42s %6d ms, RSS %d KiB, peak %d KiB, %s\n' $way "$(ms_since $start)" "$RSS" $peak "$(grep -v done evil | tail -n 1)" | tee -a table
done
has A.log 'event 9012: .*called from 127.0.0.1 is refused: Received bad client magic'
has A.log 'event 9012: .*refused: it has not answered for 2 seconds'
has A.log 'event 9012: .*refused: its certificate does not have its name, HOSTB'
has A.log 'event 9012: .*refused: it is a machine of the domain OTHER, not TEST'
has A.log 'event 9012: .*refused: too many callers have not shown who they are'
has A.log 'event 9012: .*refused: there are too many connections with machines of its name'
has A.log 'event 9010: .*HOSTX is lost: Flooding was detected'
has A.log 'machine HOSTX: an Attach that cannot be read: its names'
[ "$(grep -cE 'event 901[0-2]: |machine HOSTX: ' A.log)" -lt 200 ] || fail "the log has a line for each call"

# ---- it is called: it offers a TP, and answers with nonsense ----

EVIL_PORT=$(free_port) X=HOSTX.00000000000000ee VERSION=0
put() { # KEY LINE ...: into the directory
    local key=$1 text
    shift
    text=$(printf '%s\r\n' "snanode-entry 1" "$@" | tr -d '\r')$'\n'
    nats_say "PUB \$KV.snanode-TEST.$key ${#text}" "$text"
}
renew() {
    VERSION=$((VERSION + 1))
    put $X.m version=$VERSION address=127.0.0.1:$EVIL_PORT certificate=HOSTX lease=600 since=0
    put $X.t1 version=$VERSION name=EVILTP lu= kind=6 alias=0
}
mkfifo stdin
exec 8<>stdin
rm -f evil
INSTANCE=00000000000000ee "$PYTHON" "$ROOT/tests/e2e/evilmachine.py" serve_wrong "$EVIL_PORT" "$DIR/ca" <stdin >evil 2>&1 &
evil=$!
PIDS+=($!)
await "it listens" grep -q ready evil
rm stdin
renew
becomes "its TP for A" nonqueued at A "domain tp" kind name=EVILTP state=live
i=0
until grep -q '^answer 20 of 20' evil; do # an Attach may get several
    i=$((i + 1)) steps="sync allocate send:100 confirm"
    [ $i -le 20 ] || fail "$(grep -c ^answer evil) answers to 20 Attaches"
    [ "$(grep -c ^answer evil)" -lt 17 ] || steps="allocate send:100 deallocate" # these are answered when it is over
    on A "$TPS/steps" init:EVILTP $steps >said.$i 2>&1
    grep -hE '^(confirm|send) CM_' said.$i | tail -n 1 || fail "$i: $(cat said.$i)"
    becomes "conversations of A" 0 at A status conversations
done
becomes "conversations of A" 0 at A status conversations
on A snactl check >said 2>&1 || fail "check of A: $(cat said)"
has A.log 'machine HOSTX: a parcel of type [1-6] does not belong here'

# ---- it writes into the directory what it likes ----

put $X.m version=99 address=127.0.0.1:$EVIL_PORT certificate=HOSTB lease=4294967295 since=0
b=$(at A domain instance machine=HOSTB)
put HOSTB.$b.m version=999999 address=127.0.0.1:$EVIL_PORT certificate=HOSTB lease=600 since=0 # where HOSTX is
put HOSTB.$b.t999 version=999999 name=EVILTP lu= kind=6 alias=0
put HOSTB.$b.t998 version=18446744073709551615 name="$(printf 'x%.0s' {1..900})" lu= kind=6 alias=0
put HOSTB.ffffffffffffffff.m version=1 address=nowhere certificate=HOSTB lease=1 since=18446744073709551615
put HOSTB.$b.t997 version=1 name=A name=B kind=77
round "entries that are not true"
becomes "told" yes eval 'grep -q "event 9005: entry HOSTB" A.log && echo yes'
kill "$evil"
wait "$evil" 2>/dev/null
for m in A B; do machine_stop $m; done
