# The sample of the Common Service Verbs: what it logs is in the log and among the events.
. "${BASH_SOURCE%/*}/lib.sh"

# A table that turns I into 255 - I, where the Client key says.
mkdir own
printf '%02X' {255..0} {0..255} | fold -w 32 >own/comtblg.dat
printf '[%s\\Client]\n"COMTBLG"="C:\\\\sna\\\\comtblg.dat"\n' "$KEY" >>"$REG"
printf '[%s\\PathMap]\n"C:\\\\sna"="%s"\n' "$KEY" "$DIR/own" >>"$REG"
expect_log 'event 9202: csvlog'
node_start
"$BIN/csvlog" -n 42 -o TESTER 'Hello. World' >said 2>&1 || fail "csvlog: $(cat said)"
is "the text in EBCDIC" "$(cat said)" C8859393964B00E696999384
has "$LOG" 'event 9201: csvlog\[[0-9]+\]: message CSV0042 from TESTER, severity 12: "Hello. World"'
"$BIN/csvlog" -i help >said 2>&1 || fail "csvlog: $(cat said)"
"$BIN/snactl" event >events
has events '9202 .*message CSV0001 from CSVLOG'
has events 'asks for intervention: "help"'

"$BIN/csvlog" -g AB >said 2>&1 || fail "csvlog -g: $(cat said)"
is "the text by the table of the registry" "$(cat said)" BEBD
CSVTBLG=/nowhere "$BIN/csvlog" -g AB >said 2>&1
is "status with a table that is not there" $? 1
has said '^csvlog: CONVERT: SV_PARAMETER_CHECK \(0001\), SV_TABLE_ERROR \(00000405\)$'

"$BIN/csvlog" 2>said
is "status without a text" $? 2
has said '^csvlog: needs one text'
"$BIN/csvlog" -n x text 2>said
is "status with a bad number" $? 2
has said '^csvlog: -n x: a number from 0 to 9999 is needed'

# Without a node the text is still converted.
node_stop
"$BIN/csvlog" text >said 2>&1
is "status without a node" $? 1
has said '^A385A7A3$'
has said '^csvlog: LOG_MESSAGE: SV_COMM_SUBSYSTEM_NOT_LOADED \(F012\)$'
