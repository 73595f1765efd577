# Machines of a domain whose wall clocks are hours apart, and set while they run: no lease depends on that, and no
# conversation; a machine that starts again with its clock put back takes its place; a clock that is so wrong that no
# certificate counts is named.
# plain: the node under the wrong clock is loaded with a library of its own; domain and check_directory run its code
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/domainlib.sh"
expect_log 'warning: .*certificate .* has ended on '
expect_log 'event 90(03|08|1[0-2]): |conversation [0-9]+: '

set_clock() { # MACHINE SECONDS: ahead of the right one
    printf '%-16s' "$2" | dd of="$1.clock" conv=notrunc status=none
}
start() { # MACHINE, with its clock
    local SNANODE=(env "LD_PRELOAD=$BUILD/tests/shim/clock.so" "WRONG_CLOCK=$DIR/$1.clock" "$BIN/snanode")
    machine_start "$1"
}
has_line() { grep -qE "$2" "$1" 2>/dev/null; }
renewals() { # MACHINE: how often it has put its entry
    grep -ac "^PUB \$KV.snanode-TEST.HOST$1\..*\.m \|^MSG \$KV.snanode-TEST.HOST$1\..*\.m " published
}
# Each machine renews its lease N times: that are N / 3 leases.
renewed() { # N
    local m was
    declare -A was=()
    for m in A B C; do was[$m]=$(renewals $m); done
    for m in A B C; do await "$1 renewals of $m" eval "[ \$(renewals $m) -ge $((${was[$m]} + $1)) ]"; done
}
# Nobody took another one for gone, nor lost the connection with it; the bucket is taken for the one that it is.
undisturbed() { # WHAT
    ! grep -hE 'event 90(03|02|04|10|11|12): |has been made anew' ?.log || fail "$1: a machine was taken for gone (above)"
    for m in A B C; do is "$1: others of $m" "$(live $m | wc -w)" 2; done
}
round() { # WHAT: an exchange from each machine with each
    local m tp
    for m in A B C; do
        for tp in PINGA PINGB PINGC; do
            on $m "$BIN/aping" -i 1 $tp >out 2>&1 || fail "$1: aping $tp from $m: $(cat out)"
        done
    done
}

nats_start
nats_listen published
FIXED=yes
for m in A B C; do joined $m; done
for m in A B C; do
    offer $m PING$m each "$BIN/apingd"
    set_clock $m 0
done
for m in B C; do
    for tp in PINGA PINGB PINGC; do dest_at $m $tp; done
done
offer B TALKS each "$TPS/steps" "out:$DIR/talks accept receive receive receive"

# ---- hours apart ----

set_clock B 18000
set_clock C -25200
for m in A B C; do start $m; done
for m in A B C; do
    becomes "others of $m" 2 eval "live $m | wc -w"
    for o in A B C; do
        [ $m = $o ] || await "$m has seen HOST$o" has_line $m.log "event 9001: machine HOST$o is in the domain"
    done
done
hour() { date -u -d "$1" +%Y-%m-%dT%H; }
has B.log "^($(hour "5 hours")|$(hour "295 minutes")):[0-9:.]+Z .*event 9001" # it is another clock
renewed 6
undisturbed "hours apart"
round "hours apart"

# ---- set while a conversation runs ----

back invoker A "$TPS/steps" init:TALKS allocate send:5 flush "await:$DIR/on" send:6 deallocate
invoker=$!
await "the TP has received" has_line talks '^receive CM_OK .* length=5 '
for step in 50000 -50000 3; do
    for m in A B; do set_clock $m $step; done
    set_clock C $((-step))
    renewed 6
    undisturbed "a step to $step"
done
touch on
join "$invoker"
has invoker '^deallocate CM_OK'
await "the TP has received the rest" has_line talks '^receive CM_.* length=6 '
round "clocks that were set"

# ---- a machine is killed, and its clock put back before it starts again ----

old=$(at B domain instance self=true)
machine_stop B -KILL
set_clock B -36000
start B
[[ "$(at B domain instance self=true)" < "$old" ]] || fail "the number of the start is not lower"
becomes "B for A" live at A domain state machine=HOSTB instance="$(at B domain instance self=true)"
becomes "its TPs for C" "PINGB TALKS TPB " eval 'at C "domain tp" name machine=HOSTB state=live | sort | tr "\n" " "'
becomes "B once" 1 eval 'at A domain machine machine=HOSTB | grep -c .'
becomes "B itself has no other of its name" "HOSTA HOSTC " eval 'at B domain machine self=false | sort | tr "\n" " "'
on A "$BIN/aping" -i 1 PINGB >out 2>&1 || fail "aping of the machine that is back: $(cat out)"
! grep -h 'event 9004: ' ?.log || fail "it looks like two machines"

# ---- no certificate counts with a clock like this; when it is set, they do, and nothing has to be started again ----

for years in -3 3; do
    machine_stop C
    [ $years -lt 0 ] && what='certificate is not yet valid' || what='certificate has expired'
    set_clock C $((years * 31536000))
    : >C.log
    start C
    becomes "C for A" live at A domain state machine=HOSTC instance="$(at C domain instance self=true)"
    becomes "a TP of A for C" nonqueued at C "domain tp" kind name=PINGA state=live
    back early C "$BIN/aping" -i 1 PINGA
    early=$!
    await "C does not take A" has_line C.log "event 9011: machine HOSTA cannot be reached: certificate .*: $what: it is good from [0-9TZ:-]+ to [0-9TZ:-]+, and the clock of this machine says $(date -u -d "$years years" +%Y)-"
    set_clock C 0
    join "$early" || fail "aping that waited: $(cat early)"
done
machines_end A B C
