#!/bin/sh
# Streams: any size, and what is missing or changed of them.
. tests/cli/lib.sh
. tests/cli/ratchet.sh
quiet=-q

# recv FILE: bob reads the stream
recv() {
	run sh -c '"$1" recv --stream -q --state="$2" <"$3"' - "$chat" \
	    "$T/bob" "$1"
}

for one in alice bob; do
	as $one init -n $one
done
as bob bundle >"$T/bundle"
as alice start bob <"$T/bundle"

# around the size of a chunk
for size in 0 1 65535 65536 65537 131072 1000000; do
	head -c $size /dev/urandom >"$T/data"
	as alice send bob --stream <"$T/data" >"$T/stream"
	recv "$T/stream"
	status 0 "$size octets"
	same "$T/out" "$T/data" "$size octets: as they were"
done
recv "$T/stream"
status 80 'a stream is read once'

# a pipe gives less than was asked for
as alice send bob --stream <"$T/data" >"$T/stream"
run sh -c 'dd if="$3" bs=777 2>/dev/null |
    "$1" recv --stream -q --state="$2"' - "$chat" "$T/bob" "$T/stream"
same "$T/out" "$T/data" 'in small pieces'

# cut off at any place, changed, moved: said, and readable again
as alice send bob --stream <"$T/data" >"$T/stream"
first=$(head -n 1 "$T/stream" | wc -c)
bad=0
for cut in 0 1 15 16 17 65551 65552 65553 131104 500000; do
	head -c $((first + cut)) "$T/stream" >"$T/cut"
	recv "$T/cut"
	[ $STATUS -eq 86 ] || bad=$((bad + 1))
done
ok 'cut off: 86, each time' test $bad -eq 0
head -n 1 "$T/stream" >"$T/moved"
tail -c +$((first + 1)) "$T/stream" >"$T/chunks"
{
	head -n 1 "$T/stream"
	tail -c +65553 "$T/chunks" | head -c 65552
	head -c 65552 "$T/chunks"
	tail -c +131105 "$T/chunks"
} >"$T/moved"
recv "$T/moved"
status 86 'chunks changed over'
python3 - "$T/stream" "$T/changed" <<'END'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[-70000] ^= 1
open(sys.argv[2], "wb").write(data)
END
recv "$T/changed"
status 86 'a bit changed'
ok 'what came before it was written' test "$(wc -c <"$T/out")" -gt 0
{
	cat "$T/stream"
	printf x
} >"$T/more"
recv "$T/more"
status 86 'an octet behind it'
recv "$T/stream"
status 0 'the whole one is read after all of that'
same "$T/out" "$T/data" 'as it was'
recv "$T/stream"
status 80 'once'

echo plain | as alice send bob >"$T/m"
recv "$T/m"
status 65 'a message that is no stream'
run sh -c '"$1" recv -q --state="$2" <"$3"' - "$chat" "$T/bob" "$T/m"
status 0 'can still be read'
: >"$T/empty"
recv "$T/empty"
status 65 'nothing'
run as alice send bob --stream --lines
status 64 'a stream has no lines'
seq 10 | as alice send bob --stream >"$T/stream"
run sh -c '"$1" recv -q --state="$2" <"$3"' - "$chat" "$T/bob" "$T/stream"
status 65 'a stream is no message'
ok 'and its key is not shown' test ! -s "$T/out"
done_testing
