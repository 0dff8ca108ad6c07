/*
 * Several keys signing the same data in one pass: as many digests as their
 * hashes and salts need, one-pass packets in front, signatures behind.
 */
#ifndef PGP_SIGNER_H
#define PGP_SIGNER_H

#include "pgp/hasher.h"
#include "pgp/sig.h"

struct signers {
	struct signer {
		struct pgp_key *key;	/* unlocked */
		struct sig_new sig;
		int at;
	} v[HASHER_MAX];
	size_t n;
	struct hasher hasher;
};

/*
 * Add one that makes a signature of the type (SIG_BINARY or SIG_TEXT). False
 * when there are too many.
 */
bool signers_add(struct signers *s, struct pgp_key *key, unsigned type,
    int64_t now, const struct env *env);

/* Name the keys that the message is encrypted to in every signature. */
void signers_recipient(struct signers *s, const struct pgp_key *k);

/* Append the one-pass signature packets. */
void signers_begin(const struct signers *s, struct buf *out);

/* All of the data, piece by piece. */
void signers_data(struct signers *s, struct span piece);

/* Append the signature packets, in the order that fits; false: one cannot. */
bool signers_end(struct signers *s, struct buf *out);

/* "pgp-sha256", or empty when the signatures' hashes differ (SOP). */
void signers_micalg(const struct signers *s, struct buf *out);

void signers_free(struct signers *s);

#endif
