# A node that cannot let in who comes, whatever the reason, does not spin: neither at its socket nor at the port of a
# link nor at that of the page.  It tries again now and then, and serves those who have waited.
# plain: a sanitizer has an allocator of its own
. "${BASH_SOURCE%/*}/lib.sh"
. "$ROOT/tests/e2e/faultlib.sh"

page=$(free_port)
tp EACH each "$BIN/apingd"
link_to_itself EACH >>"$CFG"
printf '[%s\\SnaServr\\Parameters]\n"MetricsPort"=dword:%08x\n"MetricsPage"="YES"\n' "${KEY%\\SnaBase*}" "$page" >>"$REG"
link=$(sed -n 's/.*listen:"127.0.0.1:\([0-9]*\)".*/\1/p' "$CFG")
SNANODE=(env "FAULT_WORDS=$WORDS" "LD_PRELOAD=$SHIM" "${SNANODE[@]}")
fault new
node_start
becomes "the link" active show link state name=OUT
"$BIN/aping" EACH >said || fail "aping: $(cat said)"

ticks() { # of processor, user and system, of the node
    local stat
    read -r stat <"/proc/$NODE_PID/stat"
    set -- ${stat##*) }
    echo $((${12} + ${13}))
}
for error in EMFILE ENOMEM EPERM; do
    before=$(node_load)
    fault fail accept4 $error 1 on
    background waited "$BIN/aping" EACH
    aping=$!
    exec 7<>"/dev/tcp/127.0.0.1/$link" 8<>"/dev/tcp/127.0.0.1/$page"
    tried() { [ "$(fault made accept4)" -ge 3 ]; }
    await "$error: a try at each" tried
    start=$(ticks)
    measure_for 1000
    took=$(($(ticks) - start)) calls=$(fault made accept4)
    fault off >/dev/null
    [ "$calls" -le 40 ] || fail "$error: $calls tries in a second"
    [ "$took" -le $(($(getconf CLK_TCK) / 10)) ] || fail "$error: $took ticks of processor in a second"
    join $aping || fail "$error: who waited was not served: $(cat waited)"
    printf 'GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n' "$page" >&8
    read -rt $PATIENCE line <&8 || fail "$error: the page does not answer"
    [[ $line == HTTP/1.1* ]] || fail "$error: the page: $line"
    exec 7>&- 8>&-
    is "the link" "$(show link state name=OUT)" active
    becomes "what the node holds after $error" "$before" node_load
    echo "$error: $calls tries and $took ticks of processor in a second"
done
