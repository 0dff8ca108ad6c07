#!/bin/sh
# Each parser in tests/fuzz/PARSERS is declared (or stands in its file) and
# used, and its target is there; each target has a parser and a corpus.
. tests/cli/lib.sh
tab=$(printf '\t')
grep -v '^#' tests/fuzz/PARSERS | grep . >"$T/parsers"
# the files that name a function
callers() {
	grep -lwF -e "$1" tests/fuzz/*.[ch] common/*/*.[ch] cmd/*/*.[ch]
}
while IFS=$tab read -r function targets; do
	case $function in
	*.c:*)
		ok "$function is there" \
		    grep -qs "^${function#*:}(" common/*/"${function%:*}" \
		    cmd/*/"${function%:*}"
		;;
	*)
		ok "$function is declared" \
		    grep -qE "(^|[ *])$function\(" common/*/*.h cmd/*/*.h
		ok "$function is called" \
		    test "$(callers "$function" | wc -l)" -ge 2
		;;
	esac
	for t in $(echo "$targets" | tr -d ,); do
		ok "$function: $t" test -e "tests/fuzz/fuzz_$t.c"
	done
done <"$T/parsers"
for source in tests/fuzz/fuzz_*.c; do
	t=${source##*/fuzz_}
	t=${t%.c}
	ok "$t has a parser" \
	    grep -qE "$tab(.*, )?$t(,.*)?\$" "$T/parsers"
	ok "$t has a corpus" \
	    test "$(ls "tests/fuzz/corpus/$t" | wc -l)" -ge 1
done
done_testing
