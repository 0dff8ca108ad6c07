#!/bin/sh
# Version 4 of the protocol: taken where OpenSSL has ML-KEM, said where not.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
quiet=-q

for who in alice bob; do
	as $who init -n $who
done
as bob bundle >"$T/bundle"
if "$chat" -V | grep -q 'needs OpenSSL 3.5'; then
	ok 'no Kyber prekey' test "$(jq .kyber_prekey "$T/bundle")" = null
	run as bob bundle --require-pq
	status 1 'bundle --require-pq'
	err 'OpenSSL 3.5' 'says what it needs'
	run sh -c '"$1" start bob --require-pq --state="$2" <"$3"' - "$chat" \
	    "$T/alice" "$T/bundle"
	status 1 'start --require-pq'
	err 'quantum' 'says why'
	as alice start bob <"$T/bundle"
	echo x | as alice send bob >"$T/m"
	run sh -c '"$1" recv --require-pq --state="$2" <"$3"' - "$chat" \
	    "$T/bob" "$T/m"
	status 1 'recv --require-pq'
	run sh -c '"$1" recv --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
	status 0 'and it is not used up'
	run sh -c 'echo x | "$1" send bob --require-pq --state="$2"' - \
	    "$chat" "$T/alice"
	status 1 'send --require-pq in a session of version 3'
	run as alice nudge bob --require-pq
	status 1 'and nudge'
	echo y | as alice send bob >"$T/m"
	run sh -c '"$1" recv --require-pq --state="$2" <"$3"' - "$chat" \
	    "$T/bob" "$T/m"
	status 1 'recv --require-pq in a session that is there'
	done_testing
	exit
fi

ok 'a Kyber prekey' test "$(jq -r .kyber_prekey.key "$T/bundle" |
    wc -c)" -eq 2093
run sh -c '"$1" start bob --require-pq --state="$2" <"$3"' - "$chat" \
    "$T/alice" "$T/bundle"
status 0 'start --require-pq'
echo hello | as alice send bob >"$T/m"
ok 'a message of version 4' test "$(jq .version "$T/m")" -eq 4
run sh -c '"$1" recv --require-pq --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/m"
ok 'is read' grep -qx hello "$T/out"
seq 500 | as bob send alice --lines >"$T/many"
shuf "$T/many" | as alice recv --lines | sort -n >"$T/out"
seq 500 >"$T/want"
same "$T/out" "$T/want" 'five hundred in any order'
echo back | as alice send bob | as bob recv >"$T/out"
ok 'and back' grep -qx back "$T/out"
as alice session export bob >"$T/record"
run sh -c '"$1" session import bob --state="$2" <"$3"' - "$chat" "$T/alice" \
    "$T/record"
status 0 'a session is exported and imported'
echo again | as alice send bob | as bob recv >"$T/out"
ok 'and goes on' grep -qx again "$T/out"
run sh -c '"$1" session import alice --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/record"
status 65 "another's record is refused"
ok 'inspect shows it' test "$("$chat" inspect <"$T/m" |
    jq '."ratchet-chat" | .message_version, .kyber_prekey_id' |
    tr '\n' ' ')" = '4 1 '
as bob bundle >"$T/bundle"
jq -c '.kyber_prekey = null' "$T/bundle" >"$T/less"
run sh -c '"$1" start bob --state="$2" <"$3"' - "$chat" "$T/alice" "$T/less"
status 86 'nobody takes the Kyber prekey away'
as alice start bob --no-pq <"$T/bundle"
echo three | as alice send bob >"$T/m"
ok 'version 3 where it is wanted' test "$(jq .version "$T/m")" -eq 3
run sh -c '"$1" recv --require-pq --state="$2" <"$3"' - "$chat" "$T/bob" \
    "$T/m"
status 1 'recv --require-pq refuses it'
done_testing
