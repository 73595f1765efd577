# CNOS five hundred times: limits set and reset again, with sessions started each time and a conversation now and then.
# Nothing grows: memory, descriptors, sessions, and the counters are right all the time.
# plain: sessionkey and hostilesessions have the sessions under sanitizers; load finds nothing more there
. "${BASH_SOURCE%/*}/lib.sh"

tp ECHO turn "$BIN/mpingd"
echo 'mode LOADED /add /sessionlim:20 /conwin:10 /conlose:10' >>"$CFG"
dest LOADDST ECHO LOADED
node_start
times=500 warm=100
[ -z "$SANITIZED" ] || times=40 warm=20

rss() { awk '/^VmRSS/ { print $2 }' "/proc/$NODE_PID/status"; } # KB
# What a round may leave behind.  The limits are 0 after each, so there are no sessions of the mode.
left() {
    printf '%s, %s sessions, %s in use\n' "$(node_load)" "$(rows session id mode=LOADED)" \
        "$(rows session id 'state=in use')"
}
round() {
    local i=$1 lim=$((1 + $1 % 20))
    snactl cnos CLIENTLU HOSTLU LOADED set $lim $((lim / 2)) $((lim - lim / 2)) $((lim / 2)) >/dev/null ||
        fail "set $lim in round $i"
    [ $((i % 50)) -ne 0 ] || "$BIN/aping" LOADDST >out 2>&1 || fail "aping in round $i: $(cat out)"
    # in turn: both sides reset, with and without drain
    case $((i % 4)) in
    0) snactl cnos CLIENTLU HOSTLU LOADED reset ;;
    1) snactl cnos HOSTLU CLIENTLU LOADED reset ;;
    2) snactl cnos CLIENTLU HOSTLU LOADED reset drain ;;
    3) snactl cnos CLIENTLU HOSTLU LOADED reset drain-target ;;
    esac >/dev/null || fail "reset in round $i"
}

"$BIN/aping" ECHO >out 2>&1 || fail "$(cat out)"
becomes "conversations" 0 show status conversations
for ((i = 0; i < warm; i++)); do round $i; done # what is taken once and kept is there now
becomes "sessions of LOADED" 0 rows session id mode=LOADED
before=$(left) rss=$(rss)
for ((i = warm; i < warm + times; i++)); do
    round $i
    [ $((i % 50)) -ne 0 ] || snactl check >/dev/null || fail "the counters in round $i"
done
becomes "sessions of LOADED at the end" 0 rows session id mode=LOADED
becomes "what the node holds" "$before" left
# A leak of 256 octets for each of two changes would be seen; a sanitizer keeps freed memory, and finds leaks itself.
grown=$(($(rss) - rss))
[ -n "$SANITIZED" ] || [ $grown -lt 256 ] || fail "the node has grown by $grown KB in $times rounds"
snactl check >/dev/null || fail "the counters at the end"
snactl cnos CLIENTLU HOSTLU LOADED set 4 2 2 >/dev/null || fail "set at the end"
"$BIN/aping" LOADDST >out 2>&1 || fail "aping at the end: $(cat out)"
