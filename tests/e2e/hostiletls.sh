# The same at a port with TLS: callers that never show who they are, that are somebody else, or that know how to do TLS
# and mean no good.
. "${BASH_SOURCE%/*}/hostilelib.sh"

for way in tls_silent tls_plain tls_no_certificate tls_stranger tls_old tls_junk tls_raw_junk tls_key_updates tls_slow \
    tls_good; do
    attack $way "$TLS_PORT" EVILTLS
done
show event text event=9108 >out
has out 'EVILTLS: the peer at .* is refused: '
has out 'too many callers that have not shown who they are'
[ "$(grep -c ' event 9108: ' "$LOG")" -lt 100 ] || fail "the log has a line for each call"
good_end
