# For the tests of mtasts-check: zones, and what the record says. Read after
# lib.sh.

# policy LINE...: a body, lines end with LF
policy() {
	printf '%s\n' "$@"
}

# serve DOMAIN [STATUS [TYPE]] < body: a ";! fetch" entry
serve() {
	printf ';! fetch https://mta-sts.%s/.well-known/mta-sts.txt %s %s %s\n' \
	    "$1" "${2:-200}" "${3:-text/plain}" "$(base64 -w0)"
}

# domain NAME: MX, its host, and the policy host's address
domain() {
	cat <<-END
	$1. 300 IN MX 10 mx1.$1.
	mx1.$1. 300 IN A 192.0.2.1
	mta-sts.$1. 300 IN A 192.0.2.80
	END
}

# txt DOMAIN TEXT: a record at _mta-sts
txt() {
	printf '_mta-sts.%s. 300 IN TXT "%s"\n' "$1" "$2"
}

# good DOMAIN [ID]: everything that a domain with enforce has
good() {
	domain "$1"
	txt "$1" "v=STSv1; id=${2:-1};"
	policy 'version: STSv1' 'mode: enforce' "mx: mx1.$1" \
	    'max_age: 604800' | serve "$1"
}

# check OPTION... DOMAIN: with $T/zone
check() {
	run "$BIN/mtasts-check" --zone "$T/zone" --format=json "$@"
}

# is PATH WANT NAME: of the record on stdout, below "mtasts-check"
is() {
	got=$(jq -rc ".[\"mtasts-check\"] | $1" "$T/out" 2>&1)
	[ "$got" = "$2" ] || echo "# $1 is $got, not $2"
	[ "$got" = "$2" ]
	report $? "$3"
}

# says VERDICT CODE,... NAME: the verdict, and the codes above info, sorted
says() {
	got=$(jq -r '."mtasts-check" | .verdict + " " + ([.findings[] |
	    select(.severity != "info") | .code] | unique | join(","))' \
	    "$T/out" 2>&1)
	[ "${got% }" = "${1}${2:+ $2}" ] || echo "# $got, not $1 $2"
	[ "${got% }" = "${1}${2:+ $2}" ]
	report $? "$3"
}

# outcome KIND WANT NAME: what this kind of sender does, "-" for null
outcome() {
	got=$(jq -r --arg k "$1" '[."mtasts-check".senders[$k][] |
	    "\(.outcome) \(.result_type // "-")"] | join(", ")' "$T/out")
	[ "$got" = "$2" ] || echo "# $got, not $2"
	[ "$got" = "$2" ]
	report $? "$3"
}
