# Q235866: a program in a path with blanks, and arguments with blanks.
. "${BASH_SOURCE%/*}/lib.sh"
mkdir "$DIR/my tps"
printf '#!/bin/sh\nprintf "%%s|" "$@" >"%s"\nexec "%s"\n' "$DIR/args" "$BIN/apingd" >"$DIR/my tps/the tp"
chmod +x "$DIR/my tps/the tp"
tp PING each "$DIR/my tps/the tp" '-x "two words" three'
node_start
"$BIN/aping" PING >"$DIR/out" || fail "aping"
is "arguments" "$(cat "$DIR/args")" '-x|two words|three|'
