# The samples of contrib/windows, compiled for Windows: the same answers as those that are compiled for Linux.
. "$(dirname "$0")/winelib.sh"
echo_tp
dest FIRST ECHO
dest SECOND ECHO
node_start
windows askboth FIRST SECOND >out.txt 2>&1 || { cat out.txt; fail 'askboth'; }
[ "$(grep -c '^by ' out.txt)" = 2 ] || { cat out.txt; fail 'askboth has not two answers'; }
has out.txt '^by event: HOW ARE YOU'
has out.txt '^by message: HOW ARE YOU'
