#!/bin/sh
# tlsrpt-report reprobe among real servers: a report about domains of the lab
# that are well and that are not.
. tests/cli/lib.sh

PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
needs nsd unbound postfix nginx jq python3
LAB_NS=r$$
export LAB_NS
trap 'stop_lab; rm -rf "$T"' EXIT

stop_lab() {
	[ ! -e "/run/msgsec-lab/$LAB_NS" ] || scripts/lab down
}

scripts/lab up >"$T/up" 2>&1 || {
	cat "$T/up"
	exit 1
}

# DOMAIN POLICY FAILURE WANTED, and an address of none of them at the end
cat >"$T/table" <<'END'
nostarttls.test sts starttls-not-supported reproduced
good.test sts starttls-not-supported not-reproduced
expired.test sts certificate-expired reproduced
good.test sts certificate-expired fixed
wrongname.test sts certificate-host-mismatch reproduced
good.test sts certificate-host-mismatch fixed
selfsigned.test sts certificate-not-trusted reproduced
danewrong.test tlsa tlsa-invalid reproduced
danewrong.test tlsa validation-failure reproduced
dane.test tlsa tlsa-invalid fixed
bogus.test tlsa dnssec-invalid reproduced
dane.test tlsa dnssec-invalid not-reproduced
sts.test tlsa dane-required reproduced
good.test sts sts-policy-fetch-error not-reproduced
plain.test sts sts-policy-invalid fixed
absent.test sts starttls-not-supported unknown
good.test sts validation-failure unknown 192.0.2.99
END
python3 - "$T/table" >"$T/r.json" <<'END'
import json, sys
policies = []
for line in open(sys.argv[1]):
    domain, kind, failure, _, *ip = line.split()
    policies.append({"policy": {"policy-type": kind, "policy-domain": domain},
        "summary": {"total-successful-session-count": 0,
            "total-failure-session-count": 1},
        "failure-details": [{"result-type": failure,
            "sending-mta-ip": "192.0.2.9", "failed-session-count": 1,
            **({"receiving-ip": ip[0]} if ip else {})}]})
json.dump({"organization-name": "o", "contact-info": "c", "report-id": "i",
    "date-range": {"start-datetime": "2000-01-01T00:00:00Z",
    "end-datetime": "2000-01-01T23:59:59Z"}, "policies": policies}, sys.stdout)
END
run scripts/lab exec sh -c '"$1" reprobe --trust-anchor=$LAB_ANCHOR \
    --ca-file=$LAB_CA --allow-private "$2"' - "$BIN/tlsrpt-report" "$T/r.json"
status 1 'some are there still'
jq -r '[.report.domain, ."tlsrpt-report".policy.type,
    ."tlsrpt-report".failure.result_type,
    ."tlsrpt-report".reprobe.result] | join(" ")' "$T/out" >"$T/got"
jq -r '."tlsrpt-report".reprobe.seen // ""' "$T/out" >"$T/seen"
line=0
while read -r domain policy failure want ip; do
	line=$((line + 1))
	got=$(sed -n ${line}p "$T/got")
	[ "$got" = "$domain $policy $failure $want" ] ||
	    echo "# $got: $(sed -n ${line}p "$T/seen")"
	[ "$got" = "$domain $policy $failure $want" ]
	report $? "$domain $failure${ip:+ at $ip}: $want"
done <"$T/table"
stop_lab
done_testing
