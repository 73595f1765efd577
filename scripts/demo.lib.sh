# What the parts of `make demo` share: a directory that goes at the end, steps, and aping in the background.
# Each part is at the top of the sources, and has set -u.  Who it started is ended by number: those in mine, node, far.
case ${BUILD:=build} in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
bin=$BUILD/bin scripts=$PWD/scripts
dir=$(mktemp -d "${TMPDIR:-/tmp}/snanode-demo.XXXXXX") || exit 1
export SNANODE_SOCKET=$dir/node.sock
unset APPCTPN APPCLLU
failed=0 node= far= mine=()

finish() {
    local status=$? p
    trap - EXIT INT TERM
    for p in "${mine[@]}" $node $far; do
        kill "$p" 2>/dev/null
    done
    wait
    rm -rf "$dir"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step() {
    printf '\n== %s\n' "$*"
}

verdict() { # WHAT IT DID, COMMAND ...: ok when the command succeeds
    local what=$1
    shift
    if "$@"; then
        echo "ok: $what"
    else
        echo "FAILED: $what"
        failed=$((failed + 1))
    fi
}

field() { # TABLE FIELD [KEY=VALUE ...]
    local table=$1
    shift
    "$bin/snactl" --json "$table" | "$scripts/field" "$@"
}

in_time() { # SECONDS COMMAND ...: wait until the command succeeds, for so long at most
    local i tries=$(($1 * 100))
    shift
    for ((i = 0; i < tries; i++)); do
        "$@" && return 0
        sleep 0.01
    done
    return 1
}

shows() { # EXPECTED FIELD'S ARGUMENTS
    local expected=$1
    shift
    [ "$(field "$@")" = "$expected" ]
}

becomes() { # EXPECTED FIELD'S ARGUMENTS: wait for it
    in_time 5 shows "$@"
}

# ping NAME DESTINATION [OPTION ...]: aping in the background, output in the file NAME; who ends is noted
ping() {
    local name=$1 destination=$2
    shift 2
    (
        "$bin/aping" "$@" "$destination" >"$dir/$name" 2>&1
        status=$?
        echo "$name" >>"$dir/ended"
        exit $status
    ) &
    mine+=($!)
    pings+=($!)
}

begin() {
    pings=()
    : >"$dir/ended"
}

# All pings of this step ended well; what one of them printed, then.
pings_good() {
    local p bad=0
    for p in "${pings[@]}"; do
        wait "$p" || bad=1
    done
    mine=($hand)
    return $bad
}

show_ping() {
    grep -E '^(Partner|Duration: )|^aping:' "$dir/$1" | sed "s/^/   /"
}

# The last line and the exit status of a part.
total() {
    echo
    if [ $failed -ne 0 ]; then
        echo "demo: $failed steps FAILED"
        exit 1
    fi
    echo "demo: all steps ok"
}
hand= pings=()
