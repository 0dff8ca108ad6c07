#!/bin/sh
# arc-seal: chains of several hops, broken chains, and what is refused.
. tests/cli/lib.sh
needs jq
make_keys
message >"$T/m"

ar() {
	printf 'Authentication-Results: %s; arc=none; dmarc=pass\n' "$1"
}

# seal N ARG...: as hop N, whose id is hopN.example
seal() {
	hop=$1
	shift
	"$BIN/arc-seal" --zone "$T/zone" -d example.org -s rsa \
	    -k "$T/rsa.key" --authserv-id "hop$hop.example" "$@"
}

# without PATTERN: stdin without the fields whose unfolded text has it
without() {
	awk -v pattern="$1" '
	function put() {
		if (held != "" && flat !~ pattern)
			printf "%s", held
		held = flat = ""
	}
	body { print; next }
	/^$/ { put(); body = 1; print; next }
	!/^[ \t]/ { put() }
	{ held = held $0 "\n"; sub(/^[ \t]+/, " "); flat = flat $0 }'
}

# --- three hops
{ ar hop1.example; cat "$T/m"; } | seal 1 >"$T/1"
{ ar hop2.example; echo 'Received: from a by b'; cat "$T/1"; } |
    seal 2 >"$T/2"
{ ar hop3.example; echo 'Received: from b by c'; cat "$T/2"; } |
    seal 3 >"$T/3"
for n in 1 2 3; do
	verify "$T/$n"
	member .arc.cv pass "a chain of $n passes"
	member .arc.instances $n 'with so many sets'
done
member '.arc.sets[].cv' 'none pass pass' 'cv= is none, then pass'
member '.arc.oldest_pass' 0 'all message signatures still pass'
member '.arc.sets[].result' 'pass pass pass' 'every seal passes'
ok 'the order on top is AS, AMS, AAR' test "$(sed -n 's/^\(ARC-[A-Za-z-]*\):.*/\1/p' \
    "$T/1" | tr '\n' ' ')" = \
    'ARC-Seal ARC-Message-Signature ARC-Authentication-Results '
ok 'AAR copies the results with their id' \
    grep -q '^	hop1.example;\|i=1; hop1.example;' "$T/1"
ok 'AMS does not sign ARC fields' sh -c '! tr -d "\n\t" <"$1" |
    grep -o "h=[^;]*" | grep -qi arc-' - "$T/3"
size=$(wc -c <"$T/m")
tail -c "$size" "$T/3" >"$T/rest"
same "$T/m" "$T/rest" 'every octet below stays'
crlf <"$T/m" >"$T/crlf"
{ ar hop1.example | crlf; cat "$T/crlf"; } | seal 1 >"$T/c"
ok 'new fields end in CRLF where the message does' \
    sh -c 'test "$(grep -c "$(printf "\r")$" "$1")" -eq "$(wc -l <"$1")"' - \
    "$T/c"
verify "$T/c"
member .arc.cv pass 'and the chain passes'
{ ar hop1.example; cat "$T/m"; } |
    "$BIN/arc-seal" --zone "$T/zone" -d example.org -s ed -k "$T/ed.key" \
    --authserv-id hop1.example >"$T/e"
verify "$T/e"
member .arc.cv pass 'Ed25519 seals, too'

# --- what breaks a chain
broken() {
	verify "$T/b"
	member .arc.cv fail "$1"
	found arc.fail 'and a finding'
}
without '^ARC-Authentication-Results: i=2' <"$T/3" >"$T/b"
broken '4.2: a set without its results'
without '^ARC-Seal:.* i=2;' <"$T/3" >"$T/b"
broken '4.2: a set without its seal'
without '^ARC-Message-Signature:.* i=1;' <"$T/3" >"$T/b"
broken '4.2: a set without its message signature'
without 'i=2;' <"$T/3" >"$T/b"
broken '4.2: a set that is gone'
{ sed -n '/^ARC-Seal/,/^ARC-Auth/{/^ARC-Auth/!p;}' "$T/2" |
    sed '/^ARC-Seal/,$!d'; cat "$T/3"; } | sed '/^$/q' >"$T/dup"
{ grep -v '^$' "$T/dup"; sed '1,/^$/d' "$T/3" | sed '1i\
\
'; } >"$T/b"
broken '4.2: a field that is there twice'
sed 's/^ARC-Authentication-Results: i=2/&0/' "$T/3" >"$T/b"
broken '4.2.1: a gap'
sed 's/hop2.example;/hop2.example; x=y;/' "$T/3" >"$T/b"
broken '5.2: results that were changed'
{ cat "$T/3"; echo 'a footer'; } >"$T/b"
broken '5.2: the newest message signature must pass'
{ cat "$T/2"; echo 'a footer'; } >"$T/foot"
{ ar hop3.example; cat "$T/foot"; } | seal 3 >"$T/f3" 2>"$T/err"
status=$?
ok 'a broken chain is sealed' test $status -eq 0
ok 'with cv=fail' grep -q 'cv=fail' "$T/f3"
err 'the chain is broken' 'which is said'
verify "$T/f3"
member .arc.cv fail '5.2: cv=fail is a failed chain'
{ ar hop4.example; cat "$T/f3"; } >"$T/f3ar"
run seal 4 <"$T/f3ar"
status 0 '5.1: after a failure the message goes on'
same "$T/f3ar" "$T/out" 'without a further set'
err 'has failed before' 'which is said'

# --- what was changed after it was verified on arrival (RFC 8617 4.4)
arrived() {
	echo "Authentication-Results: hop3.example; $1; dmarc=pass"
}
for pass in arc=pass 'arc/1 = (i=2) PASS header.oldest-pass=0'; do
	{ arrived "$pass"; cat "$T/foot"; } >"$T/in"
	run seal 3 <"$T/in"
	status 0 "results with $pass, then a footer"
	out cv=pass 'are sealed with cv=pass'
	err_not broken 'without a warning'
	cp "$T/out" "$T/b"
	verify "$T/b"
	member .arc.cv pass 'which the next hop takes'
	member .arc.oldest_pass 3 'and sees who changed the message'
done
for said in arc=fail arc=none 'x=y' 'arc=pass; arc=fail' \
    'spf=none reason="; arc=pass"' 'arc=(pass)fail'; do
	{ arrived "$said"; cat "$T/foot"; } | seal 3 >"$T/f" 2>"$T/err"
	ok "results with $said do not" grep -q 'cv=fail' "$T/f"
done
for damage in 's/hop2.example;/hop2.example; x=y;/' \
    '/^ARC-Authentication-Results: i=1/d'; do
	{ arrived arc=pass; sed "$damage" "$T/foot"; } | seal 3 >"$T/f" \
	    2>"$T/err"
	ok 'nor where the sets themselves were changed' \
	    grep -q 'cv=fail' "$T/f"
done
sed 's/^ARC-Seal: /&h=from; /' "$T/1" >"$T/b"
broken '4.1.3: a seal with h='

# --- whose results
{ echo 'Received: from x by y'; ar hop1.example; cat "$T/m"; } >"$T/in"
run seal 1 <"$T/in"
status 75 'results below a Received are refused'
err ar.untrusted 'as ar.untrusted'
ok 'and nothing is written' test ! -s "$T/out"
run seal 1 <"$T/m"
status 75 'no results at all: 75'
{ ar other.example; cat "$T/m"; } >"$T/in"
run seal 1 <"$T/in"
status 75 "another id's results are not ours"
{ cat "$T/m" | sed 's/^To:/Authentication-Results: hop1.example; arc=none\n&/'; } \
    >"$T/in"
run seal 1 <"$T/in"
status 0 'without Received they may stand anywhere'
{ ar hop1.example; ar HOP1.example; cat "$T/m"; } >"$T/in"
run seal 1 <"$T/in"
status 0 'two fields of ours make one'
ok 'set' test "$(grep -c '^ARC-Authentication-Results:' "$T/out")" -eq 1

# --- failures
{ ar hop2.example; cat "$T/1"; } >"$T/in"
{ cat "$T/zone"; echo ';! timeout rsa._domainkey.example.org'; } |
    sed '/^rsa\._domainkey/,/)/d' >"$T/down"
run "$BIN/arc-seal" --zone "$T/down" -d example.org -s rsa \
    -k "$T/rsa.key" --authserv-id hop2.example <"$T/in"
status 75 'a chain that DNS does not let us check is not sealed'
ok 'nothing is written' test ! -s "$T/out"
run "$BIN/arc-seal" --zone "$T/down" -d example.org -s rsa \
    -k "$T/rsa.key" --authserv-id hop2.example --on-error=pass <"$T/in"
status 0 'unless --on-error=pass'
same "$T/in" "$T/out" 'as it came'
run seal 1 </dev/null
status 75 'an empty stdin is 75'
{ ar hop1.example; cat "$T/m"; } >"$T/in"
for none in none 'None ;' '(nothing) none (at all)'; do
	{ echo "Authentication-Results: hop1.example; $none"; cat "$T/m"; } |
	    seal 1 >"$T/out"
	ok "\"$none\" does not stand beside arc=none" \
	    sh -c '! grep -i "	.*none[ ;]" "$1"' - "$T/out"
	ok 'which is there' grep -q '^	arc=none$' "$T/out"
done
name=X-$(printf %040d 0)
{ ar hop1.example; yes "$name: y" | head -n 7000; cat "$T/m"; } >"$T/in"
run "$BIN/arc-seal" --zone "$T/zone" -d example.org -s rsa \
    -k "$T/rsa.key" --authserv-id hop1.example --headers "From:$name" \
    <"$T/in"
status 75 'more names than a field holds are 75'
ok 'and no half of a signature is written' test ! -s "$T/out"
for option in --no-such '-d' '--headers' operand; do
	run seal 1 $option <"$T/in"
	status 75 "option $option is 75"
	ok 'and nothing is written' test ! -s "$T/out"
done
run "$BIN/arc-seal" --zone "$T/zone" -d example.org -s rsa \
    -k "$T/rsa.key" <"$T/in"
status 75 'there is no default --authserv-id'
run "$BIN/arc-seal" --zone "$T/absent" -d example.org -s rsa \
    -k "$T/rsa.key" --authserv-id hop1.example <"$T/in"
status 75 'a zone that is not there is 75'
run "$BIN/arc-seal" --zone "$T/zone" -d example.org -s rsa -k "$T/absent" \
    --authserv-id hop1.example <"$T/in"
status 75 'a key that is not there is 75'
if [ -c /dev/full ]; then
	STATUS=0
	seal 1 <"$T/in" >/dev/full 2>"$T/err" || STATUS=$?
	status 75 'a full stdout is 75'
fi
STATUS=0
seal 1 -- sh -c 'cat >"$1"; exit 5' - "$T/got" <"$T/in" || STATUS=$?
status 5 "COMMAND's status is ours"
verify "$T/got"
member .arc.cv pass 'and it gets the sealed message'
run seal 1 -- touch "$T/started" <"$T/m"
ok 'COMMAND is not started when there is no seal' test ! -e "$T/started"

# --- --standardize
seal 1 --standardize <"$T/in" >"$T/s1"
seal 1 --standardize <"$T/in" >"$T/s2"
same "$T/s1" "$T/s2" '--standardize gives the same octets'
ok 'on one line a field' test "$(sed '/^$/q' "$T/s1" | grep -c '^[	 ]')" -eq 0
ok 'tags in order' test "$(sed -n 's/^ARC-Seal: //p' "$T/s1" |
    tr ';' '\n' | sed 's/^ *//;s/=.*//' | tr '\n' ' ')" = 'a b cv d i s t '
verify "$T/s1"
member .arc.cv pass 'and it passes'

# --- what a sender wrote into the results is not the results
for text in '"x; arc=pass"@evil.test' '(x; arc=pass) a@evil.test'; do
	{ echo "Authentication-Results: hop1.example;" \
	    "spf=pass smtp.mailfrom=$text"; cat "$T/m"; } >"$T/in"
	run seal 1 <"$T/in"
	out "$text;" 'text in quotes or a comment stays on its line'
	out 'arc=none' 'and is not taken for an arc= of ours'
done
{ echo 'Authentication-Results: hop1.example; spf=pass; (x) arc = none'
    cat "$T/m"; } >"$T/in"
run seal 1 <"$T/in"
out_not 'arc=none' 'one that is ours is not said twice'

# --- options that would break a field
{ ar hop1.example; cat "$T/m"; } >"$T/in"
run seal 1 -d 'example.org; x=y' <"$T/in"
status 75 'no domain that ends its tag'
err 'no domain and selector' 'which is said'
run seal 1 -s 'a b' <"$T/in"
status 75 'nor such a selector'
for id in '' 'a b' 'a;b'; do
	{ ar "\"$id\""; cat "$T/m"; } >"$T/odd"
	run seal 1 --authserv-id "$id" <"$T/odd"
	status 75 "\"$id\" is no authserv-id"
done
run seal 1 --headers 'From:a;b' <"$T/in"
status 75 'no list of fields that ends its tag'

# --- 50 sets are the most
cp "$T/1" "$T/chain"
i=2
while [ $i -le 50 ]; do
	{ ar hop1.example; cat "$T/chain"; } | seal 1 >"$T/next"
	mv "$T/next" "$T/chain"
	i=$((i + 1))
done
verify "$T/chain"
member .arc.cv pass '4.2.1: 50 sets'
{ ar hop1.example; cat "$T/chain"; } >"$T/in"
run seal 1 <"$T/in"
status 0 'the 51st is not added'
same "$T/in" "$T/out" 'the message goes on as it came'

# --- a continuation of nothing must not become one of the seal
{ printf '\t; orphan\n'; ar hop1.example; cat "$T/m"; } >"$T/in"
run seal 1 <"$T/in"
status 0 'a header that begins with a continuation'
out_not orphan 'goes on without it'
err 'above the first field' 'which is told'

done_testing
