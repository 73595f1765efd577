# Calls of the node that fail: each call of tests/e2e/shim/faultwords.h, with each error that it may give, at the n-th
# time and from the n-th on, while the same load goes over the node.  After each fault the node runs and agrees with
# itself, has no more conversations, descriptors and processes than before, a conversation that was open goes on, and a
# new one works.  Memory is not compared.
#   LOADS="NAME ..." these loads: local (programs of this machine), link (and the page), domain (without which: the two)
#   ONLY="CALL ..."  these calls (default: all)
#   SAMPLE=N         only N of the places of each call and error, chosen by SEED (1); 0: every place
#   CALLS=N          only N of the calls, chosen by SEED (3 without ONLY); 0: all
#   SEED=N           (printed; another one each time otherwise)
# plain: a sanitizer has an allocator of its own, and ends a program that gets no memory
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/openlib.sh"
. "$ROOT/tests/e2e/faultlib.sh"
case " ${LOADS:-} " in *" domain "*) . "$ROOT/tests/e2e/domainlib.sh" ;; esac

# ---- the load ----

# What a program may say when the node could not serve it, by what it printed: a return code of the documents, or
# words about the node.
heard() { # STATUS FILE
    local code
    code=$(grep -oE 'CM_[A-Z_]+' "$2" | grep -vx CM_OK | head -n 1)
    if [ "$1" -eq 0 ]; then
        echo ok
    elif [ -n "$code" ]; then
        echo "$code"
    elif [ "$1" -lt 100 ] && [ -s "$2" ]; then
        echo words
    else
        echo "status $1, $(head -c 200 "$2")"
    fi
}
DOCUMENTED='^(ok|words|CM_(ALLOCATE_FAILURE_(NO_)?RETRY|RESOURCE_FAILURE_(NO_)?RETRY|TP_NOT_AVAILABLE_(NO_)?RETRY|PRODUCT_SPECIFIC_ERROR|DEALLOCATED_ABEND))$'

one() { # COMMAND ...
    timeout 20 "$@" >said 2>&1 </dev/null
    heard $? said >>heard
}
load() {
    : >heard
    load_$LOAD
}
load_local() {
    one "$BIN/aping" WAITS
    one "$BIN/aping" EACH
    one "$BIN/aping" TURN
    one snactl_ trace on
    one "$BIN/aping" WAITS
    one snactl_ trace off
    one snactl_ reload
    one snactl_ --json tp
    one "$BIN/aping" AGAIN
    one snactl_ tp stop AGAIN
    one "$BIN/aping" LIMITED
    one "$TPS/brackets" invoke STAYS 8 plain # the session stays
}
# The link of the node with itself ends and begins again, and conversations go over it; the page and its figures are read.
load_link() {
    one "$BIN/aping" OEACH
    one snactl_ deactivate connection OUT
    one snactl_ activate connection OUT
    (PATIENCE=3 becomes "the link" active show link state name=OUT) >/dev/null
    one "$BIN/aping" OEACH
    one snactl_ reload
    one get /metrics
    one get /
}

# timeout runs programs only
cat >snactl_ <<END
#!/bin/sh
exec "$BIN/snactl" -s "$SNANODE_SOCKET" "\$@"
END
# An Attach goes to another machine of the domain, and the directory is lost and found again.
load_domain() {
    one "$BIN/aping" PINGB
    nats_kill
    nats_start
    one "$BIN/aping" PINGB
    one snactl_ reload
    one snactl_ domain
}
PAGE=$(free_port)
cat >get <<END
#!/bin/bash
trap '' PIPE
exec 8<>/dev/tcp/127.0.0.1/$PAGE && printf 'GET %s HTTP/1.1\\r\\nHost: localhost:$PAGE\\r\\nConnection: close\\r\\n\\r\\n' "\$1" >&8 &&
    read -r line <&8 && [[ \$line == "HTTP/1.1 200"* ]] && cat <&8 && exit 0
echo "no page: \$line"
exit 1
END
chmod +x snactl_ get
PATH=$DIR:$PATH
link_to_itself EACH >>"$CFG"
printf '[%s\\SnaServr\\Parameters]\n"MetricsPort"=dword:%08x\n"MetricsPage"="YES"\n' "${KEY%\\SnaBase*}" "$PAGE" >>"$REG"

# ---- the node, and what is open ----

tp WAITS turn "$BIN/mpingd"
tp EACH each "$BIN/apingd"
tp TURN turn "$BIN/apingd" -q
tp AGAIN turn "$BIN/apingd" -q
tp STAYS turn "$TPS/brackets" serve
MORE=$(printf '[%s\\TPs\\LIMITED\\Parameters\\Launch]\n"MaxOpenFiles"=dword:00000040' "$KEY") tp LIMITED each "$BIN/apingd" # by fork
open_tp
plain=("${SNANODE[@]}")
SNANODE=(env "FAULT_WORDS=$WORDS" "LD_PRELOAD=$SHIM" "${plain[@]}")

settled() {
    snactl tp stop EACH >/dev/null 2>&1
    snactl tp stop AGAIN >/dev/null 2>&1
    snactl trace off >/dev/null 2>&1
    "$BIN/aping" WAITS >/dev/null 2>&1 # these three run again
    "$BIN/aping" TURN >/dev/null 2>&1
    "$TPS/brackets" invoke STAYS 1 plain >/dev/null 2>&1
    if [ "$LOAD" = link ]; then
        snactl activate connection OUT >/dev/null 2>&1
        becomes "$what: the link" active show link state name=OUT
        becomes "$what: its other end" active show link state name=IN
    fi
    [ "$LOAD" != domain ] || await "$what: an Attach to the other machine" "$BIN/aping" -i 1 PINGB >/dev/null 2>&1
}
# This node as a machine of a domain, and another one that has the TP PINGB.
join_domain() {
    nats_start
    joined B
    offer B PINGB each "$BIN/apingd"
    dest PINGB PINGB
    [ -e ca/E2ENODE.pem ] || "$ROOT/scripts/make-test-ca" "$DIR/ca" HOSTB E2ENODE || fail "make-test-ca"
    {
        printf '[%s\\Domain]\n"Name"="TEST"\n"Servers"="nats://127.0.0.1:%s"\n"ListenAddress"="127.0.0.1:0"\n' "$KEY" "$NATS_PORT"
        printf '"Lease"=dword:2\n"Certificate"="%s"\n"Key"="%s"\n"CA"="%s"\n' "$DIR/ca/E2ENODE.pem" "$DIR/ca/E2ENODE.key" "$DIR/ca/ca.pem"
    } >>"$REG"
    local with_faults=("${SNANODE[@]}")
    SNANODE=("${plain[@]}")
    machine_start B
    SNANODE=("${with_faults[@]}")
}
begin() {
    [ "$LOAD" != domain ] || join_domain
    fault new
    node_start
    becomes "the link" active show link state name=OUT
    open_begin
    open_next
    load # sessions and the first memory are there
    settled
    becomes "$what: conversations" 1 show status conversations
    becomes "$what: processes" 5 show status processes
    before= looks=0
    await "start: the same at four looks" stays
    most=$(connections)
    kinds >fds.before
}
end() {
    open_end
    join "$OPENED" || fail "$what: the open conversation ended badly"
    PIDS=()
    node_stop || exit 1
    [ "$LOAD" != domain ] || { machine_stop B && nats_kill; }
}

# Connections of programs; the tool that asks is one more.
connections() {
    echo $(($(show status connections) - 1))
}
# What the node holds, but for them: a program has as many as it came to need at once, and one that was begun anew has
# fewer.
held() {
    local status f out=
    status=$(snactl --json status)
    for f in conversations tp_processes processes attaches_queued accepts_outstanding; do
        [[ $status =~ \"$f\":\ ?([0-9]+) ]] && out="$out${BASH_REMATCH[1]} $f, "
    done
    [[ $status =~ \"connections\":\ ?([0-9]+) ]]
    echo "$out$(($(descriptors) - BASH_REMATCH[1] + 1)) descriptors besides connections"
}
# A connection of the page that has ended: the system has no row for it any more, and the node closes it when it looks
# through its connections, once a second (snanode/io/http.c).
ended_connections() {
    ls -l "/proc/$NODE_PID/fd" | sed -n 's/.*socket:\[\([0-9]*\)\]$/\1/p' | sort >sockets
    awk '$7 ~ /^[0-9]+$/ { print $7 } $10 ~ /^[0-9]+$/ { print $10 }' /proc/net/unix /proc/net/tcp /proc/net/tcp6 |
        sort | comm -23 sockets -
}
# A program closes its ends of conversations when it comes to it.  What is about to be closed is no part of what is held.
stays() {
    local now
    now=$(held)
    [ "$now" = "$before" ] && [ -z "$(ended_connections)" ] && looks=$((looks + 1)) || looks=0
    before=$now
    [ $looks -ge 4 ]
}
kinds() { # of the node's descriptors, how many of each
    ls -l "/proc/$NODE_PID/fd" | sed -n 's/.* -> //p' | sed 's/:\[.*//' | sort | uniq -c
}
# Exactly what was there before, and no more connections but for two: a leak adds up over the faults.
holds() {
    [ "$(held)" = "$before" ] && [ "$(connections)" -le $((most + 2)) ]
}

declare -A seen
# One fault: CALL ERROR N once|on
try() {
    what="$LOAD: $1 $2 n=$3 $4"
    fault fail "$@"
    load
    open_next
    local hits h
    hits=$(fault off)
    [ "$hits" -eq 0 ] || met=$((met + 1))
    alive "$NODE_PID" || fail "$what: the node is gone"
    while read -r h; do
        [[ $h =~ $DOCUMENTED ]] || fail "$what: a program got: $h"
        seen[$h]=$((${seen[$h]:-0} + 1))
        PROGRAMS=$((PROGRAMS + 1))
        [ "$h" = ok ] || TOLD=$((TOLD + 1))
    done <heard
    settled
    (await "$what: what the node holds" holds) || fail "$what: $(held), $(connections) connections, before: $before, $most
$(kinds | diff fds.before -)"
    snactl check >said 2>&1 || fail "$what: check: $(cat said)"
    "$BIN/aping" EACH >said 2>&1 || fail "$what: a new conversation afterwards: $(cat said)"
    open_next
}

# The table's line of a call.
line() { # CALL MADE ONCE ON SECONDS
    local h said=
    for h in "${!seen[@]}"; do said="$said, ${seen[$h]} $h"; done
    printf '%-5s %-14s %5d made %5d once %5d on %5d met %4d s  %s\n' "$LOAD" "$1" "$2" "$3" "$4" $met "$5" "${said#, }"
}
sweep() { # CALL MADE
    met=0 seen=()
    each_fault "$1" "$2"
}

echo "seed $SEED, sample $SAMPLE"
for LOAD in ${LOADS:-local link}; do
    what="$LOAD, start"
    begin
    fault fail any ENOMEM 0 once # counts alone
    load
    fault off >/dev/null
    is "a load without faults" "$(sort heard | uniq -c | sed 's/^ *[0-9]* //')" ok
    fault made >made
    settled
    for c in $(chosen_calls); do sweep "${c%:*}" "${c#*:}"; done
    what="$LOAD, end"
    end
done
total "faults"
