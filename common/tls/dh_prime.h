/*
 * Diffie-Hellman parameters of a ServerKeyExchange, and the primes that are
 * known by name: those of RFCs, and those that came with software and so are
 * shared by many servers (weakdh.org).
 */
#ifndef TLS_DH_PRIME_H
#define TLS_DH_PRIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum dh_prime_kind {
	DH_PRIME_OWN,		/* in no list */
	DH_PRIME_RFC7919,	/* ffdhe2048 to ffdhe8192 */
	DH_PRIME_RFC3526,	/* MODP 1536 to 8192 */
	DH_PRIME_RFC2409,	/* Oakley groups 1 and 2 */
	DH_PRIME_RFC5114,	/* of unexplained origin, small subgroups */
	DH_PRIME_SOFTWARE,	/* came with some program */
};

struct dh_prime {
	enum dh_prime_kind kind;
	const char *name;	/* "ffdhe2048", "Oakley group 14", "Postfix" */
	uint16_t bits;
	const char *digest;	/* half a SHA-256 over p, hexadecimal */
};

struct tls_dh {
	uint16_t bits;		/* of p; 0: there was none */
	uint32_t generator;	/* 0: larger than 32 bits */
	uint16_t public_bits;	/* of the server's Ys */
	int16_t prime;		/* index of dh_primes, or -1 */
};

extern const struct dh_prime dh_primes[];
extern const size_t dh_primes_n;

/* The index of the prime p (octets without leading zeroes), or -1. */
int dh_prime_find(struct span p);

#endif
