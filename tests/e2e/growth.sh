# No operation of the node takes longer because there are more things that have nothing to do with it: what each costs is
# measured beside 10 and beside MANY of a kind, as processor time of the node.
#   MANY=N       10,000 by default, or as many as the system's limit of descriptors allows
#   KINDS=...    some of the kinds alone
# alone: measures CPU time
# plain: measures CPU time
. "${BASH_SOURCE%/*}/lib.sh"
MANY=${MANY:-10000} ROUNDS=${ROUNDS:-7}
KINDS=${KINDS:-tps lus pairs sessions conversations attaches connections accepts destinations}
expect_log 'conversation [0-9]+: |[0-9]+ conversations have not ended: cutting them'
expect_log 'process [0-9]+ of user [0-9]+ gets no conversation: '
ulimit -n "$(ulimit -Hn)"

cat >>"$CFG" <<END
mode WIDE /add /sessionlim:10000 /conwin:5000 /conlose:5000
END
tp COPY each "$TPS/steps" "accept receive send:10 deallocate"
tp SERVE turn "$TPS/many" serve
tp HELD hand ""
dest NOBODY NOSUCHTP
cp "$CFG" plain.cfg
cp "$REG" plain.reg

# How many of a kind that takes EACH descriptors of the node there may be.
most() { # EACH N
    local room=$((($(ulimit -n) - 400) / $1))
    echo $(($2 < room ? $2 : room))
}
# What the configuration has N of.
configured() { # KIND N
    cp plain.cfg "$CFG"
    cp plain.reg "$REG"
    case $1 in
    tps) awk -v n="$2" -v key="$KEY" 'BEGIN { for (i = 0; i < n; i++)
        printf "[%s\\TPs\\TP%05d\\Parameters]\n\"SNAServiceType\"=dword:%08x\n\"PathName\"=\"/bin/true\"\n", key, i, 5 + i % 2 }' >>"$REG" ;;
    lus | pairs) awk -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf "appcllu P%05d /add /server:E2ENODE\n", i }' >>"$CFG" ;;
    destinations) awk -v n="$2" 'BEGIN { for (i = 0; i < n; i++)
        printf "cpic D%05d /add /appltpname:\"T%05d\" /lualias:\"HOSTLU\" /modename:\"#INTER\" /seckeytype:none\n", i, i }' >>"$CFG" ;;
    esac
}
# N of a kind that programs have.  Sessions stay when their conversations are over.
held() { # KIND N
    local what=$1
    case $1 in
    sessions) what=conversations ;;
    connections) what=programs ;;
    tps | lus | destinations) return ;;
    esac
    background holder "$TPS/holder" "$SNANODE_SOCKET" "$what" "$2"
    PATIENCE=60 await "$2 $1" grep -q '^held' holder
    has holder "^held ($2|$(($2 + 2))|$((2 * $2))), waiting 0, gone 0"
    if [ "$1" = sessions ]; then
        kill $! && wait $!
        PATIENCE=60 becomes "conversations" 0 show status conversations
        [ "$(show status sessions)" -ge "$2" ] || fail "no $2 sessions"
    fi
}
measured() { # KIND N OUT
    configured "$1" "$2"
    node_start
    held "$1" "$2"
    "$TPS/growth" "$SNANODE_SOCKET" "$NODE_PID" "$ROUNDS" >"$3" 2>said || fail "beside $2 $1: $(cat said)"
    for p in "${PIDS[@]}"; do is_child "$p" && kill "$p" && wait "$p" 2>/dev/null; done
    PIDS=()
    node_stop || exit 1
}

judged() { # KIND N: the table; whether nothing grows
    echo "beside 10 and $2 $1:"
    # A purge looks for its Attaches among all that wait.  A nanosecond for each of 10,000 things would be seen.
    paste few all | awk -F'\t' -v kind="$1" '{
        grows = $4 > 1.5 * $2 + 10000 && !(kind == "attaches" && $1 == "snactl tp purge")
        printf "  %-32s %8.1f us %8.1f us %6.2f%s\n", $1, $2 / 1000, $4 / 1000, $4 / $2, grows ? "  GROWS" : ""
        bad += grows
    } END { exit bad > 0 }'
}

bad=0
for kind in $KINDS; do
    case $kind in
    pairs | conversations | sessions | attaches) many=$(most 2 "$MANY") ;;
    connections) many=$(most 2 "$MANY") ;; # a page of each comes to it
    accepts) many=$(most 3 "$MANY") ;;     # and a port
    *) many=$MANY ;;
    esac
    for again in 1 2 3; do # other work of the machine does not come three times in the same place
        measured "$kind" 10 few
        measured "$kind" "$many" all
        judged "$kind" "$many" && continue 2
    done
    bad=$((bad + 1))
done
[ $bad -eq 0 ] || fail "operations grow with what has nothing to do with them (above)"
