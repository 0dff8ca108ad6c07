#!/bin/sh
# OpenPGP both ways: what pgp-lite makes every peer takes, and it takes what
# every peer makes, with its own keys and with theirs.
. "$(dirname "$0")/lib.sh"
. "$HERE/openpgp-peers.sh"

cd "$T" || exit 1
printf 'hello\n\n- a dash\nFrom the end\n' >text
head -c 300000 /dev/urandom >binary
head -c 200000 /dev/urandom | openssl base64 >ascii
printf 'passphrase' >password

# took NAME STATUS WANT GOT
took() {
	if [ "$2" -eq 0 ] && cmp -s "$3" "$4"; then
		ok "$1"
	else
		not_ok "$1"
		echo "status $2" | diag
		[ ! -s err ] || head -n 5 err | diag
	fi
}

# Peers differ in line ends, and in whether the last one is text or frame
# (section 7.1).
took_text() {
	printf '%s\n' "$(tr -d '\r' <"$3")" >want
	printf '%s\n' "$(tr -d '\r' <"$4")" >got
	took "$1" "$2" want got
}

# refused NAME STATUS
refused() {
	if [ "$2" -ne 0 ]; then
		ok "$1"
	else
		not_ok "$1"
		[ ! -s said ] || head -n 5 said | diag
		[ ! -s err ] || head -n 5 err | diag
	fi
}

# one_way MAKER READER KEY CERT NAME: both may use the key
one_way() {
	as $1 sign "$3" <data >message
	as $2 verify message "$4" <data >out
	took "$5: detached" $? text text
	if [ -n "$inline" ]; then
		as $1 inline-sign "$3" <data >message
		as $2 inline-verify "$4" <message >out
		took "$5: inline" $? data out
		as $1 clear-sign "$3" <text >message
		as $2 inline-verify "$4" <message >out
		took_text "$5: clear-signed" $? text out
	fi
	as $1 encrypt - "$4" <data >message
	as $2 decrypt "$3" - <message >out
	took "$5: encrypted" $? data out
	as $1 encrypt "$3" "$4" <data >message
	as $2 decrypt "$3" "$4" <message >out
	took "$5: encrypted and signed" $? data out
}

# both_ways KEY CERT NAME
both_ways() {
	one_way ours $this "$1" "$2" "to $this, $3"
	one_way $this ours "$1" "$2" "from $this, $3"
}

passwords() {
	as $1 encrypt-password password <data >message
	as $2 decrypt-password password <message >out
	$as_made "$1 to $2: a passphrase" $? data out
}

# their_key VERSION
their_key() {
	as $this generate $1 >theirs.$1.key
	"$BIN/pgp-lite" extract-cert <theirs.$1.key >theirs.$1.cert
	holds "$this: its key is of version $1" sh -c "
	    '$BIN/pgp-lite' inspect <theirs.$1.cert | head -n 1 |
	    grep -F '\"version\":$1,'"
}

# several VERSION KIND: the peer's certificate of that version between two of
# ours
several() {
	as ours encrypt ours.default.key ours.default.cert theirs.$1.cert \
	    ours.$2.cert <data >message
	as $this decrypt theirs.$1.key ours.default.cert <message >out
	took "to $this: its key of version $1, between ours" $? data out
	as $this encrypt theirs.$1.key ours.default.cert theirs.$1.cert \
	    ours.$2.cert <data >message
	for kind in default $2; do
		as ours decrypt ours.$kind.key theirs.$1.cert <message >out
		took "from $this: our $kind key beside its of version $1" \
		    $? data out
	done
}

# hides NAME: two recipients of the message are named nowhere
hides() {
	holds "$1" sh -c "'$BIN/pgp-lite' inspect <message |
	    grep -c '\"recipient\":\"hidden\"' | grep -x 2"
}

# hidden_to VERSION: the peer opens what names no recipient. Its key comes
# first: Debian 12's sqop tries no second one, of gpg's messages neither. gpg
# opens it, but ends with 2 for the one that is not its.
hidden_to() {
	as ours hidden theirs.$1.cert ours.default.cert <data >message
	hides "to $this: its key of version $1 and ours are hidden"
	as $this decrypt theirs.$1.key - <message >out
	opened=$?
	[ $this != gpg ] || ! grep -q ' DECRYPTION_OKAY$' "$T/said" ||
	    opened=0
	took "to $this: its key of version $1, hidden" $opened data out
}

# hidden_from KIND KIND: so does pgp-lite
hidden_from() {
	as $this hidden ours.$1.cert ours.$2.cert <data >message
	hides "from $this: hides our $1 and our $2 key"
	for kind; do
		as ours decrypt ours.$kind.key - <message >out
		took "from $this: to our $kind key, hidden" $? data out
	done
}

# that what every check above asks of the peer can fail
stranger() {
	as ours sign ours.default.key <data >message
	as $this verify message theirs.4.cert <data >out
	refused "$this refuses a stranger's signature" $?
	as $this verify message ours.default.cert <text >out
	refused "$this refuses a signature of something else" $?
	if [ -n "$inline" ]; then
		as ours inline-sign ours.default.key <data >message
		as $this inline-verify theirs.4.cert <message >out
		refused "$this refuses a message of a stranger" $?
	fi
	as ours encrypt - theirs.4.cert <data >message
	as $this decrypt theirs.4.key theirs.4.cert <message >out
	refused "$this sees that what is encrypted is not signed" $?
	as ours encrypt ours.default.key theirs.4.cert <data >message
	as $this decrypt theirs.4.key theirs.4.cert <message >out
	refused "$this sees that what is encrypted is a stranger's" $?
	as $this decrypt theirs.4.key ours.default.cert <message >out
	took "$this sees whose it is" $? data out
}

for kind in default compatibility rfc9580; do
	"$BIN/pgp-lite" generate-key --profile=$kind anna@example.org \
	    >ours.$kind.key
	"$BIN/pgp-lite" extract-cert <ours.$kind.key >ours.$kind.cert
done
for this in $PEERS; do
	there $this || { skip "$this" 'not installed'; continue; }
	inline= six= as_made=took
	! has $this inline || inline=1
	! has $this 6 || six=1
	cp binary data
	has $this octets || {
		# it takes all for text, and under a passphrase writes CRLF
		as_made=took_text
		cp ascii data
	}
	echo "# $this${inline:+, inline}${six:+, version 6}: $(version $this)"
	for kind in default compatibility ${six:+rfc9580}; do
		both_ways ours.$kind.key ours.$kind.cert "our $kind key"
	done
	for version in 4 ${six:+6}; do
		their_key $version
		both_ways theirs.$version.key theirs.$version.cert \
		    "its key of version $version"
		several $version compatibility
		[ -z "$six" ] || several $version rfc9580
		! has $this opens-hidden || hidden_to $version
	done
	passwords ours $this
	passwords $this ours
	if has $this hidden; then
		hidden_from default compatibility
		[ -z "$six" ] || hidden_from default rfc9580
	fi
	stranger
done
done_testing
