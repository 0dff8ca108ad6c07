# For a test in a network of its own; read first, by its "sh FILE". Sets B,
# the build, and T, a folder that goes with the test.
if [ "$1" != inside ]; then
	[ "$(id -u)" -eq 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
	exec unshare --net sh "$0" inside
fi
B=${B:-build}
T=$(mktemp -d) || exit 1
STARTED=
trap 'kill $STARTED 2>/dev/null; rm -rf "$T"' EXIT
ip link set lo up

# comes FILE: it is there, within half a minute
comes() {
	for _ in $(seq 300); do
		[ ! -e "$1" ] || return 0
		sleep 0.1
	done
}

# every_name ADDRESS RECORD...: a name server (every_name.py), and it listens
every_name() {
	tests/lab/every_name.py "$T/up" "$@" &
	STARTED="$STARTED $!"
	comes "$T/up"
}
