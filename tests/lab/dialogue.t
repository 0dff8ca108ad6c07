#!/bin/sh
# What the prober's dialogues make of the lab's servers, the real ones and
# the faulty: a row of tests/lab/servers, a service, "active" or "-", and what
# build/lab/hail says of it. Needs root and the lab's servers.
# B says where the build is.
#
# Postfix splits a command of 12,000 octets into lines; from 3.9 on it takes
# what comes behind the first for commands sent too early, and says 554 (its
# smtpd_forbid_unauth_pipelining).
B=${B:-build}
export B

rows() {
	cat <<-END
	good smtp active offered done 220 inside=done safe long=$long nul=rejected bare-lf=accepted bare-cr=accepted alive
	nostarttls smtp - absent refused 502
	mandatory smtp - offered done 220 inside=done
	strip smtp - absent refused 500
	mangle smtp - stripped refused 500
	tls454 smtp - unknown temporary 454
	tls421 smtp - unknown temporary 421
	tls502 smtp - refused refused 502
	tail smtp active offered done 220 leaked=25 inside=done safe long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	garbage smtp - offered done 220
	tarpit smtp - unknown timeout
	banner421 smtp - unknown temporary 421
	banner554 smtp - unknown refused 554
	hugebanner smtp - unknown too-long 220
	endlessbanner smtp - unknown too-long 220
	ehlo500 smtp - absent refused 500
	ehlo421 smtp - unknown temporary 421
	ehlo450 smtp - unknown temporary 450
	endlessehlo smtp - unknown too-long 250
	barelf smtp - offered done 220 notes=1 inside=done
	badcode smtp - unknown malformed
	badcontinue smtp - offered done 220 notes=4 inside=done
	nul smtp - offered done 220 inside=done
	closed-after-ehlo smtp - unknown closed
	lowercase smtp - offered done 220 inside=done
	requiretls smtp - offered done 220 requiretls inside=done
	authclear smtp - offered done 220 auth inside=done
	closed smtp - refused
	silent smtp - timeout
	inject smtp active offered done 220 inside=done vulnerable long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	injectlate smtp active offered done 220 inside=done vulnerable-delayed long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	injecthang smtp active offered done 220 inside=done suspect long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	submit submission active offered done 220 inside=done safe long=$long nul=rejected bare-lf=accepted bare-cr=accepted alive
	submit submissions - implicit not-tried inside=done
	submit-lax submission - offered done 220 auth inside=done
	access imap active offered done inside=done refused long=rejected nul=rejected bare-lf=accepted bare-cr=rejected alive
	access imaps - implicit not-tried inside=done
	access pop3 active offered done inside=done refused long=rejected nul=rejected bare-lf=accepted bare-cr=rejected alive
	access pop3s - implicit not-tried inside=done
	access-lax imap - offered done auth login inside=done
	access-lax pop3 - offered done auth login inside=done
	preauth imap - offered done preauth inside=done
	access-inject imap active offered done inside=done vulnerable long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-inject pop3 active offered done inside=done vulnerable long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-late imap active offered done inside=done vulnerable-delayed long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-late pop3 active offered done inside=done vulnerable-delayed long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-hang imap active offered done inside=done suspect long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-hang pop3 active offered done inside=done suspect long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-record imap active offered done inside=done refused long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-record pop3 active offered done inside=done refused long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-record submission active offered done 220 inside=done refused long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-stall imap active offered done inside=done unknown long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-stall pop3 active offered done inside=done unknown long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-stall submission active offered done 220 inside=done unknown long=accepted nul=rejected bare-lf=accepted bare-cr=rejected alive
	access-tail imap - offered done leaked=19 inside=done
	access-tail pop3 - offered done leaked=19 inside=done
	access-bare submission - absent refused 502
	END
}

# What the release of Postfix that is here makes of it.
long_by_postfix() {
	PATH=$PATH:/usr/sbin postconf -d -h mail_version | awk -F. '
	{ print ($1 > 3 || $1 == 3 && $2 >= 9 ? "rejected" : "accepted") }'
}

# As tests/lab/servers says.
address_of() {
	awk -v row="$1" '/^[a-z0-9]/ { n++ }
	$1 == row {
		net = $3 == "silent" ? "192.0.2." : "127.0.1."
		print net n
	}' tests/lab/servers
}

# All rows at a time: each waits for its own server alone.
ask_all() {
	n=0
	rows | {
		while read -r row service active _; do
			n=$((n + 1))
			[ "$active" = active ] || active=
			"$B/lab/hail" $service $(address_of "$row") $active \
			    >"$1/$n" 2>&1 &
		done
		wait
	}
}

if [ "${1-}" = ask ]; then
	ask_all "$2"
	exit
fi
if [ "$(id -u)" -ne 0 ]; then
	echo '1..0 # SKIP needs root'
	exit 0
fi
for tool in nsd unbound postfix dovecot nginx gnutls-serv; do
	if ! PATH=$PATH:/usr/sbin command -v $tool >/dev/null; then
		echo "1..0 # SKIP no $tool"
		exit 0
	fi
done

T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
scripts/lab run sh "$0" ask "$T" || {
	echo 'Bail out! no lab'
	exit 1
}
n=0
failed=0
while read -r row service active want; do
	n=$((n + 1))
	got=$(cat "$T/$n")
	if [ "$got" = "$want" ]; then
		echo "ok $n - $row $service"
	else
		failed=1
		echo "not ok $n - $row $service"
		echo "# want $want"
		echo "# got $got"
	fi
done <<END
$(long=$(long_by_postfix) && rows)
END
echo "1..$n"
exit $failed
