#!/bin/sh
# The lab itself, looked at with the standard tools: that it comes up, twice
# side by side, by IPv4 and IPv6; that a fault of each kind is really there;
# and that it leaves nothing behind.
. tests/cli/lib.sh

PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
needs drill nsd unbound posttls-finger nginx dovecot gnutls-cli curl jq
A=t$$a B_=t$$b
trap 'stop_all; rm -rf "$T"' EXIT

stop_all() {
	for name in $A $B_; do
		[ ! -e "/run/msgsec-lab/$name" ] ||
		    LAB_NS=$name scripts/lab down
	done
}

in_a() {
	LAB_NS=$A scripts/lab exec "$@"
}

# sees PATTERN NAME COMMAND...: inside, a line of what it says matches
sees() {
	pattern=$1 name=$2
	shift 2
	run in_a "$@"
	grep -qaE -e "$pattern" "$T/out" "$T/err"
	report $? "$name"
}

# talks PATTERN NAME HOST PORT STEP...
talks() {
	pattern=$1 name=$2
	shift 2
	sees "$pattern" "$name" python3 -B tests/lab/talk.py "$@"
}

# handshake PATTERN NAME HOST OPTION...
handshake() {
	pattern=$1 name=$2 host=$3
	shift 3
	sees "$pattern" "$name" sh -c '
		host=$1
		shift
		openssl s_client -starttls smtp -connect "$host:25" \
		    -CAfile "$LAB_CA" -verify_hostname "$host" "$@" \
		    </dev/null' sh "$host" "$@"
}

# policy PATTERN NAME DOMAIN OPTION...
policy() {
	pattern=$1 name=$2 domain=$3
	shift 3
	sees "$pattern" "$name" sh -c '
		domain=$1
		shift
		curl -sS -i -m 3 --cacert "$LAB_CA" "$@" \
		    "https://mta-sts.$domain/.well-known/mta-sts.txt"' \
	    sh "$domain" "$@"
}

# --- the table
run scripts/lab table
ok 'the table is one JSON object a domain' jq -es 'any(
    .domain == "good.test" and .senders.dane[0].tls == "authenticated")' \
    "$T/out"
ok 'each domain stands there once' sh -c \
    'test -z "$(jq -r .domain "$1" | sort | uniq -d)"' sh "$T/out"

# --- twice, side by side
LAB_NS=$A scripts/lab up --seed 7 2>"$T/up-a" &
LAB_NS=$B_ scripts/lab up --seed 8 2>"$T/up-b" &
wait
ok 'two labs come up at once' test -e "/run/msgsec-lab/$A/ready" \
    -a -e "/run/msgsec-lab/$B_/ready"
ok 'each has keys of its own' sh -c '! cmp -s "$1" "$2"' sh \
    "/run/msgsec-lab/$A/pki/ca.crt" "/run/msgsec-lab/$B_/pki/ca.crt"
for name in $A $B_; do
	for family in ipv4 ipv6; do
		LAB_NS=$name scripts/lab exec posttls-finger -l dane \
		    -o inet_interfaces=all -o inet_protocols=$family good.test >"$T/out" 2>&1
		out 'Verified TLS connection' "good.test by $family, by DANE"
	done
done

# --- names
sees 'flags:.* ad ' 'good.test is secure' drill -D mx good.test
sees 'flags:.* ad ' 'and with NSEC3' drill -D mx nsec3.test
sees 'flags: qr rd ra ;' 'unsigned.test is not' drill -D mx unsigned.test
for domain in bogus wrongds sigexpired lame; do
	sees SERVFAIL "$domain.test gives no answer" drill -D mx $domain.test
done
sees 'signature expired' 'and unbound says why' sh -c 'cat "$LAB/log/unbound"'
for domain in nodenial tlsabogus; do
	sees SERVFAIL "$domain.test has a bogus TLSA" \
	    drill -D tlsa _25._tcp.mx1.$domain.test
	sees 'flags:.* ad ' 'and a secure address' drill -D a mx1.$domain.test
done
run in_a timeout 2 drill mx silent.test
status 124 'silent.test keeps one waiting'
sees 'MX	0 \.' 'a null MX' drill mx nullmx.test
sees NXDOMAIN 'no such domain' drill mx absent.test
sees 'CNAME	host1' 'an alias' drill a mx1.cnamemx.test
sees 'MX	10 127\.0\.1\.1\.' 'an address for an MX' drill mx ipmx.test
sees 'MX	10 mx1.xn--bcher-kva.test' 'an A-label' drill mx xn--bcher-kva.test
sees 'ANSWER: 2' 'two _mta-sts records' drill txt _mta-sts.twotxt.test
sees 'CNAME	record' 'an alias for _mta-sts' drill txt _mta-sts.txtcname.test
sees 'SRV	0 1 993 imaps' 'SRV records' drill srv _imaps._tcp.access.test

# --- certificates and DANE
handshake 'Verification: OK' 'a chain that holds' mx1.good.test
while read -r domain pattern; do
	handshake "$pattern" "$domain.test: $pattern" "mx1.$domain.test"
done <<END
expired certificate has expired
future not yet valid
wrongname ostname mismatch
selfsigned self-signed certificate
untrusted unable to get local issuer
nochain unable to get local issuer
wildcard peername: \*.wildcard.test
rsa1024 public key is 1024 bit
END
sees 'Untrusted|no matching' 'danewrong.test does not match' \
    posttls-finger -l dane danewrong.test
sees 'Verified.*DANE|Matched DANE TA' 'DANE-TA matches' \
    posttls-finger -l dane daneta-key.test
for sigalg in ECDSA RSA-PSS; do
	handshake "Peer sign.*($sigalg|$(echo $sigalg | tr A-Z- a-z_))" \
	    "dual.test has a certificate for $sigalg" mx1.dual.test \
	    -sigalgs $sigalg+SHA256
done

# --- versions and suites
weak='ALL:@SECLEVEL=0'
handshake 'Protocol *: TLSv1$' 'TLS 1.0' mx1.tls11.test -tls1 -cipher $weak
handshake 'Cipher is \(NONE\)' 'and no TLS 1.2' mx1.tls11.test -tls1_2
handshake 'Cipher is \(NONE\)' 'no TLS 1.2 at tls13.test' mx1.tls13.test -tls1_2
handshake NULL-SHA 'no encryption' mx1.null.test -tls1_2 \
    -cipher eNULL:@SECLEVEL=0
handshake 'DH, 1024 bits|DHE-RSA-AES256-GCM-SHA384' 'a small group' \
    mx1.dh1024.test -tls1_2 -cipher $weak
handshake 'dh key too small' 'too small for most' mx1.dh1024.test \
    -tls1_2 -cipher DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=2
sees ARCFOUR-128 RC4 sh -c 'gnutls-cli --starttls-proto=smtp --priority \
    NONE:+VERS-TLS1.2:+ARCFOUR-128:+RSA:+SHA1:+COMP-NULL:+SIGN-ALL \
    --no-ca-verification --port 25 mx1.rc4.test </dev/null'
hello='\x16\x03\x00\x00\x2d\x01\x00\x00\x29\x03\x00'
hello=$hello'\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20'
hello=$hello'\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20\x20'
hello=$hello'\x00\x00\x02\x00\x05\x01\x00'
talks '^\\x16\\x03\\x00.*\\x02\\x00' 'SSL 3, by hand' mx1.sslv3.test 25 '' \
    'EHLO a\r\n' 'STARTTLS\r\n' "$hello"

# --- SMTP
talks '^\(silence\)' 'a tarpit' mx1.tarpit.test 25 ''
talks '^421 ' '421 for a greeting' mx1.banner421.test 25 ''
talks '^500 ' 'no EHLO' mx1.ehlo500.test 25 '' 'EHLO a\r\n'
talks '^454 ' 'STARTTLS refused' mx1.tls454.test 25 '' 'EHLO a\r\n' \
    'STARTTLS\r\n'
# what goes through a proxy may come line by line
talks 'XXXXXXXA' 'STARTTLS mangled' mx1.mangle.test 25 '' 'EHLO a\r\n' \
    '' '' '' '' '' '' '' '' '' ''
talks '^500 ' 'a stripped STARTTLS' mx1.strip.test 25 '' 'STARTTLS\r\n'
talks 'STARTTLS' 'the server behind it has it' mx1.good.test 25 '' 'EHLO a\r\n'
talks 'ready.*\\n250 .*clear|Ready.*said in clear' 'octets behind the 220' \
    mx1.tail.test 25 '' 'EHLO a\r\n' 'STARTTLS\r\n'
talks '\(silence\)' 'no answer to a hello' mx1.tlshang.test 25 '' \
    'EHLO a\r\n' 'STARTTLS\r\n' TLS
talks 'wrong version|record layer' 'garbage for a handshake' \
    mx1.garbage.test 25 '' 'EHLO a\r\n' 'STARTTLS\r\n' TLS
talks 'handshake failure' 'an alert' mx1.alert.test 25 '' 'EHLO a\r\n' \
    'STARTTLS\r\n' TLS
talks '^530 ' 'port 25 demands TLS' mx1.mandatory.test 25 '' 'EHLO a\r\n' \
    'MAIL FROM:<>\r\n'
talks '^220 barelf ESMTP\\n$' 'bare LF' mx1.barelf.test 25 ''
run in_a sh -c 'curl -s -m 5 telnet://mx1.hugebanner.test:25 </dev/null | wc -c'
ok '10 MB of greeting' test "$(cat "$T/out")" -gt 10000000
talks '\(timed out\)|\(silence\)' 'no SYN-ACK' mx1.drop.test 25 ''
talks 'refused' 'nobody there' mx1.closed.test 25 ''

# --- injection
while read -r domain port capa start command bad good; do
	talks "^$good" "$domain, port $port: answered inside TLS" \
	    "$domain" "$port" '' "$capa\r\n" "$start\r\n$command\r\n" TLS ''
	# Dovecot closes with octets unread: whether its RST or its end is
	# seen first is a matter of time
	talks '^\(silence\)|EOF|alert internal error|reset by peer' \
	    "$domain: a right server forgets it" \
	    "${domain%%.*}.access.test" "$port" '' "$capa\r\n" \
	    "$start\r\n$command\r\n" TLS "$bad\r\n" ''
done <<'END'
submission.access-inject.test 587 EHLO\x20a STARTTLS NOOP XXXX 250
imap.access-inject.test 143 a\x20CAPABILITY b\x20STARTTLS c\x20NOOP d\x20X c.OK
pop3.access-inject.test 110 CAPA STLS NOOP XXXX \+OK
END
talks '^502.*250|^250' 'late: behind the next command' mx1.injectlate.test 25 \
    '' 'EHLO a\r\n' 'STARTTLS\r\nNOOP\r\n' TLS 'XXXX\r\n' ''
talks '^\(silence\)' 'hang: nothing at all' mx1.injecthang.test 25 \
    '' 'EHLO a\r\n' 'STARTTLS\r\nNOOP\r\n' TLS 'NOOP\r\n'

# --- submission and access
talks '^530 ' 'submission demands TLS' submission.access.test 587 '' \
    'EHLO a\r\n' 'MAIL FROM:<>\r\n'
talks '^250 2' 'or does not' submission.access-lax.test 587 '' \
    'EHLO a\r\n' 'MAIL FROM:<>\r\n'
talks LOGINDISABLED 'no passwords in clear' imap.access.test 143 ''
talks 'AUTH=PLAIN' 'or some' imap.access-lax.test 143 ''
talks '^\* PREAUTH' PREAUTH imap.preauth.test 143 ''
for port in imaps:993 pop3s:995 submissions:465; do
	talks '^(\* OK|\+OK|220)' "$port" "${port%:*}.access.test" \
	    "${port#*:}" TLS ''
done

# --- policies
for family in -4 -6; do
	policy '^mode: enforce' "the policy, curl $family" good.test $family
done
policy '^mode: none' 'another one by IPv6' differ.test -6
policy 'refused|connect' 'no server at the AAAA' dead6.test -6
while read -r domain pattern; do
	policy "$pattern" "$domain.test: $pattern" "$domain.test"
done <<'END'
web301 ^HTTP/1.1 301
web404 ^HTTP/1.1 404
web500 ^HTTP/1.1 500
webhtml ^Content-Type: text/html
webcharset ^Content-Type: text/plain; charset
webself self-signed certificate
webexpired certificate has expired
webwrongname no alternative certificate subject name
webchain unable to get local issuer
webshort 100 bytes (remaining|missing)
webslow timed out after
webhang timed out after
webtlshang timed out after
webclosed onnect
END
run in_a sh -c 'curl -sS --cacert "$LAB_CA" \
    https://mta-sts.webbig.test/.well-known/mta-sts.txt | wc -c'
ok 'more than 64 KiB' test "$(cat "$T/out")" -gt 65536

# --- random octets are those of the seed
first() {
	LAB_NS=$1 scripts/lab exec python3 -B tests/lab/talk.py \
	    mx1.noise-greeting.test 25 ''
}
first $A >"$T/seed7"
first $B_ >"$T/seed8"
ok 'another seed, other octets' sh -c '! cmp -s "$1" "$2"' sh \
    "$T/seed7" "$T/seed8"
run scripts/lab run --seed 7 python3 -B tests/lab/talk.py \
    mx1.noise-greeting.test 25 ''
same "$T/seed7" "$T/out" 'the same seed, the same octets'

# --- many domains; a way out that is shut
cat >"$T/bulk" <<'END'
for n in 0 10 199; do
	posttls-finger -T 2 -t 2 -l dane "d$n.bulk.test" 2>&1
	posttls-finger -l dane "any$n.s1.shared.test" 2>&1
done | grep -c '^posttls-finger: Verified'
curl -s --cacert "$LAB_CA" https://mta-sts.d150.bulk.test/.well-known/mta-sts.txt
END
run scripts/lab run --bulk 200 --tarpits 5 sh "$T/bulk"
out 5 'bulk domains: all but the tarpit'
out 'mx: *.bulk.test' 'and their policy'
for egress in drop:silence refuse:refused; do
	run scripts/lab run --egress=${egress%:*} sh -c \
	    'python3 -B tests/lab/talk.py mx1.good.test 25 ""
	    python3 -B tests/lab/talk.py submission.access.test 587 ""'
	out "${egress#*:}" "port 25, --egress=${egress%:*}"
	out 220 'and port 587 answers'
done

# --- ends
run scripts/lab run sh -c 'exit 7'
status 7 "run ends with its command's status"
echo hello >"$T/in"
run scripts/lab run cat <"$T/in"
out hello 'and gives it stdin'

# traces DIR: the processes and the mounts that name it. The name goes by a
# file, so that grep does not find itself.
traces() {
	echo "$1/" >"$T/name"
	grep -laF -f "$T/name" /proc/[0-9]*/cmdline /proc/[0-9]*/mounts \
	    2>/dev/null | grep .
}

# gone DIR NAME
gone() {
	! traces "$1" >"$T/ok" && [ ! -e "$1" ]
	report $? "$2"
}

run env LAB_NS=t$$c scripts/lab run --bulk many true
status 73 'one that cannot be made'
gone "/run/msgsec-lab/t$$c" 'leaves nothing behind'

run in_a sh -c 'cat "$LAB/log/faults.out"'
out_not Traceback 'the fault server has not stumbled'
ok 'a lab that is up leaves traces' traces "/run/msgsec-lab/$A"
LAB_NS=$A scripts/lab down
gone "/run/msgsec-lab/$A" 'down leaves nothing'
ok 'the other one goes on' env LAB_NS=$B_ scripts/lab exec drill mx good.test
LAB_NS=$B_ scripts/lab down
gone "/run/msgsec-lab/$B_" 'down leaves nothing of it either'
for signal in TERM HUP; do
	LAB_NS=$A scripts/lab run sh -c ": >$T/up; sleep 100" &
	until [ -e "$T/up" ]; do
		sleep 0.1
	done
	kill -$signal $!
	wait $!
	gone "/run/msgsec-lab/$A" "$signal leaves nothing"
	rm "$T/up"
done
done_testing
