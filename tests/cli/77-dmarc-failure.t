#!/bin/sh
# Failure reports read: RFC 6591's and RFC 9991's fields, and what is none.
. tests/cli/lib.sh
. tests/cli/report.sh
tool=$BIN/dmarc-report

# afrf [SED]: a report mail, its fields changed by SED
afrf() {
	cat <<-'END'
	From: dmarc@receiver.example
	To: ruf@example.org
	Subject: FW: an offer
	MIME-Version: 1.0
	Content-Type: multipart/report; report-type=feedback-report; boundary=b

	--b
	Content-Type: text/plain

	A message failed.
	--b
	Content-Type: message/feedback-report

	END
	sed "${1-}" <<-'END'
	Feedback-Type: auth-failure
	User-Agent: Example/1
	Version: 1
	Original-Mail-From: <a@bad.example>
	Original-Rcpt-To: <b@receiver.example>
	Arrival-Date: Thu, 26 Nov 2026 12:00:00 +0100
	Source-IP: 192.0.2.7
	Reported-Domain: example.org
	Auth-Failure: dmarc
	Delivery-Result: reject
	Identity-Alignment: none
	DKIM-Domain: bad.example
	Authentication-Results: receiver.example;
	 dmarc=fail header.from=example.org
	END
	cat <<-'END'

	--b
	Content-Type: message/rfc822

	From: Someone <x@example.org>
	Subject: an offer
	MIME-Version: 1.0
	Content-Type: application/zip; name=offer.zip

	this is what it reports of
	--b--
	END
}

afrf >"$T/r.eml"
run "$tool" read "$T/r.eml"
status 0 'a failure report'
lines 1 'one row, whatever is attached to the message'
got '[.report.domain, .report.begin, .report.end, .n]' \
    '["example.org","2026-11-26T11:00:00Z","2026-11-26T11:00:00Z",1]' \
    'what it is about'
got '."dmarc-report" | [.schema, .count, .source_ip, .auth_failure,
    .delivery_result, .identity_alignment, .dkim_domain, .dkim_selector]' \
    '["dmarc-failure/1",1,"192.0.2.7","dmarc","reject","none","bad.example",null]' \
    'its fields'
got '."dmarc-report" | .authentication_results[], .original_rcpt_to[],
    .original_mail_from' 'receiver.example; dmarc=fail header.from=example.org <b@receiver.example> <a@bad.example>' 'folds undone'
got '[."dmarc-report".verdict, ."dmarc-report".findings[].code]' \
    '["warn","dmarc.row-failed"]' 'its verdict'
run "$tool" read --format=text "$T/r.eml"
out 'example.org, failure report: 1 from 192.0.2.7, failed: dmarc, alignment: none, delivery: reject' 'as text'
afrf 's/$/'"$(printf '\r')"'/' | sed 's/\r*$/\r/' >"$T/crlf.eml"
run "$tool" read "$T/crlf.eml"
got '."dmarc-report".source_ip' 192.0.2.7 'lines that end with CRLF'

# deviates SED WHAT CODE@WHERE...
deviates() {
	afrf "$1" >"$T/d.eml"
	what=$2
	shift 2
	run "$tool" read "$T/d.eml"
	status 0 "$what: is read"
	got '."dmarc-report".findings[] | .code + "@" + .where' "$*" "$what"
}
deviates 's/none/dkim/' 'one of both: no failure of DMARC'
deviates 's/none/dkim, spf/' 'both, as RFC 9991 lists them' dmarc.row-failed@
deviates 's/: dmarc$/: signature/' 'a report of a signature'
deviates '/Identity-Alignment/d' 'no alignment' \
    'report.field-missing@Identity-Alignment dmarc.row-failed@'
deviates '/Identity-Alignment/d; s/: dmarc$/: signature/' \
    'an older report of a signature' report.field-missing@Identity-Alignment
deviates 's/192.0.2.7/here/' 'no address' \
    'report.field-type@Source-IP dmarc.row-failed@'
deviates 's/26 Nov 2026/yesterday/' 'no date' \
    'report.field-type@Arrival-Date dmarc.row-failed@'
deviates 's/^Version: 1/Incidents: many/' 'no version, and no number' \
    'report.field-missing@Version report.field-type@Incidents dmarc.row-failed@'
deviates 's/^Version: 1/Version: 1\nIncidents: 12/' 'incidents' \
    dmarc.row-failed@
got '."dmarc-report".count' 12 'are counted'
deviates 's/auth-failure/(RFC 6591) & (a (b) \\))/; s/: dmarc$/&(c)/
    s/192.0.2.7/(c) & (d)/; s/: none/& (e)/; s/^Version: 1/& (f)/
    s/^Version.*/&\nIncidents: (g)12 (h)/' \
    'comments around values' dmarc.row-failed@
got '."dmarc-report" | [.source_ip, .auth_failure, .identity_alignment, .count]' \
    '["192.0.2.7","dmarc","none",12]' 'are no part of them'
deviates 's/<a@/<"a(b"@/; s/192.0.2.7/& (c/' 'what is no comment' \
    'report.field-type@Source-IP dmarc.row-failed@'
got '."dmarc-report" | [.original_mail_from, .source_ip]' \
    '["<\"a(b\"@bad.example>","192.0.2.7 (c"]' 'stays'
deviates "s/Example\\/1/$(printf '%09000d' 1)/" 'a text too long' \
    'report.field-type@User-Agent report.field-missing@User-Agent dmarc.row-failed@'
afrf 's/example.org$/e\x1b[2J/' >"$T/d.eml"
run "$tool" read --format=text "$T/d.eml"
out 'e?[2J, failure' 'controls are no part of the text'

# --- in words, from Exim
plain() {
	printf 'From: a@b\nContent-Type: multipart/report; boundary=b\n\n--b\n'
	printf 'Content-Type: text/plain\n\n'
	sed "${1-}" <<-'END'
	A message claiming to be from you has failed the published DMARC policy for your domain.

	  Sender Domain: example.org
	  Sender IP Address: 192.0.2.7
	  Received date: Mon, 07 Apr 2025 23:16:09 +0200
	  SPF Alignment: no
	  DKIM Alignment: no
	  DMARC Results: None, Accept

	------ This is a copy of the headers

	  Sender Domain: other.example
	END
	printf '\n--b--\n'
}
plain >"$T/p.eml"
run "$tool" read "$T/p.eml"
status 0 'a report in words'
got '[.report.domain, .report.begin, ."dmarc-report".source_ip,
    ."dmarc-report".identity_alignment, ."dmarc-report".verdict]' \
    '["example.org","2025-04-07T21:16:09Z","192.0.2.7","dkim, spf","warn"]' \
    'is understood, up to the header'
plain 's/SPF Alignment: no/SPF Alignment: yes/' >"$T/p.eml"
run "$tool" read "$T/p.eml"
got '."dmarc-report" | [.identity_alignment, .verdict]' '["dkim","pass"]' \
    'what was not aligned'
plain "s/: example.org/: $(printf '%020000d' 1)/" >"$T/p.eml"
run "$tool" read "$T/p.eml"
status 65 'a line too long'
plain 's/claiming/that claims/' >"$T/p.eml"
run "$tool" read "$T/p.eml"
found report.none 'other words'

# --- what is none
afrf 's/auth-failure/abuse/' >"$T/x"
run "$tool" read "$T/x"
status 65 'a complaint about abuse'
out 'its feedback is not about authentication' 'says so'
lines 1 'once'
afrf 's/.*//' >"$T/x"
run "$tool" read "$T/x"
status 65 'no field at all'
python3 - "$T/r.eml" >"$T/x" <<'END'
import sys
m = open(sys.argv[1]).read()
sys.stdout.write(m.replace("Version: 1\n", "Version: 1\n" +
    "Authentication-Results: x\n" * 900))
END
run "$tool" read "$T/x"
out 'more than 20 of them: left out' 'nine hundred results'
python3 - "$T/r.eml" >"$T/x" <<'END'
import sys
m = open(sys.argv[1]).read()
sys.stdout.write(m.replace("Version: 1\n", "Version: 1\n" + "X: x\n" * 2000))
END
run "$tool" read "$T/x"
status 65 'two thousand fields'
out 'too many fields' 'are refused'
python3 - "$T/r.eml" >"$T/x" <<'END'
import sys
m = open(sys.argv[1]).read()
sys.stdout.write(m.replace("Version: 1\n", "Version: 1\nX: " + "x" * 2000000 +
    "\n"))
END
run "$tool" read "$T/x"
out 'too long for a failure report' 'two megabytes'
cat "$T/r.eml" >"$T/mbox"
{
	printf 'From a Thu Jan  1 00:00:00 2026\n'
	cat "$T/r.eml"
	printf '\nFrom a Thu Jan  1 00:00:00 2026\n'
	mail_of text/xml r.xml tests/vectors/dmarc-report/rfc9990.xml
} >"$T/mbox"
run "$tool" read "$T/mbox"
got '[."dmarc-report".schema, .n]' \
    '["dmarc-failure/1",1] ["dmarc-report/1",1]' 'both kinds in an mbox'
done_testing
