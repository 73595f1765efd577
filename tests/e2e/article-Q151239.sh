# Q151239: a plain program wrapped as a service: the wrapper's own values are no users and do no harm.
. "${BASH_SOURCE%/*}/lib.sh"
S='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services'
cat >>"$REG" <<END
[$S\\WRAPPED]
"ImagePath"="$BIN/apingd"
"Start"=dword:00000003
"Type"=dword:00000010

[$S\\WRAPPED\\Parameters]
"SNAServiceType"=dword:00000005
"Parameters"="-q"
"Application"="C:\\\\tps\\\\plain.exe"
"AppParameters"="-x"
"AppDirectory"="C:\\\\tps"
END
dest WRAPPED WRAPPED
node_start
"$BIN/aping" WRAPPED >"$DIR/out" || fail "aping"
is "service" "$(show tp service name=WRAPPED)" true
is "kind" "$(show tp kind name=WRAPPED)" queued
