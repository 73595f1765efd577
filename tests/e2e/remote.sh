# Partners that are not here: the return code says whether there is no link for them, or one that cannot be made
# active; a connection with /dynamicludef makes
# unknown names partners; AllocateFailure20 gives the code that articles of the product report.
. "${BASH_SOURCE%/*}/lib.sh"

cat >>"$CFG" <<END
connection FARLINK /add /conntype:SDLC
connection DOWN /add /conntype:DLSW /peer:"localhost:9" /remotemac:400000000009
connection NOMAC /add /conntype:DLSW /peer:"localhost:10"
appcrlu DOWNLU /add /connection:DOWN /netname:OTHER /luname:DOWNLU
appcrlu NOMACLU /add /connection:NOMAC /netname:OTHER /luname:NOMACLU
cpic DOWN /add /appltpname:"X" /lualias:"DOWNLU" /modename:"#INTER" /seckeytype:none
cpic NOMAC /add /appltpname:"X" /lualias:"NOMACLU" /modename:"#INTER" /seckeytype:none
appcrlu FARLU /add /connection:FARLINK /netname:OTHER /luname:FARLU
cpic FAR /add /appltpname:"X" /lualias:"FARLU" /modename:"#INTER" /seckeytype:none
cpic NOWHERE /add /appltpname:"X" /netname:"OTHER" /luname:"NOWHERE" /modename:"#INTER" /seckeytype:none
END
expect_log 'nothing is reached over this one .connection FARLINK'
node_start
code() { "$TPS/steps" "init:$1" allocate | awk '/^allocate/ { print $2 }'; }
is "a remote LU" "$(code FAR)" CM_ALLOCATE_FAILURE_NO_RETRY
is "a link that nobody answers" "$(code DOWN)" CM_ALLOCATE_FAILURE_RETRY
is "a partner without MAC address" "$(code NOMAC)" CM_ALLOCATE_FAILURE_RETRY
show link why name=NOMAC >out
has out 'give /remotemac, or /netname and /cpname'
is "an unknown LU" "$(code NOWHERE)" CM_PARAMETER_ERROR
snactl inject allocate FARLU 1 TP_NOT_AVAILABLE_RETRY # to be seen even where no link is
is "an ordered failure" "$(code FAR)" CM_TP_NOT_AVAILABLE_RETRY
is "afterwards" "$(code FAR)" CM_ALLOCATE_FAILURE_NO_RETRY
sed -i '/^connection FARLINK/s/$/ \/dynamicludef:yes/' "$CFG"
snactl reload >/dev/null || fail "reload"
is "an unknown LU, dynamic definition" "$(code NOWHERE)" CM_ALLOCATE_FAILURE_NO_RETRY
printf '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"AllocateFailure20"="YES"\n' >>"$REG"
snactl reload >/dev/null || fail "reload"
is "a remote LU, AllocateFailure20" "$(code FAR)" CM_PRODUCT_SPECIFIC_ERROR
is "event 93" "$(show event event event=93 | sort -u)" 93
