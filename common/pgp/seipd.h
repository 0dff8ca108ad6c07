/*
 * Symmetrically encrypted and integrity protected data (RFC 9580 section
 * 5.13), version 1 (CFB and a SHA-1 at the end) and 2 (AEAD in chunks), and
 * LibrePGP's packet 20, which is only read.
 */
#ifndef PGP_SEIPD_H
#define PGP_SEIPD_H

#include "crypto/cipher.h"
#include "pgp/packet.h"
#include "pgp/session.h"
#include "pgp/sink.h"

struct seipd {
	struct packet *from;
	unsigned version;	/* 1, 2; 0 is packet 20 */
	/* version 1 */
	struct cfb *cfb;
	struct digest *sha1;
	/* the others */
	struct aead *aead;
	enum aead_mode mode;
	size_t chunk;
	unsigned char nonce[AEAD_NONCE_MAX];
	unsigned char ad[5 + 8 + 8];
	size_t ad_n;
	uint64_t index, total;
	/* plaintext that may be given, and what is held back behind it */
	unsigned char *own;
	size_t room, at, ready, end;
	size_t used;			/* what was ever in it, to be wiped */
	bool ended, checked;
};

/* What the packet says before it is opened: version and algorithms. */
struct seipd_head {
	unsigned version, sym, aead;
	unsigned chunk;			/* octet */
	unsigned char salt[32];
};

/* Read the head off the body; false after an error in the reader. */
bool seipd_head(struct packet *p, struct seipd_head *out);

/*
 * Make "out" read the plaintext, chunk by chunk as it is authentic; version 1
 * is only known to be at its end, and whatever came before must be thrown
 * away if "out" ends with PGP_FORGED. PGP_BAD: the session key does not fit
 * the algorithm. seipd_close frees.
 */
enum pgp_result seipd_open(struct seipd *s, struct packet *p,
    const struct seipd_head *h, const struct session *k, struct in *out);
void seipd_close(struct seipd *s);

/*
 * Whether the first octets of a version 1 body repeat themselves under the
 * key, as section 5.13.1 lets them: tells most wrong passphrases early. Not
 * to be asked of a public key's session key. Nothing is read.
 */
bool seipd_quick_check(struct packet *p, const struct session *k);

/* --- writing: seipd_make.c */

struct seipd_out {
	struct sink *to;
	unsigned version, sym;
	struct cfb *cfb;
	struct digest *sha1;
	struct aead *aead;
	unsigned char nonce[AEAD_NONCE_MAX];
	uint64_t index, total;
	unsigned char *own;
	size_t n;
};

/*
 * Write the body of a packet, head first, into "to" (packet_out). The end
 * comes with the end of "out", which then ends "to".
 */
void seipd_start(struct seipd_out *s, unsigned version,
    const struct session *k, const struct env *env, struct sink *to,
    struct sink *out);

#endif
