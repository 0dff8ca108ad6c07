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
		jq.1 | parallel.1 | ssh_config.5) ;;
		*) [ -e "man/$other" ] || echo "$other is not there" ;;
		esac
	    done >"$T/out"
	[ ! -s "$T/out" ]
	report $? "$page: its references"
done

# --- the map
for exe in "$BIN"/*; do
	name=${exe##*/}
	grep -qx "\.It Xr $name 1" man/msgsec.7 || echo "msgsec(7): no $name"
	grep -qF "| \`$name\` |" README.md || echo "README: no $name"
done >"$T/out"
for page in man/*.[1578]; do
	name=${page##*/}
	[ "$name" = msgsec.7 ] ||
	    grep -q "^\.\(It \)*Xr ${name%.*} ${name##*.}" man/msgsec.7 ||
	    echo "msgsec(7): no $name"
done >>"$T/out"
[ ! -s "$T/out" ]
report $? 'msgsec(7) and the README name each tool, and msgsec(7) each page'

# --- as HTML
run scripts/html "$T/html"
status 0 'pages of HTML'
(cd "$T/html" && grep -oh 'href="[^"#]*' ./*.html | sed 's/href="//' |
    grep -v '^https://\|^$' | sort -u | while read -r target; do
	[ -s "$target" ] || echo "$target"
done) >"$T/out"
[ ! -s "$T/out" ]
report $? 'whose links lead somewhere'
[ "$(ls "$T/html"/*.html | wc -l)" -eq $(($(ls man/*.[1578] | wc -l) + 1)) ]
report $? 'each page, and an index'
done_testing
