# Q148970: names of SNA service TPs, whose first octet is no character, as keys of the registry: a prefix stands for it.
# plain: other tests run all of its lines of snanode/io under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"
sed -i 's/tptimeout:[0-9]*/tptimeout:1/' "$CFG"
service() { # DEST HEX
    printf 'cpic %s /add /svcetpname:"%s" /lualias:"HOSTLU" /modename:"#INTER" /seckeytype:none\n' "$1" "$2" >>"$CFG"
}
while read -r key hex; do
    [ "$key" = - ] || tp "$key" each "$TPS/steps" "out:$DIR/$key accept receive confirmed receive"
    service "$hex" "$hex"
done <<END2
DDM 07
DIA1 20F1
SNAD002 21F0F0F2
FSA 24C1
PO005 30F0F0F5
UN2 06F2
UN301 06F3F0F1
UN 03
- 05F2
- 22F0F0F2
END2
node_start
attach() { "$TPS/steps" "init:$1" basic sync allocate record:10 confirm deallocate | sed -n 's/^confirm \([A-Z_]*\).*/\1/p'; }
while read -r key hex; do
    is "X'$hex'" "$(attach $hex)" CM_OK
    is "starts of $key" "$(show tp starts name=$key)" 1
    is "destination" "$(show side tp name=$hex)" "X'$hex'"
done <<END2
DDM 07
DIA1 20F1
SNAD002 21F0F0F2
FSA 24C1
PO005 30F0F0F5
UN2 06F2
UN301 06F3F0F1
UN 03
END2
# two names with one key, and one that has none
is "X'05F2'" "$(attach 05F2)" CM_OK
is "starts of UN2" "$(show tp starts name=UN2)" 2
is "X'22F0F0F2'" "$(attach 22F0F0F2)" CM_TP_NOT_AVAILABLE_NO_RETRY
# they are for basic conversations
is "mapped" "$("$TPS/steps" init:07 allocate | tail -n 1 | cut -d' ' -f2)" CM_PARAMETER_ERROR
