# Tables of snactl: 80 characters with what matters, the terminal's width where there is one, every column with --wide.
# plain: it is about the layout of what is printed
TPTIMEOUT=120 # the Attaches wait until this test ends them
. "${BASH_SOURCE%/*}/lib.sh"

mkdir -p "$DIR/a-directory-with-a-long-name/and-another-one-below-it/and-so-on"
program=$DIR/a-directory-with-a-long-name/and-another-one-below-it/and-so-on/longname
cp "$TPS/steps" "$program" # the registry calls it LONGNAME.EXE
tp LONGNAME each "${program%longname}LONGNAME.EXE" pause
tp LONGTURN turn "$TPS/steps" "touch:$DIR/held await:$DIR/go accept receive"
tp HANDSOME hand ""
dest NOSUCHTP A-TP-NAME-THAT-IS-LONGER-THAN-MOST-AND-THAT-NOBODY-HAS
cat >>"$CFG" <<END
mode LONGMODE /add /sessionlim:10000 /conwin:5000 /conlose:5000
appcllu LONGNAM1 /add /server:E2ENODE /comment:"a comment of 25 letters x"
END
node_start
background waits "$TPS/steps" init:NOSUCHTP allocate send:10 turn receive
waits=$!
background turns "$TPS/steps" init:LONGTURN allocate send:10 flush await:"$DIR/go" deallocate
background hand "$TPS/steps" name:HANDSOME accept
hand=$!
becomes "an Accept" 1 show status accepts_outstanding
becomes "Attaches that wait" 2 show status attaches_queued
snactl inject allocate NOSUCH 1 084C0000

columns() { # of the head of a table, as fields
    head -n 1 | tr -s ' ' '\n' | tr 'A-Z' 'a-z' | grep . | sort | tr '\n' ' '
}
longest() {
    awk '{ if (length > n) n = length } END { print n + 0 }'
}
for table in lu plu mode session conversation tp queue side event cnos inject; do
    snactl $table >out || fail "$table"
    n=$(longest <out)
    [ "$n" -le 80 ] || { cat out; fail "snactl $table: a line of $n characters"; }
    snactl --wide $table >wide
    is "head of $table --wide" "$(snactl $table --wide | head -n 1 | tr -s ' ')" "$(head -n 1 wide | tr -s ' ')"
    is "columns of $table --wide" "$(columns <wide)" \
        "$(snactl --json $table | grep -oE '^ *"[a-z_]+":' | tr -d ' ":' | sort -u | tr '\n' ' ')"
done

# ---- what is too long is on further lines, and nothing of it is lost ----

snactl queue >out
[[ $(tr -d ' \n' <out) == *"$(show queue near tp=A-TP-NAME-THAT-IS-LONGER-THAN-MOST-AND-THAT-NOBODY-HAS | tr -d ' ')"* ]] ||
    fail "queue loses what is near: $(cat out)"
snactl event >out
[[ $(tr -d ' \n' <out) == *"$(show event text event=703 | tr -d ' ')"* ]] || fail "event loses a text: $(cat out)"

# ---- PROGRAM is what runs ----

is "program" "$(show tp program name=LONGNAME)" "$program"
becomes "program that was started by hand" steps show tp program name=HANDSOME
snactl tp >out
has out '^HANDSOME .* steps$'

# ---- the terminal's width counts ----

if command -v script >/dev/null; then
    for width in 60 100 200; do
        script -qec "stty cols $width; '$BIN/snactl' tp; '$BIN/snactl' event; '$BIN/snactl' mode" /dev/null </dev/null |
            tr -d '\r' >"tty$width"
        n=$(longest <"tty$width")
        [ "$n" -le $width ] || { cat "tty$width"; fail "a line of $n characters on a terminal of $width"; }
    done
    [ "$(longest <tty100)" -gt 80 ] || fail "a terminal of 100 characters is not used"
fi

# ---- any number of filters ----

snactl mode $(printf 'name=LONGMODE %.0s' $(seq 1 40)) >out 2>said || fail "40 filters: $(cat said)"
is "rows" "$(wc -l <out)" 2
snactl mode $(printf 'name=LONGMODE %.0s' $(seq 1 40)) nofield=1 2>said
is "status of a field that is not there" $? 2
has said '^snactl: nofield=1: there is no such field'
touch go
kill $waits $hand
becomes "conversations" 0 show status conversations
