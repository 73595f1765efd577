# The books of the ledgers (ledger.py): what balances does, and each fault that one may have is found.
# plain: no program of ours runs here
. "${BASH_SOURCE%/*}/lib.sh"

# Books of one conversation, sent1 and got.1, from lines with "/" between them; the judgement in said.
judge() { # SENDER RECEIVER
    tr / '\n' <<<"$1" | sed "s,ERROR_AP,ERROR/AP," >sent1
    tr / '\n' <<<"$2" >got.1
    "$PYTHON" "$ROOT/tests/e2e/ledger.py" sent1 -- got.1 >said 2>&1
}
balances() { # WHAT SENDER RECEIVER
    judge "$2" "$3" || fail "$1: $(cat said)"
}
wrong() { # WHAT SENDER RECEIVER REGEX
    judge "$2" "$3" && fail "$1: it balances: $(cat said)"
    has said "$4"
}
TWO='record sent1 0 0/record sent1 0 1'

balances "confirmed" "begin 0 2 X/end 0 deallocate CM_OK 2" "accept/$TWO/confirmed CM_OK/end CM_DEALLOCATED_NORMAL"
balances "answered" "begin 0 2 X/end 0 answer CM_OK 2" "accept/$TWO/answered 2/end CM_OK"
balances "both told" "begin 0 3 X/end 0 send CM_RESOURCE_FAILURE_RETRY 3" "accept/$TWO/end CM_RESOURCE_FAILURE_RETRY"
balances "part of a record" "begin 0 3 X/end 0 confirm CM_RESOURCE_FAILURE_RETRY 3" \
    "accept/$TWO/part/end CM_RESOURCE_FAILURE_RETRY"
balances "the sender killed" "begin 0 3 X/killed" "accept/$TWO/end CM_DEALLOCATED_ABEND"
balances "the receiver killed" "begin 0 3 X/end 0 confirm CM_DEALLOCATED_ABEND_SVC 3" "accept/$TWO/killed"
balances "... before its first record" "begin 0 2 X/end 0 deallocate CM_OK 2/begin 1 2 X/end 1 send CM_DEALLOCATED_ABEND 1" \
    "accept/$TWO/end CM_DEALLOCATED_NORMAL/accept/killed"
balances "by verbs" "begin 0 2 X/end 0 deallocate AP_OK 2/begin 1 2 X/end 1 allocate AP_ALLOCATION_ERROR_AP_ALLOCATION_FAILURE_RETRY 0" \
    "accept/$TWO/end AP_DEALLOC_NORMAL"

wrong "a record lost" "begin 0 3 X/end 0 deallocate CM_OK 3" "accept/$TWO/end CM_DEALLOCATED_NORMAL" 'lost 1,'
wrong "a record twice" "begin 0 2 X/end 0 deallocate CM_OK 2" "accept/$TWO/record sent1 0 1/end CM_DEALLOCATED_NORMAL" 'twice 1'
wrong "a conversation twice" "begin 0 2 X/end 0 deallocate CM_OK 2" \
    "accept/$TWO/end CM_DEALLOCATED_NORMAL/accept/$TWO/end CM_DEALLOCATED_NORMAL" 'twice 2'
wrong "out of order" "begin 0 2 X/end 0 deallocate CM_OK 2" "accept/record sent1 0 1/record sent1 0 0/end CM_DEALLOCATED_NORMAL" \
    'records \[1, 0\]'
wrong "one left out" "begin 0 3 X/end 0 send CM_RESOURCE_FAILURE_RETRY 3" \
    "accept/record sent1 0 0/record sent1 0 2/end CM_RESOURCE_FAILURE_RETRY" 'records \[0, 2\]'
wrong "a sender told nothing" "begin 0 2 X" "accept/$TWO/end CM_RESOURCE_FAILURE_RETRY" 'sender was told nothing'
wrong "a receiver told nothing" "begin 0 2 X/end 0 send CM_RESOURCE_FAILURE_RETRY 2" "accept/$TWO" 'receiver of .* was told nothing'
wrong "only one told" "begin 0 2 X/end 0 confirm CM_RESOURCE_FAILURE_RETRY 2" "accept/$TWO/end CM_DEALLOCATED_NORMAL" \
    'its receiver CM_DEALLOCATED_NORMAL'
wrong "an abend that nobody caused" "begin 0 2 X/end 0 confirm CM_DEALLOCATED_ABEND 2" "accept/$TWO/end CM_RESOURCE_FAILURE_RETRY" \
    'confirm was told CM_DEALLOCATED_ABEND'
wrong "the same to a receiver" "begin 0 2 X/end 0 deallocate CM_OK 2" "accept/$TWO/end CM_DEALLOCATED_ABEND" \
    'receiver of .* was told CM_DEALLOCATED_ABEND'
wrong "a code that is not documented for it" "begin 0 2 X/end 0 send CM_PRODUCT_SPECIFIC_ERROR 1" "accept/$TWO/end CM_RESOURCE_FAILURE_RETRY" \
    'send was told CM_PRODUCT_SPECIFIC_ERROR'
wrong "another number" "begin 0 2 X/end 0 miscounted CM_OK 2" "accept/$TWO/answered 2/end CM_OK" 'another number'
wrong "a damaged record" "begin 0 2 X/end 0 deallocate CM_OK 2" "accept/$TWO/garbage/end CM_DEALLOCATED_NORMAL" 'is damaged'
wrong "a stranger" "begin 0 2 X/end 0 deallocate CM_OK 2" "accept/$TWO/end CM_DEALLOCATED_NORMAL/accept/record sent2 7 0/end CM_DEALLOCATED_NORMAL" \
    'nobody has sent it'
wrong "nothing at all" "begin 0 1 X/end 0 allocate CM_ALLOCATE_FAILURE_RETRY 0" "idle CM_OK" 'received 0'
