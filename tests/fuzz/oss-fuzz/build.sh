#!/bin/sh
# Builds every fuzz target into $OUT, as OSS-Fuzz asks for it: with its CC,
# CXX, CFLAGS, CXXFLAGS and LIB_FUZZING_ENGINE, each with its corpus as a zip,
# and with the shared libraries that the machine that runs them does not have.
# On one's own machine:
#   CC=clang CXX=clang++ LIB_FUZZING_ENGINE=-fsanitize=fuzzer OUT=DIR \
#       CFLAGS='-O1 -g -fsanitize=address,fuzzer-no-link' \
#       CXXFLAGS=-fsanitize=address tests/fuzz/oss-fuzz/build.sh [TARGET...]
set -eu
cd "$(dirname "$0")/../../.."
[ -e Makefile ] || cd "${SRC:?}/msgsec"

: "${CC:?}" "${CXX:?}" "${LIB_FUZZING_ENGINE:?}" "${OUT:?}"
CFLAGS=${CFLAGS-} CXXFLAGS=${CXXFLAGS-}
WORK=${WORK:-build}
mkdir -p "$OUT/lib"
[ $# -gt 0 ] || set -- $(scripts/fuzz --list)

# The engine may be C++, so it is linked by the C++ compiler.
make -s -j"${JOBS:-$(nproc)}" B="$WORK/oss-fuzz" CC="$CC" HOSTCC="${HOSTCC:-cc}" \
    HARDEN= HARDEN_LD= FUZZ_MAIN= CFLAGS="$CFLAGS" \
    FUZZ_LINK="$CXX $CXXFLAGS" \
    LDFLAGS="$LIB_FUZZING_ENGINE -Wl,--disable-new-dtags,-rpath,\\\$\$ORIGIN/lib" \
    $(printf "$WORK/oss-fuzz/fuzz/fuzz_%s " "$@")

for t; do
	cp "$WORK/oss-fuzz/fuzz/fuzz_$t" "$OUT/"
	python3 -m zipfile -c "$OUT/fuzz_${t}_seed_corpus.zip" \
	    "tests/fuzz/corpus/$t"/*
	printf '[libfuzzer]\ntimeout = 25\nrss_limit_mb = 2048\n' \
	    >"$OUT/fuzz_$t.options"
	# libc and what belongs to it are everywhere
	ldd "$OUT/fuzz_$t" | awk '$3 ~ "^/" { print $3 }' |
	    grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv|libgcc_s)\.so' |
	    while read -r lib; do
		[ -e "$OUT/lib/${lib##*/}" ] || cp "$lib" "$OUT/lib/"
	done
done
