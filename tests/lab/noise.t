#!/bin/sh
# Servers that send random octets at each stage of SMTP, IMAP, POP3 and TLS:
# whatever comes, it ends in a record. ROUNDS says how often each server is
# looked at from all sides, SEED what the servers draw from; SANITIZED=1 is
# for a build with sanitizers (B).
. tests/cli/lib.sh

PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
needs nsd unbound postfix jq
ROUNDS=${ROUNDS:-1} SEED=${SEED:-1}
echo "# seed $SEED, $ROUNDS rounds"
LAB_NS=n$$
export LAB_NS
trap 'scripts/lab down >/dev/null 2>&1; rm -rf "$T"' EXIT
scripts/lab up --seed "$SEED" >"$T/up" 2>&1 || { cat "$T/up"; exit 1; }

scripts/lab table | jq -r 'select(.fault | test("noise|random")).domain,
    (select(.domain | test("noise")).domain)' | sort -u >"$T/in"
ok "there are such servers" [ "$(wc -l <"$T/in")" -ge 7 ]
cat >"$T/probe" <<END
#!/bin/sh
exec $BIN/mstls-probe --trust-anchor=\$LAB_ANCHOR --ca-file=\$LAB_CA \\
    --allow-private --fail-on=never -j8 --depth=full --active --timeout=20 \\
    --service=smtp --service=submission --service=submissions \\
    --service=imap --service=imaps --service=pop3 --service=pop3s "\$@"
END
chmod +x "$T/probe"

# look ROUND: once at each server; what comes is judged when all have ended
look() {
	scripts/lab exec "$T/probe" <"$T/in" >"$T/out.$1" 2>"$T/err.$1"
	echo $? >"$T/status.$1"
}

judge() {
	mv "$T/out.$1" "$T/out"
	mv "$T/err.$1" "$T/err"
	STATUS=$(cat "$T/status.$1")
	status 0 "round $1"
	ok "round $1: a record for each" \
	    [ "$(wc -l <"$T/out")" -eq "$(wc -l <"$T/in")" ]
	jq -e -s 'all(.[]; [."mstls-probe".findings[].code] |
	    contains(["probe.crashed"]) | not) and
	    all(.[]; [."mstls-probe".findings[].code] |
	    contains(["run.crashed"]) | not)' "$T/out" >/dev/null
	report $? "round $1: no crash"
	! grep -q 'AddressSanitizer\|runtime error' "$T/err"
	report $? "round $1: nothing for the sanitizers to say"
	more=$(jq -s '[.[]."mstls-probe" | (.mx, .services)[].addresses[] |
	    .connections] | add' "$T/out")
	connections=$((connections + more))
}

# A round is time-outs for the most part: AT_ONCE of them wait together.
AT_ONCE=5
connections=0
round=0
while [ $round -lt "$ROUNDS" ]; do
	first=$((round + 1))
	last=$((round + AT_ONCE < ROUNDS ? round + AT_ONCE : ROUNDS))
	for round in $(seq $first $last); do
		look "$round" &
	done
	wait
	for round in $(seq $first $last); do
		judge "$round"
	done
done
echo "# $connections connections"
done_testing
