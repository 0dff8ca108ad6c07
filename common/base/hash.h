/*
 * A seeded 64-bit hash for tables: who does not know the seed cannot aim at
 * a slot. No message authentication code.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/span.h"

/* Multiply and keep both halves. */
static inline uint64_t
hash_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Keys of the MUM family, 8 octets a step. */
static inline uint64_t
hash_of(uint64_t seed, struct span key)
{
	static const uint64_t k0 = 0xa0761d6478bd642f, k1 = 0xe7037ed1a0b428db;
	uint64_t h = seed ^ k0, word = 0;

	for (; key.n >= 8; key = span_from(key, 8)) {
		memcpy(&word, key.p, 8);
		h = hash_fold(h ^ word, k1 ^ seed);
	}
	word = (uint64_t)key.n << 56;
	for (size_t i = 0; i < key.n; i++)
		word |= (uint64_t)key.p[i] << (8 * i);
	return hash_fold(h ^ word, k1 ^ seed);
}

#endif
