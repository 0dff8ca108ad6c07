/*
 * What a key's owner signs about it: that it is meant for this, that a user
 * ID or a subkey belongs to it, that it is revoked. Each appends a packet.
 */
#ifndef PGP_SELFSIG_H
#define PGP_SELFSIG_H

#include "pgp/sig.h"

/* What self-signatures say. */
struct selfsig {
	unsigned flags;
	int64_t lifetime;	/* seconds after the key's creation; 0: none */
	bool seipd2;		/* its software reads SEIPD version 2 */
	/*
	 * The hashed subpackets of an earlier one, whose preferences and
	 * features stay; ours if it has none.
	 */
	struct span likes;
	bool primary_user;
	int64_t now;
	const struct env *env;
};

/* Each is false when the primary key (unlocked) cannot sign. */
bool selfsig_direct(struct pgp_key *primary, const struct selfsig *s,
    struct buf *out);
bool selfsig_user(struct pgp_key *primary, struct span id,
    const struct selfsig *s, struct buf *out);
/* A subkey that signs must be unlocked, too. */
bool selfsig_subkey(struct pgp_key *primary, struct pgp_key *subkey,
    const struct selfsig *s, struct buf *out);

/*
 * Revoke the primary key, or the subkey unless it is NULL; "reason" is one
 * of section 5.2.3.31.
 */
bool selfsig_revocation(struct pgp_key *primary,
    const struct pgp_key *subkey, unsigned reason, int64_t now,
    const struct env *env, struct buf *out);

/* Certify another's user ID (SIG_CERT_POSITIVE). */
bool selfsig_certify(struct pgp_key *by, const struct pgp_key *primary,
    struct span id, int64_t now, const struct env *env, struct buf *out);

#endif
