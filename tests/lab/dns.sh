# For the tests that start name servers of their own on loopback addresses,
# as any user. Read from the top of the tree; B says where the build is. It
# gives TAP, a scratch folder $T, a port for all of them, and ends them.
B=${B:-build}
MSGSEC_DNS=$B/libexec/msgsec-dns
export MSGSEC_DNS

PATH=$PATH:/usr/sbin
T=$(mktemp -d) || exit 1
port=$((20000 + $$ % 20000))
n=0
failed=0

stop() {
	for f in "$T"/*.pid; do
		[ -s "$f" ] || continue
		pid=$(cat "$f")
		kill "$pid"
		while kill -0 "$pid" 2>/dev/null; do
			sleep 0.1
		done
	done
	rm -rf "$T"
}
trap stop EXIT

needs() {
	for tool; do
		command -v "$tool" >/dev/null && continue
		echo "1..0 # SKIP no $tool"
		exit 0
	done
}

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

# nsd_conf NAME ADDRESS: the head of $T/NAME.conf; zones follow
nsd_conf() {
	cat >"$T/$1.conf" <<-END
	server:
	 ip-address: $2@$port
	 username: ""
	 database: ""
	 zonesdir: "$T"
	 pidfile: "$T/$1.pid"
	 xfrdfile: "$T/$1.xfrd"
	 zonelistfile: "$T/$1.zones"
	 xfrdir: "$T"
	 logfile: "$T/$1.log"
	 rrl-ratelimit: 0
	 rrl-whitelist-ratelimit: 0
	remote-control:
	 control-enable: no
	END
}

# unbound_conf ADDRESS SERVER OPTION ZONE...: $T/unbound.conf, which asks
# SERVER for the zones
unbound_conf() {
	server=$2
	cat >"$T/unbound.conf" <<-END
	server:
	 interface: $1@$port
	 username: ""
	 chroot: ""
	 directory: "$T"
	 pidfile: "$T/unbound.pid"
	 logfile: "$T/unbound.log"
	 use-syslog: no
	 do-not-query-localhost: no
	 local-zone: "test." nodefault
	 $3
	remote-control:
	 control-enable: no
	END
	shift 3
	for z; do
		printf 'stub-zone:\n name: "%s"\n stub-addr: %s@%d\n' \
			"$z" "$server" "$port" >>"$T/unbound.conf"
	done
}

# answers ADDRESS NAME: waits until a server has an address of it
answers() {
	tries=0
	until "$B/lab/dns_ask" "$1@$port" "$2" 1 2>&1 | grep -q ' ok '; do
		tries=$((tries + 1))
		if [ $tries -gt 20 ]; then
			echo 'Bail out! the name servers do not start'
			exit 1
		fi
		sleep 0.2
	done
}
