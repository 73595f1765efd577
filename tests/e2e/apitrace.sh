# SNANODE_API_TRACE: a line for each call, the same in each run but for its last three fields.
# plain: it is about the text of a trace of calls
. "${BASH_SOURCE%/*}/lib.sh"

tp TURN turn "$BIN/mpingd"
tp EACH each "$BIN/apingd"
# Answers when it is told that the invoker's Receive is incomplete.
cat >slow.lua <<END
local rc, id = cpic.cmaccp()
cpic.cmrcv(id, 100)
local go
repeat cpic.sleep(0.02) go = io.open("$DIR/go") until go
go:close()
cpic.cmsend(id, "last")
cpic.cmptr(id)
cpic.cmrcv(id, 100)
END
tp SLOW each "$DIR/slow.lua"
node_start
cat >calls.lua <<'END'
local rc, id = cpic.cminit("EACH")
cpic.cmscst(id, cpic.CM_SECURITY_PROGRAM)
cpic.cmscsu(id, "ALICE")
cpic.cmscsp(id, "XYZZYPW")
assert(cpic.cmallc(id) == cpic.CM_OK)
cpic.cmsend(id, "\1\0\40")
cpic.cmrcv(id, 1000)
cpic.cmsend(id, ("x"):rep(100))
assert(cpic.cmrcv(id, 1000) == cpic.CM_OK)
cpic.cmcfm("nonsense")
cpic.cmdeal(id)

rc, id = cpic.cminit("SLOW")
cpic.cmallc(id)
cpic.cmspm(id, cpic.CM_NON_BLOCKING)
rc = cpic.cmrcv(id, 1000)
assert(rc == cpic.CM_OPERATION_INCOMPLETE)
io.open("go", "w"):close()
cpic.cmwait()
cpic.cmspm(id, cpic.CM_BLOCKING)
cpic.cmdeal(id)
cpic.cmembs()
END

rm -f go
"$BIN/tpsh" calls.lua || fail "without a trace"
[ -z "$(ls ./*.api 2>/dev/null)" ] || fail "a trace that nobody wanted"
for i in 1 2; do
    rm -f go
    SNANODE_API_TRACE=$i.api "$BIN/tpsh" calls.lua || fail "run $i"
done
[ "$(stat -c %a 1.api)" = 600 ] || fail "others may read it"
awk -F'\t' 'NF != 8 { print "fields: " NF ": " $0; bad = 1 } END { exit bad }' 1.api || fail "a line without 8 fields"
cut -f 1-5 1.api >one
diff one <(cut -f 1-5 2.api) || fail "two runs differ (above)"
grep -v '^cmecs' one >most # (tpsh asks for the state after each call)
diff - most <<'END' || fail "the calls (above)"
cminit	c1	sym_dest_name="EACH"	return_code=0 CM_OK	RESET>INITIALIZE
cmscst	c1	conversation_security_type=2	return_code=0 CM_OK	INITIALIZE>INITIALIZE
cmscsu	c1	security_user_ID="ALICE" security_user_ID_length=5	return_code=0 CM_OK	INITIALIZE>INITIALIZE
cmscsp	c1	security_password="********"	return_code=0 CM_OK	INITIALIZE>INITIALIZE
cmallc	c1		return_code=0 CM_OK	INITIALIZE>SEND
cmsend	c1	buffer="\x01\x00(" send_length=3	request_to_send_received=0 return_code=0 CM_OK	SEND>SEND
cmrcv	c1	requested_length=1000	data_received=2 buffer="\x01\x02(\x02Linux\x00" received_length=10 status_received=1 request_to_send_received=0 return_code=0 CM_OK	SEND>SEND_PENDING
cmsend	c1	buffer="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"... send_length=100	request_to_send_received=0 return_code=0 CM_OK	SEND_PENDING>SEND
cmrcv	c1	requested_length=1000	data_received=2 buffer="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"... received_length=100 status_received=1 request_to_send_received=0 return_code=0 CM_OK	SEND>SEND_PENDING
cmcfm	-		return_code=24 CM_PROGRAM_PARAMETER_CHECK	RESET>RESET
cmdeal	c1		return_code=0 CM_OK	SEND_PENDING>RESET
cminit	c2	sym_dest_name="SLOW"	return_code=0 CM_OK	RESET>INITIALIZE
cmallc	c2		return_code=0 CM_OK	INITIALIZE>SEND
cmspm	c2	processing_mode=1	return_code=0 CM_OK	SEND>SEND
cmrcv	c2	requested_length=1000	return_code=35 CM_OPERATION_INCOMPLETE	SEND>SEND
cmrcv:completed	c2		data_received=2 buffer="last" received_length=4 status_received=1 request_to_send_received=0 return_code=0 CM_OK	->SEND_PENDING
cmwait	c2		conversation_return_code=0 return_code=0 CM_OK	SEND_PENDING>SEND_PENDING
cmspm	c2	processing_mode=0	return_code=0 CM_OK	SEND_PENDING>SEND_PENDING
cmdeal	c2		return_code=0 CM_OK	SEND_PENDING>RESET
cmembs	-		maximum_buffer_size=32767 return_code=0 CM_OK	RESET>RESET
END
grep -q XYZZYPW ./*.api && fail "a password is in the trace"

# threads, and processes, in one file: each line is whole
SNANODE_API_TRACE=$DIR/many.api APPCTPN=BYHAND APPCLLU=HOSTLU background mpingd.out "$BIN/mpingd"
dest BYHAND BYHAND
snactl reload >/dev/null
hand=$!
for i in 1 2 3 4; do
    SNANODE_API_TRACE=$DIR/many.api background ping.$i "$BIN/aping" -i 50 BYHAND
done
for p in "${PIDS[@]}"; do
    [ "$p" = "$hand" ] || join "$p" || fail "an aping: $(cat ping.*)"
done
awk -F'\t' 'NF != 8 || $1 !~ /^[cx][mc][a-z]+(:completed)?$/ || $8 !~ /^[0-9]+\.[0-9]+$/ { print "not whole: " $0; bad = 1 }
    END { exit bad }' many.api || fail "lines of several programs (above)"
is "cmsend of four programs, and of the one that serves them" "$(grep -c '^cmsend' many.api)" $((2 * 4 * 51))
[ "$(cut -f 8 many.api | cut -d. -f 1 | sort -u | wc -l)" -eq 5 ] || fail "not five processes"
[ "$(awk -F'\t' -v p="$hand" '$8 ~ "^" p "\\." { print $8 }' many.api | sort -u | wc -l)" -ge 4 ] || fail "not four threads"

# a child after fork goes on in the same file, as itself
SNANODE_API_TRACE=$DIR/fork.api "$TPS/forks" EACH || fail "the program that forks"
[ "$(cut -f 8 fork.api | sort -u | wc -l)" -eq 2 ] || fail "not two processes: $(cat fork.api)"
is "conversations of the child begin anew" "$(grep -c '^cminit.c1' fork.api)" 2

# a file that cannot be
SNANODE_API_TRACE=/no/such/file "$BIN/aping" -i 1 EACH >out 2>err || fail "a trace that cannot be ends a program"
has err 'libcpic: SNANODE_API_TRACE=/no/such/file: no trace: No such file'
