# What the tests of faults have in common, read after tests/cli/lib.sh: a fault
# in one program, and which outcomes are right then. tests/faults/table.sh
# has the tools.

faults=${B:-build}/faults
case $faults in /*) ;; *) faults=$PWD/$faults ;; esac
shim=$faults/shim.so
[ -e "$shim" ] || skip_all 'make faults first'
needs jq python3

# What is done before each run, from here on: something is put back.
before=:

# --- what is right when the work could not be done

# No secret that the table knows of was said, and no plaintext.
mute() {
	! grep -qFf "$T/secrets" "$T/err" && ! grep -q 'the plan ' "$T/err"
}

# No signal has ended anybody, but for a resolver: libunbound leaves events to
# libevent that are no more. What asked it must not fall with it.
survived() {
	[ "$kind" = resolver ] || ! grep -q 'fault: signal' "$T/err"
}

# So much of stdout was right.
begun() {
	head -c "$(wc -c <"$T/out")" "$T/want" | cmp -s - "$T/out"
}

# right STATUS: what the run left is a right outcome for $kind and $check;
# $normal is the status of one without a fault
right() {
	mute && survived || return 1
	[ "$1" -ne "$normal" ] || ! $check || return 0
	case $kind:$1 in
	onward:75 | sop:1 | find:7[05] | text:7[0345])
		[ ! -s "$T/out" ] && [ -s "$T/err" ] ;;
	verdict:7[045] | resolver:7[05])
		! grep -qFf "$T/secrets" "$T/out" &&
		    { [ -s "$T/err" ] ||
		    grep -q '"verdict":"unknown"' "$T/out"; } ;;
	# COMMAND has begun with nothing, or has the whole
	command:75) [ -s "$T/err" ] && { [ ! -e "$T/got" ] || $check; } ;;
	# what has no key yet opens for nobody
	stream:7[045]) [ -s "$T/err" ] && [ ! -e "$T/new.key" ] ;;
	report:7[045]) [ -s "$T/err" ] && begun ;;
	push:7[045]) [ -s "$T/err" ] && $check ;;
	fetch:7[045]) [ -s "$T/err" ] && begun && arrived ;;
	# the next relay finds all in order
	relay:0 | relay:7[0345])
		{ [ "$1" -eq 0 ] || [ -s "$T/err" ]; } &&
		    [ "$(relayed <"$input" 2>"$T/ok")" = "$(cat "$input")" ] ;;
	# what was not told is news the next time
	watch:7[045]) [ -s "$T/err" ] && begun && { same ||
	    cmp -s "$T/watch" "$T/watch.now"; } ;;
	*) return 1 ;;
	esac
}

# note WHERE STATUS: say what went wrong
note() {
	bad=$((bad + 1))
	[ $bad -gt 5 ] && return
	echo "# $name, $1: status $2, $(wc -c <"$T/out") octets," \
	    "$(head -c 200 "$T/err" | tr '\n' ' ')"
}

# ldns_range PROGRAM: where libldns lies in it, if it is linked in
ldns_range() {
	file=$BIN/$1
	[ -e "$file" ] || file=$BIN/../libexec/$1
	nm -n "$file" 2>/dev/null | awk '
	$2 ~ /[tT]/ && / ldns_/ && !/\.cold/ { if (!from) from = $1; last = NR }
	{ at[NR] = $1 }
	END { if (from) print from "-" at[last + 1] }'
}

# faulty 'VARIABLE=VALUE...' COMMAND...: with that fault in the program of $name
faulty() {
	program=${name%% *} fault=$1
	shift
	[ -e "$T/ldns.$program" ] ||
	    ldns_range "$program" >"$T/ldns.$program"
	$before
	(
		range=$(cat "$T/ldns.$program")
		[ -z "$range" ] || export FAULT_LDNS="$range"
		export LD_PRELOAD="$shim" FAULT_IN="$program" $fault
		"$@" <"$input" >"$T/out" 2>"$T/err"
	)
}

# counted: what the shim has left in $T/count; 0 where nothing was started
counted() {
	echo $(($(od -An -tu8 "$T/count") + 0))
}

# plainly COMMAND...: a run without a fault: $T/want, $normal
plainly() {
	normal=0
	$before
	"$@" <"$input" >"$T/want" 2>"$T/err" || normal=$?
	cp "$T/want" "$T/out"
	cp "$T/err" "$T/said"
}
