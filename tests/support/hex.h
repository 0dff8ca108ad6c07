/* The octets of hexadecimal digits, as documents print them. */
#ifndef TESTS_SUPPORT_HEX_H
#define TESTS_SUPPORT_HEX_H

#include <stdbool.h>

#include "base/buf.h"

/* Blanks are left out; anything else ends the process. Free with buf_free. */
struct buf unhex(const char *digits);

bool hex_eq(struct span got, const char *digits);

#endif
