/*
 * A public key as people compare it: the 16 pairs of octets of a SHA-256 over
 * a label and the key, each as five digits. This is msgsec's own number; how
 * LINE's clients make theirs is not published.
 */
#ifndef SEAL_FINGERPRINT_H
#define SEAL_FINGERPRINT_H

#include <stdbool.h>

#include "base/span.h"
#include "crypto/x25519.h"

enum {
	FINGERPRINT_GROUPS = 16,
	FINGERPRINT_SIZE = 6 * FINGERPRINT_GROUPS,	/* with the NUL */
};

/* "01234 56789 ..."; returns out. */
const char *fingerprint(const unsigned char key[static X25519_SIZE],
    char out[static FINGERPRINT_SIZE]);

/* Whether "digits" has exactly those, whatever blanks lie between. */
bool fingerprint_same(const char *own, struct span digits);

#endif
