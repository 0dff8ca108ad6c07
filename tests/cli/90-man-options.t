#!/bin/sh
# The option tables and the manual agree, in both directions: every option
# with its letter and its value's name, every verb; nothing that is not there.
. tests/cli/lib.sh

# documented PAGE: "LETTER NAME VALUE" of each .It that is an option
documented() {
	sed -n '
		/^\.It Fl/!d
		s/^\.It Fl \([^ ]\) , Fl Fl \([a-z0-9-]*\)/\1 \2/
		s/^\.It Fl Fl \([a-z0-9-]*\)/- \1/
		s/ Ns = Ns Ar / /
		/^[^ ]* [^ ]*$/s/$/ -/
		p
	' "$1" | sort -u
}

# of_tool TOOL: the same from its tables
of_tool() {
	{
		"$BIN/$1" --dump-options
		for verb in $("$BIN/$1" --dump-options |
		    awk -F '\t' '$1 == "verb" { print $2 }'); do
			[ ! -e "man/msgsec-$verb.8" ] || continue
			"$BIN/$1" "$verb" --dump-options
		done
	} | awk -F '\t' '$1 == "option" { print $3, $2, $4 }' | sort -u
}

# same NAME: $T/want and $T/got are the same
same() {
	diff -u "$T/want" "$T/got" >"$T/out"
	report $? "$1"
}

: >"$T/err"
for tool in "$BIN"/*; do
	tool=${tool##*/}
	of_tool "$tool" >"$T/want"
	documented "man/$tool.1" >"$T/got"
	same "$tool: the options, letters and values"
	cat "$T/want" >>"$T/known"
	ok "$tool: there are options" test -s "$T/want"
	for verb in $("$BIN/$tool" --dump-options |
	    awk -F '\t' '$1 == "verb" { print $2 }'); do
		ok "$tool $verb: in the synopsis" \
		    grep -qx "\.Cm $verb" "man/$tool.1"
		ok "$tool $verb: a section" \
		    grep -qx "\.Ss $tool $verb" "man/$tool.1"
		# a server has a page for its administrator
		if [ -e "man/msgsec-$verb.8" ]; then
			"$BIN/$tool" "$verb" --dump-options | awk -F '\t' '
			    $1 == "option" { print $3, $2, $4 }' |
			    sort -u >"$T/want"
			documented "man/msgsec-$verb.8" >"$T/got"
			same "$tool $verb: the options of its page"
			continue
		fi
		# own rows of the verb stand in its section or above
		"$BIN/$tool" "$verb" --dump-options |
		    awk -F '\t' '$1 == "option" { print $2 }' |
		    sort >"$T/want"
		sed -n 's/.*Fl Fl \([a-z0-9-]*\).*/\1/p' "man/$tool.1" |
		    sort -u | comm -12 - "$T/want" >"$T/got"
		same "$tool $verb: each of its options is named"
		[ -e "man/$tool-$verb.1" ] || continue
		sed -n 's/.*Fl Fl \([a-z0-9-]*\).*/\1/p' "man/$tool-$verb.1" |
		    sort -u >"$T/got"
		grep -vx -e help -e version -e verbose -e quiet "$T/want" \
		    >"$T/most"
		sed -i '/^verbose$/d; /^quiet$/d' "$T/got"
		mv "$T/most" "$T/want"
		same "$tool $verb: the page of its own"
	done
done

# Pages that are not a tool's: what they name is there.
echo '- dump-options -' >>"$T/known"
awk '{ print $2 }' "$T/known" | sort -u >"$T/names"
for page in man/*.[157]; do
	sed 's/Fl Fl/\n&/g' "$page" | sed -n 's/^Fl Fl \([a-z0-9-]*\).*/\1/p' |
	    sort -u | comm -23 - "$T/names" >"$T/out"
	[ ! -s "$T/out" ]
	report $? "$page: names no option that is not there"
done

# --help and --dump-options are made from the same rows.
for command in dmarc-verify 'dmarc-verify spf' 'dmarc-verify domain' \
    dkim-sign 'dkim-sign keygen' 'dkim-sign check' arc-seal letter-seal \
    'letter-seal seal' 'letter-seal open' 'letter-seal audit' \
    mstls-probe 'mstls-probe tlsa' mtasts-check 'mtasts-check lint' \
    'mtasts-check cache' 'mtasts-check serve'; do
	"$BIN"/$command --dump-options |
	    awk -F '\t' '$1 == "option" { print $2 }' | sort >"$T/want"
	"$BIN"/$command --help |
	    sed -n 's/^  [-	 ].[ ,] *--\([a-z0-9-]*\).*/\1/p' | sort >"$T/got"
	same "$command: --help has them all"
done
done_testing
