#!/bin/sh
# The papers in man/ name files and targets that are there.
. tests/cli/lib.sh

: >"$T/err"
grep -oE '`[a-z][a-zA-Z0-9/_.-]*\.(c|h|md|sh|def|mk)`' man/STANDARDS.md man/HACKING.md |
    sed 's/^[^`]*`//; s/`$//' | sort -u | while read -r path; do
	# a bare name is a file of the directory named before it
	set -- $path common/$path common/*/$path cmd/*/$path
	for try; do
		[ ! -e "$try" ] || continue 2
	done
	echo "$path"
done >"$T/out"
[ ! -s "$T/out" ]
report $? 'every file is there'
grep -oE '(^|`)make [a-z-]+' man/HACKING.md | sed 's/.*make //' | sort -u |
    while read -r target; do
	case $target in
	-*) continue ;;
	esac
	grep -q "^$target:" Makefile || echo "$target"
done >"$T/out"
[ ! -s "$T/out" ]
report $? 'every target is there'
for layer in $(sed -n 's/^LAYERS := //p' Makefile); do
	grep -q "^    common/$layer " man/HACKING.md || echo "$layer"
done >"$T/out"
[ ! -s "$T/out" ]
report $? 'every layer is told'

# --- the standards: nothing that asks for something is passed over
awk '/^## The Stateless OpenPGP draft/ { inside = 1; next }
    /^## / { inside = 0 } inside' man/STANDARDS.md >"$T/sop"
"$BIN/pgp-lite" --dump-options | awk -F '\t' '$1 == "verb" { print $2 }' |
    while read -r verb; do
	grep -qw -e "$verb" "$T/sop" || echo "no pgp-lite $verb"
done >"$T/out"
[ ! -s "$T/out" ]
report $? 'the draft: each verb has its row'
if command -v python3 >/dev/null; then
	run python3 -B tests/cli/standards-sections man/STANDARDS.md
	status 0 'each section that asks for something has a row'
fi
done_testing
