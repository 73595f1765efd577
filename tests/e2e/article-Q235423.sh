# Q235423: a symbolic name that refers to an LU that is gone does not block the file.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
expect_log 3993
tp PING each "$BIN/apingd"
printf 'cpic ORPHAN /add /appltpname:"X" /lualias:"GONELU" /modename:"#INTER" /seckeytype:none\n' >>"$CFG"
node_start
"$BIN/aping" PING >"$DIR/out" || fail "aping"
out=$("$TPS/steps" init:ORPHAN allocate | tail -n 1)
[[ $out == "allocate CM_PARAMETER_ERROR"* ]] || fail "$out"
