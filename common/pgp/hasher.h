/*
 * The digests that several signatures want of the same data, each made once:
 * signatures with the same hash, mode and salt share one.
 */
#ifndef PGP_HASHER_H
#define PGP_HASHER_H

#include <stdbool.h>

#include "pgp/algo.h"
#include "pgp/text.h"

enum { HASHER_MAX = 32 };

enum hash_mode {
	HASH_AS_IS,
	HASH_TEXT,		/* with line ends of the canonical form */
};

struct hasher {
	struct hashing {
		unsigned hash;
		enum hash_mode mode;
		unsigned char salt[PGP_SALT_MAX];
		size_t salt_n;
		struct digest *d;
		struct text text;
	} v[HASHER_MAX];
	size_t n;
};

/*
 * Ask for one before the data comes; its place, or -1 for a hash that is not
 * known or when there are too many.
 */
int hasher_want(struct hasher *h, unsigned hash, enum hash_mode mode,
    struct span salt);

void hasher_add(struct hasher *h, struct span s);

/* The digest so far of that place, to be copied; lent. */
const struct digest *hasher_get0(const struct hasher *h, int at);

void hasher_free(struct hasher *h);

#endif
