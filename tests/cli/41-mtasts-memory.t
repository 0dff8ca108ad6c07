#!/bin/sh
# mtasts-check --cache: what was remembered holds (RFC 8461 sections 3.3, 5.1).
. tests/cli/lib.sh
needs jq base64
. tests/cli/mtasts.sh

DAY0=2026-11-01T00:00:00Z
# at TIME OPTION...: judge d.test at that time with the memory
at() {
	time=$1
	shift
	check --cache="$T/db" --now="$time" "$@" d.test
}

# remembered: the memory as text
remembered() {
	run "$BIN/mtasts-check" cache --cache="$T/db" --now=$DAY0 \
	    --format=json dump "$@"
}

fetch_is() {
	is .fetch.result "$1" "$2"
}

# --- learning
good d.test 1 >"$T/zone"
at $DAY0
says pass '' 'the first time'
is .source fetched 'it is fetched'
is .cached null 'nothing was known'
remembered
out '{"domain":"d.test","id":"1","mode":"enforce","max_age":604800,"mx":["mx1.d.test"],"fetched":"2026-11-01T00:00:00Z","expires":"2026-11-08T00:00:00Z","expired":false}' \
    'it is remembered'
at 2026-11-01T01:00:00Z
says pass '' 'an hour later'
is .source cache 'the policy is remembered'
is .fetch null 'the same id is not fetched again'
is .cached '{"id":"1","mode":"enforce","fetched":"2026-11-01T00:00:00Z","expires":"2026-11-08T00:00:00Z"}' \
    'what is remembered'
at 2026-11-02T00:00:00Z
is .source fetched 'a day later it is refreshed'
at 2026-11-02T01:00:00Z --refresh
is .source fetched '--refresh'

# --- who blocks the DNS or the web does not get rid of the policy
{ domain d.test; echo ';! timeout _mta-sts.d.test TXT'; } >"$T/zone"
at 2026-11-02T02:00:00Z
says unknown mtasts.dns 'the record cannot be had'
is .source cache 'the policy holds'
outcome mta-sts 'deliver -' 'and lets the host in'
{ domain d.test
  echo ';! fetch https://mta-sts.d.test/.well-known/mta-sts.txt timeout'
} >"$T/zone"
cp "$T/db" "$T/blocked"
check --cache="$T/blocked" --now=2026-11-03T02:00:00Z d.test
fetch_is timeout 'no record, and no host: the refresh fails'
check --cache="$T/blocked" --now=2026-11-03T02:01:00Z d.test
is .source cache 'a minute later the policy holds'
is .fetch null 'and waits five minutes for the next try'
domain d.test | sed 's/mx1/evil/' >"$T/zone"
at 2026-11-02T02:00:00Z
says fail mtasts.gone,policy.mx-dead,policy.mx-unmatched \
    'another MX, and no record'
outcome mta-sts 'defer validation-failure' 'is not delivered to'
outcome opportunistic 'deliver -' 'but by who remembers nothing'
{ domain d.test; txt d.test 'v=STSv1; id=2'
  echo ';! fetch https://mta-sts.d.test/.well-known/mta-sts.txt timeout'
} >"$T/zone"
at 2026-11-03T00:00:00Z
says unknown mtasts.refresh,policy.timeout 'a new id, and no policy'
is .source cache 'the old one holds'
at 2026-11-03T00:04:59Z
says unknown mtasts.back-off 'within five minutes it is not tried again'
is .fetch null 'really not'
at 2026-11-03T00:04:59Z --refresh
fetch_is timeout 'but with --refresh it is'
{ domain d.test; txt d.test 'v=STSv1; id=3'
  echo ';! fetch https://mta-sts.d.test/.well-known/mta-sts.txt cert-expired'
} >"$T/zone"
at 2026-11-03T00:04:59Z
fetch_is cert-expired 'another id is tried at once'
at 2026-11-03T00:12:30Z
fetch_is cert-expired 'some minutes later it is tried again'
at 2026-11-10T00:00:00Z
says fail policy.cert-expired 'the policy has expired'
is .source none 'and counts for nothing'
is .cached.id 1 'but is told'
at 2026-11-10T00:01:00Z
says fail policy.failed-lately 'soon after, what was found out stands'
is .fetch null 'without another try'

# --- what was learned together is asked for anew one after the other
: >"$T/zone"
for d in 1 2 3 4 5 6 7 8; do
	good s$d.test >>"$T/zone"
done
# fetched TIME: how many of them are fetched at that time
fetched() {
	cp "$T/spread" "$T/spread-now"
	check --cache="$T/spread-now" --now="$1" s1.test s2.test s3.test \
	    s4.test s5.test s6.test s7.test s8.test
	n=$(jq -r '."mtasts-check".source' "$T/out" | grep -c fetched)
}
check --cache="$T/spread" --now=$DAY0 s1.test s2.test s3.test s4.test \
    s5.test s6.test s7.test s8.test
fetched 2026-11-01T17:59:59Z
ok 'none before three quarters of a day' [ "$n" = 0 ]
fetched 2026-11-01T21:00:00Z
ok "then some ($n of 8)" [ "$n" -gt 0 -a "$n" -lt 8 ]
fetched 2026-11-02T00:00:00Z
ok 'all within a day' [ "$n" = 8 ]
sed -i "s|^\(;! fetch .*text.plain\) .*|\1 $(policy 'version: STSv1' \
    'mode: enforce' 'mx: *.s1.test' 'max_age: 7200' | base64 -w0)|" "$T/zone"
rm "$T/spread"
check --cache="$T/spread" --now=$DAY0 s1.test s2.test s3.test s4.test \
    s5.test s6.test s7.test s8.test
fetched 2026-11-01T01:00:00Z
ok 'a short life is half over' [ "$n" = 8 ]

# --- what was learned while the clock was ahead is no last word
good f.test 1 >"$T/zone"
check --cache="$T/ahead" --now=2027-06-01T00:00:00Z f.test
check --cache="$T/ahead" --now=2026-11-01T00:00:00Z f.test
is .source fetched 'the same id is fetched anew'
check --cache="$T/ahead" --now=2027-06-01T00:00:00Z f.test
good f.test 2 >"$T/zone"
check --cache="$T/ahead" --now=2026-11-01T01:00:00Z f.test
check --cache="$T/ahead" --now=2026-11-01T02:00:00Z f.test
is .cached.id 2 'another one takes its place'

# --- changes
good d.test 4 >"$T/zone"
at 2026-11-10T01:00:00Z
says pass '' 'a new id is fetched'
is .source fetched 'anew'
{ good d.test 4 | grep -v fetch
  policy 'version: STSv1' 'mode: enforce' 'mx: mx1.d.test' \
      'mx: mx2.d.test' 'max_age: 604800' | serve d.test; } >"$T/zone"
at 2026-11-10T02:00:00Z
says pass '' 'another policy, the same id: nobody sees it'
at 2026-11-11T02:00:00Z
says warn mtasts.id-kept,policy.mx-dead 'until it is refreshed'
{ good d.test 5 | grep -v fetch
  policy 'version: STSv1' 'mode: none' 'max_age: 86400' | serve d.test
} >"$T/zone"
at 2026-11-11T03:00:00Z
says pass '' 'mode none'
domain d.test >"$T/zone"
at 2026-11-11T04:00:00Z
out_not mtasts.gone 'a domain that retires gives no alarm'
is .policy.mode none 'mode none is remembered, too'

# --- who may write
rm "$T/db"
export XDG_STATE_HOME="$T/state"
good d.test >"$T/zone"
if [ "$(id -u)" -ne 0 ]; then
	check --cache d.test
	[ ! -e "$T/state/msgsec/mtasts.db" ]
	report $? 'under an assumption the usual file is not written'
fi
at $DAY0
ok 'a file that is named is' test -s "$T/db"
ok 'and is for its owner alone' sh -c '[ "$(stat -c %a "$1")" = 600 ]' - "$T/db"

# --- many at a time
i=0
while [ $i -lt 300 ]; do
	good "d$i.test"
	i=$((i + 1))
done >"$T/zone"
sed -n 's/^\(d[0-9]*\.test\)\. .*MX.*/\1/p' "$T/zone" >"$T/domains"
rm "$T/db"
for half in 1 2; do
	"$BIN/mtasts-check" --zone="$T/zone" --cache="$T/db" --now=$DAY0 -j4 \
	    <"$T/domains" >"$T/out$half" 2>"$T/err$half" &
	eval "pid$half=\$!"
done
wait "$pid1"
report $? 'two runs at once: the first'
wait "$pid2"
report $? 'the second'
remembered
lines 300 'each domain is remembered once'

# --- the verbs
remembered d7.test d8.test nosuch.test
lines 2 'dump: those that were named'
cache() {
	run "$BIN/mtasts-check" cache --cache="$T/db" --now=2026-11-02T00:00:00Z \
	    "$@"
}
if [ -w /dev/full ]; then
	run sh -c '"$@" >/dev/full' - "$BIN/mtasts-check" cache \
	    --cache="$T/db" dump
	status 74 'dump to a full disk'
	err 'stdout: No space left' 'is told'
fi
cache export postfix
out "d7.test	secure match=mx1.d7.test servername=hostname" 'export postfix'
lines 300 'every policy in force'
cache export preload
ok 'export preload is a list' "$BIN/mtasts-check" --zone="$T/zone" \
    --preload="$T/out" --now=2026-11-02T01:00:00Z d7.test
ok 'with the patterns' jq -e '.policies["d7.test"].mxs == ["mx1.d7.test"]' \
    "$T/out"
cache purge d7.test
status 0 'purge'
remembered
lines 299 'one is forgotten'
remembered D8.Test.
lines 1 'letters and the final dot do not matter'
cache purge D8.Test.
status 0 'purge of the same'
remembered
lines 298 'nor here'
cache purge d9.test 'no domain'
status 64 'what is no domain'
err 'not a domain' 'is told'
cache purge $(seq -f 'one-of-very-many-%.0f.test' 25000)
status 0 'very many domains'
cache purge --expired
remembered
lines 298 'nothing has expired'
run "$BIN/mtasts-check" cache --cache="$T/db" --now=2026-11-09T00:00:00Z \
    purge --expired
remembered
lines 0 'now all have'
at $DAY0
cache purge
status 0 'purge, and nothing more'
remembered
lines 0 'forgets everything'
cache purge --expired d.test
status 64 'which of the two?'
cache export everything
status 64 'export what?'
run "$BIN/mtasts-check" cache --cache="$T/nosuch" dump
status 0 'a memory that is not there yet is empty'
lines 0 'and says nothing'

# --- damage is reported, and left
good d.test >"$T/zone"
echo 'this is a letter' >"$T/db"
cp "$T/db" "$T/before"
at $DAY0
status 65 'a file that is no memory'
err 'damaged, or no memory' 'it is told'
err 'hint: move the file away' 'and what to do'
same "$T/db" "$T/before" 'the file is as it was'
cache dump
status 65 'dump says so, too'
rm "$T/db"
at $DAY0
dd if=/dev/urandom of="$T/db" bs=1 seek=4096 count=4096 conv=notrunc \
    2>/dev/null
cp "$T/db" "$T/before"
at 2026-11-01T01:00:00Z
out '"code":"mtasts.memory"' 'damage that shows when it is read'
is .source fetched 'what can be found out is'
same "$T/db" "$T/before" 'that file is as it was, too'

# --- a full disk: the verdict is right, and the loss is told
if unshare -rm true 2>/dev/null; then
	mkdir "$T/small"
	cat >"$T/full.sh" <<-'END'
	mount -t tmpfs -o size=64k none "$T/small" || exit 99
	cp "$T/empty.db" "$T/small/db"
	dd if=/dev/zero of="$T/small/filler" bs=4096 2>/dev/null
	"$BIN/mtasts-check" --zone="$T/zone" --cache="$T/small/db" \
	    --now=2026-11-01T00:00:00Z --format=json d.test
	END
	rm "$T/db"
	at $DAY0
	cp "$T/db" "$T/empty.db"
	"$BIN/mtasts-check" cache --cache="$T/empty.db" purge
	export T BIN
	run unshare -rm sh "$T/full.sh"
	status 74 'a full disk is 74'
	err 'not remembered: the disk is full' 'and said'
	says pass '' 'the verdict stands'
fi
done_testing
