# The parts that scripts/test --full adds, with the large counts; sourced.
part mutate-full make -s mutate COUNT=20000
part faults-full make -s faults RUNS=all
part body-of-1-GB env BODY=1000000000 sh tests/cli/33-dmarc-verify-input.t
part cli-sanitized sh -c 'make -s asan && for t in tests/cli/[123]*.t; do
	SANITIZED=1 B=build/asan sh "$t" || bad=1
done; exit ${bad:-0}'
