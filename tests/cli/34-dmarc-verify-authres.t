#!/bin/sh
# dmarc-verify --header and --prepend: our Authentication-Results, and nobody
# else's in our name (RFC 8601 section 5).
. tests/cli/lib.sh

cat >"$T/zone" <<'END'
;! now 2026-03-01T12:00:00Z
$ORIGIN .
$TTL 300
example.org TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.example.org TXT "v=DMARC1; p=reject"
quarantine.test TXT "v=spf1 -all"
_dmarc.quarantine.test TXT "v=DMARC1; p=quarantine; t=y"
END

verify() {
	run "$BIN/dmarc-verify" --zone "$T/zone" --ip 192.0.2.1 \
	    --helo mx.example.org --mail-from a@example.org "$@"
}

# --- the field alone
printf 'From: <a@example.org>\r\nSubject: x\r\n\r\nhi\r\n' >"$T/good"
verify --header --authserv-id mx.test "$T/good"
status 0 'a pass is 0'
cat >"$T/want" <<'END'
Authentication-Results: mx.test;
	dkim=none;
	spf=pass smtp.mailfrom=a@example.org;
	spf=none reason="mx.example.org has no SPF record"
	smtp.helo=mx.example.org;
	arc=none smtp.remote-ip=192.0.2.1;
	dmarc=pass header.from=example.org policy.dmarc=none
END
tr -d '\r' <"$T/out" >"$T/field"
ok 'the field is as it always was' cmp "$T/want" "$T/field"
verify --header --authserv-id 'mx "1" test' "$T/good"
out 'Authentication-Results: "mx \"1\" test";' 'an odd id is quoted'

# --- several From domains: the one judged is named
printf 'From: a@example.org, b@quarantine.test\r\n\r\nhi\r\n' >"$T/several"
verify --header --authserv-id mx.test "$T/several"
status 1 'several From domains are 1'
out 'dmarc=fail header.from=quarantine.test policy.dmarc=none' \
    'the failing one is named, t=y heeded'
printf 'From: a@example.org, b@example.com\r\n\r\nhi\r\n' >"$T/several"
verify --header --authserv-id mx.test "$T/several"
out 'dmarc=permerror header.from=example.com' 'a pass of one is no pass'
printf 'From: a@example.org, b@[192.0.2.9]\r\n\r\nhi\r\n' >"$T/several"
verify --header --authserv-id mx.test "$T/several"
status 1 'an author without a domain beside one that passes is 1'
out 'dmarc=permerror header.from=example.org' 'and no pass'
printf 'Subject: x\r\n\r\nhi\r\n' >"$T/nofrom"
verify --header --authserv-id mx.test "$T/nofrom"
status 1 'no From is 1'
out 'dmarc=permerror' 'and permerror'

# --- forged fields go, all others stay
cat >"$T/forged" <<'END'
Authentication-Results: mx.test; dmarc=pass
Received: from x by mx.test
authentication-results: MX.TEST 1; spf=pass
Authentication-Results: (hello) mx.test (x) ; dkim=pass
Authentication-Results:
	"mx.test";
	dkim=pass
Authentication-Results: mx.test.; dkim=pass
Authentication-Results: "mx\.test"; dkim=pass
Authentication-Results: mx.(x)test; dkim=pass
Authentication-Results: mx.test
Authentication-Results: mx.test (; dkim=pass
Authentication-Results : mx.test; dkim=pass
Authentication-Results: other.test; dkim=pass reason="mx.test"
Authentication-Results: mx1.mx.test; dkim=pass
X-Authentication-Results: mx.test; dkim=pass
From: <a@example.org>
Subject: x

Authentication-Results: mx.test; in the body
END
cat >"$T/want" <<'END'
Received: from x by mx.test
Authentication-Results: other.test; dkim=pass reason="mx.test"
Authentication-Results: mx1.mx.test; dkim=pass
X-Authentication-Results: mx.test; dkim=pass
From: <a@example.org>
Subject: x

Authentication-Results: mx.test; in the body
END
verify --prepend --authserv-id mx.test <"$T/forged"
status 0 '--prepend is 0'
sed '1,/policy.dmarc=/d' "$T/out" >"$T/rest"
ok 'forged fields are gone, every other octet stays' cmp "$T/want" "$T/rest"
ok 'one field of ours is on top' sh -c '
	head -n 1 "$1" | grep -qx "Authentication-Results: mx.test;" &&
	[ "$(grep -c "Authentication-Results: mx.test;$" "$1")" -eq 1 ]' \
    sh "$T/out"
done_testing
