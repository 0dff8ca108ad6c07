/* HMAC-SHA256 (RFC 2104) over what comes in pieces. */
#ifndef CRYPTO_HMAC_STREAM_H
#define CRYPTO_HMAC_STREAM_H

#include <stdbool.h>

#include "base/span.h"
#include "crypto/hmac.h"

struct hmac;

/* One that has read nothing yet. Never NULL; free with hmac_free. */
struct hmac *hmac_new(struct span key);

void hmac_add(struct hmac *h, struct span s);

/* The code of all that was read; the hmac can only be freed then. */
void hmac_final(struct hmac *h, unsigned char out[static HMAC_SIZE]);

/* NULL is fine. */
void hmac_free(struct hmac *h);

/* Whether two codes of n octets are the same, in a time that does not tell. */
bool hmac_same(const unsigned char *a, const unsigned char *b, size_t n);

#endif
