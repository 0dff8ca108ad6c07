#!/bin/sh
# dmarc-verify over a large mbox and a large Maildir: a record a message, one
# question per name and type in the whole run, memory that does not grow.
# MESSAGES=100000 for the large run.
. tests/lab/dns.sh
needs nsd unbound python3 jq
BIN=${MSGSEC_BIN:-$B/bin}
MESSAGES=${MESSAGES:-3000}
few=$((MESSAGES / 10))
export LC_ALL=C

# --- ten domains with keys, policies and addresses of their own
{
	printf '$ORIGIN test.\n$TTL 3600\n@ SOA ns h 1 2 3 4 77\n@ NS ns\n'
	printf 'ns A 127.0.0.1\n$ORIGIN lab.test.\n'
	for i in 0 1 2 3 4 5 6 7 8 9; do
		echo "d$i TXT \"v=spf1 a:mx.d$i.lab.test -all\""
		echo "mx.d$i A 192.0.2.$i"
		echo "_dmarc.d$i TXT \"v=DMARC1; p=reject\""
		"$BIN/dkim-sign" keygen -a ed25519 -o "$T/key$i" \
		    -d "d$i.lab.test" -s s
	done
} >"$T/test.zone"
nsd_conf nsd 127.72.0.1
printf 'zone:\n name: test\n zonefile: test.zone\n' >>"$T/nsd.conf"
unbound_conf 127.72.0.2 127.72.0.1 'log-queries: yes' test
nsd -c "$T/nsd.conf"
unbound -c "$T/unbound.conf"
answers 127.72.0.2 ns.test

for i in 0 1 2 3 4 5 6 7 8 9; do
	printf '%s\n' "Received: from mx.d$i.lab.test (mx [192.0.2.$i])" \
	    ' by mx.example.net; Sun, 01 Mar 2026 12:00:00 +0000' \
	    "From: a@d$i.lab.test" 'Subject: one of many' \
	    'Date: Sun, 01 Mar 2026 12:00:00 +0000' '' 'Body.' |
	    "$BIN/dkim-sign" -q -d "d$i.lab.test" -s s -k "$T/key$i" |
	    sed "1i Return-Path: <a@d$i.lab.test>" >"$T/message$i"
done
python3 - "$T" "$MESSAGES" "$few" <<'END'
import os, sys
top, many, few = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
each = [open('%s/message%d' % (top, i), 'rb').read() for i in range(10)]
for name, count in ('many', many), ('few', few):
    with open('%s/%s.mbox' % (top, name), 'wb') as f:
        for n in range(count):
            f.write(b'From a@x Sun Mar  1 12:00:00 2026\n' + each[n % 10] +
                    b'\n')
os.makedirs(top + '/maildir/cur')
for n in range(many):
    with open('%s/maildir/cur/%d.x' % (top, n), 'wb') as f:
        f.write(each[n % 10])
END

# peak COMMAND...: its records in $T/out; the most that one of its processes
# had, in kB, is printed
cat >"$T/peak" <<'END'
import resource, subprocess, sys
with open(sys.argv[1], 'wb') as out:
    status = subprocess.run(sys.argv[2:], stdout=out).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
END
verify() {
	python3 "$T/peak" "$T/out" "$BIN/dmarc-verify" \
	    --resolver="127.72.0.2@$port" --format=json "$@"
}

# each_once: that no name and type was asked for twice since the last time
each_once() {
	sed -n 's/.* info: 127[^ ]* \([^ ]* [A-Z]*\) IN$/\1/p' "$T/unbound.log" |
	    tail -n "+$(($(cat "$T/before") + 1))" >"$T/asked"
	echo $(($(cat "$T/before") + $(wc -l <"$T/asked"))) >"$T/before"
	[ "$(wc -l <"$T/asked")" -ge 40 ] || echo 'nobody was asked'
	sort "$T/asked" | uniq -d
}

echo 0 >"$T/before"
each_once >/dev/null
first=$(verify --mbox "$T/few.mbox")
is 0 $? "$few messages of an mbox: all pass"
each_once >/dev/null
peak=$(verify --mbox "$T/many.mbox")
is 0 $? "$MESSAGES messages: all pass"
is "$MESSAGES" "$(jq -r '."dmarc-verify" | select(.dmarc.result == "pass" and
    .spf.result == "pass" and .dkim[0].result == "pass") | 1' "$T/out" |
    wc -l)" 'SPF, DKIM and DMARC, each'
is '' "$(each_once)" 'each name and type was asked for once'
is "$MESSAGES" "$(jq .n "$T/out" | sort -u | wc -l)" 'each has its number'
# what the parts of a sanitizer's memory are is not ours to say
[ -n "${SANITIZED-}" ] || [ "$peak" -le $((first + 2048)) ]
is 0 $? "ten times as many take no more memory ($first, then $peak kB)"
verify "$T/maildir" >"$T/peak.txt"
is 0 $? 'the same as a Maildir'
is "$MESSAGES" "$(jq -r .message "$T/out" | sort -u | wc -l)" \
    'has a record a file'
is '' "$(each_once)" 'and asks once again'
echo "1..$n"
exit $failed
