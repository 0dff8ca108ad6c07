#!/bin/sh
# Long runs of each tool that takes a stream, in which something is killed: a
# worker, all of them, the DNS process, the coordinator. Each subject has one
# record all the same, and one that says so where it could not be judged.
. tests/cli/lib.sh

PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
needs nsd unbound postfix jq
LAB_NS=k$$
export LAB_NS
trap 'stop_lab; rm -rf "$T"' EXIT

stop_lab() {
	[ ! -e "/run/msgsec-lab/$LAB_NS" ] || scripts/lab down
}

scripts/lab up --bulk 60 >"$T/up" 2>&1 || {
	cat "$T/up"
	exit 1
}
make_keys
message | sign >"$T/good"
mkdir "$T/box"
# each has a name to be asked for
for n in $(seq 60); do
	sed "s/anna@example.org/anna@n$n.example.org/" "$T/good" \
	    >"$T/box/$n.eml"
done
mkfifo "$T/box/stuck.eml"

# The tools, a word each: sh NAME OPTION... runs it inside.
cat >"$T/tool" <<END
case \$1 in
probe) set -- mstls-probe "\$@" ;;
policy) set -- mtasts-check "\$@" ;;
visit) set -- mtasts-check "\$@" --probe ;;
posture) set -- dmarc-verify domain "\$@" ;;
sender) set -- dmarc-verify spf "\$@" ;;
message) set -- dmarc-verify "\$@" --files-from=- ;;
esac
tool=\$1
shift
case \$1 in
domain | spf) tool="\$tool \$1"; shift ;;
esac
shift
case \$tool in
m*) set -- --ca-file=\$LAB_CA --allow-private --trust-anchor=\$LAB_ANCHOR "\$@" ;;
esac
exec $BIN/\$tool -j12 --timeout=300 --format=json --fail-on=never "\$@"
END

# What each tool is asked: many that are answered at once, and one that keeps
# its worker waiting.
seq -f 'd%.0f.bulk.test' 0 59 >"$T/many"
lines_of() {
	case $1 in
	probe) { cat "$T/many"; echo tarpit.test; } ;;
	visit) { cat "$T/many"; echo tarpit.test; } ;;
	policy) { cat "$T/many"; echo websilent.test; } ;;
	posture) { cat "$T/many"; echo silent.test; } ;;
	sender) { cat "$T/many"; echo silent.test; } |
	    sed 's/.*/{"ip":"192.0.2.1","helo":"h.test","mail_from":"a@&"}/' ;;
	message) ls "$T"/box/*.eml ;;
	esac | sort -R --random-source="$T/zone" >"$T/all"
	grep -e tarpit -e silent -e stuck "$T/all" >"$T/stuck"
	grep -vFf "$T/stuck" "$T/all" >"$T/quick"
	{ cat "$T/stuck"; head -n 20 "$T/quick"; } >"$T/first"
	tail -n +21 "$T/quick" >"$T/rest"
}

# during VICTIM FILE TOOL OPTION...: once FILE has the first twenty answers and
# one line keeps a worker waiting, VICTIM is killed; then come the other lines.
cat >"$T/during" <<'END'
T=$1 victim=$2 file=$3
shift 3
rm -f "$T/list"
mkfifo "$T/list"
sh "$T/tool" "$@" <"$T/list" >"$T/out" 2>"$T/err" &
pid=$!
exec 3>"$T/list"
cat "$T/first" >&3
# The workers sleep in two system calls: for the next job, and for the stuck one
# (which may have several addresses); in one of them if its time is over.
stuck() {
	[ "$(wc -l <"$file")" -ge 20 ] || return
	for child in $(cat /proc/$pid/task/$pid/children); do
		case $(cat /proc/$child/comm) in
		msgsec-*) ;;
		*) cut -d' ' -f1 /proc/$child/syscall ;;
		esac
	done | sort -u | awk '/running/ { busy = 1 } END { exit busy || NR > 2 }'
}

until stuck; do
	kill -0 $pid || exit 99
	sleep 0.05
done
family=$(cat /proc/$pid/task/$pid/children)
for child in $family; do
	case $victim-$(cat /proc/$child/comm) in
	workers-msgsec-dns | workers-msgsec-web) ;;
	dns-msgsec-dns | workers-*) kill -KILL $child ;;
	esac
done
if [ "$victim" = coordinator ]; then
	kill -KILL $pid
	# nothing of it may stay
	for child in $family; do
		while kill -0 $child; do
			sleep 0.05
		done
	done
else
	cat "$T/rest" >&3
fi
exec 3>&-
wait $pid
END

during() {
	: >"$T/out"
	STATUS=0
	timeout 250 scripts/lab exec sh "$T/during" "$T" "$@" \
	    >"$T/ok" 2>&1 || STATUS=$?
}

# once FILE NAME: each line has its record there, and none has two
once() {
	sed 's/.*a@\(.*\)"}/\1/' "$T/all" | sort >"$T/want"
	jq -r '.domain // .message // .mail_from' "$1" | sed 's/^a@//' |
	    sort >"$T/got"
	same "$T/want" "$T/got" "$2"
}

for tool in probe policy visit posture sender message; do
	lines_of $tool
	during workers "$T/out" $tool
	status 0 "$tool: all workers killed: the run goes on"
	once "$T/out" 'and each subject has its record'
	grep '\.crashed"' "$T/out" >"$T/crashed"
	ok 'the one that they were at says so, and no other' sh -c \
	    'grep -e tarpit -e silent -e stuck "$1" | cmp -s - "$1" &&
	    test "$(wc -l <"$1")" -eq 1' sh "$T/crashed"

	during dns "$T/out" $tool --timeout=8
	status 70 "$tool: the DNS process killed: the run is broken"
	err 'msgsec-dns ended before its time' 'and says so'
	once "$T/out" 'but each subject has its record'
	ok 'and what could not be asked is unknown, not bad' \
	    [ "$(jq -r '."mstls-probe", ."mtasts-check", ."dmarc-verify" |
	    values | .verdict' "$T/out" | sort | uniq -c |
	    awk '$2 == "unknown" { print $1 }')" -gt 30 ]

	: >"$T/state"
	during coordinator "$T/state" $tool --resume="$T/state"
	status 137 "$tool: the coordinator killed, and nothing of it stays"
	printf '{"torn":' >>"$T/state"
	run scripts/lab exec sh "$T/tool" $tool --resume="$T/state" \
	    --timeout=2 --progress=always <"$T/all"
	status 0 'the same command with --resume'
	once "$T/state" 'each subject has its record, once'
	err ' skipped' 'the progress says how many were there'
done

# --- reprobe looks again by other programs: the one that is at work is killed
{ cat "$T/many"; echo tarpit.test; } | jq -R '{policy: {"policy-type": "sts",
    "policy-domain": .}, summary: {"total-successful-session-count": 0,
    "total-failure-session-count": 1}, "failure-details": [{"result-type":
    "starttls-not-supported", "sending-mta-ip": "192.0.2.9",
    "failed-session-count": 1}]}' | jq -s '{"organization-name": "o",
    "contact-info": "c", "report-id": "i", "date-range": {
    "start-datetime": "2000-01-01T00:00:00Z",
    "end-datetime": "2000-01-01T23:59:59Z"}, policies: .}' >"$T/report.json"
cat >"$T/reprobe" <<END
$BIN/tlsrpt-report reprobe --trust-anchor=\$LAB_ANCHOR --ca-file=\$LAB_CA \\
    --allow-private --timeout=300 $T/report.json >$T/out 2>$T/err &
pid=\$!
workers() {
	for child in \$(cat /proc/\$pid/task/\$pid/children); do
		cat /proc/\$child/comm
		cat /proc/\$child/task/\$child/children
	done | grep -A 1 mstls-probe | grep '[0-9] [0-9]'
}
until workers; do
	kill -0 \$pid || exit 99
	sleep 0.05
done
for child in \$(cat /proc/\$pid/task/\$pid/children); do
	[ "\$(cat /proc/\$child/comm)" != mstls-probe ] || kill -KILL \$child
done
wait \$pid
END
run timeout 250 scripts/lab exec sh "$T/reprobe"
status 75 'reprobe: mstls-probe killed: it is to be tried again'
err 'mstls-probe: ' 'says so'
jq -r .report.domain "$T/out" | sort >"$T/got"
{ cat "$T/many"; echo tarpit.test; } | sort >"$T/want"
same "$T/want" "$T/got" 'but each failure has its row'
ok 'what was not looked at is unknown' [ "$(jq -r 'select(.report.domain ==
    "tarpit.test")."tlsrpt-report".reprobe.result' "$T/out")" = unknown ]
done_testing
