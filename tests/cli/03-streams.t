#!/bin/sh
# Records in a pipeline: every line has its answer, other octets stay, runs
# can be ordered, resumed and replayed.
. tests/cli/lib.sh

cat >"$T/zone" <<'END'
;! now 2026-03-01T12:00:00Z
a.example. 300 IN MX 0 .
a.example. 300 IN TXT "v=spf1 -all"
b.example. 300 IN MX 0 .
;! timeout slow.example
;! timeout _dmarc.slow.example
END

domain() {
	run "$BIN/dmarc-verify" domain --zone "$T/zone" "$@"
}

# --- octets
printf '%s\n' '{"domain":"a.example", "n" : 1.50e+0, "n":2 }' >"$T/in"
domain <"$T/in"
status 0 'a record in, a record out'
out '{"domain":"a.example", "n" : 1.50e+0, "n":2 ,"dmarc-verify":{"schema"' \
    'its other octets stay'
cp "$T/out" "$T/once"
domain <"$T/once"
same "$T/out" "$T/once" 'a second pass replaces the member by the same'
sed 's/"n":2 /"n":2,"dmarc-verify":{"verdict":"fail"}/' "$T/in" >"$T/in2"
domain <"$T/in2"
out_not '"verdict":"fail"' 'an older member is left out'

# --- lines
printf '\357\273\277a.example\r\n\n# comment\n\tb.example \na.example' >"$T/in"
domain --ordered <"$T/in"
lines 3 'BOM, blanks, comments, CR; duplicates and an unended line'
ok 'in their order' sh -c "cut -d'\"' -f4 '$T/out' | tr '\n' ' ' |
	grep -qx 'a.example b.example a.example '"
printf '{"domain":"a.example"\na.example\n' | (
	domain --ordered
	status 65 'a malformed record makes it 65'
	out '{"domain":"a.example"' 'and goes through'
	lines 2 'so does the rest'
	err 'line 1: not a record' 'the line is named'
)
TESTS=$((TESTS + 4))
printf 'slow.example\na.example\n' >"$T/in"
domain <"$T/in"
status 75 'one that cannot be found out makes it 75'
domain --fail-on=never <"$T/in"
status 0 'or 0 under --fail-on=never'
domain slow.example b.example
grep -o '"code":"[^"]*","severity":"[fuw]' "$T/out" | cut -d'"' -f4 |
    sort -u >"$T/codes"
ok 'there is more than one finding' sh -c "[ \$(wc -l <'$T/codes') -gt 1 ]"
domain $(sed 's/^/--ignore=/' "$T/codes") slow.example b.example
status 0 'several --ignore add up'
domain --format=text <"$T/in"
out_not '{' 'text for people'
domain --files-from="$T/in" --ordered
lines 2 'a list by name'
printf 'a.example\000b.example\000' >"$T/nul"
domain --files-from="$T/nul" -0
lines 2 'names that end with NUL'
domain --files-from="$T/none"
status 66 'no such list'
echo a.example >"$T/domains.txt"
(cd "$T" && "$BIN/dmarc-verify" domain --zone zone domains.txt) \
    >"$T/out" 2>"$T/err"
lines 1 'a file as an operand is a domain'
err '--files-from=domains.txt' 'and it is said how its lines are taken'

# --- what other tools have said, in the text of the last one
cat >"$T/in" <<'END'
{"domain":"a.example","x":{"verdict":"fail","findings":[
{"severity":"fail","code":"x.one"},{"severity":"fail","code":"x.one"},
{"severity":"warn","code":"x.less"},{"severity":"fail","code":"x.i\u001b"},
{"severity":"fail","code":"x.not","ignored":true}]},"y":{"verdict":"pass"},
"z":{"no":"verdict"},"dmarc-verify":{"verdict":"own"},"n":1,"v":{"verdict":2}}
END
tr -d '\n' <"$T/in" >"$T/record"
domain --format=text <"$T/record"
grep earlier "$T/out" >"$T/got"
cat >"$T/want" <<'END'
  earlier x: fail (x.one, x.i?)
  earlier y: pass
END
same "$T/want" "$T/got" 'what other tools have said is told for people, too'
domain --format=text a.example
out_not earlier 'and nothing where nobody has'

# --- a line over the ceiling
{ echo a.example; head -c 1100000 /dev/zero | tr '\0' '{'; echo; echo b.example
} >"$T/in"
domain <"$T/in"
status 65 'an over-long line makes it 65'
ok 'and is copied as it is' sh -c "awk 'length == 1100000' '$T/out' |
	cmp -s - <<END
\$(sed -n 2p '$T/in')
END"
err 'line 2: longer than 1048576' 'and reported'

# a terminal gets nothing that nobody has looked at
domain --format=text <"$T/in"
status 65 'for people it is 65, too'
out_not '{{{' 'but its octets stay out'
err 'line 2: longer than 1048576 octets: passed over' 'which is said'
printf '{"domain":\n' >"$T/in"
domain --format=text <"$T/in"
status 65 'and so is a malformed record'

# --- resuming
seq -f 'd%.0f.example' 300 >"$T/in"
head -100 "$T/in" | "$BIN/dmarc-verify" domain --zone "$T/zone" \
    --resume="$T/file"
printf '{"domain":"d101.exam' >>"$T/file"
domain --resume="$T/file" <"$T/in"
status 0 'a run is resumed'
lines 0 'stdout stays empty'
ok 'each subject is there once' sh -c "[ \$(cut -d'\"' -f4 '$T/file' |
	sort -u | wc -l) -eq 300 ] && [ \$(wc -l <'$T/file') -eq 300 ]"
domain --skip="$T/file" <"$T/in"
lines 0 '--skip only reads'
domain --skip="$T/none" <"$T/in"
status 66 'it is not there'
domain --skip="$T" <"$T/in"
status 74 'it is a folder'
: >"$T/closed"
chmod 0 "$T/closed"
if [ ! -r "$T/closed" ]; then
	domain --skip="$T/closed" <"$T/in"
	status 77 'it may not be read'
fi
cp "$T/file" "$T/other"
domain --resume="$T/file" --skip="$T/other" <<END
d1.example
d1.example
END
ok 'of two files the one that has more of a subject counts, not both' \
    sh -c "[ \$(grep -c '"d1.example"' '$T/file') -eq 2 ]"
domain --resume="$T/none/file" <"$T/in"
status 73 'a FILE that cannot be made is 73'
run timeout 20 "$BIN/dmarc-verify" domain --zone "$T/zone" \
    --resume=/dev/full a.example
status 73 'nor is a device one to append to'
domain --resume="$T/unknown" <<END
slow.example
END
domain --skip="$T/unknown" --retry-unknown <<END
slow.example
END
lines 1 '--retry-unknown does it again'

# the first of a pipeline skips what the last one has written
cat >"$T/in" <<'END'
a.example
{"domain":"b.example","id":1}
{"id":2}
{"domain":
END
: >"$T/last"
for now in 1700000000 1700000001; do
	"$BIN/mtasts-check" --zone "$T/zone" --now=@$now --skip="$T/last" \
	    <"$T/in" 2>"$T/err" | "$BIN/dmarc-verify" domain --zone "$T/zone" \
	    --resume="$T/last" 2>>"$T/err"
done
ok 'lines with and without a subject are there once' \
    test "$(wc -l <"$T/last")" -eq 4

# --- replay
printf 'a.example\nb.example\n' >"$T/in"
domain --ordered <"$T/in"
sed 's|"assumed":{[^}]*},||' "$T/out" >"$T/live"
domain --ordered --record="$T/recorded" <"$T/in"
status 0 'a run is recorded'
run "$BIN/dmarc-verify" domain --ordered --zone "$T/recorded" <"$T/in"
sed 's|"assumed":{[^}]*},||' "$T/out" >"$T/replay"
same "$T/live" "$T/replay" 'and replayed to the same octets'
run "$BIN/dmarc-verify" domain --zone "$T/recorded" other.example
status 75 'nobody asked for this one'

# --- power
domain -v --sandbox=auto a.example
err 'sandbox: ' '-v says how much power was given up'
domain a.example >/dev/full
run sh -c "'$BIN/dmarc-verify' domain --zone '$T/zone' a.example >/dev/full"
status 74 'a full disk is 74'

done_testing
