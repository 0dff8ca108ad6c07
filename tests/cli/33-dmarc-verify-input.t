#!/bin/sh
# dmarc-verify: what a message may look like, where messages come from, and
# the status of every verdict.
. tests/cli/lib.sh
needs jq
make_keys
cat >>"$T/zone" <<'END'
none.example. 300 IN MX 0 .
_dmarc.quiet.example. 300 IN TXT "v=DMARC1; p=none"
;! servfail _dmarc.down.example TXT
;! servfail slow._domainkey.example.org TXT
END
message >"$T/m"
sign <"$T/m" >"$T/good"
crlf <"$T/good" >"$T/crlf"
sed 's/the plan/a plan/' "$T/good" >"$T/bad"

# --- verdicts and statuses
verify "$T/good"
status 0 'pass is 0'
member .verdict pass 'pass'
member .dmarc.result pass 'DMARC passes'
member .dmarc.alignment.dkim true 'by DKIM'
verify "$T/bad"
status 1 'fail is 1'
member .verdict fail 'fail'
member .dmarc.result fail 'DMARC fails'
member .dmarc.disposition reject 'p=reject is told'
found dmarc.fail 'with its finding'
verify --fail-on never "$T/bad"
status 0 'fail is 0 under --fail-on=never'
verify --ignore dmarc.fail "$T/bad"
status 0 'an ignored finding does not count'
member .verdict pass 'for the verdict'
member '.findings[] | select(.code == "dmarc.fail") | .ignored' true 'but stays'
verify --ignore no.such "$T/bad"
status 64 'an unknown code cannot be ignored'
sed 's/example.org>$/none.example>/' "$T/m" >"$T/none"
verify "$T/none"
status 0 'no policy is 0'
member .verdict warn 'no policy warns'
verify --fail-on warn "$T/none"
status 1 'and is 1 under --fail-on=warn'
sed 's/example.org>$/down.example>/' "$T/m" >"$T/down"
verify "$T/down"
status 75 'temperror is 75'
member .verdict unknown 'temperror is unknown'
member .dmarc.result temperror 'and said'
verify --fail-on never "$T/down"
status 0 'temperror is 0 under --fail-on=never'
sed 's/s=rsa/s=slow/;s/s=ed/s=slow/' "$T/good" >"$T/slow"
verify "$T/slow"
member '.dkim[].result' 'temperror temperror' 'a key that DNS does not give'
member .dmarc.result temperror '5.3.6: may hide an aligned pass'
sed '/^From:/d' "$T/m" >"$T/nofrom"
verify "$T/nofrom"
status 1 'no From is 1'
member .dmarc.result permerror '5.3.1: no From is permerror'
{ echo 'From: x@other.example'; cat "$T/m"; } >"$T/two"
verify "$T/two"
member .verdict fail '11.5: two From domains fail'
found from.several-fields 'and are told'
verify "$T/bad" "$T/good" "$T/down"
status 1 'the worst of several'
lines 3 'a record each'
verify --offline "$T/good"
status 0 '--offline goes with --zone'
run "$BIN/dmarc-verify" --offline "$T/good"
status 75 '--offline alone cannot find out'

# --- where it comes from
verify <"$T/good"
status 0 'a message on stdin'
out '{"message":"-","n":1,"dmarc-verify":{"schema":"dmarc-verify-message/1"' \
    'is "-"'
verify - <"$T/good"
status 0 'the operand - is stdin'
verify "$T/absent"
status 66 'no such file is 66'
lines 1 'and has its record'
verify "$T/absent" "$T/good"
status 66 'and does not stop the others'
lines 2 'which are judged'
verify --format text "$T/good"
out 'pass' 'text for people'
verify </dev/null
status 65 '0 bytes are 65'
found message.empty 'and a finding'
mkdir -p "$T/Maildir/new" "$T/Maildir/cur" "$T/Maildir/tmp" \
    "$T/Maildir/.Sent/cur"
cp "$T/good" "$T/Maildir/new/1.x"
cp "$T/bad" "$T/Maildir/cur/2.x:2,S"
cp "$T/good" "$T/Maildir/.Sent/cur/3.x:2,"
cp "$T/good" "$T/Maildir/tmp/4.x"
touch "$T/Maildir/dovecot-uidlist" "$T/Maildir/dovecot.index"
ln -s /etc/passwd "$T/Maildir/cur/5.x"
verify "$T/Maildir"
lines 3 'a Maildir: new, cur and folders, not tmp, not bookkeeping'
status 1 'and the worst status'
verify "$T/Maildir/new" "$T/bad"
lines 2 'a folder beside a file'

# --- mbox
mbox() {
	echo "From x@example.org Sun Mar  1 12:00:0$1 2026"
	cat "$2"
	echo
}
{ cat "$T/m"; echo; echo 'From here it is quoted,'; echo '>From there twice'; } |
    sign >"$T/fromline"
{
	mbox 1 "$T/good"
	sed 's/^\(>*From \)/>\1/' "$T/fromline" >"$T/quoted"
	mbox 2 "$T/quoted"
	mbox 3 "$T/bad"
} >"$T/mbox"
verify --ordered --mbox "$T/mbox"
lines 3 'an mbox of three'
ok 'numbered' test "$(jq -r .n "$T/out" | tr '\n' ' ')" = '1 2 3 '
member .dmarc.result 'pass pass fail' 'with the verdict of each, >From undone'
verify --mbox "$T/mbox" "$T/mbox"
lines 6 'two mboxes'
crlf <"$T/mbox" >"$T/mboxcr"
verify --ordered --mbox "$T/mboxcr"
member .dmarc.result 'pass pass fail' 'an mbox with CRLF'
: >"$T/empty"
verify --mbox "$T/empty"
lines 0 'an empty mbox has no message'
verify --mbox "$T/good"
status 65 'a file that is no mbox is 65'
err 'no mbox begins so' 'with the reason'
{ printf '\357\273\277'; cat "$T/mbox"; } >"$T/bom"
verify --mbox "$T/bom"
status 65 'text above the first separator is 65, be it a BOM'
lines 2 'and the messages behind it are judged'
{ echo; cat "$T/mbox"; } >"$T/blank"
verify --mbox --fail-on never "$T/blank"
status 0 'an empty line above it is no text'
lines 3 'and loses nothing'
: >"$T/longmbox"
for pad in 1 22 333 4444 55555 666666; do
	{ cat "$T/m"; echo; printf %s $pad; yes '>From ' | head -n 30000 |
	    tr -d '\n'; echo; } | sign >"$T/longline"
	mbox 1 "$T/longline" >>"$T/longmbox"
done
verify --ordered --mbox "$T/longmbox"
member .dmarc.result 'pass pass pass pass pass pass' \
    'inside a line longer than any buffer nothing is undone'
{ mbox 1 "$T/good" | sed '$d'; } >"$T/tight"
verify --mbox "$T/tight"
member .dmarc.result pass 'no empty line at the end of an mbox'

# --- line ends
verify "$T/crlf"
member '.dkim[].result' 'pass pass' 'CRLF gives what LF gives'
found_not message.bare-lf 'CRLF is no finding'
verify "$T/good"
found message.bare-lf 'bare LF is told'
tr -d '\r' <"$T/crlf" >"$T/lf"
verify "$T/lf"
member '.dkim[].result' 'pass pass' 'LF from CRLF'
{ head -n 3 "$T/good" | crlf; tail -n +4 "$T/good"; } >"$T/mixed"
verify "$T/mixed"
found message.mixed-ends 'mixed line ends are told'
member '.dkim[].result' 'pass pass' 'and are each a line end'
printf 'From: a@example.org\r\n\r\na\rb\r\n' >"$T/cr"
sign -q <"$T/cr" >"$T/crs"
verify "$T/crs"
member '.dkim[].result' 'pass pass' '3.4: a lone CR is content'

# --- ceilings
{ printf 'X-Long: '; head -c 1048576 /dev/zero | tr '\0' x; echo
    cat "$T/good"; } >"$T/long"
verify "$T/long"
member .dmarc.result permerror 'a header over 1 MiB is permerror'
found header.too-long 'with its own finding'
status 1 'and 1'
verify --max-header 2000000 "$T/long"
member .dmarc.result pass '--max-header lets it in'
{ yes 'X: y' | head -n 10000; cat "$T/good"; } >"$T/many"
verify "$T/many"
member .dmarc.result permerror '10,000 fields and more are permerror'
found header.too-many 'with their own finding'
{ yes 'X: y' | head -n 9000; cat "$T/good"; } >"$T/many"
verify "$T/many"
member .dmarc.result pass '9,000 fields are fine'
head -c 100000 /dev/zero >"$T/zeros"
verify "$T/zeros"
status 1 'octets that are no message'

# --- a body of any size in memory that does not grow
grown() {
	{ cat "$T/good"; head -c "$1" /dev/zero | tr '\0' x | fold -w 70; } |
	    /usr/bin/time -f %M -o "$T/kb" "$BIN/dmarc-verify" \
	    --zone "$T/zone" >"$T/out" 2>"$T/err"
	tail -n 1 "$T/kb"
}
if [ -x /usr/bin/time ] && [ -z "$SANITIZED" ]; then
	small=$(grown 100000)
	big=$(grown "${BODY:-200000000}")
	member '.dkim[].result' 'fail fail' 'a big body is read to its end'
	[ $((big - small)) -lt 512 ] || echo "# $small and $big KB"
	ok 'memory is flat in the size of the body' \
	    test $((big - small)) -lt 512
	ok 'and under 16 MB' test "$big" -lt 16384
fi

done_testing
