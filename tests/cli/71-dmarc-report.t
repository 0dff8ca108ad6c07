#!/bin/sh
# Aggregate reports read: of both schemas, as they come, and what is none.
. tests/cli/lib.sh
. tests/cli/report.sh
tool=$BIN/dmarc-report
V=tests/vectors/dmarc-report

read_() {
	run "$tool" read "$@"
}

# report [SED]: of the schema that RFC 7489 has, two rows, changed by SED
report_() {
	sed "${1-}" <<-'END'
	<?xml version="1.0" encoding="UTF-8" ?>
	<feedback>
	 <report_metadata>
	  <org_name>mail.example.net</org_name>
	  <email>noreply@mail.example.net</email>
	  <extra_contact_info>https://example.net/d</extra_contact_info>
	  <report_id>17</report_id>
	  <date_range><begin>1700000000</begin><end>1700086399</end></date_range>
	 </report_metadata>
	 <policy_published>
	  <domain>example.org</domain><adkim>r</adkim><aspf>s</aspf>
	  <p>reject</p><sp>none</sp><pct>100</pct>
	 </policy_published>
	 <record>
	  <row><source_ip>192.0.2.1</source_ip><count>5</count>
	   <policy_evaluated><disposition>none</disposition>
	    <dkim>pass</dkim><spf>fail</spf>
	    <reason><type>local_policy</type><comment>arc=pass</comment></reason>
	    <reason><type>other</type></reason>
	   </policy_evaluated></row>
	  <identifiers><header_from>example.org</header_from></identifiers>
	  <auth_results>
	   <dkim><domain>example.org</domain><selector>a</selector><result>pass</result></dkim>
	   <dkim><domain>lists.example</domain><result>fail</result></dkim>
	   <spf><domain>lists.example</domain><scope>mfrom</scope><result>pass</result></spf>
	  </auth_results>
	 </record>
	 <record>
	  <row><source_ip>2001:db8::1</source_ip><count>1</count>
	   <policy_evaluated><disposition>reject</disposition>
	    <dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
	  <identifiers><header_from>example.org</header_from></identifiers>
	  <auth_results><spf><domain>bad.example</domain><result>none</result></spf></auth_results>
	 </record>
	</feedback>
	END
}

# --- both schemas
report_ >"$T/r.xml"
read_ "$T/r.xml"
status 0 'a report of the old schema'
lines 2 'a row a record'
got '[.report.org, .report.id, .report.domain, .report.begin, .report.end, .n]' \
    '["mail.example.net","17","example.org","2023-11-14T22:13:20Z","2023-11-15T22:13:19Z",1] ["mail.example.net","17","example.org","2023-11-14T22:13:20Z","2023-11-15T22:13:19Z",2]' 'the report'
got '."dmarc-report" | [.source_ip, .count, .policy_evaluated.disposition,
    .policy_evaluated.dkim, .policy_evaluated.spf, .verdict]' \
    '["192.0.2.1",5,"none","pass","fail","pass"] ["2001:db8::1",1,"reject","fail","fail","warn"]' 'the rows'
got '[."dmarc-report".policy_evaluated.reasons[].type]' \
    '["local_policy","other"] []' 'reasons'
got '[."dmarc-report".auth_results.dkim[].domain]' \
    '["example.org","lists.example"] []' 'signatures'
got '."dmarc-report".auth_results.spf[] | [.domain, .scope, .result]' \
    '["lists.example","mfrom","pass"] ["bad.example",null,"none"]' 'SPF'
got '."dmarc-report".policy_published | [.p, .sp, .adkim, .aspf, .pct]' \
    '["reject","none","r","s","100"] ["reject","none","r","s","100"]' 'the policy'
run "$tool" read --fail-on=warn "$T/r.xml"
status 1 'mail that failed, with --fail-on=warn'
read_ $V/rfc9990.xml
status 0 'the example of RFC 9990'
got '[."dmarc-report".policy_published | .testing, .discovery_method]' \
    '["n","treewalk"]' 'its new members'
report_ 's/<feedback>/<d:feedback xmlns:d="urn:x">/; s,</feedback>,</d:feedback>,
    s/<\([a-z_]*\)>/<d:\1>/g; s,</\([a-z_]*\)>,</d:\1>,g' >"$T/p.xml"
read_ "$T/p.xml"
lines 2 'with a prefix'
run "$tool" read --format=text "$T/r.xml"
out 'example.org, p=reject, from mail.example.net, 2023-11-14T22:13:20Z' \
    'as text: whose report'
out '  5 from 192.0.2.1 as example.org: pass, disposition none; dkim pass (example.org pass, lists.example fail); spf fail (lists.example pass)' 'and its rows'

# --- packed and mailed
run "$tool" read --now=@1 "$T/r.xml"
sed 's/"file":"[^"]*"//' "$T/out" >"$T/want"
as() {
	run "$tool" read --now=@1 "$1"
	sed 's/"file":"[^"]*"//' "$T/out" >"$T/rows"
	same "$T/want" "$T/rows" "$2"
}
gzip -c "$T/r.xml" >"$T/r.xml.gz"
as "$T/r.xml.gz" 'gzip'
zip_of "$T/r.xml" r.xml >"$T/r.zip"
as "$T/r.zip" 'zip'
for type in application/gzip application/zip text/xml; do
	case $type in
	*gzip) from=$T/r.xml.gz ;;
	*zip) from=$T/r.zip ;;
	*) from=$T/r.xml ;;
	esac
	mail_of $type '' "$from" >"$T/m.eml"
	as "$T/m.eml" "a mail with $type"
done
mail_of application/octet-stream 'a!b!1!2.xml.gz' "$T/r.xml.gz" >"$T/m.eml"
as "$T/m.eml" 'a mail whose part has a name alone'
each_name .xml.gz "$T/r.xml.gz" "$tool"
{ echo; echo; cat "$T/r.xml"; } >"$T/blank.xml"
as "$T/blank.xml" 'blank lines in front'

# --- deviations
# deviates SED WHAT CODE@WHERE...: what the first row then has
deviates() {
	report_ "$1" >"$T/d.xml"
	what=$2
	shift 2
	read_ "$T/d.xml"
	status 0 "$what: is read"
	got 'select(.n == 1)."dmarc-report".findings[] | .code + "@" + .where' \
	    "$*" "$what"
}
deviates '/<org_name>/d' 'no organization' report.field-missing@org_name
deviates '/<email>/d' 'no address' report.field-missing@email
deviates '/<date_range>/d' 'no dates' report.field-missing@date_range
deviates 's,<header_from>.*</header_from>,<header_from/>,' 'no author' \
    report.field-missing@header_from
deviates 's/192.0.2.1/host.example/' 'a source that is no address' \
    report.field-type@source_ip
deviates 's/identifiers>/identities>/g' 'identifiers by an old name'
deviates 's/<feedback>/<xs:schema xmlns:xs="x"><feedback>/' \
    'inside its schema, which does not end'
deviates 's,</feedback>,</feedback>junk,' 'junk behind it'
deviates 's/noreply@mail.example.net/<a@example.net>/' \
    'an address in angle brackets' report.repaired@
got 'select(.n == 1)."dmarc-report".contact' '<a@example.net>' 'which is kept'
deviates 's/mail.example.net/Smith \& Sons/' 'a bare ampersand' \
    report.repaired@
got 'select(.n == 1).report.org' 'Smith & Sons' 'which is kept'
report_ >"$T/d.xml"
printf '%s' "$(cat "$T/d.xml")" | sed "s/mail.example.net/M$(printf '\374')ller/" \
    >"$T/latin.xml"
read_ "$T/latin.xml"
got 'select(.n == 1).report.org' 'M�ller' 'an octet that is no UTF-8'
sed "s/UTF-8/ISO-8859-1/; s/mail.example.net/M$(printf '\374')ller/" \
    "$T/d.xml" >"$T/latin.xml"
read_ "$T/latin.xml"
got 'select(.n == 1).report.org' 'Müller' 'and one that is what it says'

# --- what is no report
refused() {
	read_ "$1"
	status 65 "$4"
	lines 1 "$4: one record"
	got '[.n, ."dmarc-report".verdict, ."dmarc-report".findings[0].code]' \
	    "[0,\"fail\",\"$2\"]" "$4: and why"
	out "$3" "$4: which place"
}
report_ 's/<count>1</<count>one</' >"$T/x"
refused "$T/x" report.malformed 'no whole number at octet 1' \
    'a count in words: no row of those before it'
report_ '/<\/record>/,$d' >"$T/x"
refused "$T/x" report.malformed 'no element found' 'half a report'
echo '<html><body/></html>' >"$T/x"
refused "$T/x" report.malformed 'the root is no feedback' 'a page'
cat >"$T/x" <<'END'
<?xml version="1.0"?>
<!DOCTYPE feedback [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]>
<feedback><report_metadata><org_name>&b;&c;</org_name></report_metadata></feedback>
END
refused "$T/x" report.malformed 'it has a DOCTYPE' 'entities'
python3 - >"$T/x" <<'END'
print("<feedback>" + "<a>" * 100000)
END
refused "$T/x" report.malformed 'too deep' 'elements without end'
message >"$T/x"
refused "$T/x" report.none 'no report is attached' 'a mail without one'
python3 -c 'print("<feedback>" + " " * (90 << 20))' | gzip >"$T/x"
refused "$T/x" report.too-large 'octet' 'a bomb'

# --- a million rows
cat >"$T/rows.py" <<'END'
import sys
row = """<record><row><source_ip>192.0.2.1</source_ip><count>1</count>
<policy_evaluated><disposition>none</disposition><dkim>pass</dkim>
<spf>pass</spf></policy_evaluated></row><identifiers>
<header_from>example.org</header_from></identifiers></record>
"""
print("<feedback><report_metadata><org_name>o</org_name></report_metadata>")
for _ in range(int(sys.argv[1]) // 1000):
    sys.stdout.write(row * 1000)
print("</feedback>")
END
python3 "$T/rows.py" 1000000 | gzip -1 >"$T/x"
refused "$T/x" report.too-large 'larger than --max-size' \
    'by default, none of them'
python3 "$T/rows.py" 100000 | gzip -1 >"$T/x"
# a sanitizer's own memory is without bounds
run sh -c 'ulimit -v "$1"; shift; exec "$@"' - \
    "$([ -n "${SANITIZED-}" ] && echo unlimited || echo 100000)" \
    "$tool" read "$T/x"
status 0 'a tenth of them, in little memory'
lines 100000 'each has its record'
out '"n":100000,' 'to the last one'
done_testing
