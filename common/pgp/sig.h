/*
 * Signatures (RFC 9580 section 5.2) of version 4 and 6: read, checked and
 * made. Whether one that is authentic also counts is verify.h's business.
 */
#ifndef PGP_SIG_H
#define PGP_SIG_H

#include "pgp/hasher.h"
#include "pgp/key.h"

enum {
	SIG_BODY_MAX = 65536,
	/* the packets of all signatures that a message may have */
	SIGS_MAX = HASHER_MAX * (SIG_BODY_MAX + 8),
};

/* Subpacket types (section 5.2.3.7). */
enum pgp_subpacket {
	SUB_CREATED = 2,
	SUB_EXPIRES = 3,
	SUB_EXPORTABLE = 4,
	SUB_TRUST = 5,
	SUB_KEY_EXPIRES = 9,
	SUB_PREF_SYM = 11,
	SUB_ISSUER_ID = 16,
	SUB_NOTATION = 20,
	SUB_PREF_HASH = 21,
	SUB_PREF_COMPRESSION = 22,
	SUB_PRIMARY_UID = 25,
	SUB_KEY_FLAGS = 27,
	SUB_REASON = 29,
	SUB_FEATURES = 30,
	SUB_EMBEDDED = 32,
	SUB_ISSUER_FPR = 33,
	SUB_PREF_AEAD_ALONE = 34,	/* LibrePGP's */
	SUB_RECIPIENT = 35,
	SUB_PREF_AEAD = 39,
};

struct sig {
	unsigned version, type, pk, hash;
	struct span body;
	struct span hashed;	/* what of it is hashed */
	struct span salt;	/* version 6 */
	unsigned char left[2];
	struct span value;	/* the algorithm's numbers */
	/* what the subpackets say */
	bool has_created, has_flags, primary_uid, not_exportable;
	int64_t created, expires;	/* seconds after created; 0: never */
	int64_t key_expires;		/* after the key's creation */
	unsigned flags, features;
	int reason;			/* for revocation; -1: none given */
	struct span issuer_fpr, issuer_id, embedded;
	struct span pref_sym, pref_aead;
	struct span facts;		/* the hashed subpackets */
	bool has_recipients;		/* then sig_is_for says which */
	/* a rule that it breaks whoever made it, or NULL */
	const char *refused;
};

/*
 * Read a body. PGP_UNSUPPORTED is another version. A critical subpacket that
 * is not known is noted in "refused".
 */
enum pgp_result sig_read(struct span body, struct sig *out);

struct subpacket {
	unsigned type;
	bool critical;
	struct span body;
};

/*
 * Read the next one of an area (section 5.2.3.7). False at its end, and where
 * it is malformed: then the cursor is bad.
 */
bool sig_sub_next(struct cur *area, struct subpacket *out);

/* Whether the key may be its issuer, as far as it says who that is. */
bool sig_names(const struct sig *s, const struct pgp_key *k);

/* Whether it names the key as an intended recipient (section 5.2.3.36). */
bool sig_is_for(const struct sig *s, const struct pgp_key *k);

/*
 * Whether the key made it over the digest of all that comes before its own
 * fields. "d" is copied.
 */
bool sig_check(const struct sig *s, struct pgp_key *k,
    const struct digest *d);
/*
 * The same where the hash may be SHA-1, SHA-224 or too short for the curve:
 * for revocations, and for what is signed anew because of it.
 */
bool sig_check_weak(const struct sig *s, struct pgp_key *k,
    const struct digest *d);

/* Why no digest can be what the key signed so (static text), or NULL. */
const char *sig_unfit(const struct sig *s, struct pgp_key *k);

/* A digest that has read the signature's salt; NULL for an unknown hash. */
struct digest *sig_digest(const struct sig *s);

/* Add a key, or a user ID, as certifications hash them (section 5.2.4). */
void sig_hash_key(struct digest *d, const struct pgp_key *k);
void sig_hash_user(struct digest *d, bool attribute, struct span id);
/*
 * Add at last a signature's own fields up to the hashed subpackets, and the
 * trailer: version, 0xff, and how many octets those were.
 */
void sig_hash_fields(struct digest *d, unsigned version,
    struct span hashed);

/* --- making: sig_make.c */

struct sig_new {
	unsigned version, type, hash;
	struct pgp_key *key;	/* unlocked */
	unsigned char salt[PGP_SALT_MAX];
	size_t salt_n;
	struct buf hashed, unhashed;	/* subpackets */
};

/* The hash that fits the strength of a key. */
unsigned sig_hash_for(const struct pgp_key *k);

/*
 * Begin one: creation time and issuer are there. "hash" 0 takes the key's.
 * More subpackets may follow until sig_new_write.
 */
void sig_new_start(struct sig_new *s, struct pgp_key *key, unsigned type,
    unsigned hash, int64_t now, const struct env *env);
/* A subpacket for s->hashed or s->unhashed. */
void sig_sub(struct buf *area, unsigned type, bool critical,
    struct span body);
void sig_sub_u32(struct buf *area, unsigned type, bool critical, uint32_t v);

/* A digest that has read the salt. */
struct digest *sig_new_digest(const struct sig_new *s);

/*
 * Append the body, over the digest of all that comes before its own fields,
 * and free what s holds. False when the key cannot.
 */
bool sig_new_write(struct sig_new *s, const struct digest *d,
    struct buf *out);
void sig_new_free(struct sig_new *s);

#endif
