# TPs whose first process ends and leaves the work to another: in its process group, in a session of its own, deaf to
# SIGTERM, or begun by a process that ends only when it is told.  They are ended as all copies are: by snactl tp stop,
# and when the node stops.  A first process that is still there ends the others in its own way.
. "${BASH_SOURCE%/*}/lib.sh"

leaves() { # NAME HOW [LAST [STEP]]: HOW begins the worker; the first process ends when that has its Attach, or does LAST
    cat >"$1.sh" <<END2
#!/bin/sh
rm -f "$DIR/$1"
$2 "$TPS/steps" out:"$DIR/$1" ${4:-} accept receive pause &
until grep -q '^receive' "$DIR/$1" 2>/dev/null; do sleep 0.02; done
${3:-}
END2
    chmod +x "$1.sh"
    tp "$1" turn "$DIR/$1.sh"
}
leaves PLAIN ""
leaves AWAY setsid
leaves DEAF "trap '' TERM; setsid"
leaves LATER setsid wait
# It ends its worker by a signal that comes behind SIGTERM, if that has been sent to it too, and waits until it is gone.
leaves OWNER "setsid sh -c '\"\$@\" &' x" "worker=\$(sed -n 's/^accept CM_OK.*pid=//p' '$DIR/OWNER')
trap 'kill -PWR \$worker; while [ -e /proc/\$worker/exe ]; do sleep 0.01; done; exit' TERM
: >'$DIR/owner.ready'
sleep 60 &
wait" "asked:$DIR/worker.asked"
names="PLAIN AWAY DEAF LATER OWNER"
expect_log 'warn  steps: process [0-9]+ has not ended: killing it'
node_start

worker() {
    sed -n 's/^accept CM_OK.*pid=//p' "$1" 2>/dev/null
}
working() {
    [ -n "$(worker "$1")" ]
}
begin() { # all of them, and their workers in $workers
    local n
    workers=()
    for n in $names; do
        rm -f "$n"
        "$TPS/steps" init:$n allocate send:10 flush deallocate >/dev/null
        await "$n" working "$n"
        workers+=("$(worker "$n")")
    done
    PIDS+=("${workers[@]}")
    await "what OWNER does at its end" [ -e owner.ready ]
    rm owner.ready
    becomes "first processes" 2 show status tp_processes
}
all_gone() {
    local p
    for p in "${workers[@]}"; do ! [ -e "/proc/$p/exe" ] || return 1; done # (a zombie has none)
}

before=$(node_load)
begin
for n in $names; do snactl tp stop $n >out || fail "tp stop $n: $(cat out)"; done
await "the end of all" all_gone
owner() {
    [ ! -e worker.asked ] || fail "the worker of OWNER was asked to end, not by its first process alone"
}
owner
becomes "what the node holds" "$before" node_load
for n in $names; do
    snactl tp stop $n >out 2>&1 && fail "tp stop $n, once more"
    has out 'no copy that this node started runs'
done

begin
node_stop || exit 1
all_gone || fail "a worker is still there: ${workers[*]}"
owner

# One that goes into the background at once, before it has accepted, needs FastFail=NO: nobody can know that it comes.
printf '#!/bin/sh\n(sleep 0.2; exec setsid "%s" accept receive confirmed pause) &\n' "$TPS/steps" >soon.sh
chmod +x soon.sh
tp SOON turn "$DIR/soon.sh"
printf '[%s\\Parameters]\n"FastFail"="NO"\n' "${KEY%\\SnaBase*}\\SnaServr" >>"$REG"
node_start
out=$("$TPS/steps" init:SOON sync allocate send:10 confirm | tail -n 1)
[[ $out == "confirm CM_OK "* ]] || fail "a TP that goes into the background: $out"
becomes "first processes" 0 show status tp_processes
is "starts" "$(show tp starts name=SOON)" 1
snactl tp stop SOON >out || fail "tp stop SOON: $(cat out)"
becomes "processes" 0 show status processes
