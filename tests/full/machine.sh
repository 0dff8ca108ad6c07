# A new machine of a Debian release, for the scripts of this folder: they set
# ROOT (the top of the tree), "name" and "release" and read this. TAP, as root.
#
# Everything runs in mount and process namespaces: with the script ends every
# process, and no mount is left. DISTRO_DIR (build/distro) keeps the base
# system as RELEASE.tar, so that a later run need not fetch it again, and the
# output of the last run as NAME.log. What this machine needs to reach its
# mirrors (resolver, proxy, certificates) is lent to the new one.

if [ "$(id -u)" -ne 0 ]; then
	echo 'not ok 1 - tests/full needs root'
	exit 77
fi
if [ -z "${DISTRO_INSIDE-}" ]; then
	DISTRO_INSIDE=1 unshare --mount --pid --fork --kill-child -- \
	    sh "$0" "$@" &
	# unshare itself lets no other signal end it.
	trap 'kill -KILL $!' HUP INT TERM
	wait $!
	exit
fi

DIR=${DISTRO_DIR:-$ROOT/build/distro}
NEW=$DIR/$name
LOG=$DIR/$name.log
n=0
failed=0

# is WHAT COMMAND...: the command succeeds
is() {
	n=$((n + 1))
	what=$1
	shift
	if "$@" >>"$LOG" 2>&1; then
		echo "ok $n - $name: $what"
	else
		echo "not ok $n - $name: $what"
		tail -n 20 "$LOG" | sed 's/^/# /'
		failed=1
		return 1
	fi
}

# must WHAT COMMAND...: nothing else makes sense without it
must() {
	is "$@" || {
		echo "1..$n"
		exit 1
	}
}

# repository SUITES: the address of that of Debian which this machine uses
repository() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
	    grep -E "/$1/?\$" | sort -u | head -1
}

mirror=$(repository debian)
mirror=${mirror:-http://deb.debian.org/debian}
security=$(repository debian-security)
security=${security:-http://security.debian.org/debian-security}

make_base() {
	[ ! -s "$DIR/$release.tar" ] || return 0
	rm -rf --one-file-system "$NEW"
	debootstrap --variant=minbase "$release" "$NEW" "$mirror" &&
	    tar -C "$NEW" --numeric-owner -cf "$DIR/$release.part" . &&
	    mv "$DIR/$release.part" "$DIR/$release.tar"
}

unpack() {
	rm -rf --one-file-system "$NEW" && mkdir -p "$NEW" &&
	    tar -C "$NEW" --numeric-owner -xpf "$DIR/$release.tar" &&
	    cat >"$NEW/etc/apt/sources.list" <<-END
	deb $mirror $release main
	deb $mirror $release-updates main
	deb $security $release-security main
	END
}

# What this machine needs to reach anything.
lend_network() {
	cat /etc/resolv.conf >"$NEW/etc/resolv.conf"
	cat /etc/hosts >"$NEW/etc/hosts"
	apt-config dump | grep -E '^Acquire::(https?|Check-)[^ ]* "[^"]' \
	    >"$NEW/etc/apt/apt.conf.d/90machine"
	cat "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" \
	    >"$NEW/etc/machine-ca.crt"
}

# The root is a mount of its own, as on a machine: a test makes namespaces.
mount_kernel() {
	mount --bind "$NEW" "$NEW" &&
	    mount -t proc proc "$NEW/proc" &&
	    mount --rbind /dev "$NEW/dev" &&
	    mount --rbind /sys "$NEW/sys"
}

# Of what is committed, and nothing else; or of an unpacked "make dist".
clone() {
	if [ -e "$ROOT/.git" ]; then
		git -c safe.directory='*' clone -q --no-hardlinks "$ROOT" \
		    "$NEW/usr/src/msgsec"
	else
		mkdir "$NEW/usr/src/msgsec" &&
		    tar -C "$ROOT" --exclude=./build --exclude=node_modules \
		    -cf - . | tar -C "$NEW/usr/src/msgsec" -xf -
	fi
}

inside() {
	env -i HOME=/root TERM=dumb \
	    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	    SSL_CERT_FILE=/etc/machine-ca.crt \
	    $(env | grep -iE '^(https?|no)_proxy=') \
	    chroot "$NEW" sh -c "cd /usr/src/msgsec && $1" </dev/null
}

# This shell is process 1 of its namespace; what it starts has to end.
alone() {
	for _ in 1 2 3 4 5; do
		left=$(ps -e -o pid=,comm= | grep -vE ' (sh|ps|grep|unshare)$')
		[ -n "$left" ] || return 0
		sleep 1
	done
	echo "$left"
	return 1
}

# machine: all of the above
machine() {
	must 'a minimal system' make_base
	must 'unpacked' unpack
	must 'the network of this machine' lend_network
	must 'proc, dev and sys' mount_kernel
	must 'a clean clone' clone
}

# timed WHAT COMMAND: in the new machine, with its output in $NEW.WHAT
timed() {
	began=$(date +%s)
	inside "$2" >"$NEW.$1" 2>&1
	status=$?
	seconds=$(($(date +%s) - began))
	echo "# $name: $2 took $seconds s"
	cat "$NEW.$1" >>"$LOG"
	return $status
}

last_line() {
	tail -n 1 "$NEW.test" | grep -xE '[1-9][0-9]* passed, 0 failed'
}

skips_nothing() {
	! grep -n 'SKIP\|skipped' "$NEW.test"
}

# tested PART...: scripts/test of them, or of all, there
tested() {
	timed test "scripts/test $*"
	is 'scripts/test ends well' test $? -eq 0
	echo "# $name: $(tail -n 1 "$NEW.test")"
	is 'its last line counts no failure' last_line
	is 'it skips nothing' skips_nothing
}

# gone: and nothing is left of it; ends the script
gone() {
	cd / && umount -R "$NEW"
	is 'no mount is left' sh -c '! grep -F " $1/" /proc/mounts' sh "$NEW"
	[ $failed -ne 0 ] || rm -rf --one-file-system "$NEW"
	echo "1..$n"
	exit $failed
}

mkdir -p "$DIR" || exit 1
exec 9>"$DIR/$release.lock"
must 'no other run of this in DISTRO_DIR' flock -n 9
: >"$LOG"
mount -t proc proc /proc
