# Session keys and passwords between two nodes: LUs that have the same key have sessions, others have none; a password
# crosses the link as a substitute, and the far node judges it as it judges a plain one.
. "${BASH_SOURCE%/*}/lib.sh"

expect_log "event 18: BIND from |event 23: Connection TO"
KEY8=0123456789ABCDEF
cat >tap.py <<'END'
# tap.py FROM TO FILE: connections to port FROM go on to port TO, and what they carry is appended to FILE.
import socket, sys, threading
def pipe(a, b, f):
    while data := a.recv(65536):
        f.write(data)
        f.flush()
        b.sendall(data)
    b.shutdown(socket.SHUT_WR)
listen = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while True:
    near = listen.accept()[0]
    far = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    for a, b in ((near, far), (far, near)):
        threading.Thread(target=pipe, args=(a, b, open(sys.argv[3], "ab")), daemon=True).start()
END

# keys HERE THERE: session keys of the two nodes, "" for none.
keys() {
    rm -rf far carried
    far_node
    TAP_PORT=$(free_port)
    sed -i "/^connection TOFAR/s/:$FAR_PORT\"/:$TAP_PORT\"/" "$CFG"
    "$PYTHON" tap.py "$TAP_PORT" "$FAR_PORT" carried >tap.out 2>&1 &
    TAP=$!
    PIDS+=($TAP)
    await "the tap listens" grep -q ready tap.out
    MORE='"ConversationSecurity"="yes"
"ALICE"="Secret01"
"TENCHARSID"="tencharspw"' far_tp SAFE each "$TPS/who" "serve $DIR/safe"
    sed -i '/^cpic TEN /d' "$CFG"
    printf 'cpic TEN /add /appltpname:"SAFE" /lualias:"FARLU" /modename:"#INTER" /seckeytype:program /secuserid:"TENCHARSID" /secpassword:"tencharspw"\n' >>"$CFG"
    [ -z "$1" ] || sed -i "/^appcrlu FARLU /s/\$/ \/security:hex,$1/" "$CFG"
    [ -z "$2" ] || sed -i "/^appcrlu /s/\$/ \/security:hex,$2/" "$FAR/node.cfg"
    far_start
    node_start
    becomes "the connection is active" active show link state name=TOFAR
}
ends() {
    snactl check || fail "check here"
    far snactl check || fail "check there"
    node_stop || fail "the node does not stop"
    far_stop || fail "the far node does not stop"
    kill "$TAP" && wait "$TAP" 2>/dev/null
}
try() { "$TPS/who" call SAFE program "$@"; }
has_octets() { od -An -v -tx1 carried | tr -d ' \n' | grep -q "$1"; }

for key in "" $KEY8; do
    keys "$key" "$key"
    is "right (key $key)" "$(try ALICE Secret01)" "call CM_OK"
    is "wrong" "$(try ALICE Secret02)" "call CM_SECURITY_NOT_VALID"
    is "another user" "$(try BOB Secret01)" "call CM_SECURITY_NOT_VALID"
    is "no credentials" "$("$TPS/who" call SAFE none)" "call CM_SECURITY_NOT_VALID"
    is "right again" "$(try ALICE Secret01)" "call CM_OK"
    is "ten characters" "$("$TPS/steps" init:TEN sync allocate confirm | tail -n 1 | cut -d' ' -f2)" CM_OK
    ends
    has_octets c1d3c9c3c5 || fail "no user ID crosses the link" # so these are the Attaches
    has_octets e285839985a3f0f1 && fail "the password crosses the link"
    if [ -n "$key" ]; then
        has_octets '0a9[01]00.*0a0c' || fail "no FMH-12 crosses the link"
    fi
done

for pair in "$KEY8 1111111111111111" "$KEY8 -" "- $KEY8"; do
    read -r here there <<<"$pair"
    keys "${here#-}" "${there#-}"
    is "keys $pair" "$(try ALICE Secret01)" "call CM_ALLOCATE_FAILURE_NO_RETRY"
    ends
done
grep -qi "$KEY8" "$LOG" far.log && fail "a session key is in the log"
exit 0
