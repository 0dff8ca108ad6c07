#!/bin/sh
# mtasts-check against the lab's web and mail servers: what the table does not
# say of it, which is --each-family, --probe, and a memory over the network.
# Needs root.
B=${B:-build}
if [ -z "${LAB-}" ]; then
	for tool in postfix nginx nsd unbound jq; do
		command -v $tool >/dev/null || PATH=$PATH:/usr/sbin
		command -v $tool >/dev/null && continue
		echo "1..0 # SKIP no $tool"
		exit 0
	done
	[ "$(id -u)" -eq 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
	exec scripts/lab run sh "$0"
fi
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
n=0 failed=0

# check OPTION... DOMAIN
check() {
	"$B/bin/mtasts-check" --allow-private --ca-file="$LAB_CA" \
	    --trust-anchor="$LAB_ANCHOR" --timeout=20 --format=json "$@" \
	    >"$T/out" 2>"$T/err"
}

# is FILTER WANT NAME: what jq makes of the member
is() {
	n=$((n + 1))
	got=$(jq -r ".\"mtasts-check\" | $1" "$T/out" 2>&1 | xargs)
	if [ "$got" = "$2" ]; then
		echo "ok $n - $3"
	else
		failed=$((failed + 1))
		echo "not ok $n - $3"
		echo "# got $got, not $2"
		sed 's/^/# /' "$T/err"
	fi
}

codes='.verdict, ([.findings[] | select(.severity != "info").code] |
    unique | join(","))'

# --- both families of the policy host
check --each-family good.test
is "$codes" pass 'both families serve the policy'
check --each-family differ.test
is "$codes" 'warn policy.families-differ' 'they serve different ones'
check --each-family dead6.test
is "$codes" 'warn policy.family-down' 'nobody listens at the IPv6 address'
check --each-family only6.test
is "$codes" pass 'there is no IPv4 address'

# --- the host's certificate, and where a connection may go
check good.test
is '.fetch.certificate_not_after != null' true 'the certificate has its dates'
is '.fetch.tls' null 'without --host-tls no version is asked for'
check --host-tls webmixed.test
is '[.fetch.tls[].versions | join(" ")] | unique | join("; ")' \
    'TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3' '--host-tls'
is '.fetch.tls | length' 2 'of each family'
check --host-tls good.test
is '[.fetch.tls[].versions | join(" ")] | unique | join("; ")' \
    'TLSv1.2 TLSv1.3' 'no old ones'
is .verdict pass 'are fine'
check good.test
"$B/bin/mtasts-check" --ca-file="$LAB_CA" --trust-anchor="$LAB_ANCHOR" \
    --format=json good.test >"$T/out" 2>"$T/err"
is '.fetch.result' not-public 'no connection to what is not public'
is '.verdict' unknown 'is unknown'

# --- the mail hosts
probe() {
	check --probe "$1"
	is "[.senders.\"mta-sts\"[] | \"\(.outcome) \(.tls) \(.result_type)\"] |
	    join(\", \")" "$2" "$1"
	is "$codes" "$3" "$1: the verdict"
}
probe sts.test 'deliver authenticated null' pass
probe expired.test 'defer null certificate-expired' 'fail sender.mta-sts'
probe testing-bad.test 'deliver encrypted certificate-expired' \
    'warn policy.testing,sender.mta-sts-testing'
probe nostarttls.test 'defer null starttls-not-supported' \
    'fail sender.mta-sts'
probe hidden.test 'defer null starttls-not-supported' \
    'fail sender.mta-sts'
probe wrongname.test 'defer null certificate-host-mismatch' \
    'fail sender.mta-sts'
probe danewrong.test 'deliver authenticated null' 'fail sender.dane'
probe closed.test 'unknown null null' 'unknown connect.refused'
probe banner421.test 'unknown null null' 'unknown smtp.temporary'
probe inside421.test 'unknown null null' 'unknown smtp.temporary'
probe nullmx.test '' none
probe mismatch.test 'defer null validation-failure' \
    'fail policy.mx-dead,policy.mx-unmatched'
check --probe --source=127.0.0.9 --helo=probe.test --max-conn=1 --gap=1 \
    sts.test
is '.senders."mta-sts"[0].outcome' deliver 'from another address, slowly'

# --- a memory, and a policy host that cannot be reached
check --cache="$T/db" good.test
is .source fetched 'the first time'
check --cache="$T/db" good.test
is '.source, .fetch' 'cache null' 'the second'
check --cache="$T/db" --refresh good.test
is .source fetched '--refresh'
"$B/bin/mtasts-check" --ca-file="$LAB_CA" --trust-anchor="$LAB_ANCHOR" \
    --cache="$T/db" --refresh --format=json good.test >"$T/out" 2>"$T/err"
is '.source, .fetch.result' 'cache not-public' \
    'what is remembered holds when HTTPS is cut off'
echo "1..$n"
[ $failed -eq 0 ]
