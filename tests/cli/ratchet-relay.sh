# A stand-in relay for the tests of its client, read after lib.sh.

# relay_start [NAME]: at $PORT, its process in $RELAY, its folder $T/NAME and
# certificate $T/NAME.crt. $online and $url: a client's options for the first
relay_start() {
	name=${1:-relay}
	mkdir "$T/$name"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/$name.key" \
	    -out "$T/$name.crt" -days 30 -subj /CN=localhost \
	    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
	tests/cli/relay.py "$T/$name.crt" "$T/$name.key" "$T/$name" &
	RELAY=$!
	RELAYS="$RELAYS $RELAY"
	tries=100
	while [ ! -s "$T/$name/port" ] && [ $tries -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	PORT=$(cat "$T/$name/port")
	online=${online:-"--ca-file=$T/$name.crt --allow-private"}
	url=${url:-"https://localhost:$PORT"}
}

relay_stop() {
	for pid in $RELAYS; do
		kill $pid 2>/dev/null
		wait $pid 2>/dev/null
	done
	RELAYS=
}

RELAYS=
trap 'relay_stop; rm -rf "$T"' EXIT
