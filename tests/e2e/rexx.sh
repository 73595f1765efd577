# REXX: the samples, one that the node starts and one that asks it; programs in the styles of the manuals; what is told of
# wrong commands; the function package.
. "${BASH_SOURCE%/*}/lib.sh"

[ -x "$BIN/cpicrexx" ] || {
    echo 'skipped: no cpicrexx; it is built when libregina3-dev is there'
    exit 77
}
samples=$ROOT/tp/rexx/samples
export PATH=$BIN:$PATH
[ -z "$SANITIZED" ] || SNANODE=("$BIN/snanode") # without the search for leaks: the interpreter has some

tp ECHO each "$samples/echod.rexx"
node_start

"$samples/ask.rexx" ECHO some text >said 2>&1
is 'ask: exit status' $? 0
is ask "$(cat said)" 'SOME TEXT'
"$samples/ask.rexx" NOWHERE x >said 2>&1
is 'an unknown destination: exit status' $? 1
is 'an unknown destination' "$(cat said)" 'CMINIT returned 24'

# The names of a variable and of a call in either case, compound variables, numbers in place of variables, values of
# other lengths than the variable, Extract and Set calls, Convert, side information.
cat >styles.rexx <<'END'
/* Another environment is the current one: each command names CPICOMM. */
address system
id. = ''
dest = 'ECHO'
address CPICOMM 'cminit id.one dest rc1'
say rc rc1 length(id.one)
address cpicomm 'CMEMN ID.ONE mode mode_length rc1'
say rc rc1 mode mode_length
mode = '#BATCH'; mode_length = 6
address CPICOMM 'CMSMN id.one mode mode_length rc1'
address CPICOMM 'CMEMN id.one got_mode got_length rc1'
say rc1 got_mode got_length
address CPICOMM 'CMSSL id.one 1 rc1'
address CPICOMM 'CMESL(id.one, level, rc1)'
say rc1 (level = CM_CONFIRM)
address CPICOMM 'CMALLC id.one rc1'
address CPICOMM 'CMSEND id.one dest 2 rts rc1'
say rc rc1 rts
address CPICOMM 'CMRCV id.one data 1 what n status rts rc1'
say rc1 data what n status
address CPICOMM 'CMRCV id.one data 100 what n status rts rc1'
say rc1 data what n status
address CPICOMM 'CMCANC id.one rc1'
say rc rc1
address CPICOMM 'CMECS id.one state rc1'
say rc rc1 state
text = 'ENQ'
address CPICOMM 'CMCNVO text 3 rc1'
say c2x(text)
address CPICOMM 'CMCNVI text 3 rc1'
say text
address CPICOMM 'CMSPM id.one 1 rc1'
say rc rc1
address CPICOMM 'XCMESI 0 dest entry 124 rc1'
say rc rc1 length(entry) substr(entry, 9, 6)
address CPICOMM 'CMSNDX id.one data 1 rts rc1'
say rc (rc1 = CM_CALL_NOT_SUPPORTED)
END
cpicrexx styles.rexx >said 2>&1
is 'styles: exit status' $? 0
is styles "$(cat said)" '0 0 8
0 0 #INTER 6
0 #BATCH 6
0 1
0 0 0
0 E 3 1 0
0 C 2 1 1
0 0
0 24 STATE
C5D5D8
ENQ
0 24
0 0 124 HOSTLU
0 1'

# The constants from their file, as programs for VM read them.
cat >copy.rexx <<END
do while lines('$BUILD/rexx/cmrexx.copy') > 0
  interpret linein('$BUILD/rexx/cmrexx.copy')
end
say CM_TPN_NOT_RECOGNIZED XC_HOLD_FOREVER
END
regina ./copy.rexx >said 2>&1
is cmrexx.copy "$(cat said)" '9 -1'

# wrong COMMAND RC TEXT
wrong() {
    printf "x = 'abc'\naddress cpicomm '%s'\nsay rc\n" "$1" >wrong.rexx
    cpicrexx wrong.rexx >said 2>told
    is "$1" "$(cat said)" "$2"
    has told "$3"
}
wrong 'CMNOT a b' -3 '^CPICOMM: CMNOT: there is no such call$'
wrong 'CMINIT x rc1' -11 '^CPICOMM: CMINIT: too few parameters$'
wrong 'CMALLC x rc1 more' -10 '^CPICOMM: CMALLC: more: one parameter too many$'
wrong 'CMALLC unset rc1' -24 '^CPICOMM: cmallc: unset: the variable has no value$'
wrong 'CMALLC x 1' -25 '^CPICOMM: cmallc: 1: this is not the name of a variable$'
wrong 'CMSTPN x x 4 rc1' -26 '^CPICOMM: cmstpn: x: its value is shorter than its length says$'
wrong 'CMSDT x x rc1' -27 '^CPICOMM: cmsdt: x: its value is not a whole number$'
wrong '' -3 'there is no such call'

# The function package, in a program that another program runs.
cat >package.rexx <<'END'
call RxFuncAdd 'CpicLoad', 'rexxcpic', 'CpicLoad'
say CpicLoad() CM_OK CM_DEALLOCATED_NORMAL
address cpicomm 'CMEMBS size return_code'
say size return_code
END
if [ -z "$SANITIZED" ]; then
    LD_LIBRARY_PATH=$BUILD/lib regina ./package.rexx >said 2>&1
    is package "$(cat said)" '0 0 18
32767 0'
fi

cpicrexx nothere.rexx >said 2>&1
is 'no program: exit status' $? 2
has said '^cpicrexx: ./nothere.rexx: No such file or directory; see cpicrexx --help$'
printf 'say (1\n' >syntax.rexx
cpicrexx syntax.rexx >said 2>&1
is 'a program that is wrong: exit status' $? 1
has said '^Error 36 running ".*/syntax.rexx", line 1: '
cpicrexx >said 2>&1
is 'no argument: exit status' $? 2
has said '^cpicrexx: no program; see cpicrexx --help$'
cpicrexx --help | grep -q '^usage: cpicrexx' || fail 'no usage'
