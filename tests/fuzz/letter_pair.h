/* The keys of the two who write each other in the targets of Letter Sealing. */
#ifndef FUZZ_LETTER_PAIR_H
#define FUZZ_LETTER_PAIR_H

#include "seal/letter.h"

/* One pair of a run: made at the first call, never freed. */
static inline struct letter_pair *
fuzz_pair(void)
{
	static const unsigned char a[X25519_SIZE] = { 1, 2, 3 };
	static const unsigned char b[X25519_SIZE] = { 4, 5, 6 };
	static struct letter_pair *p;
	unsigned char public[X25519_SIZE];

	if (p == NULL) {
		struct x25519 *own = x25519_of(a), *other = x25519_of(b);

		x25519_public(other, public);
		p = letter_pair_new(own, public);
		x25519_free(own);
		x25519_free(other);
	}
	return p;
}

#endif
