# A program that this machine cannot run is named by its format: by snacheck, by the node when it starts, and when it is
# to be started.
# plain: check_progformat has the reader under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

MZ='MZ\220\0' PE='PE\0\0\144\206'
printf "$MZ" >windows.exe
head -c 56 /dev/zero >>windows.exe
printf '\200\0\0\0' >>windows.exe
head -c 64 /dev/zero >>windows.exe
cp windows.exe windows32.exe
printf "$PE" >>windows.exe
printf 'PE\0\0\114\1' >>windows32.exe
printf 'MZ' >dos.com
printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\267\0\1\0\0\0' >other.elf
case $(uname -m) in aarch64) printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\76\0\1\0\0\0' >other.elf ;; esac
printf 'echo no interpreter\n' >bare
printf '#!/bin/sh\r\necho\r\n' >crlf
printf '#!/no/such/interpreter\n' >lost
: >empty
chmod +x windows.exe dos.com other.elf bare crlf lost empty
printf '#!/bin/sh\n' >plain
# a program of this machine whose loader is not here
sed 's,/ld-linux,/xx-linux,g; s,/ld-musl,/xx-musl,g' "$BIN/apingd" >foreign
chmod +x foreign
mkdir folder
mkfifo -m 755 folder/pipe # not beside the files that lib.sh looks through
says() { # NAME FILE WORDS
    tp "$1" each "$DIR/$2"
    case $1 in WIN*) printf '[%s\\TPs\\%s\\Parameters\\Launch]\n"Wine"="/no/such/wine"\n' "$KEY" "$1" >>"$REG" ;; esac
    WORDS[${#WORDS[@]}]="$1|$2|$3"
    expect_log "TP $1: $DIR/$2: $3"
}
WORDS=()
says WIN windows.exe 'a Windows program \(PE, x86-64\), and there is no /no/such/wine to run it: install Wine'
says WIN32 windows32.exe 'a Windows program \(PE, x86\), and there is no /no/such/wine to run it: install Wine'
says DOS dos.com 'a DOS or 16-bit Windows program'
says OTHER other.elf 'a program for another machine \(64-bit '
says BARE bare 'a text without #! in its first line'
says CRLF crlf 'a script whose lines end in CR LF'
says LOST lost 'a script for /no/such/interpreter: No such file or directory'
says EMPTY empty 'an empty file'
says PLAIN plain 'not executable by this user: chmod \+x'
says PIPE folder/pipe 'a pipe, socket or device, not a program'
says FOREIGN foreign 'a program that needs the loader /.*/xx-.*: No such file or directory'
says FOLDER folder 'Is a directory'
says NONE none 'No such file or directory'
tp GOOD each "$BIN/apingd"

"$BIN/snacheck" -c "$CFG" -t "$REG" >out 2>said || fail "snacheck: $(cat said)"
node_start
for w in "${WORDS[@]}"; do
    IFS='|' read -r name file words <<<"$w"
    has said "tps.reg:[0-9]+: warning: TP $name: $DIR/$file: $words"
    logged "tps.reg:[0-9]+: warning: TP $name: $DIR/$file: $words" || fail "the node does not say so of $name"
    "$TPS/steps" init:$name allocate send:10 turn receive >refused
    has refused '^receive CM_TP_NOT_AVAILABLE_NO_RETRY '
    logged "warn  TP $name: $DIR/$file: $words" || fail "the failed start of $name is not explained: $(tail -n 2 "$LOG")"
done

# A program that may be executed but not read is as good as any other.
cp /bin/true unreadable
chmod 111 unreadable
chmod 711 "$DIR"
printf '[SNAServerAutoTPs]\nSECRET=S\n[S]\nPathName=%s\n' "$DIR/unreadable" >unreadable.ini
chmod 644 unreadable.ini
as=()
[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=65534 --clear-groups)
if "${as[@]}" test -x "$BIN/snacheck" -a -x unreadable; then
    "${as[@]}" "$BIN/snacheck" -t unreadable.ini >out 2>unread || fail "snacheck: $(cat unread)"
    is "what is said of a program that cannot be read" "$(cat unread)" ""
fi
grep -q 'TP GOOD' said && fail "a good program is warned about"
"$BIN/aping" GOOD >out 2>&1 || fail "aping: $(cat out)"
