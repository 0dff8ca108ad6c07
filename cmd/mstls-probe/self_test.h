/* Whether this machine gets out on port 25 at all. */
#ifndef MSTLS_PROBE_SELF_TEST_H
#define MSTLS_PROBE_SELF_TEST_H

#include "mstls-probe.h"

/*
 * Connect to port 25 of --self-test's host, a name or an address; false,
 * after having said so, when it cannot be reached.
 */
bool self_test(struct job *job);

#endif
