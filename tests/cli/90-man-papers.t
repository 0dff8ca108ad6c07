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
done_testing
