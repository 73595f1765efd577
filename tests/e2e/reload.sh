# Reload: a good configuration is in force at once, a bad one is refused whole; what runs goes on.
. "${BASH_SOURCE%/*}/lib.sh"

tp EACH each "$BIN/apingd"
expect_log 'error (reload: |.*node.cfg:[0-9]+: )'
node_start
cp "$CFG" good.cfg
background holder "$TPS/steps" init:EACH allocate send:10 flush touch:"$DIR/held" await:"$DIR/go" turn receive deallocate
holder=$!
await "a conversation" test -e "$DIR/held"
before=$(snactl --json lu; snactl --json mode; snactl --json side; snactl --json tp show EACH | grep -v _ms)

# bad: file, line and reason, exit status 1, and nothing has changed
cat >>"$CFG" <<END
mode EXTRA /add /sessionlim:4 /conwin:2 /conlose:2
mode WRONG /add /sessionlim:0
END
for how in reload hup; do
    if [ $how = reload ]; then
        snactl reload >out 2>said
        is "status of snactl reload with bad configuration" $? 1
        has said '(^|: )1 error; the configuration in force stays'
    else
        kill -HUP "$NODE_PID"
    fi
    becomes "errors in the log" $([ $how = reload ] && echo 1 || echo 2) grep -c 'error reload: ' "$LOG"
    after=$(snactl --json lu; snactl --json mode; snactl --json side; snactl --json tp show EACH | grep -v _ms)
    is "what the node shows" "$after" "$before"
done
has "$LOG" "node.cfg:[0-9]+: .*session limit 0 "

# good
cp good.cfg "$CFG"
tp LATER each "$BIN/apingd"
echo 'mode EXTRA /add /sessionlim:4 /conwin:2 /conlose:2' >>"$CFG"
dest THERE EACH EXTRA
snactl reload >out || fail "snactl reload"
has out '2 local LUs, [0-9]+ modes?, 3 destinations, 2 TPs$'
"$BIN/aping" LATER >aping 2>&1 || fail "a new TP: $(cat aping)"
"$BIN/aping" THERE >aping 2>&1 || fail "a new mode: $(cat aping)"
has aping 'mode EXTRA'
touch "$DIR/go"
join $holder
has holder '^deallocate CM_OK'
