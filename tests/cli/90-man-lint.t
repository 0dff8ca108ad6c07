#!/bin/sh
# The pages are clean mdoc, have the sections that readers look for, and refer
# to pages that are there.
. tests/cli/lib.sh

command -v mandoc >/dev/null || skip_all 'no mandoc'
: >"$T/err"
for page in man/*.[1578]; do
	mandoc -T lint -W warning "$page" >"$T/out" 2>&1
	report $? "$page: lint"
	wanted='NAME DESCRIPTION SEE'
	case $page in
	*.1) wanted="$wanted SYNOPSIS EXIT EXAMPLES STANDARDS CAVEATS" ;;
	esac
	for section in $wanted; do
		grep -q "^\.Sh $section" "$page" || echo "no $section"
	done >"$T/out"
	[ ! -s "$T/out" ]
	report $? "$page: its sections"
	# what another package has is known by name
	sed -n 's/^\.Xr \([^ ]*\) \([0-9]\).*/\1.\2/p' "$page" | sort -u |
	    while read -r other; do
		case $other in
		cron.8 | pickup.8 | pipe.8 | resolv.conf.5 | sendmail.1 | \
		jq.1 | parallel.1) ;;
		*) [ -e "man/$other" ] || echo "$other is not there" ;;
		esac
	    done >"$T/out"
	[ ! -s "$T/out" ]
	report $? "$page: its references"
done
done_testing
