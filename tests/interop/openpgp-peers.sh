# The OpenPGP peers behind one set of verbs, for 60-openpgp.t. Keys and certificates are files; gpg and rnp get a home of
# their own for each call, so that nothing is remembered.

PEERS='sqop sq gosop gpg rnp js'

# has PEER FEATURE: what it cannot do at all is not asked
has() {
	case "$1 $2" in
	'gosop inline' | 'gosop clear') return 1 ;;	# Debian's has neither
	'js 6') return 0 ;;
	*' 6') return 1 ;;
	'gosop hidden' | 'rnp hidden') return 1 ;;
	'sq password') return 1 ;;		# asks a terminal for it
	*) return 0 ;;
	esac
}

there() {
	case $1 in
	js) command -v sopenpgpjs >/dev/null ||
	    { [ -d "$HERE/node/node_modules/openpgp" ] &&
	    [ -n "$(node_bin)" ]; } ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# home FILE...: a fresh gpg or rnp home with these keys, in $H
home() {
	H=$T/home
	rm -rf "$H"
	mkdir -m 700 "$H"
	for imported; do
		[ "$imported" != - ] || continue
		case $peer in
		gpg) gpg --homedir "$H" --batch -q --import "$imported" ;;
		rnp) rnpkeys --homedir "$H" --import "$imported" ;;
		esac >/dev/null 2>&1
	done
}

g() {
	gpg --homedir "$H" --batch -q --trust-model always \
	    --pinentry-mode loopback --armor "$@" 2>"$T/err"
	gpg_status=$?
	gpgconf --homedir "$H" --kill all 2>/dev/null
	return $gpg_status
}

r() {
	rnp --homedir "$H" --password '' --armor "$@" 2>"$T/err"
}

# the user of a key file, as all of them are made here
U=anna@example.org

gpg_verb() {
	case $1 in
	generate)
		home
		g --passphrase '' --quick-gen-key "$U" ed25519 sign,cert 1y
		fpr=$(g --with-colons --list-keys |
		    awk -F: '/^fpr/ { print $10; exit }')
		g --passphrase '' --quick-add-key "$fpr" cv25519 encrypt 1y
		g --export-secret-keys ;;
	sign) home "$2"; g -u $U --detach-sign ;;
	verify) home "$3"; cat >"$T/signed-data"
		g --verify "$2" "$T/signed-data" ;;
	inline-sign) home "$2"; g -u $U --sign ;;
	clear-sign) home "$2"; g -u $U --clear-sign ;;
	inline-verify) home "$2"; g --decrypt ;;
	encrypt) signer=$2; shift 2; home "$signer" "$@"
		if [ "$signer" = - ]; then g -r $U --encrypt
		else g -u $U --sign -r $U --encrypt; fi ;;
	hidden) home "$2"; g -R $U --encrypt ;;
	decrypt) home "$2" "$3"; g --decrypt ;;
	encrypt-password) home; g --passphrase-file "$2" --symmetric ;;
	decrypt-password) home; g --passphrase-file "$2" --decrypt ;;
	esac
}

rnp_verb() {
	case $1 in
	generate)
		home
		rnpkeys --homedir "$H" --password '' --generate-key \
		    --userid "$U" >/dev/null 2>&1
		rnpkeys --homedir "$H" --password '' --export-key \
		    --secret "$U" 2>/dev/null ;;
	sign) home "$2"; r -u $U --sign --detach ;;
	verify) home "$3"; cat >"$T/signed-data"
		rnp --homedir "$H" --verify "$2" --source "$T/signed-data" \
		    >/dev/null 2>"$T/err" ;;
	inline-sign) home "$2"; r -u $U --sign ;;
	clear-sign) home "$2"; r -u $U --clearsign ;;
	inline-verify) home "$2"
		rnp --homedir "$H" --verify --output - 2>"$T/err" ;;
	encrypt) signer=$2; shift 2; home "$signer" "$@"
		if [ "$signer" = - ]; then r -r $U --encrypt
		else r -u $U --sign -r $U --encrypt; fi ;;
	decrypt) home "$2" "$3"
		rnp --homedir "$H" --password '' --decrypt 2>"$T/err" ;;
	encrypt-password) home
		rnp --homedir "$H" --password "$(cat "$2")" --armor -c \
		    2>"$T/err" ;;
	decrypt-password) home
		rnp --homedir "$H" --password "$(cat "$2")" --decrypt \
		    2>"$T/err" ;;
	esac
}

# its options changed with its first stable release
sq_verb() {
	if sq --version 2>/dev/null | grep -q '^sq 0\.'; then
		sq_0 "$@"
	else
		sq_1 "$@"
	fi 2>"$T/err"
}

sq_0() {
	case $1 in
	generate) rm -f "$T/sq.key" "$T/sq.key.rev"
		sq key generate --userid "$U" --export "$T/sq.key" >&2 &&
		    cat "$T/sq.key" ;;
	sign) sq sign --detached --signer-key "$2" ;;
	verify) sq verify --detached "$2" --signer-cert "$3" >/dev/null ;;
	inline-sign) sq sign --signer-key "$2" ;;
	clear-sign) sq sign --cleartext-signature --signer-key "$2" ;;
	inline-verify) sq verify --signer-cert "$2" ;;
	encrypt) signer=$2; shift 2
		for recipient; do
			shift
			set -- "$@" --recipient-cert "$recipient"
		done
		[ "$signer" = - ] || set -- "$@" --signer-key "$signer"
		sq encrypt "$@" ;;
	decrypt) [ "$3" = - ] || set -- "$@" --signer-cert "$3" -n 1
		key=$2; shift 3
		sq decrypt --recipient-key "$key" "$@" ;;
	esac
}

sq_1() {
	verb=$1
	shift
	case $verb in
	generate) rm -f "$T/sq.key" "$T/sq.key.rev"
		sq --home none key generate --own-key --userid "$U" \
		    --allow-non-canonical-userids --without-password \
		    --output "$T/sq.key" --rev-cert "$T/sq.key.rev" >&2 &&
		    cat "$T/sq.key" ;;
	sign) sq --home none sign --signer-file "$1" --signature-file - ;;
	verify) sq --home none verify --signature-file "$1" \
		    --signer-file "$2" >/dev/null ;;
	inline-sign) sq --home none sign --signer-file "$1" --message ;;
	clear-sign) sq --home none sign --signer-file "$1" --cleartext ;;
	inline-verify) cat >"$T/signed"
		form=--message
		! head -n 1 "$T/signed" | grep -q SIGNED || form=--cleartext
		sq --home none verify $form --signer-file "$1" "$T/signed" ;;
	encrypt) signer=$1; shift
		for recipient; do
			shift
			set -- "$@" --for-file "$recipient"
		done
		if [ "$signer" = - ]; then set -- "$@" --without-signature
		else set -- "$@" --signer-file "$signer"; fi
		sq --home none encrypt "$@" ;;
	decrypt) key=$1 signer=$2; shift 2
		[ "$signer" = - ] || set -- --signer-file "$signer" \
		    --signatures 1
		sq --home none decrypt --recipient-file "$key" "$@" ;;
	esac
}

# sop PEER ARG...: one that has the draft's command line
sop() {
	sop=$1
	shift
	case $sop in
	ours) "$BIN/pgp-lite" "$@" ;;
	js) if command -v sopenpgpjs >/dev/null; then
			sopenpgpjs "$@"
		else
			"$(node_bin)" "$HERE/peer/openpgpjs.cjs" "$@"
		fi ;;
	*) "$sop" "$@" ;;
	esac
}

# sop_verb VERB ARG...: the draft's own words
sop_verb() {
	case $1 in
	generate) case $2 in
		6) sop $peer generate-key --profile=rfc9580 "$U" ;;
		*) sop $peer generate-key "$U" ;;
		esac ;;
	sign) sop $peer sign "$2" ;;
	verify) sop $peer verify "$2" "$3" >/dev/null ;;
	inline-sign) sop $peer inline-sign "$2" ;;
	clear-sign) sop $peer inline-sign --as=clearsigned "$2" ;;
	inline-verify) sop $peer inline-verify "$2" ;;
	encrypt) signer=$2; shift 2
		if [ "$signer" = - ]; then sop $peer encrypt "$@"
		else sop $peer encrypt --sign-with="$signer" "$@"; fi ;;
	decrypt) if [ "$3" = - ]; then sop $peer decrypt "$2"; else
			rm -f "$T/lines"
			sop $peer decrypt --verify-out="$T/lines" \
			    --verify-with="$3" "$2" && [ -s "$T/lines" ]
		fi ;;
	encrypt-password) sop $peer encrypt --with-password="$2" ;;
	decrypt-password) sop $peer decrypt --with-password="$2" ;;
	esac 2>"$T/err"
}

# as PEER VERB ARG...
as() {
	peer=$1
	shift
	case $peer in
	gpg) gpg_verb "$@" ;;
	rnp) rnp_verb "$@" ;;
	sq) sq_verb "$@" ;;
	*) sop_verb "$@" ;;
	esac
}
