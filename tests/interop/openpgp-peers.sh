# The OpenPGP peers behind one set of verbs, for 60-openpgp.t:
#	generate 4|6		-> secret key
#	sign KEY | inline-sign KEY | clear-sign KEY
#	verify SIGNATURE CERT | inline-verify CERT
#	encrypt KEY-OR-'-' CERT... | hidden CERT... | encrypt-password FILE
#	decrypt KEY CERT-OR-'-' | decrypt-password FILE
# Data comes on stdin and leaves on stdout. What checks a signature succeeds
# only if the peer also says, in its own words, that there is a good one. Keys
# and certificates are files; gpg and rnp get a home of their own for each
# call, so that nothing is remembered.

PEERS='sqop sq gosop gpg rnp js'
# rPGP's, which Debian 12 has not
! command -v rsop >/dev/null || PEERS="$PEERS rsop"

# the user of a key file, as all of them are made here
U=anna@example.org

# OpenPGP.js can hide recipients; this is how its SOP command is told to
OPENPGPJS_CUSTOM_PROFILES='{ "encrypt":
    { "hidden": { "options": { "wildcard": true } } } }'
export OPENPGPJS_CUSTOM_PROFILES

# has PEER FEATURE: what it cannot do at all is not asked of it. Releases
# differ, so it is tried.
has() {
	case "$1 $2" in
	# with the RFC's certificate: one of ours might be what it cannot read
	*' 6') as $1 encrypt - \
	    "$ROOT/tests/vectors/openpgp/rfc9580/a3-v6.cert" <text >probe &&
	    [ -s probe ] ;;
	'gpg inline' | 'rnp inline' | 'sq inline') return 0 ;;
	# without a key it fails, but as the unsupported subcommand only once
	*' inline') sop $1 inline-sign </dev/null >probe 2>&1
		[ $? -ne 69 ] ;;
	# sq, rnp and the draft of SOP have no option for it
	'gpg hidden' | 'js hidden') return 0 ;;
	*' hidden') return 1 ;;
	# Debian 12's rnp cannot be told to try its keys on it
	'rnp opens-hidden') rnp --help 2>&1 | grep -q -e --allow-hidden ;;
	*' opens-hidden') return 0 ;;
	# Debian 12's gosop changes what is not UTF-8
	*' octets') as $1 encrypt-password password <binary >probe &&
	    as $1 decrypt-password password <probe | cmp -s - binary ;;
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

# version PEER: a line
version() {
	case $1 in
	gpg | rnp) $1 --version ;;
	sq) sq --version 2>/dev/null || sq version ;;
	*) sop $1 version ;;
	esac 2>&1 | sed 1q
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
	    --pinentry-mode loopback --armor --status-fd 3 "$@" 3>"$T/said"
	gpg_status=$?
	gpgconf --homedir "$H" --kill all 2>/dev/null
	return $gpg_status
}

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
	encrypt) signer=$2; shift 2; home "$signer"
		for cert; do
			shift
			set -- "$@" -f "$cert"
		done
		[ "$signer" = - ] || set -- -u $U --sign "$@"
		g "$@" --encrypt ;;
	hidden) shift; home
		for cert; do
			shift
			set -- "$@" -F "$cert"
		done
		g "$@" --encrypt ;;
	decrypt) home "$2" "$3"; g --decrypt ;;
	encrypt-password) home; g --passphrase-file "$2" --symmetric ;;
	decrypt-password) home; g --passphrase-file "$2" --decrypt ;;
	esac
}

r() {
	rnp --homedir "$H" --password '' "$@"
}

# rnp_key FILE: its fingerprint, all users have one name; it is imported
rnp_key() {
	rnpkeys --homedir "$H" --import "$1" 2>&1 |
	    awk '/^(pub|sec) / { getline; print $1; exit }'
}

rnp_verb() {
	case $1 in
	generate)
		home
		rnpkeys --homedir "$H" --password '' --generate-key \
		    --userid "$U" >/dev/null
		rnpkeys --homedir "$H" --password '' --export-key \
		    --secret "$U" ;;
	sign) home "$2"; r -u $U --armor --sign --detach ;;
	verify) home "$3"; cat >"$T/signed-data"
		r --verify "$2" --source "$T/signed-data" ;;
	inline-sign) home "$2"; r -u $U --armor --sign ;;
	clear-sign) home "$2"; r -u $U --clearsign ;;
	inline-verify) home "$2"; r --verify --output - ;;
	encrypt) signer=$2; shift 2; home
		for cert; do
			shift
			set -- "$@" -r "$(rnp_key "$cert")"
		done
		[ "$signer" = - ] ||
		    set -- -u "$(rnp_key "$signer")" --sign "$@"
		r --armor "$@" --encrypt ;;
	decrypt) home "$2" "$3"
		if has rnp opens-hidden; then
			r --allow-hidden --decrypt
		else
			r --decrypt
		fi ;;
	encrypt-password) home
		rnp --homedir "$H" --password "$(cat "$2")" --armor -c ;;
	decrypt-password) home
		rnp --homedir "$H" --password "$(cat "$2")" --decrypt ;;
	esac
}

# its options changed with its first stable release
sq_verb() {
	if sq --version 2>/dev/null | grep -q '^sq 0\.'; then
		sq_0 "$@"
	else
		sq_1 "$@"
	fi
}

# sq_asked PASSWORD ARG...: it takes a passphrase from a terminal alone
sq_asked() {
	printf 'wait password\ntype %s\\n\n' "$(cat "$1")" >"$T/sq.script"
	shift
	cat >"$T/sq.in"
	rm -f "$T/sq.out"
	python3 "$ROOT/tests/cli/terminal.py" "$T/sq.script" \
	    sq "$@" --output "$T/sq.out" "$T/sq.in" >&2 && cat "$T/sq.out"
}

sq_0() {
	case $1 in
	generate) rm -f "$T/sq.key" "$T/sq.key.rev"
		sq key generate --userid "$U" --export "$T/sq.key" >&2 &&
		    cat "$T/sq.key" ;;
	sign) sq sign --detached --signer-key "$2" ;;
	verify) sq verify --detached "$2" --signer-cert "$3" ;;
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
	encrypt-password) sq_asked "$2" encrypt --symmetric ;;
	decrypt-password) sq_asked "$2" decrypt ;;
	esac
}

sq_1() {
	verb=$1
	shift
	case $verb in
	generate) rm -f "$T/sq.key" "$T/sq.key.rev"
		case $1 in
		6) set -- --profile rfc9580 ;;
		*) set -- ;;
		esac
		sq --home none key generate --own-key --userid "$U" "$@" \
		    --allow-non-canonical-userids --without-password \
		    --output "$T/sq.key" --rev-cert "$T/sq.key.rev" >&2 &&
		    cat "$T/sq.key" ;;
	sign) sq --home none sign --signer-file "$1" --signature-file - ;;
	verify) sq --home none verify --signature-file "$1" \
		    --signer-file "$2" ;;
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
	encrypt-password) sq --home none encrypt --without-signature \
		    --with-password-file "$1" ;;
	decrypt-password) sq --home none decrypt --password-file "$1" ;;
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
	verify) sop $peer verify "$2" "$3" >"$T/said" ;;
	inline-sign) sop $peer inline-sign "$2" ;;
	clear-sign) sop $peer inline-sign --as=clearsigned "$2" ;;
	inline-verify) sop $peer inline-verify \
		    --verifications-out="$T/said" "$2" ;;
	encrypt) signer=$2; shift 2
		[ "$signer" = - ] || set -- --sign-with="$signer" "$@"
		sop $peer encrypt "$@" ;;
	hidden) shift
		[ $peer != ours ] || set -- --hide-recipients "$@"
		[ $peer != js ] || set -- --profile=hidden "$@"
		sop $peer encrypt "$@" ;;
	decrypt) if [ "$3" = - ]; then sop $peer decrypt "$2"; else
			# its old name, which all of them know
			sop $peer decrypt --verify-out="$T/said" \
			    --verify-with="$3" "$2"
		fi ;;
	encrypt-password) sop $peer encrypt --with-password="$2" ;;
	decrypt-password) sop $peer decrypt --with-password="$2" ;;
	esac
}

# said_good: what the peer said of the signatures, beside its status, which is
# 0 for some of them with a signature that nobody can check
said_good() {
	case $peer in
	gpg) grep -qF '[GNUPG:] GOODSIG ' "$T/said" &&
	    grep -qF '[GNUPG:] VALIDSIG ' "$T/said" &&
	    ! grep -qE ' (BADSIG|ERRSIG|EXP(KEY)?SIG|REVKEYSIG) ' "$T/said" ;;
	rnp) grep -q '^Good signature made ' "$T/err" &&
	    grep -qF 'Signature(s) verified successfully' "$T/err" ;;
	# its blank may be one that does not break
	sq) grep -qxE '1[^0-9a-z]+(good|authenticated) signature\.' \
	    "$T/err" ;;
	*) grep -qixE \
	    '20[0-9-]+T[0-9:]+Z [0-9A-F]{40,64} [0-9A-F]{40,64}( .*)?' \
	    "$T/said" ;;
	esac
}

# as PEER VERB ARG...
as() {
	peer=$1
	shift
	rm -f "$T/said"
	case $peer in
	gpg) gpg_verb "$@" ;;
	rnp) rnp_verb "$@" ;;
	sq) sq_verb "$@" ;;
	*) sop_verb "$@" ;;
	esac 2>"$T/err" || return
	case "$1 ${3-}" in
	verify* | inline-verify* | 'decrypt '[!-]*) said_good 2>/dev/null ;;
	esac
}
