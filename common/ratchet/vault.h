/*
 * The keys that a store is kept under, and sealing with them
 * (XChaCha20-Poly1305). All come from one secret: 32 octets of a key file,
 * or a passphrase by Argon2id.
 */
#ifndef RATCHET_VAULT_H
#define RATCHET_VAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "sys/env.h"

enum {
	VAULT_SECRET = 32,	/* octets of a key file */
	VAULT_SALT = 16,
	VAULT_NAME = 16,
	VAULT_CODE = 32,
	VAULT_OVERHEAD = 24 + 16,	/* nonce and tag */
};

struct vault {
	unsigned char seal[32], name[32], code[32];
};

/* What a passphrase costs: passes over so many octets of memory. */
struct vault_cost {
	uint64_t passes, memory;
};

/* libsodium's "interactive": about a tenth of a second, 64 MiB. */
extern const struct vault_cost vault_cost;

/* From the secret of a key file; the salt sets stores apart. */
void vault_of_secret(const unsigned char secret[static VAULT_SECRET],
    const unsigned char salt[static VAULT_SALT], struct vault *out);
/*
 * From a passphrase. False when the cost is out of bounds (1 to 16 passes,
 * up to 1 GiB) or the memory is not there.
 */
bool vault_of_passphrase(struct span passphrase,
    const unsigned char salt[static VAULT_SALT],
    const struct vault_cost *cost, struct vault *out);

/* Append the sealed text. "about" is bound to it, not kept in it. */
void vault_seal(const struct vault *v, const struct env *env,
    struct span about, struct span plain, struct buf *out);
/* Append what was sealed; false when it is not that. */
bool vault_open(const struct vault *v, struct span about, struct span sealed,
    struct buf *out);

/* A name that says nothing to who lacks the keys, always the same. */
void vault_name(const struct vault *v, struct span text,
    unsigned char out[static VAULT_NAME]);
/* A code that only who has the keys can make. */
void vault_code(const struct vault *v, struct span text,
    unsigned char out[static VAULT_CODE]);

void vault_wipe(struct vault *v);

#endif
