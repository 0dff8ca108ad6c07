#!/bin/sh
# A reader that went away ends a tool quietly, by SIGPIPE; but where a message
# goes onward, or state must know what was written, it is an error like others.
. tests/cli/lib.sh
sh -c 'kill -PIPE $$; exit 0' && skip_all 'SIGPIPE is ignored here'
make_keys
message >"$T/m"
S=$BIN/smime-lite
P=$BIN/pgp-lite
R=$BIN/ratchet-chat
"$S" generate-key -e anna@example.org -o "$T/s.key" >"$T/s.cert"
"$S" sign -k "$T/s.key" -c "$T/s.cert" <"$T/m" >"$T/signed"
"$P" generate-key 'Anna <anna@example.org>' >"$T/p.key"
"$P" extract-cert <"$T/p.key" >"$T/p.cert"
for who in a b; do
	"$R" init -n $who --state "$T/$who"
done
"$R" bundle --state "$T/b" >"$T/bundle"
"$R" start b -q --state "$T/a" <"$T/bundle"
echo hello | "$R" send b --state "$T/a" >"$T/letter"
mkfifo "$T/pipe"

# closed STATUS SAYS COMMAND...: its stdout is a pipe that nobody reads
closed() {
	want=$1 says=$2
	shift 2
	exec 3<>"$T/pipe" 4>"$T/pipe"
	exec 3>&-
	STATUS=0
	"$@" <"$T/in" >&4 2>"$T/err" || STATUS=$?
	exec 4>&-
	: >"$T/out"
	status "$want" "${1##*/} $2 $3"
	if [ -n "$says" ]; then
		err "$says" 'says so'
	elif [ "$want" -eq 141 ]; then
		ok 'says nothing' test ! -s "$T/err"
	fi
}

cp "$T/m" "$T/in"
closed 141 '' "$BIN/dmarc-verify" --zone "$T/zone"
closed 141 '' "$BIN/dmarc-verify" domain --zone "$T/zone" example.org
closed 141 '' "$BIN/mtasts-check" --zone "$T/zone" example.org
closed 141 '' "$BIN/mstls-probe" --zone "$T/zone" example.org
closed 141 '' "$P" inspect
closed 141 '' "$P" mail encrypt --explain "$T/p.cert"
closed 75 '' "$BIN/dmarc-verify" --prepend --zone "$T/zone" \
    --authserv-id mx
closed 75 '' "$P" mail sign "$T/p.key"
closed 75 '' "$S" sign -k "$T/s.key" -c "$T/s.cert"
cp "$T/signed" "$T/in"
closed 141 '' "$S" inspect
closed 141 '' "$S" verify --ca-file "$T/s.cert"
cp "$T/letter" "$T/in"
closed 141 '' "$R" inspect
closed 141 '' "$R" explain --state "$T/b"
closed 141 '' "$R" peers --state "$T/a"
closed 141 '' "$R" safety b --state "$T/a"
closed 74 stdout "$R" recv --state "$T/b"
closed 74 stdout "$R" bundle --state "$T/b"

done_testing
