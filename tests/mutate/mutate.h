/*
 * Mutations of signed messages and of the records that they are judged by.
 * See mutate.c for what must hold.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* A generator of which each number can be had again from its seed. */
struct rng {
	uint64_t state;
};

uint32_t rng_below(struct rng *r, uint32_t n);

/* Change "in" in one to four places; the result is appended to *out. */
void mutate_text(struct rng *r, struct span in, struct buf *out);

/* What a signature is over, computed the slow way. */
struct signed_content {
	struct buf header;	/* section 3.7's hash input */
	struct buf body;	/* the whole canonical body */
	struct buf b;		/* the signature, base 64 without blanks */
};

/*
 * The content of the signature field number "field" of the message, by its
 * own tags. False when the field has no tags to go by.
 */
bool content_of(struct span message, size_t field,
    struct signed_content *out);
void content_free(struct signed_content *c);

/*
 * What the seal of the highest instance is over, and the number of that
 * field's message signature. False when the sets are not whole.
 */
bool seal_scope(struct span message, struct buf *out, size_t *ams);

/* The value of a tag, blanks and folds removed; empty when it is absent. */
void tag_of(struct span list, const char *name, struct buf *out);

/*
 * Whether a key record, read by the letter of RFC 6376 section 3.6.1, still
 * says that the key "p" of the type "k" signs mail with SHA-256.
 */
bool record_allows(struct span txt, const char *k, struct span p);

/* Whether an SPF record could let the client 203.0.113.5 pass. */
bool spf_could_pass(struct span txt);

#endif
