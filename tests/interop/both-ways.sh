# The tests of one peer against our tools: what we sign it verifies, what it
# signs we verify, and the same for ARC seals.  Sourced after lib.sh.

CANONS='relaxed/relaxed simple/simple relaxed/simple simple/relaxed'

# sign_ours OUT IN OPTION...
sign_ours() {
	sign_out=$1
	sign_in=$2
	shift 2
	"$BIN/dkim-sign" "$@" <"$sign_in" >"$sign_out" 2>"$T/sign.err" || {
		not_ok "dkim-sign $* < ${sign_in##*/}"
		diag <"$T/sign.err"
	}
}

# to_list NAME CANON FILE rsa|ed|dual: what a verifier has to find in FILE
to_list() {
	[ "$4" = ed ] || echo "$1 $2 $3 r rsa-sha256"
	[ "$4" = rsa ] || echo "$1 $2 $3 e ed25519-sha256"
}

# keys_of rsa|ed|dual: the options of dkim-sign
keys_of() {
	[ "$1" = ed ] || echo "-d example.org -s r -k $T/rsa.pem"
	[ "$1" = rsa ] || echo "-d example.org -s e -k $T/ed.pem"
}

# Every message in every canonicalization with both keys at once; then the
# ways to sign on one message.
ours_signed() {
	mkdir -p "$T/ours"
	for path in "$T"/msg/*; do
		m=${path##*/}
		case $m in *.lf) continue ;; esac
		for canon in $CANONS; do
			out=$T/ours/$m.$(echo $canon | tr / -)
			sign_ours "$out" "$path" $(keys_of dual) -c $canon
			to_list "$m" $canon "$out" dual >>"$T/list.ours"
		done
	done
	while read -r way keys options; do
		out=$T/ours/plain.$way
		sign_ours "$out" "$T/msg/plain" $(keys_of "$keys") $options
		to_list plain relaxed/relaxed "$out" "$keys" >>"$T/list.ours"
	done <<-EOF
	rsa rsa
	ed ed
	oversign dual --oversign From:To:Subject:Reply-To:Cc:Content-Type
	headers dual --headers From:Subject:Date:Message-ID:X-Not-There
	identity dual -i anna@example.org
	subidentity dual -i anna@mail.example.org
	expire dual -x 604800
	EOF
}

# A message with bare LF is signed as the CRLF message that it will be.
ours_signed_lf() {
	for path in "$T"/msg/*.lf; do
		m=${path##*/}
		for canon in $CANONS; do
			out=$T/ours/$m.$(echo $canon | tr / -)
			sign_ours "$T/lf" "$path" $(keys_of dual) -c $canon
			tr -d '\r' <"$T/lf" | sed 's/$/\r/' >"$out"
			to_list "$m" $canon "$out" dual >>"$T/list.ours"
		done
	done
}

# verified NAME SIGNER VERIFIER LIST COMMAND...: COMMAND prints the verdicts
verified() {
	verified_name=$1
	verified_signer=$2
	verified_by=$3
	verified_list=$4
	shift 4
	"$@" 2>"$T/err" | sort >"$T/all"
	diag <"$T/err"
	worth "$verified_signer" "$verified_by" <"$verified_list" 3>"$T/why" |
	    awk '{ print $3, "example.org", $4, $5, "pass" }' |
	    sort >"$T/want"
	sed 's/ [^ ]*$//' "$T/want" >"$T/asked"
	grep -F -f "$T/asked" "$T/all" >"$T/got"
	cat "$T/why"
	same "$T/want" "$T/got" \
	    "$verified_name ($(wc -l <"$T/want") signatures)"
}

# jobs SIGNER: the job lines of a peer, and the list of what it will sign
jobs() {
	: >"$T/jobs.$1"
	: >"$T/list.$1"
	keys=$RSA
	kind=rsa
	if peer_has_ed25519 "$1"; then
		keys="$keys $ED"
		kind=dual
	fi
	for path in "$T"/msg/*; do
		m=${path##*/}
		case $m in *.lf) continue ;; esac
		for canon in $CANONS; do
			out=$T/signed/$1.$m.$(echo $canon | tr / -)
			to_list "$m" $canon "$out" $kind >>"$T/list.$1"
			echo "$out $path $canon - $keys" >>"$T/jobs.$1"
		done
	done
	out=$T/signed/$1.plain.oversigned
	to_list plain relaxed/relaxed "$out" $kind >>"$T/list.$1"
	echo "$out $T/msg/plain relaxed/relaxed" \
	    "from:from:to:subject:subject:date:x-not-there $keys" \
	    >>"$T/jobs.$1"
}

# signed_by PEER
signed_by() {
	mkdir -p "$T/signed"
	jobs "$1"
	holds "$1 signs" peer "$1" sign "$T/keys" "$T/jobs.$1"
}

# changed FILE: four copies, each with one octet changed where it matters
changed() {
	sed 's/Hello/Hellp/' "$1" >"$1.body"
	sed 's/^Subject: plain/Subject: plane/' "$1" >"$1.header"
	sed 's/^From: Anna/From: Anne/' "$1" >"$1.from"
	printf 'x\r\n' | cat "$1" - >"$1.longer"
	ls "$1.body" "$1.header" "$1.from" "$1.longer"
}

# none_passes NAME COMMAND...
none_passes() {
	none_name=$1
	shift
	"$@" 2>"$T/err" | grep -v unsupported >"$T/got"
	holds "$none_name: a verdict on each" test \
	    "$(cut -d' ' -f1 "$T/got" | sort -u | wc -l)" -eq 4
	holds "$none_name: none passes" test "$(grep -c pass "$T/got")" -eq 0
}

dkim_both_ways() {
	: >"$T/list.ours"
	ours_signed
	ours_signed_lf
	verified "$1 verifies what dkim-sign signed" dkim-sign "$1" \
	    "$T/list.ours" peer "$1" verify "$T/keys" "$T"/ours/*
	none_passes "$1, changed copies of ours" peer "$1" verify "$T/keys" \
	    $(changed "$T/ours/plain.relaxed-relaxed")

	signed_by "$1"
	verified "dmarc-verify verifies what $1 signed" "$1" dmarc-verify \
	    "$T/list.$1" ours_verifies "$T/zone" "$T/signed/$1."*
	none_passes "dmarc-verify, changed copies of $1's" ours_verifies \
	    "$T/zone" $(changed "$T/signed/$1.plain.relaxed-relaxed")
}

# results ID ARC OUT IN: a message as ID would pass it on, before its seal
results() {
	{
		printf 'Authentication-Results: %s;\r\n' "$1"
		printf ' spf=pass smtp.mailfrom=example.org;\r\n arc=%s\r\n' "$2"
		cat "$4"
	} >"$3"
}

# seal WHO OUT IN DOMAIN,SELECTOR,ALGORITHM,KEY
seal() {
	id=mx.${4%%,*}
	if [ "$1" != ours ]; then
		echo "$2 $3 $id $4" >"$T/seal.job"
		peer "$1" arcseal "$T/keys" "$T/seal.job"
		return
	fi
	old_ifs=$IFS
	IFS=,
	set -- "$2" "$3" $4
	IFS=$old_ifs
	"$BIN/arc-seal" --zone "$T/zone" -d "$3" -s "$4" -k "$6" \
	    --authserv-id "$id" <"$2" >"$1"
}

# arc_says WHO FILE...: "FILE cv" lines
arc_says() {
	arc_who=$1
	shift
	if [ "$arc_who" != ours ]; then
		peer "$arc_who" arcverify "$T/keys" "$@"
		return
	fi
	"$BIN/dmarc-verify" --zone "$T/zone" --format=json --ordered \
	    --fail-on=never "$@" |
	    jq -r '.message + " " + .["dmarc-verify"].arc.cv'
}

# chain FIRST SECOND NAME: NAME.1 has one set, NAME.2 two
chain() {
	results mx.list.example none "$T/arc/in" "$T/arc/original"
	holds "$1 seals for $3" seal "$1" "$T/arc/$3.1" "$T/arc/in" "$LIST"
	results mx.relay.example pass "$T/arc/in" "$T/arc/$3.1"
	holds "$2 seals over it for $3" seal "$2" "$T/arc/$3.2" "$T/arc/in" \
	    "$RELAY"
	sed 's/^Hello/Hallo/' "$T/arc/$3.2" >"$T/arc/$3.2.changed"
	for n in 1 2; do
		echo "$T/arc/$3.$n pass"
	done >>"$T/arc.want"
	echo "$T/arc/$3.2.changed fail" >>"$T/arc.want"
}

arc_both_ways() {
	mkdir -p "$T/arc"
	: >"$T/arc.want"
	sign_ours "$T/arc/original" "$T/msg/plain" $(keys_of rsa)
	chain ours ours ours
	chain ours "$1" mixed
	chain "$1" ours turned
	for who in "$1" ours; do
		arc_says "$who" $(cut -d' ' -f1 "$T/arc.want") 2>"$T/err" \
		    >"$T/got"
		diag <"$T/err"
		same "$T/arc.want" "$T/got" "arc: the verdicts of $who"
	done
}
