# The parts of scripts/test that are more than a list of TAP files; sourced
# by it. "part NAME COMMAND..." runs one and counts its TAP lines.

# The public suites, from Debian's source packages.
part conformance tests/conformance/run
