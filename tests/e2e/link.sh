# Links and connections of the configuration: what snactl shows of them, certificates that are missing, readable by
# others, somebody else's, at their end, or new after a reload.
. "${BASH_SOURCE%/*}/lib.sh"

"$ROOT/scripts/make-test-ca" "$DIR/ca" alpha beta old:-1 soon:10 || fail "make-test-ca"
cp "$CFG" plain.cfg
cat >>"$CFG" <<END
link DLSW /add /linktype:DLSW /listen:127.0.0.1:0
link DLSWTLS /add /linktype:DLSW /listen:127.0.0.1:0 /tls:yes /certificate:"$DIR/ca/alpha.pem" /key:"$DIR/ca/alpha.key" /ca:"$DIR/ca/ca.pem"
connection FAR /add /conntype:DLSW /linkservice:DLSWTLS /peer:"far.test:2067" /peername:beta /netname:OTHER /cpname:FAR /localmac:400000000001
connection BYNAME /add /conntype:DLSW /peer:"localhost:9" /calldirection:Outgoing /activation:onserverstartup
connection SDLC /add /conntype:SDLC
appcrlu FARLU /add /connection:FAR
END
expect_log 'nothing is reached over this one .connection SDLC'
node_start
is "names" "$(show link name | tr '\n' ' ')" "DLSW DLSWTLS FAR BYNAME "
is "state of the links" "$(show link state kind=link | sort -u)" listening
is "state of FAR" "$(show link state name=FAR)" inactive
tried() { show event event event=9103 | sort -u; } # once for each try
becomes "event of BYNAME" 9103 tried
show link why name=BYNAME >out
has out "cannot be reached|refused|MAC address"
[ "$(show link listening name=DLSW)" != 127.0.0.1:0 ] || fail "the port that the system has chosen is not shown"
is "kind of FAR" "$(show link kind name=FAR)" connection
is "kind of DLSW" "$(show link kind name=DLSW)" link
is "FAR is called at" "$(show link listen name=FAR)" 127.0.0.1:0
is "FAR calls" "$(show link peer name=FAR)" far.test:2067
is "FAR has TLS" "$(show link tls name=FAR)" true
is "BYNAME has none" "$(show link tls name=BYNAME)" false
is "BYNAME" "$(show link listen name=BYNAME)" ""
is "activation of BYNAME" "$(show link activation name=BYNAME)" onserverstartup
is "FAR's end station here" "$(show link local_mac name=FAR)" 400000000001
snactl link >out || fail "snactl link"
has out '^NAME +KIND +STATE +LISTEN +PEER +TLS'
has out '^FAR +connection +inactive +127.0.0.1:0 +far.test:2067 +yes'
ends=$(show link certificate_end name=FAR)
is "the certificate of FAR ends" "$ends" "$(date -u -d '365 days' +%F)"
is "that of the link" "$(show link certificate_end name=DLSWTLS)" "$ends"
is "the certificate of BYNAME" "$(show link certificate_end name=BYNAME)" null
snactl link now 2>said && fail "link takes a word"
has said 'link takes no further words'

# A reload with files that cannot be used changes nothing, and says where.
refused() { # REGEX
    snactl --wide reload >out 2>&1 && fail "reload: $(cat out)"
    has out "$1"
    is "the certificate of FAR ends" "$(show link certificate_end name=FAR)" "$ends"
    "$BIN/snacheck" -c "$CFG" >out 2>&1 && fail "snacheck: $(cat out)"
    has out "$1"
}
expect_log 'error +.*node.cfg:5: |error +reload: '
chmod 644 ca/alpha.key
refused "node.cfg:5: key .*/alpha.key: others than its owner may read it \(mode 0644\): chmod 600 .*/alpha.key \(link DLSWTLS\)"
chmod 600 ca/alpha.key
mv ca/alpha.pem ca/hidden
refused "node.cfg:5: certificate .*/alpha.pem cannot be read: No such file or directory \(link DLSWTLS\)"
cp ca/beta.pem ca/alpha.pem
refused "node.cfg:5: key .*/alpha.key is not that of the certificate: .* \(link DLSWTLS\)"

# A new certificate that ends soon, and one that has ended: warned of, and events.
expect_log 'warn +event 9109: |error +event 9110: |warn +.*node.cfg:5: warning: certificate '
cp ca/soon.pem ca/alpha.pem
cp ca/soon.key ca/alpha.key
snactl --wide reload >out 2>&1 || fail "reload: $(cat out)"
has out 'node.cfg:5: warning: certificate .*/alpha.pem ends on .*, in (9|10) days \(link DLSWTLS\)'
is "the certificate of FAR ends" "$(show link certificate_end name=FAR)" "$(date -u -d '10 days' +%F)"
show event text event=9109 >out
has out 'link DLSWTLS: the certificate of .*/alpha.pem expires on .*, in (9|10) days'
cp ca/old.pem ca/alpha.pem
cp ca/old.key ca/alpha.key
snactl --wide reload >out 2>&1 || fail "reload: $(cat out)"
has out 'node.cfg:5: warning: certificate .*/alpha.pem has ended on .*: no peer will take it'
show event text event=9110 >out
has out 'link DLSWTLS: certificate .*/alpha.pem has ended on .*; nothing is reached over it'
node_stop || fail "the node does not stop"

# No links, no rows.
CFG=plain.cfg
node_start
is "links" "$(rows link name)" 0
