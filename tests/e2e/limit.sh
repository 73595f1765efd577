# A mode's session limit: an Allocate that finds all sessions in use waits for one, or fails at once if told not to wait.
. "${BASH_SOURCE%/*}/lib.sh"

tp MANY turn "$BIN/mpingd"
cat >>"$CFG" <<END
mode SMALL /add /sessionlim:2 /conwin:1 /conlose:1
mode SINGLE /add /sessionlim:1 /conwin:1 /conlose:0
END
dest SMALLDST MANY SMALL
tp LATER hand ""
dest ONEWAY LATER SINGLE
node_start
limit=$(show mode session_limit name=#INTER)
is "session limit of #INTER" "$limit" 8

hold=()
for ((i = 0; i < limit; i++)); do
    hold+=(use:$i init:MANY allocate send:10 flush)
done
background "$DIR/holder" "$TPS/steps" "${hold[@]}" touch:"$DIR/held" await:"$DIR/free" use:3 deallocate \
    await:"$DIR/end"
holder=$!
await "all sessions in use" test -e "$DIR/held"
is "sessions in use" "$(rows session id 'state=in use')" $limit
is "conversations of the holder" "$(grep -c '^allocate CM_OK' "$DIR/holder")" $limit

# at once or not at all
"$TPS/steps" init:MANY immediate allocate >"$DIR/immediate"
has "$DIR/immediate" '^allocate CM_UNSUCCESSFUL '

# the ninth waits until one of the eight is over
background "$DIR/ninth" "$BIN/aping" MANY
ninth=$!
becomes "waiting for a session" 1 show lu waiting alias=CLIENTLU
alive $ninth || fail "the ninth did not wait"
touch "$DIR/free"
join $ninth || fail "the ninth: $(cat "$DIR/ninth")"
is "sessions" "$(rows session id)" $limit

# another mode has its own sessions
"$BIN/aping" SMALLDST >"$DIR/small" 2>&1 || fail "another mode: $(cat "$DIR/small")"

# A session is free when a conversation has ended on it, also when the TP has yet to come and receive it.
for i in 1 2 3; do
    [ $i = 1 ] && how= || how=immediate # which never starts a session
    "$TPS/steps" init:ONEWAY $how allocate send:1$i deallocate >"$DIR/oneway"
    has "$DIR/oneway" '^deallocate CM_OK '
done
is "Attaches that wait" "$(show status attaches_queued)" 3
is "sessions of SINGLE in use" "$(rows session id mode=SINGLE 'state=in use')" 0
for i in 1 2 3; do
    APPCTPN=LATER "$TPS/steps" accept receive >"$DIR/later"
    has "$DIR/later" "^receive CM_DEALLOCATED_NORMAL .*length=1$i "
done

# one that waits and dies leaves nothing
"$TPS/steps" init:MANY allocate send:10 flush >"$DIR/eighth" & # takes the free one
wait $!
background "$DIR/refill" "$TPS/steps" init:MANY allocate send:10 flush touch:"$DIR/refilled" await:"$DIR/end"
await "all sessions in use again" test -e "$DIR/refilled"
background "$DIR/dies" "$BIN/aping" MANY
dies=$!
becomes "waiting for a session" 1 show lu waiting alias=CLIENTLU
kill -9 $dies
becomes "waiting for a session" 0 show lu waiting alias=CLIENTLU
touch "$DIR/end"
join $holder
becomes "sessions in use" 0 rows session id 'state=in use'

# SessionLimitMargin leaves two of eight; and a limit of waiting that comes while one waits is his as well
switches() {
    printf '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n%s\n' "$1" >>"$REG"
    snactl reload >/dev/null || fail "reload with $1"
}
snactl deactivate CLIENTLU HOSTLU '#INTER' >/dev/null || fail "deactivate"
switches '"SessionLimitMargin"="6"'
rm -f "$DIR/held" "$DIR/end"
background "$DIR/two" "$TPS/steps" use:1 init:MANY allocate send:10 flush use:2 init:MANY allocate send:10 flush \
    touch:"$DIR/held" await:"$DIR/end"
holder=$!
await "two in use" test -e "$DIR/held"
background "$DIR/third" "$TPS/steps" init:MANY allocate
third=$!
becomes "waiting for a session" 1 show lu waiting alias=CLIENTLU
is "sessions" "$(rows session id mode=#INTER)" 2
switches '"AllocateWait"=dword:1'
join $third
has "$DIR/third" '^allocate CM_ALLOCATE_FAILURE_RETRY '
show event event | grep -qx 26 || fail "no event 26: $(show event event)"
touch "$DIR/end"
join $holder
snactl check || fail "the counters at the end"
