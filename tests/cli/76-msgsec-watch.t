#!/bin/sh
# What has changed since the last run: told once, and nothing else.
. tests/cli/lib.sh
. tests/cli/report.sh
tool=$BIN/msgsec-watch
S=$T/state

# f SEVERITY CODE WHERE: a finding
f() {
	printf '{"code":"%s","severity":"%s","clause":"c","where":"%s","text":"about %s","fix":""},' \
	    "$2" "$1" "$3" "$2"
}

# domain NAME FINDING...: a record of mstls-probe
domain() {
	name=$1
	shift
	printf '{"domain":"%s","mstls-probe":{"verdict":"-","findings":[%s]}}\n' \
	    "$name" "$(printf %s "$@" | sed 's/,$//')"
}

# watch_ ARG...: a run on $T/in
watch_() {
	run sh -c 'in=$1; shift; exec "$@" <"$in"' - "$T/in" "$tool" \
	    --state="$S" "$@"
}

# --- news
{
	domain a.example "$(f fail cert.expired mx1)" "$(f warn tls.old mx1)" \
	    "$(f info tls.note mx1)"
	domain b.example
} >"$T/in"
watch_
status 1 'the first run: what fails is news'
cat >"$T/want" <<'END'
a.example
  new  fail cert.expired at mx1 (mstls-probe): about cert.expired
  new  warn tls.old at mx1 (mstls-probe): about tls.old
END
same "$T/want" "$T/out" 'at warn or worse'
watch_
status 0 'the second: nothing is new'
lines 0 'and nothing is said'
{
	domain a.example "$(f warn tls.old mx1)" "$(f warn tls.old mx2)"
	domain b.example "$(f warn spf.none '')"
} >"$T/in"
watch_ --fail-on=warn
status 1 'news at warn'
cat >"$T/want" <<'END'
a.example
  gone fail cert.expired at mx1 (mstls-probe)
  new  warn tls.old at mx2 (mstls-probe): about tls.old
b.example
  new  warn spf.none (mstls-probe): about spf.none
END
same "$T/want" "$T/out" 'another place is another finding; one is gone'
domain b.example >"$T/in"
watch_
cat >"$T/want" <<'END'
b.example
  gone warn spf.none (mstls-probe)
END
same "$T/want" "$T/out" 'a domain that was not looked at has not changed'
status 0 'what is gone is no failure'

# --- what could not be found out
domain a.example "$(f unknown smtp.timeout mx1)" >"$T/in"
for i in 1 2; do
	watch_
	status 0 "unknown, run $i"
	lines 0 'says nothing, nor that anything is gone'
done
watch_
status 75 'unknown, the third time in a row'
out 'new  unknown smtp.timeout at mx1' 'is told'
lines 2 'alone'
watch_
lines 0 'once'
domain a.example "$(f warn tls.old mx1)" >"$T/in"
watch_
out 'gone unknown smtp.timeout at mx1' 'it is gone'
out 'gone warn tls.old at mx2' 'and so is what is not there any more'
lines 3 'what is there still is no news'
domain a.example "$(f unknown smtp.timeout mx1)" >"$T/in"
watch_
watch_
domain a.example >"$T/in"
watch_
domain a.example "$(f unknown smtp.timeout mx1)" >"$T/in"
watch_
watch_
lines 0 'in a row: from one again'
rm "$S"
watch_ --unknown-after=1
lines 2 '--unknown-after'

rm "$S"
domain a.example "$(f warn tls.old mx1)" >"$T/in"
for i in 1 2 3 4; do
	watch_
done
domain a.example "$(f unknown tls.old mx1)" >"$T/in"
watch_
lines 0 'runs in which it was known are none of the three'
domain a.example "$(f warn tls.old mx1)" >"$T/in"
watch_
lines 0 'nor is it new when it is known again'
domain a.example "$(f unknown tls.old mx1)" >"$T/in"
watch_
watch_
lines 0 'from one again'
watch_
out 'new  unknown tls.old at mx1' 'the third'
watch_
lines 0 'told once'

# --- records, subjects and tools
rm "$S"
cat >"$T/in" <<'END'
{"domain":"a.example","x":{"findings":[{"code":"k.l","severity":"warn","where":"","text":"t"}]},"y":{"findings":[{"code":"k.l","severity":"fail","where":"","text":"t"},{"code":"k.m","severity":"fail","where":"","text":"t","ignored":true}]},"z":3}
{"endpoint":"a.example","x":{"findings":[{"code":"k.l","severity":"warn","where":"","text":"t"}]}}
END
watch_ --format=json --now=@0
status 1 'as records'
lines 2 'a record a subject'
got '[.domain // .endpoint, ."msgsec-watch".verdict, ."msgsec-watch".gone,
    [."msgsec-watch".findings[] | .severity]]' \
    '["a.example","fail",[],["warn","fail"]] ["a.example","warn",[],["warn"]]' \
    'with the findings that are new; what is ignored is none'
echo '{"domain":"a.example","y":{"findings":[]}}' >"$T/in"
watch_ --format=json
got '."msgsec-watch" | [.verdict, .gone[].tool, .findings[].code]' \
    '["pass","y"]' 'gone: of the tool that looked'
sed 's/warn/fail/' >"$T/in" <<'END'
{"domain":"a.example","x":{"findings":[{"code":"k.l","severity":"warn","where":"","text":"t"}]}}
END
watch_
out 'new  fail k.l (x)' 'worse than it was is new'
domain a.example "$(f fail spf.syntax x)" "$(f warn spf.syntax x)" >"$T/in"
watch_
out 'new  fail spf.syntax at x' 'the same twice: the worse one counts'
watch_
lines 0 'and is news once'

printf '{"domain":"e\\u001b[2J\\u202e","x":{"findings":[{"code":"a\\nb","severity":"fail","where":"w\\u0007","text":"t\\n"}]}}\n' >"$T/in"
watch_
lines 2 'controls make no line'
ok 'and are none' sh -c '! grep -q "$(printf "\033")" "$1"' - "$T/out"
watch_
lines 0 'nor confuse the memory'
printf '{"domain":"n.example","x":{"text":"a\\u0000b","findings":[{"code":"a.b","severity":"fail","where":"a\\u0000","text":"t\\u0000u"}]}}\n' >"$T/in"
watch_
lines 2 'nor does a NUL in a text'
watch_
lines 0 'which is the same the next time'

# --- what breaks
{
	domain a.example "$(f fail new.thing '')"
	echo bare
	echo '{"report":{},"n":1}'
} >"$T/in"
watch_
status 65 'lines that are no records of a subject'
err 'line 2: no record' 'the first'
err 'line 3: no record' 'the second'
out 'new.thing' 'the others count'
domain c.example "$(f fail x.y '')" >"$T/in"
run sh -c '"$1" -s "$2" <"$3" >/dev/full' - "$tool" "$S" "$T/in"
status 74 'stdout full'
watch_
out 'new  fail x.y' 'what could not be told is told the next time'
[ "$(stat -c %a "$S")" = 600 ]
report $? 'the memory is nobody else'"'"'s'
cp "$S" "$T/kept"
sed '$s/..$//' "$T/kept" >"$S"
cp "$S" "$T/cut"
watch_
status 65 'a memory that is cut'
err 'not what an earlier run has left' 'is said'
same "$T/cut" "$S" 'and left alone'
echo '{"schema":"other/1"}' >"$S"
watch_
status 65 'another file'
: >"$S"
watch_
status 1 'an empty one'
run sh -c '"$1" -s "$2/no/where" <"$3"' - "$tool" "$T" "$T/in"
status 73 'a folder that is not there'
run sh -c '"$1" <"$2"' - "$tool" "$T/in"
status 64 'without --state'

# --- what several subjects come to, and what is no tool's member
rm -f "$S"
{
	domain a.example "$(f warn tls.old mx1)"
	domain b.example "$(f unknown smtp.timeout mx1)"
} >"$T/in"
watch_ --unknown-after=1 --fail-on=warn
status 1 'what is certain of one outranks what is unknown of another'
rm -f "$S"
watch_ --unknown-after=1
status 75 'where warn is no failure, only the other is left'
rm -f "$S"
printf '%s\n' '{"domain":"a.example","":{"findings":[{"code":"x.y","severity":"fail"}]},"mstls-probe":{"findings":[]}}' \
    >"$T/in"
watch_
watch_
status 0 'a member without a name leaves no state that is refused'

# --- two at once
rm -f "$S"
domain a.example "$(f fail x.y '')" >"$T/in"
mkfifo "$T/pipe"
"$tool" -s "$S" <"$T/pipe" >"$T/first" 2>&1 &
first=$!
exec 3>"$T/pipe"
n=0
until [ -e "$S" ] && grep -q ":$(stat -c %i "$S") " /proc/locks; do
	[ $((n += 1)) -le 500 ] || break
	sleep 0.02
done
watch_
status 75 'a second run with the same state'
err 'state: another run is writing it' 'says why'
lines 0 'and tells nothing'
cat "$T/in" >&3
exec 3>&-
wait $first
[ $? -eq 1 ] && grep -q 'new  fail x.y' "$T/first"
report $? 'the first one does'
watch_
status 0 'and is remembered'
run sh -c '"$1" -s /dev/null <"$2"' - "$tool" "$T/in"
status 74 'a state that is no file'
done_testing
