# Copies that cannot be started, and copies that do not take what they were started for.
TPTIMEOUT=2
. "${BASH_SOURCE%/*}/lib.sh"

: >"$DIR/not-executable"
printf '\177garbage\n' >"$DIR/wrong-format"
chmod +x "$DIR/wrong-format"
mkdir "$DIR/directory"
for kind in each turn; do
    n=${kind:0:1} n=${n^}
    tp MISSING$n $kind "$DIR/missing"
    tp NOEXEC$n $kind "$DIR/not-executable"
    tp FORMAT$n $kind "$DIR/wrong-format"
    tp ADIR$n $kind "$DIR/directory"
    tp EXITS$n $kind "$TPS/steps" "exit:3"
    tp KILLED$n $kind "$TPS/steps" "kill"
    tp CONNECT$n $kind "$TPS/steps" "init:EACH kill" # known to the node when it dies
    tp NEVER$n $kind "$TPS/steps" "pause"
    tp OTHER$n $kind "$TPS/steps" "name:SOMETHING accept"
done
tp EACH each "$BIN/apingd"
expect_log 'tps.reg:[0-9]+: warning: TP (MISSING|NOEXEC|FORMAT|ADIR).: .*Attaches for it will be refused'
expect_log 'warn  TP (MISSING|NOEXEC|FORMAT|ADIR)[ET]: '
node_start

# A missing program is not an error, only a warning.
has "$LOG" 'tps.reg:[0-9]+: warning: TP MISSINGE: .*missing: No such file or directory'
has "$LOG" 'tps.reg:[0-9]+: warning: TP NOEXECE: .*not-executable: not executable by this user'
has "$LOG" 'tps.reg:[0-9]+: warning: TP FORMATE: .*wrong-format: not in a format that this machine runs'
has "$LOG" 'tps.reg:[0-9]+: warning: TP ADIRE: .*directory: Is a directory'

# refused NAME FROM_MS TO_MS: the partner gets TP_NOT_AVAILABLE_NO_RETRY after so long
refused() {
    local start=$EPOCHREALTIME
    "$TPS/steps" init:$1 allocate send:10 turn receive >"$DIR/$1" 2>&1
    within "refusal of $1" $2 $3 $(ms_since $start)
    has "$DIR/$1" '^receive CM_TP_NOT_AVAILABLE_NO_RETRY '
}
for n in E T; do
    for what in MISSING NOEXEC FORMAT ADIR EXITS KILLED CONNECT; do
        refused $what$n 0 1500
    done
    refused NEVER$n 1900 5000 &
    refused OTHER$n 1900 5000 &
    wait -n || exit 1
    wait -n || exit 1
done
is "TPs that were not started" "$(show status tp_start_failures)" 8
[ "$(show event count event=60)" != "" ] || fail "no event 60"

# The one that never accepts is left alone, and the node is none the worse for any of them.
becomes "processes of NEVERE" 1 show tp processes name=NEVERE
"$BIN/aping" EACH >"$DIR/aping" 2>&1 || fail "aping afterwards: $(cat "$DIR/aping")"
becomes "conversations" 0 show status conversations
becomes "Attaches" 0 show status attaches_queued
