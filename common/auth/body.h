/*
 * The body hashes that a message's signatures want, all from one pass: those
 * that want the same thing share one hash. DKIM and ARC register here before
 * the body comes.
 */
#ifndef AUTH_BODY_H
#define AUTH_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "auth/canon.h"
#include "crypto/digest.h"

struct body;

struct body *body_new(void);

/*
 * Want SHA-256 of the body so canonicalized, of its first "limit" canonical
 * octets where limit >= 0 (the l= tag). Returns a handle for body_digest.
 */
size_t body_want(struct body *b, enum canon kind, int64_t limit);

/*
 * As body_want without limit, and compare the digest of every prefix that
 * ends with a line, but for empty lines, which no signer leaves at the end,
 * against "target": what was signed and then had text appended is found so.
 * Returns a handle for body_prefix. However many targets there are, it costs
 * one digest a line and form.
 */
size_t body_want_prefix(struct body *b, enum canon kind,
    const unsigned char target[static SHA256_SIZE]);

/* The body in pieces, then its end. */
void body_add(struct body *b, struct span piece);
void body_end(struct body *b);

/* After body_end: the digest; valid as long as b. */
const unsigned char *body_digest(const struct body *b, size_t want);
/* Canonical octets that there were, and whether all of them were hashed. */
uint64_t body_length(const struct body *b, size_t want);
bool body_is_whole(const struct body *b, size_t want);
/* The length of the first prefix that matched; -1 when none did. */
int64_t body_prefix(const struct body *b, size_t target);

/* NULL is fine. */
void body_free(struct body *b);

#endif
