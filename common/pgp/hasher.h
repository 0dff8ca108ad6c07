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

struct hasher {
	struct hashing {
		unsigned hash;
		bool text;	/* line ends in the canonical form */
		unsigned char salt[PGP_SALT_MAX];
		size_t salt_n;
		struct digest *d;
		struct text lines;
	} v[HASHER_MAX];
	size_t n;
};

/*
 * Ask for one before the data comes, as a signature of the type hashes it;
 * its place, or -1 for a hash that is not known or when there are too many.
 */
int hasher_want(struct hasher *h, unsigned hash, unsigned sig_type,
    struct span salt);

void hasher_add(struct hasher *h, struct span s);

/* The digest so far of that place, to be copied; lent. */
const struct digest *hasher_get0(const struct hasher *h, int at);

void hasher_free(struct hasher *h);

#endif
