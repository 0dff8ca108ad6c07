/* Files of tests/vectors/openpgp, for the units of common/pgp. */
#ifndef TESTS_PGP_FILES_H
#define TESTS_PGP_FILES_H

#include <stdbool.h>

#include "base/buf.h"

/* The whole file below tests/vectors/openpgp, or the process ends. */
struct buf vector(const char *name);

#endif
