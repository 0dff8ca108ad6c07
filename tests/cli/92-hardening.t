#!/bin/sh
# Every executable is as hard as the compiler can make it: what the flags of
# the Makefile leave in the binaries is looked for there, not in the flags.
. tests/cli/lib.sh
needs readelf objdump

: >"$T/err"
calls() {
	readelf -W --dyn-syms "$T/exe" >"$T/out"
	out "$1" "$2"
}

# The code that a flag of this processor alone leaves.
x86() {
	objdump -d --no-show-raw-insn --disassemble=main "$T/exe" >"$T/out"
	[ "$(grep -A 1 '<main>:' "$T/out" | awk 'END { print $2 }')" = endbr64 ]
	report $? "$name: an indirect call lands on a mark"
	objdump -d --no-show-raw-insn "$T/exe" >"$T/out"
	grep -qE 'or[bwlq]? +\$0x0,.*\(%rsp' "$T/out" ||
	    ! grep -qE 'sub +\$0x[1-9a-f][0-9a-f]{3},%rsp' "$T/out"
	result=$?
	: >"$T/out"
	report $result "$name: a large frame is entered page by page"
}

for exe in "$BIN"/* "$BIN"/../libexec/*; do
	[ -f "$exe" ] && [ ! -L "$exe" ] || continue
	name=${exe##*/}
	cp "$exe" "$T/exe"
	readelf -Wh "$T/exe" >"$T/out"
	grep -qE 'Type: +DYN' "$T/out"
	report $? "$name: lies anywhere (PIE)"
	readelf -Wl "$T/exe" >"$T/out"
	out GNU_RELRO "$name: read-only after relocation"
	grep -qE 'GNU_STACK.* RW  ' "$T/out"
	report $? "$name: a stack without execution"
	! grep -qE 'LOAD.* (RWE|WE) ' "$T/out"
	report $? "$name: nothing both to write and to execute"
	readelf -Wd "$T/exe" >"$T/out"
	grep -qE 'FLAGS_1.*NOW.*PIE' "$T/out"
	report $? "$name: every symbol bound at the start"
	grep -qE 'RPATH|RUNPATH|TEXTREL' "$T/out"
	[ $? -eq 1 ]
	report $? "$name: no path to libraries of its own"
	calls __stack_chk_fail "$name: a broken stack ends it"
	calls _chk@GLIBC "$name: copies know their room"
	case $(uname -m) in
	x86_64) x86 ;;
	esac
done
[ "$TESTS" -ge $((17 * 8)) ]
report $? 'all executables were looked at'
done_testing
