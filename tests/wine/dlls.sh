# The DLLs, loaded from the folder of the program: every call is exported, and programs that wait, that are told by events
# and by messages, that have threads, and that issue verbs run as on Windows.
. "$(dirname "$0")/winelib.sh"
windows exports >out.txt || { cat out.txt; fail 'a call is not exported'; }
has out.txt "^[0-9]+ calls, 77 of them documented, ${BITS:-64} bits"
echo_tp
sed -i 's/CLIENTLU/MYLU/' "$CFG"
node_start
before=$(node_load)
for program in blocking events messages threads verbs; do
    windows $program >out.txt 2>&1 || { cat out.txt; fail "$program ends with an error"; }
    is "what $program says" "$(tr -d '\r' <out.txt)" "$program: ok"
done
becomes 'what the programs have left' "$before" node_load
