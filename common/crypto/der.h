/*
 * The little of DER (X.690) that keys and certificates need, over a cursor.
 * libcrypto's own decoders take a millisecond to set up, as long as a whole
 * filter may run.
 */
#ifndef CRYPTO_DER_H
#define CRYPTO_DER_H

#include "base/cur.h"

/* The content of one element with the tag; definite lengths below 64 KiB. */
struct span der_take(struct cur *c, uint8_t tag);

/* The next element with its tag and length, whatever it is. */
struct span der_element(struct cur *c);

/* Whether an element with the tag comes next; no error if not. */
static inline bool
der_is(const struct cur *c, uint8_t tag)
{
	return cur_peek(c) == tag;
}

/* An INTEGER that is not negative, without its leading zero. */
struct span der_unsigned(struct cur *c);

/*
 * The key's own octets in a SubjectPublicKeyInfo (RFC 5280 section 4.1) that
 * is all of der, and the content of its AlgorithmIdentifier; empty if it is
 * none, and *alg then stays as it is.
 */
struct span der_spki(struct span der, struct span *alg);

#endif
