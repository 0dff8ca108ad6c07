#!/bin/sh
# scripts/audit-cluster counts lines as the tools do, or a chunk would never
# be done. tests/lab/audit-cluster.t has the hosts.
. tests/cli/lib.sh
needs parallel

echo : >"$T/hosts"
cat >"$T/zone" <<'END'
;! now 2026-03-01T12:00:00Z
a.example. 300 IN MX 0 .
END
# two lists, one behind the other, each with its mark
printf '\357\273\277# one\r\na.example\n \t\r\n\014\n' >"$T/list"
printf '\357\273\277# two\n\357\273\277b.example\n\357\273\277\n#\000\nc.example' >>"$T/list"

run "$BIN/dmarc-verify" domain --zone "$T/zone" --ordered <"$T/list"
cp "$T/out" "$T/alone"
lines 4 'one machine: no comments, blanks or marks; a form feed is a line'
run scripts/audit-cluster -S "$T/hosts" -d "$T/dir" -n 2 -r 1 \
    "$BIN/dmarc-verify" domain --zone "$T/zone" --ordered <"$T/list"
status 1 'every chunk is done'
# each chunk counts its lines anew
sed -i 's/"where":"line [0-9]*"//' "$T/out" "$T/alone"
same "$T/alone" "$T/out" 'and the records are the same'

done_testing
