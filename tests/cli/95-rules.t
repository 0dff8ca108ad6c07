#!/bin/sh
# Every rule in tests/RULES has the test that it names.
. tests/cli/lib.sh
tab=$(printf '\t')
grep -v '^#' tests/RULES | grep . >"$T/rules"
while IFS=$tab read -r rule file text; do
	ok "$rule" grep -qF -e "$text" "$file"
done <"$T/rules"
ok 'there are 150 rules' test "$(wc -l <"$T/rules")" -ge 150
ok 'no rule is named twice for one test' \
    test -z "$(sort "$T/rules" | uniq -d)"
done_testing
