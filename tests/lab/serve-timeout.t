#!/bin/sh
# --timeout of mtasts-check serve, where the policy host takes the connection
# and says nothing: it needs root.
. tests/lab/alone.sh

echo 1..1
every_name 127.0.0.1 A=127.0.0.1 'TXT:_mta-sts=v=STSv1; id=1;' \
    silent=127.0.0.1
"$B/bin/mtasts-check" serve --timeout=4 --allow-private \
    --resolver=127.0.0.1@5353 --cache="$T/db" --socketmap="unix:$T/sock" \
    2>"$T/err" &
STARTED="$STARTED $!"
comes "$T/sock"
# a fetch has 60 s where nobody says less
got=$(timeout 40 python3 tests/cli/socketmap.py "unix:$T/sock" a.example)
case $got in
'TEMP policy.timeout'*)
	echo 'ok 1 - an answer comes in time' ;;
*)
	echo "not ok 1 - an answer comes in time: $got"
	sed 's/^/# /' "$T/err" ;;
esac
