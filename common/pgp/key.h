/*
 * One key: the body of a public-key or secret-key packet (RFC 9580 section
 * 5.5), of version 4 or 6. The octets stay where they are and must outlive
 * the key.
 */
#ifndef PGP_KEY_H
#define PGP_KEY_H

#include <stdint.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "crypto/cipher.h"
#include "pgp/algo.h"
#include "pgp/error.h"
#include "pgp/s2k.h"
#include "sys/env.h"

struct pgp_key {
	unsigned version;
	unsigned algo;		/* enum pgp_pk, or one that is not known */
	int64_t created;
	bool subkey;
	bool supported;		/* algorithm and curve are known */
	bool has_secret;
	enum pk_kind kind;	/* if supported */
	struct span pub;	/* the public fields, from the version on */
	struct span material;	/* of them, what the algorithm defines */
	struct span secret;	/* what follows them */
	unsigned kdf_hash, kdf_sym;	/* ECDH */
	unsigned char fpr[PGP_FPR_MAX];
	size_t fpr_n;		/* 20 or 32 */
	unsigned char id[8];
	struct pk *open;	/* public half, made when first asked for */
	struct pk *unlocked;	/* with the secret half */
	struct span passphrase;	/* the one that fitted, lent */
	bool stays_locked;	/* none of the passphrases did */
};

enum { KEY_MATERIAL_MAX = 16384, KEY_HEX = 2 * PGP_FPR_MAX + 1 };

/*
 * Read a body. PGP_UNSUPPORTED is another version, or an algorithm that
 * hides where the secret part begins.
 */
enum pgp_result key_read(struct span body, bool secret, bool subkey,
    struct pgp_key *out);

/* The public half; NULL when its numbers make none. Lent. */
const struct pk *key_pk(struct pgp_key *k);

/* Whether it is there, but a newer libcrypto is needed to use it. */
bool key_needs_library(struct pgp_key *k);

/*
 * Why there is no public half: the same static text each time, or NULL if
 * there is one.
 */
const char *key_unsupported(struct pgp_key *k);

/* Whether it is RSA of less than 2048 bits, which nothing may rest on. */
bool key_is_weak(struct pgp_key *k);

/* That it is not supported, or weak: static text, or NULL if it is neither. */
const char *key_refusal(struct pgp_key *k);

/* Upper-case hex of the fingerprint. Returns out. */
char *key_hex(const struct pgp_key *k, char out[static KEY_HEX]);

/* What is put in front when it is hashed (section 5.2.4), and the fields. */
void key_hash_form(const struct pgp_key *k, struct buf *out);

/* Passphrases, as octets. */
struct passphrases {
	struct span *v;
	size_t n;
};

/* Without the white space that an editor or echo left at its end. */
static inline struct span
passphrase_trim(struct span pw)
{
	while (pw.n > 0 && ascii_is_fws(pw.p[pw.n - 1]))
		pw.n--;
	return pw;
}

enum key_unlock {
	KEY_UNLOCKED,
	KEY_LOCKED,		/* no passphrase fits */
	KEY_LIMITED,		/* one was not tried: the budget says why */
	KEY_NO_SECRET,		/* there is none, or only a stub */
	KEY_CANNOT,		/* damaged, or an unknown kind of lock */
};

/*
 * Make k->unlocked. Each passphrase is tried as it is, then trimmed. A key
 * that stayed locked is not tried again: a message of a thousand recipients
 * would ask for it a thousand times.
 */
enum key_unlock key_unlock(struct pgp_key *k, const struct passphrases *pw,
    struct s2k_budget *budget);

/* Whether a passphrase is needed at all. */
bool key_is_locked(const struct pgp_key *k);

/* NULL is fine. */
void key_close(struct pgp_key *k);

/* --- making keys: key_make.c */

struct key_spec {
	unsigned version, algo;
	enum pk_kind kind;
	unsigned rsa_bits;	/* of RSA */
};

/*
 * Append the public fields of a new key, and make *secret, its secret
 * numbers as section 5.5.5 orders them (wipe it).
 */
bool key_make(const struct key_spec *spec, int64_t created,
    const struct env *env, struct buf *pub, struct buf *secret);

/*
 * Append the secret part: in the clear for no passphrase, otherwise locked
 * (version 4: CFB with a hash, usage 254; version 6: OCB, usage 253).
 */
void key_secret_write(const struct pgp_key *k, struct span secret,
    const struct span *passphrase, const struct env *env, struct buf *out);

/* Append the secret numbers of an unlocked key, as key_make gives them. */
void key_secret_numbers(const struct pgp_key *k, struct buf *out);

/* What the secret part begins with (section 5.5.3). */
enum key_usage {
	USAGE_CLEAR = 0,
	USAGE_AEAD = 253,
	USAGE_CFB = 254,	/* with a hash behind the numbers */
	USAGE_SUM = 255,	/* with a sum */
};

/* The type of a packet of its secret part. */
static inline unsigned
key_tag(const struct pgp_key *k)
{
	return k->subkey ? TAG_SECRET_SUBKEY : TAG_SECRET_KEY;
}

/* What AEAD authenticates: the packet's type octet and the public fields. */
void key_lock_ad(const struct pgp_key *k, struct buf *out);

#endif
