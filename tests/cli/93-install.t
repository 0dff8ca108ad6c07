#!/bin/sh
# make install: everything is there, works from there with the helpers that
# lie beside it, and make uninstall leaves nothing.
. tests/cli/lib.sh

# With the places that the tree was built for: another PREFIX would make the
# executables anew, under the other tests' feet.
mk() {
	run make -s "B=${B:-build}" "DESTDIR=$T/root" "$@"
}
installed() {
	(cd "$T/root/$prefix" && find . ! -type d | sed 's|^\./||' | sort)
}

mk install
status 0 'it installs'
prefix=$(cd "$T/root" && find . -name bin)
prefix=${prefix%/bin}
installed >"$T/list"
ls "$BIN" | sed 's|^|bin/|' >"$T/want"
ls "$BIN/../libexec" | sed 's|^|libexec/msgsec/|' >>"$T/want"
for page in man/*.[1578]; do
	echo "share/man/man${page##*.}/${page##*/}"
done >>"$T/want"
ls man/schema | sed 's|^|share/msgsec/schema/|' >>"$T/want"
for tool in "$BIN"/*; do
	name=${tool##*/}
	echo "share/bash-completion/completions/$name"
	echo "share/zsh/site-functions/_$name"
	echo "share/fish/vendor_completions.d/$name.fish"
done >>"$T/want"
[ ! -e scripts/audit-cluster ] || echo bin/audit-cluster >>"$T/want"
printf '%s\n' bin/sopv share/man/man1/sopv.1 >>"$T/want"
sort "$T/want" | diff - "$T/list" >"$T/out"
report $? 'each tool, helper, page, schema and completion, nothing else'
find "$T/root" -type f -perm /022 >"$T/out"
[ ! -s "$T/out" ]
report $? 'nothing that others may write'
grep -rlF "$T" "$T/root" >"$T/out"
[ ! -s "$T/out" ]
report $? 'nothing knows DESTDIR'

# Moved away, so that only what lies beside it can be its helper.
mv "$T/root" "$T/moved"
run "$T/moved/$prefix/bin/sopv" version
status 0 'sopv is pgp-lite'
make_keys
check() {
	run "$T/moved/$prefix/bin/dkim-sign" check --zone "$T/zone" \
	    -d example.org -s ed -k "$T/ed.key"
}
check
status 0 'a tool finds its helper'
printf '#!/bin/sh\nexit 42\n' >"$T/moved/$prefix/libexec/msgsec/dkim-check"
check
[ "$STATUS" -ne 0 ]
report $? 'which is the one beside it'
mv "$T/moved" "$T/root"

: >"$T/root/$prefix/bin/other"
mk uninstall
status 0 'it uninstalls'
installed >"$T/out"
lines 1 'nothing of it is left'
out bin/other "another's file is"
[ ! -e "$T/root/$prefix/share/msgsec" ] && [ ! -e "$T/root/$prefix/libexec/msgsec" ]
report $? 'nor are its own folders'
done_testing
