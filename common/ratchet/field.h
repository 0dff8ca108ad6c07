/*
 * The one formula of the curve that no library offers: from the u of a
 * public key to the y of its Edwards point, and back. For public values only,
 * since it takes no care of time.
 */
#ifndef RATCHET_FIELD_H
#define RATCHET_FIELD_H

#include <stdbool.h>

enum { FIELD_SIZE = 32 };

/*
 * y = (u - 1) / (u + 1) mod 2^255 - 19 (RFC 7748 section 4.1), the lowest
 * octet first. False for u = -1, which has none.
 */
bool field_edwards_y(const unsigned char u[static FIELD_SIZE],
    unsigned char y[static FIELD_SIZE]);

/*
 * The way back: u = (1 + y) / (1 - y). The highest bit of y, the sign of x,
 * does not count; y = 1 gives 0.
 */
void field_montgomery_u(const unsigned char y[static FIELD_SIZE],
    unsigned char u[static FIELD_SIZE]);

#endif
