# Q274185: the program's LU under either Client key, that of the service and that of the application.
. "${BASH_SOURCE%/*}/lib.sh"
echo 'appcllu REGLU /add /server:E2ENODE' >>"$CFG"
printf '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\Client]\n"steps"="REGLU"\n' >>"$REG"
dest WAITS WAITS
node_start
background "$DIR/out" "$TPS/steps" init:WAITS sync allocate confirm
becomes "local LU" REGLU show conversation lu
