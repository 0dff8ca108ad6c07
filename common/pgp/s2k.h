/*
 * String-to-key specifiers (RFC 9580 section 3.7): from a passphrase to the
 * key of a cipher.
 */
#ifndef PGP_S2K_H
#define PGP_S2K_H

#include "base/buf.h"
#include "base/cur.h"
#include "pgp/algo.h"
#include "pgp/error.h"
#include "sys/env.h"

enum s2k_type {
	S2K_SIMPLE = 0,
	S2K_SALTED = 1,
	S2K_ITERATED = 3,
	S2K_ARGON2 = 4,
};

enum { S2K_ARGON2_SALT = 16, S2K_SALT = 8 };

struct s2k {
	unsigned type;
	unsigned hash;
	unsigned char salt[S2K_ARGON2_SALT];
	uint32_t count;		/* octets hashed by S2K_ITERATED */
	unsigned t, p, m;	/* Argon2: passes, lanes, log2 of KiB */
};

/*
 * What the derivations for one message, or for all keys, may cost together:
 * RFC 9580 lets a message ask for two terabytes.
 */
struct s2k_budget {
	uint64_t kib;		/* at most so much memory a derivation */
	unsigned argon2;	/* derivations left */
	int64_t ms;		/* of the processor that they have left */
	uint64_t hashed;	/* octets that the others may hash */
	const char *why;	/* what was not done, or NULL */
};

/* Appendix A.12 takes 2 GiB. */
enum { S2K_KIB_MAX = 2 << 20 };

#define S2K_BUDGET ((struct s2k_budget){ .kib = S2K_KIB_MAX, \
	.argon2 = 4, .ms = 30000, .hashed = 4ull << 30 })

/* Read one; a type or hash that is not known is PGP_UNSUPPORTED. */
enum pgp_result s2k_read(struct cur *c, struct s2k *out);
void s2k_write(const struct s2k *s, struct buf *out);

/*
 * Write the key, n octets. PGP_LIMIT, and budget->why, when the budget
 * forbids it, or the memory is not there.
 */
enum pgp_result s2k_derive(const struct s2k *s, struct span passphrase,
    struct s2k_budget *budget, unsigned char *out, size_t n);

/*
 * A new one, and the key of n octets that it makes of the passphrase:
 * Argon2id, or what is iterated and salted over SHA-256, which also stands in
 * for Argon2id where there is not the memory for it.
 */
void s2k_make(enum s2k_type type, struct span passphrase,
    const struct env *env, struct s2k *out, unsigned char *key, size_t n);

#endif
