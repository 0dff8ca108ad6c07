#!/bin/sh
# A whole mailbox, as a Maildir and as an mbox: the DNS is asked for each name
# once in a run, whatever the TTL; each processor has its worker; and memory
# does not grow with the messages. MESSAGES says how many (default 600), from
# a tenth as many domains.
. tests/lab/dns.sh
needs unbound python3 jq
MESSAGES=${MESSAGES:-600}
domains=$((MESSAGES / 10))
server=127.71.0.9

# mailbox DIR MESSAGES [OPTION]: with as many domains each time
mailbox() {
	mkdir "$T/$1"
	python3 -B tests/support/mailbox.py --bin "$B/bin" $3 "$2" $domains \
	    "$T/$1" && return
	echo 'Bail out! no mailbox'
	exit 1
}

# serve DIR: its records, and each question in the log
serve() {
	: >"$T/unbound.log"
	{
		cat <<-END
		server:
		 interface: $server@$port
		 username: ""
		 chroot: ""
		 directory: "$T"
		 pidfile: "$T/unbound.pid"
		 logfile: "$T/unbound.log"
		 use-syslog: no
		 log-queries: yes
		 local-zone: "test." static
		END
		sed "s/.*/ local-data: '&'/" "$T/$1/zone"
		printf 'remote-control:\n control-enable: no\n'
	} >"$T/unbound.conf"
	unbound -c "$T/unbound.conf"
	answers $server ready.bulk.test
	: >"$T/unbound.log"
}

serve_no_more() {
	pid=$(cat "$T/unbound.pid")
	kill "$pid"
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.1
	done
}

# asked: "TIMES NAME TYPE", a line a question, as the server saw them
asked() {
	awk '$NF == "IN" { print $(NF - 2), $(NF - 1) }' "$T/unbound.log" |
	    sort | uniq -c
}

verify() {
	"$B/bin/dmarc-verify" --format=json --resolver="$server@$port" "$@" \
	    >"$T/out" 2>"$T/err"
}

# results: "TIMES SPF DKIM DMARC", a line for each way they are
results() {
	jq -r '."dmarc-verify" | [.spf.result, .dkim[0].result,
	    .dmarc.result] | join(" ")' "$T/out" | sort | uniq -c | tr -s ' '
}

# --- the questions
mailbox one "$MESSAGES"
serve one
verify -j 4 "$T/one/box"
is " $MESSAGES pass pass pass" "$(results)" 'a Maildir: all are judged'
is '' "$(asked | awk '$1 > 1' | head -n 3)" 'no name is asked for twice, at a TTL of 0'
# SPF of both names, the DMARC record, the key; ten includes, two above all
is $((domains * 4 + 12)) "$(asked | wc -l)" 'and no other is'
serve_no_more

# --- the workers: none has anything to read until the last has its message
cat >"$T/workers.py" <<'END'
import glob, os, subprocess, sys
top, *command = sys.argv[1:]
with open(glob.glob(top + "/one/box/cur/*")[0], "rb") as f:
    message = f.read()
pipes = [top + "/pipe.%d" % i for i in os.sched_getaffinity(0)]
for pipe in pipes:
    os.mkfifo(pipe)
run = subprocess.Popen(command + pipes, stdout=subprocess.PIPE)
# each of these waits until somebody reads that pipe
ends = [open(pipe, "wb") for pipe in pipes]
for end in ends:
    end.write(message)
    end.close()
print(len(run.communicate()[0].splitlines()) - len(pipes))
END
is 0 "$(timeout 120 python3 "$T/workers.py" "$T" "$B/bin/dmarc-verify" \
    --format=json --offline 2>&1)" 'as many workers as processors'

# --- memory
# peak MBOX: kilobytes of the largest process of the run
peak() {
	"$B/lab/peak" "$B/bin/dmarc-verify" --format=json \
	    --resolver="$server@$port" -j 2 --mbox "$1" 2>"$T/out"
}

mailbox many $((MESSAGES * 8)) --mbox
awk -v n="$MESSAGES" '/^From / { k++ } k <= n' "$T/many/mbox" >"$T/few"
serve many
few=$(peak "$T/few")
is " $MESSAGES pass pass pass" "$(results)" 'an mbox: all are judged'
: >"$T/unbound.log"
many=$(peak "$T/many/mbox")
is " $((MESSAGES * 8)) pass pass pass" "$(results)" 'eight times as many'
is '' "$(asked | awk '$1 > 1' | head -n 3)" 'are no reason to ask again'
if [ -z "$SANITIZED" ]; then
	[ "$many" -lt $((few + few / 4)) ] && flat=flat
	is flat "${flat-$few kB, then $many kB}" 'nor for more memory'
fi
echo "1..$n"
exit $failed
