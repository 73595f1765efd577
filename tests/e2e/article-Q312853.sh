# Q312853: an entry with a LocalLU is never used for another LU; DloadMatchTPOnly=YES makes the name alone count.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
sed -i 's/tptimeout:[0-9]*/tptimeout:1/' "$CFG"
echo 'appcllu OTHERLU /add /server:E2ENODE /tptimeout:1' >>"$CFG"
MORE='"LocalLU"="OTHERLU"' tp PING each "$BIN/apingd"
node_start
"$BIN/aping" PING >"$DIR/out" 2>&1 && fail "reached an entry of another LU"
has "$DIR/out" 'CM_TP_NOT_AVAILABLE_NO_RETRY'
"$BIN/aping" -t PING OTHERLU >"$DIR/out" || fail "not reached on its own LU"
node_stop
printf '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"DloadMatchTPOnly"="YES"\n' >>"$REG"
node_start
"$BIN/aping" PING >"$DIR/out" || fail "DloadMatchTPOnly=YES: not reached"
