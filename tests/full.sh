# The parts that scripts/test --full adds, with the large counts; sourced.
part mutate-full make -s mutate COUNT=20000
part mutate-pgp-full make -s mutate-pgp COUNT=10000 THROUGH=200
part mutate-smime-full make -s mutate-smime COUNT=10000 THROUGH=200
part faults-full make -s faults RUNS=all
part body-of-1-GB env BODY=1000000000 sh tests/cli/33-dmarc-verify-input.t
part cli-sanitized sh -c 'make -s asan && for t in tests/cli/[1-8]*.t; do
	SANITIZED=1 B=build/asan sh "$t" || bad=1
done; exit ${bad:-0}'

part lab-sanitized $SUDO env SANITIZED=1 B=build/asan sh tests/lab/table.t
part noise-full $SUDO env SANITIZED=1 B=build/asan ROUNDS=20 SEED=20261127 \
    sh tests/lab/noise.t

# strict CC: everything compiles without a warning
strict() {
	make -s -j"$(nproc)" B=build/"$1" CC="$1" WERROR=-Werror all units labs \
	    fuzzers
}

# each_unit BUILD COMMAND...: runs the unit tests through the command
each_unit() {
	build=$1 worst=0
	shift
	export CMOCKA_MESSAGE_OUTPUT=TAP
	for unit in $(ls "$build"/unit/*_test | grep -vFx "${without-}"); do
		echo "# $unit"
		MSGSEC_DNS=$ROOT/$build/libexec/msgsec-dns \
		    "$@" "$unit" || {
			echo "not ok - $unit ends with $?"
			worst=1
		}
	done
	return $worst
}

# Tests that crash a worker on purpose need SIGSEGV for themselves.
units_sanitized() {
	make -s asan &&
	    ASAN_OPTIONS=exitcode=99:handle_segv=1:detect_leaks=0 \
	    UBSAN_OPTIONS=halt_on_error=1:exitcode=99:print_stacktrace=1 \
	    each_unit build/asan env
}

# valgrind knows no Landlock: under it there is no sandbox to be tested.
units_valgrind() {
	without=build/unit/sys_sandbox_test each_unit build valgrind -q \
	    --error-exitcode=99 --leak-check=full \
	    --errors-for-leak-kinds=definite --child-silent-after-fork=yes
}

part deps-full scripts/deps full
part strict-gcc strict gcc
part strict-clang strict clang
part units-sanitized units_sanitized
part units-valgrind units_valgrind
part reproducible tests/full/reproducible
part package $SUDO tests/full/package
for release in bookworm trixie; do
	part "distro-$release" $SUDO tests/full/distro "$release"
done

# Ten minutes of each target are hours: scripts/fuzz goes on where it stopped,
# here or on another machine, as long as a target's program is the same.
part deps-fuzz scripts/deps fuzz
part fuzz-differential-full make -s fuzz-differential COUNT=20000
part fuzz-all scripts/fuzz --all --minutes 10 --jobs "$(nproc)"
