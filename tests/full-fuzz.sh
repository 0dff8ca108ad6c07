# The parts that take hours: every fuzz target for ten minutes, and the
# differential ones with their large count; sourced as tests/full.sh is.
# scripts/fuzz goes on where it stopped, target by target, as long as their
# programs are the same.
part deps-fuzz scripts/deps fuzz
part fuzz-differential-full make -s fuzz-differential COUNT=20000
part fuzz-all scripts/fuzz --all --minutes 10 --jobs "$(nproc)"
