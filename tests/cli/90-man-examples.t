#!/bin/sh
# Every example of the manual runs, offline, in the order of its page. What
# would ask the DNS or connect gets the zone of the examples instead, and the
# mail system, ssh and names of installed tools are the test's own.
. tests/cli/lib.sh

command -v jq >/dev/null || skip_all 'no jq'
# bash, for the status of what stands in front of a pipe
command -v bash >/dev/null || skip_all 'no bash'
export BIN

# tool FILE: a command that stands for an installed one, read from stdin
tool() {
	mkdir -p "${1%/*}"
	cat >"$1"
	chmod +x "$1"
}

# what it is called, with as much of this as its verb knows and is not given
tool "$T/offline/tool" <<'END'
#!/bin/sh
tool=$BIN/${0##*/}
verb=$("$tool" --dump-options | cut -f 1,2 | grep -x "verb	${1-}" | cut -f 2)
for option in "--zone=$ZONE" --offline --fail-on=never; do
	name=${option%%=*}
	case " $* " in
	*" $name"*) continue ;;
	esac
	! "$tool" $verb --dump-options | cut -f 2 | grep -qx "${name#--}" ||
	    set -- "$@" "$option"
done
exec "$tool" "$@"
END
for name in dmarc-report dmarc-verify mstls-probe mtasts-check pgp-lite \
    tlsrpt-report; do
	ln -s tool "$T/offline/$name"
done

tool "$T/stand-in/sendmail" <<'END'
#!/bin/sh
exec grep -q ^From:
END
tool "$T/stand-in/mail" <<'END'
#!/bin/sh
exec grep -q .
END
# the host is this one: ssh [-OPTION VALUE]... HOST COMMAND...
tool "$T/stand-in/ssh" <<'END'
#!/bin/sh
while getopts l:o:F:p: option; do
	:
done
shift "$OPTIND"
exec sh -c "$*"
END
ln -s "$BIN/pgp-lite" "$T/stand-in/sopv"
ln -s "$PWD/scripts/audit-cluster" "$T/stand-in/audit-cluster"
# example.org wants every kind of report, example.net has a Web Key Directory
wkd=https://openpgpkey.example.net/.well-known/openpgpkey/example.net
hash=5ac8cozga7xsbwexf8113k4w3z58pbap	# of "carl"
carl=$("$BIN/pgp-lite" generate-key 'Carl <carl@example.net>' |
    "$BIN/pgp-lite" extract-cert --no-armor | base64 -w0)
{
	sed '/^;! now/d
	    s/rua=mailto:dmarc@example.org/&; ruf=mailto:dmarc@example.org; fo=1/' \
	    tests/vectors/demo/example.zone
	cat <<-END
	_smtp._tls.example.org. TXT "v=TLSRPTv1; rua=mailto:tls@example.org"
	openpgpkey.example.net. A 192.0.2.1
	;! fetch $wkd/hu/$hash?l=carl 200 application/octet-stream $carl
	END
} >"$T/zone"

for page in man/*.[1578]; do
	name=${page##*/}
	tests/cli/man-examples "$page" >"$T/$name.sh" || exit 1
	[ -s "$T/$name.sh" ] || continue
	if grep -q ^audit-cluster "$T/$name.sh" &&
	    ! command -v parallel >/dev/null; then
		echo "# $name: no parallel"
		continue
	fi
	cp -R tests/vectors/demo "$T/$name"
	ln -s maildir "$T/$name/Maildir"
	# what an example keeps at home is kept in the copy
	run sh -c 'cd "$1" && unset XDG_STATE_HOME XDG_DATA_HOME &&
	    export HOME=$1 BIN ZONE=$2/zone OFFLINE=$2/offline &&
	    PATH=$2/stand-in:$BIN:$PATH exec bash -o pipefail "$1.sh"' \
	    - "$T/$name" "$T"
	status 0 "the examples of $name"
done
done_testing
