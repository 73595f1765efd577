# COBOL: the pair of samples, one in fixed form with numbers of COMP-5 on libcpic, one in free form with COMP-4 on
# libcpiccob; calls that are bound when the program is linked, and when it runs; and the library that expects other
# numbers than the program has says so.
# plain: check_cobol calls the library under sanitizers
. "${BASH_SOURCE%/*}/lib.sh"

command -v cobc >/dev/null || {
    echo 'skipped: no cobc (GnuCOBOL)'
    exit 77
}
samples=$ROOT/tp/cobol/samples
# A program of COBOL does not bring the sanitizer that the library was built with.
if [ -n "$SANITIZED" ]; then
    export LD_PRELOAD="$(${CC:-gcc} -print-file-name=libasan.so) $(${CC:-gcc} -print-file-name=libubsan.so)"
    SNANODE=("$BIN/snanode") # without the search for leaks: the run-time system has some
fi

# compile PROGRAM SOURCE LIBRARY [OPTION ...]; options after SOURCE go to cobc
compile() {
    local program=$1 source=$2 library=$3
    shift 3
    LD_PRELOAD= cobc -x -I "${COPY:-$BUILD/cobol}" -o "$program" "$@" "$source" -L "$BUILD/lib" -l"$library" \
        -Q "-Wl,--no-as-needed,-rpath,$BUILD/lib" >"$program.out" 2>&1 || fail "$source does not compile: $(cat "$program.out")"
}

compile stockd "$samples/stockd.cbl" cpic -Wall
COPY=$BUILD/cobol/comp4 compile stockq "$samples/stockq.cob" cpiccob -free -Wall
COPY=$BUILD/cobol/comp4 compile stockq-static "$samples/stockq.cob" cpiccob -free -fstatic-call
for f in stockd stockq; do
    [ ! -s $f.out ] || [ -n "$SANITIZED" ] || fail "warnings: $(cat $f.out)" # the linker's, of the sanitizer's library
done

# Linked without the library, which is named when it runs.
LD_PRELOAD= cobc -x -I "$BUILD/cobol" -o unlinked "$samples/stockd.cbl" >unlinked.out 2>&1 || fail "$(cat unlinked.out)"

# What is loaded first is found first: as if the programs had been linked with the library of the other.
tp STOCK each "$DIR/stockd"
tp WRONG each /usr/bin/env "LD_PRELOAD=${LD_PRELOAD:+${LD_PRELOAD// /:}:}$BUILD/lib/libcpiccob.so.1 $DIR/stockd"
tp LATE each /usr/bin/env "COB_PRE_LOAD=libcpic COB_LIBRARY_PATH=$BUILD/lib $DIR/unlinked"
node_start

asks() { # PROGRAM DESTINATION
    "$DIR/$1" "$2" 4711 1 4713 >said 2>&1
    is "$1 to $2: exit status" $? 0
    is "$1 to $2" "$(cat said)" 'COPPER WIRE:   1250
no article 1
DIFFERENCE ENGINE:      2'
}
asks stockq STOCK
asks stockq-static STOCK
asks stockq LATE

./stockq NOWHERE 1 >said 2>&1
is 'an unknown destination: exit status' $? 1
is 'an unknown destination' "$(cat said)" 'stockq: return code +000000024'

LD_PRELOAD=${LD_PRELOAD:-}${LD_PRELOAD:+ }$BUILD/lib/libcpic.so.1 ./stockq STOCK 4711 >said 2>&1
is 'COMP-4 on libcpic: exit status' $? 1
has said '^libcpic: CMCNVO: string_length is 201326592, which is 12 with its octets in the other order: the numbers of this program are COMP-4, and libcpic takes COMP-5; link the program with -lcpiccob$'
is 'COMP-4 on libcpic: lines' "$(grep -c 'octets in the other order' said)" 1

# The log of the node has what a TP says.
./stockq WRONG 4711 >said 2>&1
is 'COMP-5 on libcpiccob: exit status' $? 1
expect_log 'TP WRONG'
await 'what the TP says' logged 'TP WRONG.*libcpiccob: CMRCV: requested_length is 201326592, which is 12 .* this program are COMP-5, and libcpiccob takes COMP-4; link the program with -lcpic$'

# The copybooks in the dialect of the mainframe's compiler, and a name in the other case.
cat >dialect.cob <<'END'
       identification division.
       program-id. dialect.
       data division.
       working-storage section.
           copy "cmcobol.cpy".
           copy "CMSIDE.cpy".
       procedure division.
           if length of side-info-entry not = 124
               display "length " length of side-info-entry
           end-if.
           set cm-confirm to true.
           stop run.
END
compile dialect dialect.cob cpic -std=ibm-strict
./dialect >said 2>&1
has "$BUILD/cobol/comp4/cmside.cpy" 'SIDE-INFO-LENGTH PIC S9\(9\) COMP-4 VALUE 124\.'
grep -q COMP-5 "$BUILD"/cobol/comp4/*.cpy && fail 'COMP-5 in a copybook of comp4'
is 'length of a side information entry' "$(cat said)" ''
LD_PRELOAD= cobc -fsyntax-only -std=mf -I "$BUILD/cobol" dialect.cob >said 2>&1 || fail "-std=mf: $(cat said)"
