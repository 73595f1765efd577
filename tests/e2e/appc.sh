# The samples of APPC: one is started by its Attach, and what it receives becomes lines of the node's log.
. "${BASH_SOURCE%/*}/lib.sh"

tp APPCRECV each "$BIN/appcrecv"
node_start
printf 'first line\nsecond line\n' >lines
"$BIN/appcsend" HOSTLU <lines 2>said || fail "appcsend: $(cat said)"
await "the records in the log" grep -q 'APPCRECV.*second line' "$LOG"
has "$LOG" 'APPCRECV.*first line'

"$BIN/appcsend" NOLU <lines 2>said
is "status with an unknown partner" $? 1
has said '^MC_ALLOCATE: AP_PARAMETER_CHECK \(0001\), AP_BAD_PARTNER_LU_ALIAS \(0000015B\)$'
"$BIN/appcsend" 2>said
is "status without a partner" $? 2
has said "^appcsend: needs the alias"
# A node that ends, and one that is not there.
node_stop
"$BIN/appcsend" X <lines 2>said
is "status without a node" $? 1
has said '^TP_STARTED: AP_COMM_SUBSYSTEM_NOT_LOADED \(F004\)'
