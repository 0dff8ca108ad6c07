# The parts of scripts/test that are more than a list of TAP files; sourced
# by it. "part NAME COMMAND..." runs one and counts its TAP lines.

# The public suites, from Debian's source packages.
part conformance tests/conformance/run

# Everything once more under the sanitizers: each fuzz target over its corpus,
# mutated messages and records, and faults of memory, disk and signals; and
# mutated inputs beside other implementations.
part fuzz-replay make -s fuzz-replay
part fuzz-differential make -s fuzz-differential COUNT=500
part mutate make -s mutate COUNT=2000
part mutate-pgp make -s mutate-pgp COUNT=200 THROUGH=20
part mutate-smime make -s mutate-smime COUNT=50 THROUGH=5
part faults make -s faults

# No library of Debian 12 has ML-KEM and ML-DSA: there, what needs them is run
# on a machine of Debian 13 made for it. On a newer one it has been run above.
case $(openssl version) in
'OpenSSL 3.'[0-4].*) part post-quantum $SUDO tests/full/post-quantum ;;
esac
