# Configuration that cannot be used: every error with file, line and reason; nothing is started.
. "${BASH_SOURCE%/*}/lib.sh"

cat >good.cfg <<'END'
server N1 /add /netname:"TESTNET" /cpname:"N1"
appcllu LUA /add /defaultpool:yes
END
cat >bad.cfg <<'END'
server N1 /add /netname:"TESTNET" /cpname:"N1"
mode SMALL /add /sessionlim:0
mode BIGGER /add /sessionlim:20001
mode WINNERS /add /sessionlim:4 /conwin:3 /conlose:3
appcllu LUA /add
appcllu LUA /add
appcllu LUB /add /server:OTHER
appcllu TOOLONGALIAS /add
appcllu LUC /add /nonsense:yes
appcllu LUD /add /tptimeout:3601
cpic DESTA /add /appltpname:"X" /lualias:"LUA" /modename:"NOMODE"
cpic DESTB /add /appltpname:"X" /lualias:"NOLU" /modename:"#INTER"
cpic DESTC /add /lualias:"LUA" /modename:"#INTER"
frobnicate X /add
appcllu LUE /add /comment:"open
END
cat >bad.reg <<'END'
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SnaBase\Parameters\TPs\A\Parameters]
"SNAServiceType"=dword:00000006
"PathName"=dword:00000001
"Timeout"="soon"

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SnaBase\Parameters\TPs\B\Parameters]
"SNAServiceType"=dword:zzz
"PathName"="C:\\b.exe"

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SnaBase\Parameters\TPs\D\Parameters
"SNAServiceType"=dword:00000005
END
echo 'not a registry file' >no.reg
: >empty.cfg
printf 'server N1 /add\n\000\001\002' >binary.cfg

# refused ARGUMENT ...: the node and snacheck refuse it with the same messages, which are then in "said"
refused() {
    "$BIN/snanode" -s "$SNANODE_SOCKET" "$@" >out 2>said
    is "status of snanode $*" $? 2
    is "what it prints" "$(cat out)" ""
    [ ! -e "$SNANODE_SOCKET" ] || fail "snanode $*: there is a socket"
    has said '^snanode: [0-9]+ errors? in the configuration; nothing started$'
    grep -v '^snanode: ' said >said.node
    "$BIN/snacheck" "$@" >out 2>said
    is "status of snacheck $*" $? 2
    grep -v '^snacheck: ' said >said.check
    cmp said.node said.check || fail "snanode and snacheck do not say the same of $*"
    cp said.node said
    if grep -vE '^[^ :]+(:[0-9]+)?: [^ ]' said; then
        fail "lines that are not FILE:LINE: REASON (above)"
    fi
}

refused -c bad.cfg
has said '^bad.cfg:2: .*session limit 0 '
has said '^bad.cfg:3: .*session limit 20001 '
has said '^bad.cfg:4: .*contention winners'
has said '^bad.cfg:6: .*LUA' # twice the same alias
has said '^bad.cfg:7: .*server OTHER'
has said '^bad.cfg:8: .*TOOLONGALIAS'
has said '^bad.cfg:9: .*/nonsense'
has said '^bad.cfg:10: .*3601'
has said '^bad.cfg:11: .*mode NOMODE is not defined'
has said '^bad.cfg:12: warning: .*NOLU'
has said '^bad.cfg:13: .*/appltpname'
has said '^bad.cfg:14: .*frobnicate'
has said '^bad.cfg:15: .*quotation mark'
is "lines" "$(wc -l <said)" 13

refused -c good.cfg -t bad.reg
has said '^bad.reg:5: .*PathName'
has said '^bad.reg:6: .*Timeout'
has said '^bad.reg:9: .*dword'
has said '^bad.reg:12: '

refused -c good.cfg -t no.reg
has said '^no.reg:1: '
refused -c good.cfg -t .
refused -c "$DIR/nosuch.cfg"
has said 'nosuch.cfg: .*No such file or directory'
refused -c empty.cfg
refused -c binary.cfg
has said '^binary.cfg:2: '
head -c 5000 /dev/urandom >random
refused -c random -t random
refused -c good.cfg -c good.cfg # everything twice

# arguments
for bad in "" "-x" "-c good.cfg -l loud" "-c good.cfg extra" "-c" "-c good.cfg -s $(printf '%0200d' 0)"; do
    "$BIN/snanode" $bad >out 2>said
    is "status of snanode $bad" $? 2
    [ -s said ] || fail "snanode $bad says nothing"
done
for bad in "" "-x" "extra" "-c"; do
    "$BIN/snacheck" $bad >out 2>said
    is "status of snacheck $bad" $? 2
done

# and what can be used
"$BIN/snacheck" -c good.cfg >out 2>said
is "status of snacheck" $? 0
has out '^snacheck: good: 1 local LU, '
is "errors" "$(cat said)" ""
"$BIN/snacheck" -c "$ROOT/conf/demo.cfg" -t "$ROOT/conf/demo.reg" >out 2>&1 || fail "conf/demo: $(cat out)"
