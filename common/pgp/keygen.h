/* Making a transferable secret key in one of a few layouts. */
#ifndef PGP_KEYGEN_H
#define PGP_KEYGEN_H

#include "pgp/key.h"

struct keygen_profile {
	const char *name, *alias, *line;
	struct key_spec primary, subkey;
};

/* Ends with a NULL name; the first is the default. */
extern const struct keygen_profile keygen_profiles[];

/* Whether the OpenSSL at hand can make it; the reason is its age. */
bool keygen_available(const struct keygen_profile *p);

/* The one of that name or alias, "default" too; NULL. */
const struct keygen_profile *keygen_profile(struct span name);

struct keygen {
	const struct keygen_profile *profile;
	const char *const *users;
	size_t users_n;
	const struct span *passphrase;	/* NULL: not locked */
	bool signing_only;
	int64_t now;
	const struct env *env;
};

/*
 * Append the packets: the primary key certifies and signs, a subkey (unless
 * signing_only) encrypts; both live three years. False when it cannot be
 * made; what was appended is secret.
 */
bool keygen_make(const struct keygen *g, struct buf *out);

/* The profile whose layout fits an existing primary key. */
const struct keygen_profile *keygen_like(const struct pgp_key *primary);

/* Append a new subkey that encrypts, and its binding. */
bool keygen_add_subkey(const struct keygen *g, struct pgp_key *primary,
    struct buf *out);

/*
 * One key of its own: made, read back and unlocked. "body" holds what it
 * points to, and is wiped by the caller.
 */
bool keygen_key(const struct key_spec *spec, bool subkey, int64_t now,
    const struct env *env, struct buf *body, struct pgp_key *out);

/* Append it as a secret packet, locked or not. */
void keygen_packet(const struct pgp_key *k, const struct span *passphrase,
    const struct env *env, struct buf *out);

/* Append a key's packet as it was read. */
void key_packet(const struct pgp_key *k, struct buf *out);

enum { KEYGEN_LIFETIME = 3 * 365 * 86400, SECRET_BODY_MAX = 65536 };

#endif
