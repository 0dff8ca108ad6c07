/*
 * Session keys, and the packets that carry them (RFC 9580 section 5.1 and
 * 5.3): PKESK for a key, SKESK for a passphrase. Versions 3 and 4 go with
 * SEIPD version 1, version 6 with version 2.
 */
#ifndef PGP_SESSION_H
#define PGP_SESSION_H

#include "pgp/cert.h"

struct session {
	unsigned sym;		/* 0 where the encrypted packet says it */
	unsigned char key[PGP_SESSION_MAX];
	size_t n;
};

enum { ESK_MAX = 4096 };

/* What a PKESK says without being opened. */
struct pkesk {
	unsigned version, algo;
	struct span fpr, id;	/* version 6, 3; empty: a hidden recipient */
	struct span value;
};

/* PGP_UNSUPPORTED is another version. */
enum pgp_result pkesk_read(struct span body, struct pkesk *out);
/* Whether it is for the key, or for nobody named. */
bool pkesk_names(const struct pkesk *p, const struct pgp_key *k);
/*
 * Open it with an unlocked key; false when it does not fit, whatever why. The
 * session key may be for a cipher that is not read (algo_sym_refusal).
 */
bool pkesk_open(const struct pkesk *p, const struct pgp_key *k,
    struct session *out);

/*
 * Try a passphrase. PGP_FORGED: it is not the one (version 4 finds that out
 * by chance only); PGP_LIMIT: the derivation may not be done.
 */
enum pgp_result skesk_open(struct span body, struct span passphrase,
    struct s2k_budget *budget, struct session *out);
/* 4 or 6; 5 is LibrePGP's, for its packet 20. */
unsigned skesk_version(struct span body);
/* The cipher that one of version 4 names in the clear, else 0. */
unsigned skesk_cipher(struct span body);

/*
 * Append the packet for a key; version 3 or 6. "hidden": without saying for
 * which key (RFC 9580 section 5.1.8). False: the key cannot.
 */
bool pkesk_write(unsigned version, struct pgp_key *k, bool hidden,
    const struct session *s, const struct env *env, struct buf *out);
/* Append the packet for a passphrase; version 4 or 6. */
void skesk_write(unsigned version, struct span passphrase,
    const struct session *s, const struct env *env, struct buf *out);

/* What both directions share: session_kdf.c */

/*
 * The key that wraps the session key under an agreed secret: HKDF for X25519
 * and X448 (section 5.1.6 and 5.1.7), which hashes both public halves, and
 * the KDF of RFC 6637 for ECDH. Returns its octets, 0 for an unknown one.
 */
size_t session_kek(const struct pgp_key *k, struct span ephemeral,
    struct span own, struct span shared,
    unsigned char out[static CIPHER_KEY_MAX]);
/* The key combiner of RFC 9980 section 4.2.1: an AES-256 key. */
void session_combine(const struct pgp_key *k, struct span ciphertext,
    struct span own, struct span shares,
    unsigned char out[static CIPHER_KEY_MAX]);
/*
 * A session key out of "algorithm, key, checksum"; version 6 has no first. It
 * may be for a cipher that is not read (algo_sym_refusal).
 */
bool session_of(struct span plain, bool algorithm, struct session *out);
void session_plain(const struct session *s, bool algorithm,
    struct buf *out);

#endif
