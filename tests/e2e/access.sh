# Who may allocate on an LU, and who may administer: users and groups of the registry against peer credentials.
. "${BASH_SOURCE%/*}/lib.sh"

if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null; then
    echo "skipped: what other users may (needs root and setpriv)"
    exit 77
fi
groups=($(awk -F: '$3 > 0 && $3 < 100 { print $1 }' /etc/group | head -n 3))
clients=${groups[0]} admins=${groups[1]} chosen=${groups[2]}
tp EACH each "$BIN/apingd"
echo 'appcllu OTHERLU /add /server:E2ENODE' >>"$CFG"
cat >>"$REG" <<END
[$KEY]
"ClientGroup"="$clients"
"AdminGroup"="$admins"
[$KEY\\AllocateAccess]
"CLIENTLU"="root, @$chosen"
END
chmod 755 "$DIR"
mkdir theirs
cp "$BUILD/lib/libcpic.so.1" "$BUILD/lib/libappc.so.1" "$BIN/aping" "$BIN/snactl" "$BIN/tpsh" theirs
chmod 755 theirs theirs/*
export LD_LIBRARY_PATH=$DIR/theirs
other() { # GROUPS COMMAND ...
    local g=$1
    shift
    setpriv --reuid=65534 --regid=65534 --groups="$g" "$@"
}
node_start
expect_log 'may not allocate on CLIENTLU'

"$BIN/aping" EACH >out 2>&1 || fail "root: $(cat out)"
other "$clients,$chosen" theirs/aping EACH >out 2>&1 || fail "a member of $chosen: $(cat out)"
other "$clients" theirs/aping EACH >out 2>&1 && fail "somebody else may allocate on CLIENTLU"
has out 'CM_PRODUCT_SPECIFIC_ERROR \(20\)'
logged 'user 65534, may not allocate on CLIENTLU' || fail "the log has no word of it"
APPCLLU=OTHERLU other "$clients" theirs/aping EACH >out 2>&1 || fail "an LU without a rule: $(cat out)"

other "$clients" theirs/snactl status >out 2>said || fail "showing is for everybody: $(cat said)"
other "$clients" theirs/snactl cnos >out 2>said || fail "showing is for everybody: $(cat said)"
other "$clients" theirs/snactl tp >out 2>said || fail "showing is for everybody: $(cat said)"
other "$clients" theirs/snactl tp show EACH >out 2>said || fail "showing is for everybody: $(cat said)"
other "$clients" theirs/snactl inject list >out 2>said || fail "showing is for everybody: $(cat said)"
for command in "stop" "reload" "tp stop EACH" "cut session 1" "inject clear" "cnos CLIENTLU HOSTLU #INTER reset" \
    "activate CLIENTLU HOSTLU #INTER" "deactivate 1" "tp purge EACH" "tp start EACH" \
    "stop show" "stop list" "reload show" "reload list" "cut show 1" "tp list EACH" "inject show clear"; do
    other "$clients" theirs/snactl $command >out 2>said
    is "status of $command" $? 1
    has said "is for the node's user, root and the members of AdminGroup"
done
other "$clients,$admins" theirs/snactl inject clear >out 2>said || fail "a member of $admins: $(cat said)"

# By verbs: who may not use an LU does not see it, and limits are for those who may administer.
cat >theirs/verbs.lua <<'END'
local r = appc.display { init_sect_len = 52, num_sections = 16, lu62_info = appc.AP_YES }
local at, names = 9, {}
while at < #r.buffer do
  names[#names + 1] = r.buffer:sub(at + 16, at + 23):gsub(" +$", "")
  at = at + string.unpack("I4", r.buffer, at)
end
print("sees " .. table.concat(names, " "))
print("may " .. appc.cnos({ lu_alias = "OTHERLU", plu_alias = "HOSTLU", mode_name = "#BATCH" }).primary_rc)
END
other "$clients" theirs/tpsh theirs/verbs.lua >out 2>&1 || fail "verbs: $(cat out)"
is "what somebody else sees" "$(sed -n 's/^sees //p' out)" "HOSTLU OTHERLU"
has out '^may AP_INVALID_KEY'
other "$clients,$chosen,$admins" theirs/tpsh theirs/verbs.lua >out 2>&1 || fail "verbs: $(cat out)"
is "what a member of $chosen sees" "$(sed -n 's/^sees //p' out)" "CLIENTLU HOSTLU OTHERLU"
has out '^may AP_OK'

# Rules change with the configuration.
expect_log 'is not known on this machine'
printf '[%s\\AllocateAccess]\n"CLIENTLU"="no-such-user"\n"OTHERLU"="65534"\n' "$KEY" >>"$REG"
snactl reload >/dev/null || fail "reload"
"$BIN/aping" EACH >out 2>&1 && fail "root, who is not named any more"
APPCLLU=OTHERLU other "$clients" theirs/aping EACH >out 2>&1 || fail "a user by number: $(cat out)"
printf '[%s\\AllocateAccess]\n"CLIENTLU"=" , "\n' "$KEY" >>"$REG"
snactl reload >out 2>&1 && fail "a rule without a name"
has out 'CLIENTLU'
EXPECTED="$EXPECTED|names no user|errors?; the configuration"
