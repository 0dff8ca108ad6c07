#!/bin/sh
# The Debian package's copyright file tells the samples of RFCs, and what was
# made of them for the fuzz targets, from what was written for msgsec.
. tests/cli/lib.sh

command -v python3 >/dev/null || skip_all 'no python3'
: >"$T/err"
find tests/vectors tests/fuzz -type f ! -name '*.pyc' |
    python3 -B tests/cli/debian-copyright scripts/debian/copyright >"$T/out"
report $? 'each copy is covered like what it was copied from'
done_testing
