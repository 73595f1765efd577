# Q246794: a process that accepts several names is killed: all its registrations go with it.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
sed -i 's/tptimeout:[0-9]*/tptimeout:1/' "$CFG"
for n in FIRST SECOND THIRD; do dest $n $n; done
node_start
background "$DIR/tp" "$TPS/steps" name:FIRST name:SECOND name:THIRD accept pause
tp=$!
becomes "accepts outstanding" 1 show status accepts_outstanding
kill -9 $tp
becomes "processes" 0 show status processes
is "TPs" "$(rows tp name)" 0
for n in FIRST SECOND THIRD; do
    "$BIN/aping" $n >"$DIR/out" 2>&1 && fail "$n was delivered"
    has "$DIR/out" 'CM_TP_NOT_AVAILABLE_NO_RETRY'
done
