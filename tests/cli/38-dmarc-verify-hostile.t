#!/bin/sh
# dmarc-verify: messages that are made to get a pass, or to cost time.
. tests/cli/lib.sh
needs jq timeout
cat >"$T/zone" <<'END'
;! now 2026-03-01T12:00:00Z
own.example. 300 IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
_dmarc.own.example. 300 IN TXT "v=DMARC1; p=reject"
_dmarc.bank.example. 300 IN TXT "v=DMARC1; p=reject"
END

# judged NAME RESULT: the header on stdin, sent by own.example's server
judged() {
	{ cat; printf 'Subject: x\n\nhello\n'; } >"$T/m"
	verify --ip 192.0.2.1 --mail-from a@own.example "$T/m"
	member .dmarc.result "$2" "$1"
}

# --- a From field that another one stands behind
judged 'one author' pass <<'END'
From: a@own.example
END
judged '"From :" in the first line is a field' fail <<'END'
From : ceo@bank.example
From: a@own.example
END
judged 'an author that cannot be read hides behind none' permerror <<'END'
From: ceo@bank.example <a@own.example>
From: a@own.example
END
found from.several 'and is told'
judged 'nor one without a domain' permerror <<'END'
From: ceo@[192.0.2.9], a@own.example
END

# --- mail in the way of delivery
for option in --prepend --prep; do
	run "$BIN/dmarc-verify" $option --no-such <"$T/m"
	status 75 "$option with a wrong option is 75"
done

# --- time
awk 'BEGIN {
	for (i = 0; i < 110; i++) {
		printf "From: a@own.example"
		for (k = 0; k < 900; k++)
			printf ",a@%x", i * 900 + k
		printf "\n"
	}
	print "Subject: x\n\nhello"
}' >"$T/m"
run timeout ${SANITIZED:+6}10 "$BIN/dmarc-verify" --zone "$T/zone" "$T/m"
status 1 'a hundred thousand authors are soon too many'
member .dmarc.result fail 'and none of them helps another'

# big TEXT: TEXT a quarter of a million times
big() {
	head -c 250000 /dev/zero | sed "s/\\x00/$1/g"
}
{ printf 'Authentication-Results: '; big '('; printf '\nFrom: a@own.example\n\nx\n'
} >"$T/m"
run timeout ${SANITIZED:+6}5 sh -c "'$BIN/dmarc-verify' --zone '$T/zone' --prepend \
    --authserv-id mx.example <'$T/m'"
status 0 '--prepend reads comments that do not end only once'

"$BIN/dkim-sign" keygen -o "$T/key" -d own.example -s k >>"$T/zone"
awk 'BEGIN {
	print "From: a@own.example"
	for (i = 0; i < 8000; i++)
		print "X-" i ": y"
	for (i = 0; i < 20; i++) {
		printf "DKIM-Signature: v=1; a=rsa-sha256; d=own.example; " \
		    "s=k; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;" \
		    "b=AAA=; h=from"
		for (k = 0; k < 999; k++)
			printf ":x-%d", k
		print ""
	}
	print "\nhello"
}' >"$T/m"
run timeout ${SANITIZED:+6}15 "$BIN/dmarc-verify" --zone "$T/zone" --explain "$T/m"
status 1 '--explain does not try a thousand names of twenty signatures'

# twenty different body hashes, and a body of empty and of short lines
awk 'BEGIN {
	print "From: a@own.example"
	for (i = 0; i < 20; i++)
		printf "DKIM-Signature: v=1; a=rsa-sha256; d=own.example; " \
		    "c=%s; s=k; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3h" \
		    "S%c%cA=; b=AAA=; h=from\n", i % 2 ? "simple/simple" : \
		    "relaxed/relaxed", 65 + i, 65
	print ""
	for (i = 0; i < 2000000; i++)
		print "x"
	for (i = 0; i < 2000000; i++)
		print ""
	print "x"
}' >"$T/m"
run timeout ${SANITIZED:+6}5 "$BIN/dmarc-verify" --zone "$T/zone" --explain "$T/m"
status 1 '--explain looks for footers once for all signatures'

# --- fields that some readers see and others do not
for octet in '\r' '\000'; do
	printf "Subject: x${octet}From: ceo@victim.test\r\nFrom: a@own.example\r\n\r\nx\r\n" \
	    >"$T/m"
	run "$BIN/dmarc-verify" --zone "$T/zone" "$T/m"
	member .from own.example 'From is the field by the grammar'
	found header.control 'and what may hide another is told'
done
printf 'Subject: x\r\nFrom: a@own.example\r\n\r\na\rb\r\n' >"$T/m"
run "$BIN/dmarc-verify" --zone "$T/zone" "$T/m"
found_not header.control 'line ends are none of them, and the body is no field'

# --- an address beside the author's own
# shows FROM: from.display is told of it; plain FROM: it is not
from() {
	printf 'From: %s\r\n\r\nx\r\n' "$1" >"$T/m"
	run "$BIN/dmarc-verify" --zone "$T/zone" "$T/m"
}
shows() {
	from "$1"
	found from.display "another address is shown: $1"
}
plain() {
	from "$1"
	found_not from.display "none is: $1"
}
me='<a@own.example>'
shows "\"ceo@bank.example\" $me"
shows "\"a@own.example, ceo@bank.example\" $me"
shows "\"ceo\\@bank.example\" $me"
shows "=?utf-8?q?ceo=40bank.example?= $me"
shows "=?utf-8?q?ceo=40?= =?utf-8?q?bank.example?= $me"
shows "=?windows-1252?q?J=FCrgen_ceo=40bank.example?= $me"
shows "\"=?utf-8?b?Y2VvQGJhbmsuZXhhbXBsZQ==?=\" $me"
shows "Anna (ceo@bank.example) $me"
shows "a@own.example (ceo@bank.example)"
shows "a@own.example (=?utf-8?q?ceo=40bank.example?=)"
shows "Doe, John (ceo@bank.example) $me"
shows "b@own.example, \"=?utf-8?q?ceo=40bank.example?=\" $me"
plain "Anna $me"
plain "a@own.example"
plain "a@own.example (a@mail.own.example.)"
plain "\"A@OWN.example, Anna\" $me"
plain "=?utf-8?q?a=40own.example?= $me"
plain "\"Anna @home\" $me"
plain "\"a@bücher.example\" <a@xn--bcher-kva.example>"
plain "Anna $me, Bert <b@other.example>"

# --- an SPF record of thousands of macros over a long sender
awk 'BEGIN {
	printf "macro.test TXT ( \"v=spf1 exists:\""
	for (i = 0; i < 200; i++) {
		printf " \""
		for (k = 0; k < 60; k++)
			printf "%%{L}"
		printf "\""
	}
	print " \".x.test -all\" )"
}' >"$T/macro"
{ printf '{"ip":"192.0.2.1","mail_from":"'; big 'a+'
    printf '@macro.test"}\n'; } >"$T/m"
run timeout ${SANITIZED:+6}10 "$BIN/dmarc-verify" spf --zone "$T/macro" \
    -j 1 <"$T/m"
status 1 'is looked through once, not for each'
out 'expands to more than 65536 octets' 'and what cannot fit is permerror'

done_testing
