# Q158515: TP names are compared case for case: a key in mixed case, made by hand, is reached by a name in mixed case,
# and a key in upper case not by one in lower case.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
sed -i 's/tptimeout:[0-9]*/tptimeout:1/' "$CFG"
tp Bounce each "$TPS/steps" "accept receive confirmed"
tp LOUD each "$TPS/steps" "accept receive confirmed"
node_start
attach() { "$TPS/steps" init:LOUD "tpname:$1" sync allocate send:10 confirm | tail -n 1; }
[[ $(attach Bounce) == "confirm CM_OK"* ]] || fail "the key in mixed case is not reached"
[[ $(attach LOUD) == "confirm CM_OK"* ]] || fail "the key in upper case is not reached"
for n in bounce BOUNCE loud Loud; do
    out=$(attach $n)
    [[ $out == "confirm CM_TP_NOT_AVAILABLE_NO_RETRY"* ]] || fail "$n: $out"
done
is "starts" "$(show status tp_starts)" 2
