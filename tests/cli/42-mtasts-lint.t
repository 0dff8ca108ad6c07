#!/bin/sh
# mtasts-check lint: before publishing (RFC 8461 sections 8.1 and 8.3).
. tests/cli/lib.sh
needs jq
. tests/cli/mtasts.sh

lint() {
	run "$BIN/mtasts-check" lint --format=json "$@"
}

policy 'version: STSv1' 'mode: enforce' 'mx: mx1.a.test' 'max_age: 604800' \
    >"$T/one"
policy 'version: STSv1' 'mode: enforce' 'mx: mx9.b.test' 'mx: *.a.test' \
    'max_age: 604800' >"$T/two"
policy 'version: STSv1' 'mode: none' 'max_age: 86400' >"$T/none"

lint --policy "$T/one" --txt 'v=STSv1; id=1;' --mx mx1.a.test
says pass '' 'a policy that is right'
status 0 'is 0'
is .id 1 'the id'
is .mx '[{"host":"mx1.a.test","matched_by":"mx1.a.test"}]' 'the host'
is .previous null 'nothing before it'
is .defers_seconds 0 'nobody defers'
is '.steps | length' 2 'policy first, then the record'
out "\"file\":\"$T/one\"" 'the file'
lint --policy "$T/one" --mx mx1.a.test mx2.a.test
says fail policy.mx-unmatched 'more operands are hosts'
status 1 'fail is 1'
lint --policy "$T/two" --mx mx9.b.test --domain a.test
says warn policy.mx-broad,policy.mx-dead 'patterns'
lint --policy "$T/one" --txt 'v=STSv1 ; id=1'
says warn mtasts.ambiguous 'a blank before the semicolon'
lint --policy "$T/one" --txt 'v=STSv1; id=-'
says fail mtasts.invalid 'a bad id'

# --- the next policy
lint --policy "$T/two" --previous "$T/one" --mx mx9.b.test mx1.a.test
says warn lint.defers 'a host that the old policy does not name'
is .defers_seconds 604800 'for its max_age'
is '.steps | length' 4 'the MX moves last'
is '.steps[3] | startswith("only then move the MX")' true 'it says so'
lint --policy "$T/two" --previous "$T/one" --mx mx1.a.test \
    --txt 'v=STSv1; id=1' --previous-txt 'v=STSv1; id=1'
says fail lint.id-same,policy.mx-dead 'the id must change'
lint --policy "$T/one" --previous "$T/one" --mx mx1.a.test \
    --txt 'v=STSv1; id=1' --previous-txt 'v=STSv1; id=1'
says pass '' 'unless the policy does not'
echo '<html>' >"$T/html"
lint --policy "$T/one" --previous "$T/html" --mx mx1.a.test
says unknown lint.previous 'a previous policy that is none'
status 75 'was not compared'
is .previous null 'and is not shown'
lint --policy "$T/one" --previous "$T/html" --mx mx1.a.test \
    --txt 'v=STSv1; id=1' --previous-txt 'v=STSv1; id=1'
says fail lint.id-same,lint.previous 'but it is another one: so must the id be'
lint --policy "$T/one" --mx mx1.a.test --txt 'v=STSv1; id=1' \
    --previous-txt 'v=STSv1; id=1'
says unknown lint.previous 'the same id, and before it who knows what'
lint --policy "$T/one" --mx mx1.a.test --txt 'v=STSv1; id=2' \
    --previous-txt 'v=STSv1; id=1'
says pass '' 'another id is right with any policy'
lint --policy "$T/one" --mx mx1.a.test --txt 'v=STSv1; id=2' \
    --previous-txt 'id=1'
says unknown lint.previous 'a previous record that is none'
lint --policy "$T/one" --mx mx1.a.test --previous-txt 'v=STSv1; id=1'
says unknown lint.previous 'no record to compare it with'
lint --policy "$T/none" --previous "$T/one"
says warn lint.gap 'retiring: the old one lives longer'
is '.steps[3] | startswith("only then remove")' true 'what to do last'

# --- input
run sh -c '"$0" lint --format=json --policy - <"$1"' "$BIN/mtasts-check" "$T/one"
says pass '' 'from stdin'
lint --policy "$T/nosuch"
status 66 'no such file'
lint
status 64 'no policy'
lint --policy "$T/one" mx1.a.test
status 64 'operands without --mx'
lint --policy "$T/one" --mx 'not a host'
status 64 'no host name'
head -c 70000 /dev/zero | tr '\0' 'x' >"$T/big"
lint --policy "$T/big"
says fail policy.too-big 'too big'
run "$BIN/mtasts-check" lint --format=text --policy "$T/two" \
    --previous "$T/one" --mx mx9.b.test
out 'may defer mail for up to 168 hours' 'hours for people'
out '  1. serve the policy at' 'and the steps'

# --- a stdout that takes nothing
if [ -w /dev/full ]; then
	run sh -c '"$@" >/dev/full' - "$BIN/mtasts-check" lint \
	    --policy "$T/one"
	status 74 'a full disk'
	err 'stdout: No space left' 'is told'
fi
done_testing
