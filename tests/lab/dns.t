#!/bin/sh
# The resolvers against real name servers (nsd, unbound) on loopback
# addresses of their own, as any user, and against a recording of that.
# B says where the build is.
B=${B:-build}
MSGSEC_DNS=$B/libexec/msgsec-dns
export MSGSEC_DNS

PATH=$PATH:/usr/sbin
if ! command -v nsd >/dev/null || ! command -v unbound >/dev/null; then
	echo '1..0 # SKIP no nsd or no unbound'
	exit 0
fi

T=$(mktemp -d) || exit 1
port=$((20000 + $$ % 20000))
n=0
failed=0

stop() {
	for f in "$T/nsd.pid" "$T/unbound.pid"; do
		if [ -s "$f" ]; then
			kill "$(cat "$f")"
		fi
	done
	rm -rf "$T"
}
trap stop EXIT

# is WANT GOT WHAT
is() {
	n=$((n + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $n - $3"
		return
	fi
	failed=1
	echo "not ok $n - $3"
	echo "# want: $1"
	echo "# got:  $2"
}

zone() {
	cat <<'EOF'
$ORIGIN lab.test.
$TTL 300
@ SOA ns hostmaster 1 2 3 4 77
@ NS ns
ns A 127.0.0.1
www A 192.0.2.1
www A 192.0.2.2
alias CNAME alias2
alias2 CNAME www
dangling CNAME gone
out CNAME www.other.test.
loop CNAME loop2
loop2 CNAME loop
mx MX 10 .
empty TXT ""
*.wild TXT "any"
a\032b TXT "blank"
EOF
	printf 'big TXT'
	i=0
	while [ $i -lt 15 ]; do
		printf ' "%0200d"' $i
		i=$((i + 1))
	done
	echo
}
zone >"$T/lab.zone"
cat >"$T/other.zone" <<'EOF'
$ORIGIN other.test.
$TTL 60
@ SOA ns.lab.test. hostmaster.lab.test. 1 2 3 4 5
@ NS ns.lab.test.
www A 192.0.2.7
EOF
cat >"$T/nsd.conf" <<EOF
server:
 ip-address: 127.71.0.1@$port
 username: ""
 database: ""
 zonesdir: "$T"
 pidfile: "$T/nsd.pid"
 xfrdfile: "$T/xfrd"
 zonelistfile: "$T/zones"
 xfrdir: "$T"
 logfile: "$T/nsd.log"
 rrl-ratelimit: 0
 rrl-whitelist-ratelimit: 0
remote-control:
 control-enable: no
zone:
 name: lab.test
 zonefile: lab.zone
zone:
 name: other.test
 zonefile: other.zone
zone:
 name: broken.test
 zonefile: none.zone
EOF
cat >"$T/unbound.conf" <<EOF
server:
 interface: 127.71.0.2@$port
 username: ""
 chroot: ""
 directory: "$T"
 pidfile: "$T/unbound.pid"
 logfile: "$T/unbound.log"
 use-syslog: no
 do-not-query-localhost: no
 local-zone: "test." nodefault
 module-config: "iterator"
remote-control:
 control-enable: no
EOF
for z in lab other broken; do
	printf 'stub-zone:\n name: %s.test\n stub-addr: 127.71.0.1@%d\n' \
		$z $port >>"$T/unbound.conf"
done
nsd -c "$T/nsd.conf"
unbound -c "$T/unbound.conf"
tries=0
until "$B/lab/dns_ask" 127.71.0.2@$port www.lab.test 1 2>&1 |
	grep -q ' ok '; do
	tries=$((tries + 1))
	if [ $tries -gt 20 ]; then
		echo 'Bail out! the name servers do not start'
		exit 1
	fi
	sleep 0.2
done

big=$("$B/lab/dns_ask" "zone:$T/lab.zone" big.lab.test 16)
rows='www.lab.test 1|www.lab.test A ok www.lab.test 192.0.2.1 192.0.2.2
alias.lab.test 1|alias.lab.test A ok www.lab.test 192.0.2.1 192.0.2.2
alias.lab.test 16|alias.lab.test TXT nodata www.lab.test
dangling.lab.test 1|dangling.lab.test A nxdomain gone.lab.test
out.lab.test 1|out.lab.test A ok www.other.test 192.0.2.7
loop.lab.test 1|loop.lab.test A servfail
mx.lab.test 15|mx.lab.test MX ok mx.lab.test 10 .
empty.lab.test 16|empty.lab.test TXT ok empty.lab.test ""
x.wild.lab.test 16|x.wild.lab.test TXT ok x.wild.lab.test "any"
none.lab.test 1|none.lab.test A nxdomain none.lab.test
www.lab.test 28|www.lab.test AAAA nodata www.lab.test
broken.test 1|broken.test A servfail'

# against SOURCE: every row
against() {
	while IFS='|' read -r question want; do
		# shellcheck disable=SC2086 # name and type are two words
		is "$want" "$("$B/lab/dns_ask" "$1" $question)" \
			"$2: $question"
	done <<EOF
$rows
EOF
	is "$big" "$("$B/lab/dns_ask" "$1" big.lab.test 16)" \
		"$2: 3000 octets, by TCP from an authoritative server"
}

against 127.71.0.1@$port nsd
against 127.71.0.2@$port unbound
against process:--resolver=127.71.0.2@$port "the DNS process"
is 'www.lab.test A timeout' \
	"$("$B/lab/dns_ask" 127.71.0.3@$port www.lab.test 1)" 'no server'

questions=$(echo "$rows" | cut -d'|' -f1 | tr '\n' ' ')
# shellcheck disable=SC2086
live=$("$B/lab/dns_ask" 127.71.0.2@$port $questions big.lab.test 16)
# shellcheck disable=SC2086
"$B/lab/dns_ask" "record:$T/recorded:127.71.0.2@$port" $questions \
	big.lab.test 16 >"$T/first"
is "$live" "$(cat "$T/first")" 'recording changes no answer'
# shellcheck disable=SC2086
is "$live" "$("$B/lab/dns_ask" "zone:$T/recorded" $questions \
	big.lab.test 16)" 'the recording answers the same'
is 'www.lab.test MX timeout' \
	"$("$B/lab/dns_ask" "zone:$T/recorded" www.lab.test 15)" \
	'the recording invents nothing'
echo "1..$n"
exit $failed
