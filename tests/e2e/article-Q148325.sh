# Q148325: the LocalLU of an operator-started TP counts.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
sed -i 's/tptimeout:[0-9]*/tptimeout:1/' "$CFG"
echo 'appcllu OTHERLU /add /server:E2ENODE /tptimeout:1' >>"$CFG"
MORE='"LocalLU"="OTHERLU"' tp HAND hand ""
node_start
APPCTPN=HAND background "$DIR/tp" "$BIN/apingd"
becomes "accepts outstanding" 1 show status accepts_outstanding
"$BIN/aping" HAND >"$DIR/out" 2>&1 && fail "reached on another LU"
"$BIN/aping" -t HAND OTHERLU >"$DIR/out" || fail "not reached on its own LU"
