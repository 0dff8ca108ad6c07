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
	if has $1 inline && has $2 inline; then
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

passwords() {
	as $1 encrypt-password password <data >message
	as $2 decrypt-password password <message >out
	case $1 in
	# takes it for text, and writes CRLF
	gosop) took_text "$1 to $2: a passphrase" $? data out ;;
	*) took "$1 to $2: a passphrase" $? data out ;;
	esac
}

# that what every check above asks of the peer can fail
stranger() {
	as ours sign ours.default.key <data >message
	as $this verify message theirs.cert <data >out
	refused "$this refuses a stranger's signature" $?
	as $this verify message ours.default.cert <text >out
	refused "$this refuses a signature of something else" $?
	if has $this inline; then
		as ours inline-sign ours.default.key <data >message
		as $this inline-verify theirs.cert <message >out
		refused "$this refuses a message of a stranger" $?
	fi
	as ours encrypt - theirs.cert <data >message
	as $this decrypt theirs.key theirs.cert <message >out
	refused "$this sees that what is encrypted is not signed" $?
	as ours encrypt ours.default.key theirs.cert <data >message
	as $this decrypt theirs.key theirs.cert <message >out
	refused "$this sees that what is encrypted is a stranger's" $?
	as $this decrypt theirs.key ours.default.cert <message >out
	took "$this sees whose it is" $? data out
}

for kind in default compatibility rfc9580; do
	"$BIN/pgp-lite" generate-key --profile=$kind anna@example.org \
	    >ours.$kind.key
	"$BIN/pgp-lite" extract-cert <ours.$kind.key >ours.$kind.cert
done
for peer in $PEERS; do
	this=$peer
	there $this || { skip "$this" 'not installed'; continue; }
	# gosop of Debian 12 changes octets that are not UTF-8 when it decrypts
	case $this in
	gosop) cp ascii data ;;
	*) cp binary data ;;
	esac
	for kind in default compatibility rfc9580; do
		[ $kind != rfc9580 ] || has $this 6 || continue
		one_way ours $this ours.$kind.key ours.$kind.cert \
		    "to $this, our $kind key"
		one_way $this ours ours.$kind.key ours.$kind.cert \
		    "from $this, our $kind key"
	done
	for version in 4 6; do
		[ $version = 4 ] || has $this 6 || continue
		as $this generate $version >theirs.key
		"$BIN/pgp-lite" extract-cert <theirs.key >theirs.cert
		one_way ours $this theirs.key theirs.cert \
		    "to $this, its key of version $version"
		one_way $this ours theirs.key theirs.cert \
		    "from $this, its key of version $version"
	done
	if has $this password; then
		passwords ours $this
		passwords $this ours
	fi
	# several recipients, one of them the peer's
	as ours encrypt - ours.default.cert theirs.cert \
	    ours.compatibility.cert <data >message
	if [ $this != js ]; then
		as $this decrypt theirs.key - <message >out
		took "to $this: among several" $? data out
	fi
	stranger
done
if there gpg; then
	as gpg hidden ours.default.cert <data >message
	as ours decrypt ours.default.key - <message >out
	took 'from gpg: a hidden recipient' $? data out
fi
done_testing
