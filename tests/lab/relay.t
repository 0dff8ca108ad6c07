#!/bin/sh
# The relay under load: nothing that it acknowledged is lost when it is
# killed or its disk is full; ten thousand mailboxes; what is no HTTP; several
# of them behind a balancer. SEED=N repeats a run.
. tests/cli/lib.sh
. tests/cli/relay.sh
needs curl jq python3
LOAD=${B:-build}/lab/relay_load
[ -x "$LOAD" ] || make -s "$LOAD" || skip_all 'no relay_load'
SEED=${SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
echo "# seed $SEED"
: >"$T/err"
WIDE='--per-address 0 --messages 100000 --mailbox-size 1048576'

address() {
	echo "${URL#https://}"
}

# lost: messages of the log $T/acked that are not in $T/got
lost() {
	sort "$T/acked" >"$T/acked.s"
	sort -u "$T/got" >"$T/got.s"
	comm -23 "$T/acked.s" "$T/got.s" >"$T/out"
	[ -s "$T/acked" ] && [ ! -s "$T/out" ]
}

# --- ten thousand mailboxes
relay main $WIDE
run "$LOAD" make "$(address)" 32 10000
out 'created 10000 ' 'ten thousand mailboxes'
run "$LOAD" make "$(address)" 32 10000
out 'created 0 2xx 10000 ' 'which are all there'
run "$LOAD" post "$(address)" 32 10000 1 "$T/acked"
out ' 4xx 0 5xx 0' 'take messages'
run "$LOAD" drain "$(address)" 32 10000 "$T/got"
lost
report $? 'and give them'
run "$LOAD" drain "$(address)" 32 10000 "$T/got"
[ ! -s "$T/got" ]
report $? 'once they are acknowledged no more'
rss=$(awk '/VmRSS/ { print $2 }' "/proc/$PID/status")
[ "$rss" -lt 200000 ] || echo "# $rss KiB"
[ "$rss" -lt 200000 ]
report $? 'in less than 200 MB'

# --- killed under load
for round in 1 2 3 4 5; do
	: >"$T/acked"
	"$LOAD" post "$(address)" 64 500 10 "$T/acked" >"$T/load" &
	loader=$!
	# on a busy machine the first answer takes its time
	until [ -s "$T/acked" ] || ! kill -0 $loader 2>/dev/null; do
		sleep 0.05
	done
	ms=$(((SEED * round * 7919) % 900 + 100))
	sleep "$(printf '0.%03d' $ms)"
	kill -KILL "$PID"
	wait "$PID" 2>/dev/null
	wait $loader
	relay main $WIDE
	run "$LOAD" drain "$(address)" 8 500 "$T/got"
	cp "$T/load" "$T/err"
	lost
	report $? "killed after $ms ms: $(wc -l <"$T/acked") acknowledged, \
none lost"
done
stop
: >"$T/err"

# --- a power failure undoes nothing either: an answer follows the wait for
# the disk, and only what changes something waits for it
TRACE=${B:-build}/faults/trace
[ -x "$TRACE" ] || make -s "$TRACE"
"$TRACE" "${BIN%/bin}/libexec/msgsec-relay" --state "$T/main" --rate 0 \
    --listen 127.0.0.1:0 >"$T/traced.at" 2>"$T/err" 3>"$T/trace" &
tracer=$!
until [ -s "$T/traced.at" ] || ! kill -0 $tracer 2>/dev/null; do
	sleep 0.1
done
read -r _ URL PIN <"$T/traced.at"
cat >"$T/turns.py" <<'END'
import http.client, ssl, sys
c = http.client.HTTPSConnection(sys.argv[1],
    context=ssl._create_unverified_context())
def ask(method, path, body=None):
    c.request(method, path, body)
    answer = c.getresponse()
    answer.read()
    return answer.status
for n in range(20):
    if ask('GET', '/v1/relay') != 200:
        sys.exit(1)
    if ask('PUT', '/v1/mailbox/%032x/messages/%032x' % (1, n),
           b'x' * 1024) != 201:
        sys.exit(1)
END
ok 'traced' python3 "$T/turns.py" "$(address)"
kill "$(cat /proc/$tracer/task/$tracer/children)"
wait $tracer
# settled: of the last 40 answers, each second one comes after a wait for the
# log, with nothing written to it since; and the others without one
settled() {
	awk '
	/^pwrite64 .*-wal$/ { dirty = 1 }
	/^fdatasync .*-wal$/ { dirty = 0; waited = 1 }
	/^write socket:/ { w[++n] = waited; d[n] = dirty; waited = 0 }
	END {
		for (i = n - 39; i <= n; i++)
			if (d[i] || w[i] != ((n - i) % 2 == 0))
				exit 1
		exit n < 40
	}' "$1"
}
settled "$T/trace"
report $? 'the log is on the disk before a message is acknowledged'
sed 's/^fdatasync .*/nothing/' "$T/trace" >"$T/trace2"
! settled "$T/trace2"
report $? 'a missing wait would be seen'

# --- a full disk
if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	mkdir "$T/small"
	cat >"$T/full.sh" <<-'END'
	mount -t tmpfs -o size=52m none "$T/small" || exit 9
	relay small/state $WIDE
	"$LOAD" make "$(address)" 8 100 >"$T/made"
	"$LOAD" post "$(address)" 16 100 10 "$T/acked" >"$T/posted"
	kill -0 "$PID" && echo alive >"$T/alive"
	ask PUT "/v1/mailbox/$(numbered 1)/messages/$(numbered 1)" \
	    --data-binary "@$T/kib"
	echo "$CODE $(jq -r .error "$T/out")" >"$T/refused"
	kill -KILL "$PID"
	wait "$PID" 2>/dev/null
	relay small/state $WIDE
	"$LOAD" drain "$(address)" 8 100 "$T/got" >"$T/drained"
	sleep 2
	ask PUT "/v1/mailbox/$(numbered 1)/messages/$(numbered 2)" \
	    --data-binary "@$T/kib"
	echo "$CODE" >"$T/again"
	stop_relays
	umount "$T/small"
	END
	head -c 1024 /dev/zero >"$T/kib"
	# the names and functions of this script, in a mount namespace
	{
		cat tests/cli/relay.sh
		echo 'trap - EXIT'
		sed -n '/^address()/,/^}/p' "$0"
		cat "$T/full.sh"
	} >"$T/all.sh"
	T=$T BIN=$BIN LOAD=$LOAD WIDE=$WIDE unshare -m --propagation private \
	    sh "$T/all.sh" 2>"$T/err"
	ok 'it goes on' test -s "$T/alive"
	ok 'and refuses' grep -qE '^50[37] (relay-full|try-again)' "$T/refused"
	ok 'all that it could not keep' grep -qE '5xx [1-9]' "$T/posted"
	lost
	report $? "$(wc -l <"$T/acked") acknowledged, none lost"
	ok 'all can be acknowledged' grep -q '4xx 0 5xx 0' "$T/drained"
	ok 'which makes room for more' grep -q 201 "$T/again"
	: >"$T/err"
else
	ok 'a full disk # SKIP needs root and a mount namespace' true
fi

# --- what is no HTTP
relay noise
run python3 tests/lab/relay_noise.py "${URL##*:}" "$SEED" 1500
status 0 'noise is answered with 4xx'
stop
status 0 'and harms nothing'

# --- two of them, behind a balancer
PATH=$PATH:/usr/sbin
if command -v nginx >/dev/null; then
	relay left --per-address 0
	left=$(address) left_pid=$PID
	relay right --per-address 0
	right=$(address)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$T/b.key" -out "$T/b.crt" -days 2 -subj /CN=b 2>/dev/null
	port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	cat >"$T/nginx.conf" <<-END
	daemon off;
	pid $T/nginx.pid;
	error_log $T/nginx.log;
	events { }
	http {
	  access_log off;
	  client_body_temp_path $T/b1; proxy_temp_path $T/b2;
	  fastcgi_temp_path $T/b3; uwsgi_temp_path $T/b4;
	  scgi_temp_path $T/b5;
	  map \$request_uri \$mailbox {
	    "~^/v1/mailbox/(?<id>[0-9a-f]+)" \$id;
	  }
	  upstream relays {
	    hash \$mailbox consistent;
	    server $left max_fails=0;
	    server $right max_fails=0;
	    keepalive 8;
	  }
	  server {
	    listen 127.0.0.1:$port ssl;
	    ssl_certificate $T/b.crt; ssl_certificate_key $T/b.key;
	    location / {
	      proxy_pass https://relays;
	      proxy_ssl_protocols TLSv1.3;
	      proxy_http_version 1.1;
	      proxy_set_header Connection "";
	      proxy_next_upstream off;
	    }
	  }
	}
	END
	nginx -c "$T/nginx.conf" -e "$T/nginx.log" &
	balancer=$!
	until curl -sk -o /dev/null "https://127.0.0.1:$port/" ||
	    ! kill -0 $balancer 2>/dev/null; do
		sleep 0.1
	done
	URL=https://127.0.0.1:$port
	PIN="sha256//$(openssl x509 -in "$T/b.crt" -noout -pubkey |
	    openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary |
	    base64)"
	head -c 1024 /dev/zero >"$T/kib"
	made=0
	for i in $(seq 1 40); do
		as $i PUT "/v1/mailbox/$(numbered $i)"
		[ "$CODE" != 201 ] || made=$((made + 1))
	done
	[ $made -eq 40 ]
	report $? 'one name for two relays'
	kill -KILL $left_pid
	wait $left_pid 2>/dev/null
	taken=0 away=0
	for i in $(seq 1 40); do
		ask PUT "/v1/mailbox/$(numbered $i)/messages/$(numbered 7)" \
		    --data-binary "@$T/kib"
		case $CODE in
		201) taken=$((taken + 1)) ;;
		502) away=$((away + 1)) ;;
		esac
	done
	echo "# $taken taken, $away away"
	[ $taken -gt 5 ] && [ $away -gt 5 ] && [ $((taken + away)) -eq 40 ]
	report $? 'one killed: the mailboxes of the other go on'
	relay left --per-address 0 --listen "$left"
	URL=https://127.0.0.1:$port PIN="sha256//$(openssl x509 -in \
	    "$T/b.crt" -noout -pubkey | openssl pkey -pubin -outform DER |
	    openssl dgst -sha256 -binary | base64)"
	there=0
	for i in $(seq 1 40); do
		as $i GET "/v1/mailbox/$(numbered $i)"
		[ "$CODE" != 200 ] || there=$((there + 1))
	done
	[ $there -eq 40 ]
	report $? 'back again: all are there'
	kill $balancer
	wait $balancer 2>/dev/null
else
	ok 'two relays # SKIP no nginx' true
fi
done_testing
