# What the invoker sees of an Attach that fails, as far as CPI-C on one node can show it: the return code [A39; A4;
# A5], and the events [A48].
# plain: check_codes, check_attachmgr and refused have the outcomes under sanitizers
TPTIMEOUT=1
. "${BASH_SOURCE%/*}/lib.sh"

SERVR="${KEY%\\SnaBase*}\\SnaServr"
printf '[%s\\Parameters]\n"QueueLimit"=dword:00000001\n' "$SERVR" >>"$REG"
tp EACH each "$BIN/apingd"
tp MISSING each "$DIR/missing"
tp SILENT each "$TPS/steps" pause
tp FULL turn "$TPS/steps" "touch:$DIR/full await:$DIR/go accept receive"
tp HAND hand ""
tp LEAVES each "$TPS/steps" "accept receive exit:0"
tp OVER each "$TPS/steps" "accept receive receive send:10 deallocate"
tp DIES each "$TPS/steps" "accept receive kill"
MORE='"ConversationSecurity"="YES"
"ALICE"="Secret01"' tp SAFE each "$TPS/who" "serve $DIR/safe"
dest NOSUCHTP NOSUCHTP
echo 'mode ONE /add /sessionlim:1 /conwin:0 /conlose:0' >>"$CFG"
dest ONEDST EACH ONE
echo 'appcllu PATIENT /add /server:E2ENODE /tptimeout:120' >>"$CFG" # where an Attach waits longer than the test looks
expect_log 'tps.reg:[0-9]+: warning: TP MISSING: |warn  TP MISSING: '
node_start

events() { # how often each has come so far
    snactl --json event | tr -d ' ",' | awk -F: '$1 == "event" { id = $2 } $1 == "count" { n[id] += $2 }
        END { for (id in n) print id, n[id] }' | sort -n >"$1"
}
# row WHAT CODE EVENTS STEP ...: the last step gives CODE, and these events have come since the row before.
row() {
    local what=$1 code=$2 wanted=$3 got
    shift 3
    events before
    "$TPS/steps" "$@" >out
    got=$(tail -n 1 out)
    [[ $got == *" $code "* ]] || fail "$what: $got, not $code"
    events after
    is "$what: events" "$(awk 'NR == FNR && FILENAME == "before" { n[$1] = $2; next } $2 > n[$1] { print $1 }' before after |
        tr '\n' ' ')" "$wanted${wanted:+ }"
    printf '%-60s %s, events %s\n' "$what" "$code" "${wanted:-none}"
}
send="allocate send:10 turn receive"
no=CM_TP_NOT_AVAILABLE_NO_RETRY

row "no TP matches" $no "21 60 703 730" init:NOSUCHTP $send
row "program that is not there" $no "21 60 575 703" init:MISSING $send
row "program that never accepts" $no "21 60 557" init:SILENT $send
row "operator-started, and nobody comes" $no "21 60 730" init:HAND $send
"$TPS/steps" init:FULL partner:PATIENT allocate send:10 deallocate >/dev/null # one waits
row "queue of a queued TP is full" CM_TP_NOT_AVAILABLE_RETRY "21 60" init:FULL partner:PATIENT $send
touch go
row "TP ends without deallocating" CM_DEALLOCATED_ABEND "38" init:LEAVES $send
row "the same, basic" CM_DEALLOCATED_ABEND_SVC "38" init:LEAVES basic allocate record:10 turn receive
row "TP is killed" CM_DEALLOCATED_ABEND "38" init:DIES $send
[[ $(show event text event=38) == *"reason 0005: the accepting program has died, TP "* ]] || fail "reason of event 38"
row "credentials missing" CM_SECURITY_NOT_VALID "21 60" init:SAFE $send
row "partner LU unknown" CM_PARAMETER_ERROR "93" init: tpname:EACH mode:#INTER partner:NOLU allocate
row "mode unknown" CM_PARAMETER_ERROR "93" init:EACH mode:NOMODE allocate
row "mode SNASVCMG on a mapped conversation" CM_PARAMETER_ERROR "93" init:EACH mode:SNASVCMG allocate
row "session limit reached, immediate" CM_UNSUCCESSFUL "93" init:ONEDST allocate use:1 init:ONEDST immediate allocate
becomes "conversations" 0 show status conversations
snactl cnos CLIENTLU HOSTLU ONE reset >/dev/null || fail "cnos reset"
row "session limit is zero" CM_ALLOCATE_FAILURE_NO_RETRY "93" init:ONEDST allocate
row "all is well" CM_DEALLOCATED_NORMAL "" init:OVER $send receive
