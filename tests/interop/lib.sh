# Shared by the tests of tests/interop: TAP, keys made now, one zone for us
# and the same records as "NAME TEXT" lines for the peers.  Nothing here
# asks a real DNS server.

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
BIN=${BIN:-$ROOT/build/bin}
PEERS='opendkim dkimpy maildkim mailauth'
LC_ALL=C
export LC_ALL

TESTS=0
T=$(mktemp -d "${TMPDIR:-/tmp}/msgsec-interop.XXXXXX")
NSD=
trap 'nsd_stop; [ -n "${KEEP-}" ] || rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM

ok() {
	TESTS=$((TESTS + 1))
	echo "ok $TESTS - $*"
}

not_ok() {
	TESTS=$((TESTS + 1))
	echo "not ok $TESTS - $*"
}

skip() {
	TESTS=$((TESTS + 1))
	echo "ok $TESTS - $1 # SKIP $2"
}

diag() {
	sed 's/^/# /'
}

done_testing() {
	echo "1..$TESTS"
}

# same EXPECTED-FILE GOT-FILE NAME
same() {
	if diff -u "$1" "$2" >"$T/diff"; then
		ok "$3"
	else
		not_ok "$3"
		head -n 40 "$T/diff" | diag
	fi
}

# holds NAME COMMAND...
holds() {
	held=$1
	shift
	if "$@" >"$T/held.out" 2>&1; then
		ok "$held"
	else
		not_ok "$held"
		head -n 20 "$T/held.out" | diag
	fi
}

# txt NAME VALUE: adds a TXT record to both forms of the DNS
txt() {
	printf '%s %s\n' "$1" "$2" >>"$T/keys"
	printf '%s. 300 IN TXT' "$1" >>"$T/zone"
	printf '%s' "$2" | fold -w 250 | sed 's/.*/ "&"/' | tr -d '\n' \
	    >>"$T/zone"
	echo >>"$T/zone"
}

# key_rsa DOMAIN SELECTOR FILE [BITS]
key_rsa() {
	openssl genrsa -out "$3" "${4:-2048}" 2>/dev/null
	chmod 600 "$3"
	txt "$2._domainkey.$1" "v=DKIM1; k=rsa; p=$(openssl rsa -in "$3" \
	    -pubout -outform DER 2>/dev/null | openssl base64 -A)"
}

# key_ed25519 DOMAIN SELECTOR FILE; the seed alone stands in FILE.seed
key_ed25519() {
	openssl genpkey -algorithm ed25519 -out "$3"
	chmod 600 "$3"
	openssl pkey -in "$3" -outform DER | tail -c 32 |
	    openssl base64 -A >"$3.seed"
	txt "$2._domainkey.$1" "v=DKIM1; k=ed25519; p=$(openssl pkey \
	    -in "$3" -pubout -outform DER | tail -c 32 | openssl base64 -A)"
}

node_bin() {
	for node in "$HERE"/node/node_modules/node-linux-*/bin/node; do
		[ -x "$node" ] && echo "$node" && return
	done
	command -v node
}

build_opendkim() {
	[ -x "$T/opendkim" ] || ${CC:-cc} -std=gnu11 -O2 -o "$T/opendkim" \
	    "$HERE/peer/opendkim.c" -lopendkim
}

# peer NAME VERB ARG...
peer() {
	peer_name=$1
	shift
	case $peer_name in
	opendkim) build_opendkim && "$T/opendkim" "$@" ;;
	dkimpy) /usr/bin/python3 "$HERE/peer/dkimpy.py" "$@" ;;
	maildkim) perl "$HERE/peer/maildkim.pl" "$@" ;;
	mailauth) "$(node_bin)" "$HERE/peer/mailauth.cjs" "$@" ;;
	esac
}

# ours_verifies ZONE FILE...: what dmarc-verify says, in the peers' form
ours_verifies() {
	ours_zone=$1
	shift
	"$BIN/dmarc-verify" --zone "$ours_zone" --format=json --ordered \
	    --fail-on=never "$@" | jq -r '.message as $file |
	    .["dmarc-verify"].dkim[] | [$file, .domain, .selector,
	    .algorithm, if .result == "pass" then "pass" else "fail" end] |
	    join(" ")' | sort
}

# Mail::DKIM of Debian 12 has no Ed25519, every other peer has.
peer_has_ed25519() {
	[ "$1" != maildkim ] || peer maildkim features /dev/null | grep -q ed
}

# What a peer is known to get wrong, so that no test asks it of the peer.
# Prints those lines of LIST (MESSAGE CANON FILE SELECTOR ALGORITHM) that are
# worth asking; how many were left out and why stands on descriptor 3.
# worth SIGNER VERIFIER < LIST
worth() {
	grep -v '^#' "$HERE/known-differences" >"$T/known"
	peer_has_ed25519 "$2" ||
	    echo "* $2 * * ed25519-sha256 : no Ed25519 in this version" \
	    >>"$T/known"
	awk -v signer="$1" -v verifier="$2" -v known="$T/known" '
	function like(pattern, word) {
		return pattern == "*" || pattern == word ||
		    (substr(pattern, length(pattern)) == "*" && index(word,
		    substr(pattern, 1, length(pattern) - 1)) == 1) ||
		    (substr(pattern, 1, 1) == "*" && substr(word,
		    length(word) - length(pattern) + 2) == substr(pattern, 2))
	}
	BEGIN {
		while ((getline line < known) > 0)
			rule[++rules] = line
	}
	{
		for (i = 1; i <= rules; i++) {
			split(rule[i], f, " ")
			if (like(f[1], signer) && like(f[2], verifier) &&
			    like(f[3], $1) && like(f[4], $2) &&
			    like(f[5], $5)) {
				left_out[rule[i]]++
				next
			}
		}
		print
	}
	END {
		for (i in left_out)
			print "# not asked, " left_out[i] " times: " i \
			    > "/dev/fd/3"
	}'
}

first_free_port() {
	python3 -c 'import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])'
}

# nsd_start PORT: serves $T/zones.conf until nsd_stop or the end of the test.
# Its rate limit is off: 200 answers a second would be the measure of all.
nsd_start() {
	mkdir -p "$T/nsd"
	: >"$T/nsd/log"
	cat - "$T/zones.conf" >"$T/nsd.conf" <<-EOF
	server:
	 ip-address: ${NSD_ADDRESS:-127.0.0.1}@$1
	 username: ""
	 chroot: ""
	 database: ""
	 zonesdir: "$T/nsd"
	 pidfile: "$T/nsd/pid"
	 xfrdfile: "$T/nsd/xfrd"
	 zonelistfile: "$T/nsd/zonelist"
	 xfrdir: "$T/nsd"
	 rrl-ratelimit: 0
	 rrl-whitelist-ratelimit: 0
	remote-control:
	 control-enable: no
	EOF
	/usr/sbin/nsd -d -c "$T/nsd.conf" >"$T/nsd/log" 2>&1 &
	NSD=$!
	for _ in $(seq 1 100); do
		grep -q 'nsd started' "$T/nsd/log" && return
		sleep 0.05
	done
	diag <"$T/nsd/log"
}

nsd_stop() {
	[ -z "$NSD" ] || {
		kill "$NSD"
		wait "$NSD"
	} 2>/dev/null
	NSD=
}

lab() {
	: >"$T/keys"
	: >"$T/zone"
	key_rsa example.org r "$T/rsa.pem"
	key_ed25519 example.org e "$T/ed.pem"
	key_rsa list.example f "$T/list.pem"
	key_rsa relay.example g "$T/relay.pem"
	"$HERE/messages" "$T/msg"
	RSA=example.org,r,rsa-sha256,$T/rsa.pem
	ED=example.org,e,ed25519-sha256,$T/ed.pem
	LIST=list.example,f,rsa-sha256,$T/list.pem
	RELAY=relay.example,g,rsa-sha256,$T/relay.pem
}

# record_filter: $RECORD, for peers that store the records of libsignal
record_filter() {
	RECORD=$T/record
	export RECORD
	${CC:-cc} -std=gnu11 -D_GNU_SOURCE -iquote "$ROOT/common" -o "$RECORD" \
	    "$HERE/peer/record.c" "$BIN/../libratchet.a" \
	    "$BIN/../libcrypto.a" "$BIN/../libsys.a" "$BIN/../libbase.a" \
	    -lsodium -lsqlite3 -lcrypto -ljansson
}

# signal_peer NAME: what starts that peer, in $SIGNAL_PEER
signal_peer() {
	case $1 in
	signal-c)
		${CC:-cc} -std=gnu11 -O2 -o "$T/signal" \
		    "$HERE/peer/signal.c" $(pkg-config --cflags --libs \
		    libsignal-protocol-c) -lcrypto || return 1
		SIGNAL_PEER=$T/signal ;;
	omemo-c)
		${CC:-cc} -std=gnu11 -O2 -DOMEMO -o "$T/omemo" \
		    "$HERE/peer/signal.c" $(pkg-config --cflags --libs \
		    libomemo-c) -lcrypto || return 1
		SIGNAL_PEER=$T/omemo ;;
	*)
		SIGNAL_PEER="$(node_bin) $HERE/peer/signal.cjs $1" ;;
	esac
}
