#!/bin/sh
# scripts/audit-cluster over real sshd, each in a network namespace: one is cut
# off in the middle, the coordinator is killed, all hosts are gone for a while.
# What comes out in the end is what one machine says, octet by octet.
[ -n "${INSIDE-}" ] || [ "$(id -u)" -ne 0 ] || INSIDE=1 exec unshare --net \
    --mount --pid --fork --kill-child -- sh "$0"
. tests/cli/lib.sh

PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
needs parallel sshd ssh ip nsenter
export HOME="$T" TMPDIR="$T"
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir -p /run/sshd /run/netns
# "!" would be a locked account, to which sshd lets nobody in
sed 's/^root:[^:]*:/root:*:/' /etc/shadow >"$T/shadow"
chmod 600 "$T/shadow"
mount --bind "$T/shadow" /etc/shadow

# await NAME COMMAND...: until it holds; a minute is the end of patience
await() {
	name=$1 n=0
	shift
	until "$@" >/dev/null 2>&1; do
		n=$((n + 1))
		if [ $n -gt 600 ]; then
			report 1 "waited for $name"
			done_testing
			exit 1
		fi
		sleep 0.1
	done
}

in_host() {
	host=$1
	shift
	nsenter --net="/run/netns/$host" "$@"
}

# host NAME N: at 10.77.N.2, behind a link of its own
host() {
	ip netns add "$1"
	ip link add "to-$1" type veth peer name eth0 netns "$1"
	ip addr add "10.77.$2.1/30" dev "to-$1"
	ip link set "to-$1" up
	in_host "$1" ip addr add "10.77.$2.2/30" dev eth0
	in_host "$1" ip link set eth0 up
	in_host "$1" ip link set lo up
	ssh-keygen -q -t ed25519 -N '' -f "$T/host-$1"
	echo "$1 $(cut -d' ' -f1,2 "$T/host-$1.pub")" >>"$T/known_hosts"
	cat >"$T/sshd-$1" <<-END
	HostKey $T/host-$1
	AuthorizedKeysFile $T/id.pub
	StrictModes no
	PasswordAuthentication no
	UsePAM no
	PidFile none
	END
	cat >>"$T/ssh" <<-END
	Host $1
	HostName 10.77.$2.2
	HostKeyAlias $1
	END
	in_host "$1" "$(command -v sshd)" -D -e -f "$T/sshd-$1" \
	    >"$T/log-$1" 2>&1 </dev/null &
	echo "$1" >>"$T/hosts"
}

ssh-keygen -q -t ed25519 -N '' -f "$T/id"
for n in 1 2 3; do
	host "$(echo abc | cut -c$n)" $n
done
cat >>"$T/ssh" <<END
Host *
User root
IdentityFile $T/id
IdentitiesOnly yes
UserKnownHostsFile $T/known_hosts
StrictHostKeyChecking yes
LogLevel ERROR
END
for name in a b c; do
	await "sshd of $name" ssh -F "$T/ssh" -o BatchMode=yes "$name" true
done

# What is sent to it arrives; nothing that it says comes back.
cut_off() {
	in_host "$1" ip route add blackhole "10.77.$2.1/32"
}

mend() {
	in_host "$1" ip route del blackhole "10.77.$2.1/32"
}

# cluster DIR [OPTION...] COMMAND...: five chunks, of forty lines
cluster() {
	dir=$1
	shift
	scripts/audit-cluster -S "$T/hosts" -d "$dir" -n 40 -F "$T/ssh" \
	    "$@" <"$T/list"
}

# below PID: it, what it runs, and what that does: the script and its engine
below() {
	echo "$1"
	for child in $(cat "/proc/$1/task/$1/children"); do
		echo "$child" "$(cat "/proc/$child/task/$child/children")"
	done
}

# --- what one machine says: good, bad and unknown ones among them
cat >"$T/zone" <<'END'
;! now 2026-03-01T12:00:00Z
;! timeout d7.example
d8.example. 300 IN TXT "v=spf1 +all"
END
seq -f 'd%.0f.example' 199 >"$T/list"
echo '{"domain":"d8.example","n":1.50e+0}' >>"$T/list"
cat >"$T/audit" <<END
#!/bin/sh
exec "$BIN/dmarc-verify" domain --ordered --zone "$T/zone"
END
chmod +x "$T/audit"
status=0
"$T/audit" <"$T/list" >"$T/want" || status=$?
ok 'one machine: a line each, and some are bad' \
    [ "$status" -eq 1 -a "$(wc -l <"$T/want")" -eq 200 ]

# --- a host is cut off in the middle of its chunk
cat >"$T/cut" <<END
#!/bin/sh
case \$SSH_CONNECTION in
*' 10.77.3.2 '*)
	head -n 5 | "$T/audit"
	: >"$T/begun"
	exec sleep 1000
	;;
esac
until [ -e "$T/begun" ]; do
	sleep 0.1
done
exec "$T/audit"
END
chmod +x "$T/cut"
cluster "$T/one" -o ServerAliveInterval=2 "$T/cut" >"$T/out" 2>"$T/err" &
await 'c to begin' [ -e "$T/begun" ]
cut_off c 3
STATUS=0
wait $! || STATUS=$?
status 1 'with one of three hosts cut off: the status of one machine'
same "$T/want" "$T/out" 'and its records, each once'
err 'times status 255 at c' 'the host is named'
ok 'the others did its work' sh -c \
    "grep -q ' done . a' '$T/one/tries' && grep -q ' done . b' '$T/one/tries'"

# --- nobody is there; then somebody is
echo c >"$T/hosts"
run cluster "$T/two" -r 1 -o ConnectTimeout=1 "$T/audit"
status 75 'no host is there'
lines 0 'nothing is written'
err '5 of 5 chunks are missing' 'and it is said'
mend c 3
run cluster "$T/two" "$T/audit"
status 1 'once it is back the same command line goes on'
same "$T/want" "$T/out" 'and the records are those of one machine'
run cluster "$T/two" "$T/audit" -q
status 64 'with another command it does not'

# --- the coordinator is killed
printf '%s\n' a b c >"$T/hosts"
cat >"$T/gate" <<END
#!/bin/sh
read -r first
case \$first in
d1.* | d41.*) ;;
*)
	until [ -e "$T/go" ]; do
		sleep 0.1
	done
	;;
esac
{ echo "\$first"; cat; } | "$T/audit"
END
chmod +x "$T/gate"
cluster "$T/three" "$T/gate" >"$T/out" 2>"$T/err" &
await 'two chunks' [ -e "$T/three/out/000000" -a -e "$T/three/out/000001" ]
run cluster "$T/three" "$T/gate"
status 75 'a second run at the same time'
err 'another run is at it' 'says so'
kill -KILL $(below $!)
wait $! 2>/dev/null
: >"$T/go"
await 'its jobs to notice' flock -n "$T/three/lock" true
printf '3\ta\t17958' >>"$T/three/joblog"
run cluster "$T/three" "$T/gate"
status 1 'killed, and started again'
same "$T/want" "$T/out" 'each subject is there once'

# --- what is no filter, and what is no GNU parallel
echo a >"$T/hosts"
sed -n '1,5p' "$T/list" >"$T/few" && mv "$T/few" "$T/list"
run cluster "$T/four" -r 1 head -n 3
status 75 'a command that leaves lines out is never done'
lines 0 'and nothing is written'
run cluster "$T/five" -r 1 sh -c 'cat; exit 77'
status 77 'nor is one that says it may not'
run cluster "$T/six" sed "s/\$/ it's  \"it\"/"
sed "s/\$/ it's  \"it\"/" "$T/list" >"$T/want"
same "$T/want" "$T/out" 'any filter will do, whatever stands in its words'
printf '#!/bin/sh\necho "parallel: invalid option"\nexit 1\n' >"$T/parallel"
chmod +x "$T/parallel"
PATH=$T:$PATH
run cluster "$T/seven" cat
status 70 'the parallel of moreutils'
err 'moreutils' 'is another program'
done_testing
