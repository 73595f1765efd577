# tpsetup: a TP set up with it works; what it writes is no more than what was asked for, and it can be undone.
# plain: its rules are in check_tpchange and fuzz_tpsetup; the rest is forms of the terminal
TPTIMEOUT=1
. "${BASH_SOURCE%/*}/lib.sh"

tpsetup() {
    "$BIN/tpsetup" -f "$REG" "$@" >"$DIR/out" 2>"$DIR/err"
}

# refused STATUS REGEX ARGUMENT ...: nothing is written, and the reason is told
refused() {
    local status=$1 regex=$2
    shift 2
    cp "$REG" "$DIR/before"
    tpsetup "$@"
    is "exit status of $*" $? "$status"
    grep -qE -- "$regex" "$DIR/err" || fail "$*: $(cat "$DIR/err")"
    cmp -s "$REG" "$DIR/before" || fail "$* has changed the file"
}

silent() {
    [ ! -s "$DIR/err" ] || fail "unexpected: $(cat "$DIR/err")"
}

# ---- without a node ----

rm "$REG"
tpsetup list
is "list of no file" $? 1
tpsetup add pingeach --nonqueued --path "$BIN/apingd" || fail "add: $(cat "$DIR/err")"
silent
is "first octets of a new file" "$(head -c 4 "$REG" | od -An -tx1 | tr -d ' \n')" fffe5700
refused 1 'is set up already' add PINGEACH --path /x
refused 1 'not set up' remove NOSUCH
refused 1 'LU alias' add X --path /x --local-lu A-B
refused 1 'always queued' add X --path /x --service --nonqueued
refused 1 'milliseconds' add X --path /x --timeout 5s
refused 2 'needs the name' remove
refused 2 'not for this command' remove PINGEACH --path /x
refused 2 'no such command' erase PINGEACH
refused 2 'nosuch: no such option' add X --nosuch
"$BIN/tpsetup" list >"$DIR/out" 2>"$DIR/err"
is "without -f" $? 2
"$BIN/tpsetup" </dev/null >"$DIR/out" 2>"$DIR/err"
is "a form without a terminal" $? 2

# the file that a link leads to, its mode, and a password that is seen nowhere
cp "$REG" "$DIR/first"
mv "$REG" "$DIR/real.reg"
ln -s real.reg "$REG"
chmod 640 "$DIR/real.reg"
tpsetup add SECRET --path /opt/x --security --user ALICE:PassWord1 --accept-names 'ONE TWO' --timeout 5000 \
    --local-lu hostlu || fail "add SECRET"
grep -q 'chmod 600' "$DIR/err" || fail "no warning of a readable file"
is "mode" "$(stat -c %a "$DIR/real.reg")" 640
[ -L "$REG" ] || fail "the link is gone"
echo PassWord2 | "$BIN/tpsetup" change secret --user BOB -f "$REG" >"$DIR/out" 2>&1 || fail "password from stdin"
tpsetup show secret || fail show
for line in 'users +ALICE BOB' 'kind +queued' 'lu +HOSTLU' 'timeout_ms +5000' 'accept_names +ONE TWO' \
    'security +yes'; do
    has "$DIR/out" "^$line\$"
done
cp "$DIR/out" "$DIR/shown"
tpsetup show SECRET --json || fail "show --json"
cat "$DIR/shown" "$DIR/out" "$DIR/err" | grep -qi password && fail "a password is shown"
tpsetup list || fail list
has "$DIR/out" '^PINGEACH +nonqueued +no +- +infinite +/'
has "$DIR/out" '^SECRET +queued +no +HOSTLU +5000 +/opt/x$'
is "rows of JSON" "$("$BIN/tpsetup" -f "$REG" list --json | grep -c '"name"')" 2
tpsetup remove secret || fail remove
cmp -s "$REG" "$DIR/first" || fail "add and remove leave something behind"
mv "$DIR/real.reg" "$REG"

# two that change the same file at the same time: nothing that was done is lost
many() { # LETTER
    local i
    for i in {1..20}; do
        "$BIN/tpsetup" -f "$REG" add "$1$i" --path /opt/x --no-reload >/dev/null 2>"$DIR/err$1" || return 1
    done
}
cp "$REG" "$DIR/good"
many A & first=$!
many B & second=$!
wait $first || fail "the first of two was refused: $(cat "$DIR/errA")"
wait $second || fail "the second of two was refused: $(cat "$DIR/errB")"
is "TPs of two at the same time" "$("$BIN/tpsetup" -f "$REG" list --json | grep -c '"/opt/x"')" 40
mv "$DIR/good" "$REG"

# what is wrong already is told, and stays
cp "$REG" "$DIR/good"
printf '[nonsense\n' | iconv -t UTF-16LE >>"$REG"
refused 1 'key without end' change PINGEACH --timeout 1
mv "$DIR/good" "$REG"

# ---- with a node ----

dest PINGEACH PINGEACH
dest LATER LATER
dest FORMTP FORMTP
node_start
"$BIN/aping" PINGEACH >"$DIR/out" || fail "aping of a TP set up by tpsetup"
"$BIN/aping" LATER >"$DIR/out" 2>&1 && fail "LATER is known too early"
cp "$REG" "$DIR/first"
tpsetup add LATER --path "$BIN/apingd" --parameters -q --no-reload || fail "add LATER"
is "lines without reload" "$(wc -l <"$DIR/out")" 1
tpsetup change LATER --timeout 1000 || fail "change LATER"
has "$DIR/out" '^node at .*: reload: '
silent
"$BIN/aping" LATER >"$DIR/out" || fail "aping after reload"
tpsetup remove LATER || fail "remove LATER"
cmp -s "$REG" "$DIR/first" || fail "add, change and remove leave something behind"

# ---- the form ----

form() {
    local status
    TERM=linux "$TPS/ptydrive" "$BIN/tpsetup" -f "$REG" >"$DIR/out" 2>&1
    status=$?
    is "form ($1): $(cat "$DIR/out")" $status "$2"
}

# Without a name it stays open; then a queued application with a user, whose name must be given as well.
form add 0 <<END
expect Invokable
expect Cancel
send \e[24~
expect needs
send \r
send formtp\t$BIN/apingd\thostlu\t\t\t\t \t \t\t\t\t\t\t\r
expect Password
send \t\t\r
expect user
send \r
expect Password
send ALICE\tPassWord1\t\r
expect ALICE
send \e[24~
expect reload
END
tpsetup show FORMTP || fail "show FORMTP"
for line in 'users +ALICE' 'kind +queued' 'service +no' 'lu +HOSTLU' 'security +yes' 'timeout_ms +infinite'; do
    has "$DIR/out" "^$line\$"
done
form users 1 <<END
expect Cancel
send formtp\t
expect ALICE
send \e
END
cp "$REG" "$DIR/before"
form "user deleted" 0 <<END
expect Cancel
send formtp\t
expect ALICE
send \t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\r\e[24~
expect changed
END
tpsetup show FORMTP || fail "show FORMTP"
has "$DIR/out" '^users +-$'
cp "$DIR/before" "$REG"
tpsetup change FORMTP --no-security || fail "change FORMTP"
"$BIN/aping" FORMTP >"$DIR/out" || fail "aping of a TP set up in the form"

# Its name brings what the file says of it; nothing is changed without OK.
cp "$REG" "$DIR/before"
form cancel 1 <<END
expect Cancel
send formtp\t
expect $BIN/apingd
expect HOSTLU
send \e
END
cmp -s "$REG" "$DIR/before" || fail "a cancelled form has changed the file"
form unchanged 0 <<END
expect Cancel
send formtp\t
expect HOSTLU
send \e[24~
expect needs
END
cmp -s "$REG" "$DIR/before" || fail "OK without a change has changed the file"

# Names of registry keys have no case: a TP whose name is in small letters, too, is found, and keeps its name.
tpsetup add MixedCase --exact --queued --path /opt/mixed --no-reload || fail "add MixedCase"
expect_log 'TP MixedCase: /opt/mixed: No such file'
cp "$REG" "$DIR/mixed"
form "mixed case" 0 <<END
expect Cancel
send mixedcase\t
expect mixed
send \e[24~
expect needs
END
cmp -s "$REG" "$DIR/mixed" || fail "the form has changed MixedCase, which nobody touched"
form "mixed case, another kind" 0 <<END
expect Cancel
send MIXEDCASE\t
expect mixed
send \t\t\t\t\t\t \e[24~
expect kind
send \r
expect changed
END
tpsetup show MixedCase || fail "show MixedCase"
has "$DIR/out" '^service +yes$'
mv "$DIR/before" "$REG"
cp "$REG" "$DIR/before"

# The program and its arguments stay apart when nothing says where one ends, also when another argument is typed; and
# texts that are longer than the field stay whole.
tpsetup add ARGS --queued --path '/opt/my tps/x' --parameters '-v  "a b"' --no-reload || fail "add ARGS"
tpsetup add LONG --queued --path /opt/long --parameters "$(printf 'x%.0s' {1..3000})" --no-reload || fail "add LONG"
expect_log 'TP (ARGS|LONG): /opt/(my tps/x|long): No such file'
cp "$REG" "$DIR/args"
for name in args long; do
    shown=opt
    [ $name = args ] || shown=xxxxx # the end of it
    form "$name unchanged" 0 <<END
expect Cancel
send $name\t
expect $shown
send \e[24~
expect needs
END
    cmp -s "$REG" "$DIR/args" || fail "the form has changed $name, which nobody touched"
done
form "another argument" 0 <<END
expect Cancel
send args\t
expect opt
send  -w\e[24~
expect changed
END
tpsetup show ARGS || fail "show ARGS"
has "$DIR/out" '^program +/opt/my tps/x$'
has "$DIR/out" '^parameters +-v  "a b" -w$'
mv "$DIR/before" "$REG"

cp "$REG" "$DIR/before"
# Another kind is asked for, and says that it has changed.
form kind 1 <<END
expect Cancel
send formtp\t
expect HOSTLU
send \t\t\t\t\t\t \e[24~
expect kind
send \t\r
send \e
END
cmp -s "$REG" "$DIR/before" || fail "a kind was changed against the answer"
form changed 0 <<END
expect Cancel
send formtp\t
expect HOSTLU
send \t\t\t\t\t\t \e[24~
expect kind
send \r
expect changed
END
tpsetup show FORMTP || fail "show FORMTP"
for line in 'kind +queued' 'service +yes' 'lu +HOSTLU' "program +$BIN/apingd" 'timeout_ms +infinite'; do
    has "$DIR/out" "^$line\$"
done
tpsetup add FORMTP --replace --queued --path "$BIN/apingd" || fail "add --replace"
has "$DIR/out" '^TP FORMTP: changed in '

# Tab leads from the names to the kinds, the first one first.  F12 right after a name shows what the file has under
# it, and changes nothing yet.
tpsetup add NQ --nonqueued --path "$BIN/apingd" --no-reload || fail "add NQ"
form "another kind of a nonqueued TP" 0 <<END
expect Cancel
send nq\t
expect apingd
send \t\t\t \e[24~
expect kind
send \r
expect changed
END
tpsetup show NQ || fail "show NQ"
for line in 'kind +queued' 'service +no'; do
    has "$DIR/out" "^$line\$"
done
cp "$REG" "$DIR/nq"
form "F12 behind a name" 0 <<END
expect Cancel
send nq\e[24~
expect apingd
send \e[24~
expect needs
END
cmp -s "$REG" "$DIR/nq" || fail "F12 behind a name has changed the file"
tpsetup remove NQ --no-reload || fail "remove NQ"

# The smallest terminal, and one that is too small.
for size in 60x20 80x24; do
    PTY_SIZE=$size form $size 1 <<END
expect Invokable
expect name
expect Command
expect Further
expect Nonqueued
expect Timeout
expect Delete
expect OK
expect Cancel
send formtp\t
expect $(basename "$BIN")
send \e
END
done
PTY_SIZE=59x20 form small 1 <<END
expect needs a terminal of 60 columns and 20 rows
END
