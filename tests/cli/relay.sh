# A relay for a test: read after lib.sh. Ends with the test.

RELAYS=
# Only those that we started, by their numbers.
stop_relays() {
	for pid in $RELAYS; do
		kill "$pid" 2>/dev/null
	done
	for pid in $RELAYS; do
		wait "$pid" 2>/dev/null
	done
	RELAYS=
}
trap 'stop_relays; rm -rf "$T"' EXIT

# relay NAME ARG...: start one with its state in $T/NAME, at a port of the
# kernel's choice. Sets PID, URL and PIN.
relay() {
	name=$1
	shift
	: >"$T/$name.at"
	"$BIN/ratchet-chat" relay --state "$T/$name" --listen 127.0.0.1:0 \
	    --make-cert localhost,127.0.0.1 --rate 0 --makes 0 "$@" \
	    >"$T/$name.at" 2>"$T/$name.err" &
	PID=$!
	RELAYS="$RELAYS $PID"
	tries=0
	until [ -s "$T/$name.at" ] || [ $tries -ge 100 ] ||
	    ! kill -0 "$PID" 2>/dev/null; do
		sleep 0.1
		tries=$((tries + 1))
	done
	read -r _ URL PIN <"$T/$name.at"
}

# stop: the one started last, and its status in STATUS
stop() {
	kill -TERM "$PID"
	STATUS=0
	wait "$PID" || STATUS=$?
}

# numbered N: 32 hexadecimal digits
numbered() {
	printf '%032x' "$1"
}

# ask METHOD PATH CURL-ARG...: the body in $T/out or $OUT, the status in CODE
ask() {
	method=$1 path=$2
	shift 2
	CODE=$(curl -s -k --pinnedpubkey "$PIN" -m 30 -X "$method" \
	    -o "${OUT-$T/out}" -w '%{http_code}' "$@" "$URL$path") || CODE=000
	# for the schema
	cat "${OUT-$T/out}" >>"$T/answers" 2>/dev/null
}

# as N METHOD PATH CURL-ARG...: the same with the N-th token
as() {
	token=$(numbered "$1")$(numbered "$1")
	method=$2 path=$3
	shift 3
	ask "$method" "$path" -H "Authorization: Bearer $token" "$@"
}

# code WANT NAME: of the last answer
code() {
	[ "$CODE" = "$1" ] || echo "# $CODE, not $1"
	[ "$CODE" = "$1" ]
	report $? "$2"
}

# refused STATUS WORD NAME: it was this error, told as JSON
refused() {
	got=$CODE/$(jq -r .error "$T/out" 2>/dev/null)
	[ "$got" = "$1/$2" ] || echo "# $got, not $1/$2"
	[ "$got" = "$1/$2" ]
	report $? "$3"
}

# answers EXPRESSION NAME: jq's -e says yes
answers() {
	jq -e "$1" "$T/out" >/dev/null 2>&1
	report $? "$2"
}
