#!/bin/sh
# The finding codes in msgsec(7), in the table and of --list-codes agree.
. tests/cli/lib.sh

: >"$T/err"
scripts/man-codes >"$T/want"
sed -n '/^\.\\" codes begin/,/^\.\\" codes end/p' man/msgsec.7 |
    sed '1d;$d' >"$T/got"
diff -u "$T/want" "$T/got" >"$T/out"
report $? 'msgsec.7 lists the table (else: scripts/man-codes man/msgsec.7)'
[ "$(grep -c '^\.It' "$T/want")" -eq \
    "$(cat common/base/findings*.def | grep -c '^FINDING(')" ]
report $? 'all of it'

sed -n 's/^\.It Li \([^ ]*\) Pq \(.*\)/\1 \2/p' "$T/got" | sort >"$T/page"
for command in dmarc-verify 'dmarc-verify spf' 'dmarc-verify domain' \
    'dkim-sign check' 'letter-seal audit' mstls-probe mtasts-check \
    'tlsrpt-report read' 'tlsrpt-report reprobe' 'dmarc-report read'; do
	run "$BIN"/$command --list-codes
	status 0 "$command --list-codes"
	awk -F '\t' 'NF == 4 { print $1, $2 }' "$T/out" | sort >"$T/listed"
	ok "$command: there are some" test -s "$T/listed"
	comm -13 "$T/page" "$T/listed" >"$T/out"
	[ ! -s "$T/out" ]
	report $? "$command: each is in msgsec.7, with its severity"
done
cut -d ' ' -f 1 "$T/page" | uniq -d >"$T/out"
[ ! -s "$T/out" ]
report $? 'no code twice'
done_testing
