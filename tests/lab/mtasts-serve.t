#!/bin/sh
# mtasts-check serve under a real Postfix: what it delivers, and what it
# keeps, when it asks us before each delivery. The lab's own hosts and policies
# are on the other side. Needs root.
B=${B:-build}
PATH=$PATH:/usr/sbin:/sbin
if [ -z "${LAB-}" ]; then
	for tool in postfix nginx nsd unbound; do
		command -v $tool >/dev/null && continue
		echo "1..0 # SKIP no $tool"
		exit 0
	done
	[ "$(id -u)" -eq 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
	exec scripts/lab run sh "$0"
fi

T=$(mktemp -d /tmp/mtasts-serve.XXXXXX) || exit 1
chmod 755 "$T"
n=0 failed=0
server=

# is STATUS NAME
is() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		echo "not ok $n - $2"
		tail -n 8 "$T/log" | sed 's/^/# /'
	fi
}

finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	postfix -c "$T/etc" stop >/dev/null 2>&1
	rm -rf "$T"
}
trap finish EXIT

# --- the sender: the client half of Postfix, with a queue of its own
mkdir "$T/etc" "$T/spool" "$T/data"
chown postfix "$T/data"
: >"$T/log"
cat >"$T/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $T/spool
data_directory = $T/data
maillog_file = $T/log
maillog_file_prefixes = /tmp
mynetworks_style = host
inet_interfaces = 127.0.0.1
myhostname = sender.lab.test
mydestination =
smtp_dns_support_level = dnssec
smtp_tls_security_level = dane
smtp_tls_CAfile = $LAB_CA
smtp_tls_loglevel = 1
smtp_tls_policy_maps = socketmap:unix:$T/sock:mtasts
END
cat >"$T/etc/master.cf" <<END
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
postfix -c "$T/etc" start >"$T/start" 2>&1 || sed 's/^/# /' "$T/start"

start() {
	"$B/bin/mtasts-check" serve --socketmap="unix:$T/sock" \
	    --cache="$T/db" --allow-private --ca-file="$LAB_CA" \
	    --trust-anchor="$LAB_ANCHOR" --timeout=20 2>>"$T/serve.log" &
	server=$!
	i=0
	while [ ! -S "$T/sock" ] && [ $i -lt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
}

# mail DOMAIN WANT NAME: send one, and wait for a log line of its delivery
# that holds WANT
mail() {
	printf 'From: a@sender.lab.test\nTo: %s@%s\nSubject: x\n\nx\n' \
	    "x$n" "$1" | sendmail -C "$T/etc" -f a@sender.lab.test "x$n@$1"
	i=0
	while [ $i -lt 600 ]; do
		line=$(grep -F "to=<x$n@$1>" "$T/log" | tail -n 1)
		[ -z "$line" ] || break
		sleep 0.1
		i=$((i + 1))
	done
	echo "$line" | grep -qE "$2"
	is $? "$3"
}

# tls HOST LEVEL NAME: how the connection to the host was verified
tls() {
	grep -qE "$2 TLS connection established to $1" "$T/log"
	is $? "$3"
}

start
[ -S "$T/sock" ]
is $? 'the service listens'
mail sts.test 'status=sent' 'enforce, and a host that keeps it'
tls mx1.sts.test Verified 'its certificate was verified'
mail good.test 'status=sent' 'DANE stands before MTA-STS'
tls mx1.good.test Verified 'TLSA was what verified it'
mail plain.test 'status=sent' 'no policy'
mail expired.test 'status=deferred.*certificate' \
    'enforce, and an expired certificate'
mail wrongname.test 'status=deferred.*certificate' \
    'enforce, and another name'
mail selfsigned.test 'status=deferred.*certificate' \
    'enforce, and a self-signed certificate'
mail mismatch.test 'status=deferred' 'enforce, and another MX in the policy'
mail nostarttls.test 'status=deferred.*TLS' 'enforce, and no STARTTLS'
mail testing-bad.test 'status=sent' 'testing, and an expired certificate'
mail danewrong.test 'status=deferred' 'TLSA that does not match, a policy that does'
mail web404.test 'status=sent' 'no policy can be had, for sure'
mail websilent.test 'status=deferred' \
    'no policy can be had: nobody knows'

# --- what was remembered holds; without the service nothing leaves
kill "$server"
wait "$server"
mail sts.test 'status=deferred' 'without the service mail waits'
start
mail sts.test 'status=sent' 'with it mail goes on'
"$B/bin/mtasts-check" cache --cache="$T/db" --format=json dump |
    grep -q '"domain":"sts.test"'
is $? 'the policy is remembered'
echo "1..$n"
[ $failed -eq 0 ]
