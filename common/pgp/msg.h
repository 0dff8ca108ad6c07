/*
 * The one reading of an OpenPGP message (RFC 9580 section 10.3): whatever is
 * verified was handed to the caller by the same pass, and nothing else was.
 *
 *   message :- encrypted | signed | compressed | literal
 *
 * Exactly one, with nothing before, beside or behind it but what section 4.3
 * and 10.3 tell everybody to ignore.
 */
#ifndef PGP_MSG_H
#define PGP_MSG_H

#include "pgp/packet.h"
#include "pgp/session.h"
#include "pgp/verify.h"

enum {
	MSG_DEPTH_MAX = 2,	/* compressed packets in each other */
	MSG_ESK_MAX = 1024,
};

/* Encrypted session keys that stood in front, in order. */
struct esks {
	struct esk {
		bool passphrase;	/* SKESK, else PKESK */
		struct buf body;
	} *v;
	size_t n, cap;
};

struct pgp_msg {
	/* what the caller sets */
	void (*data)(void *arg, struct span piece);	/* the literal's */
	void *arg;
	/*
	 * Make "out" read what is encrypted in the packet; NULL: encryption
	 * is not expected. False after an error. pgp_msg_read calls "closed"
	 * when all of it was read.
	 */
	bool (*decrypt)(void *keys, const struct esks *esks,
	    struct packet *p, struct in *out);
	void (*closed)(void *keys);
	void *keys;
	uint64_t inflate_max;	/* ceiling of inflate.h; 0: INFLATE_MAX */
	/* what was found */
	struct hasher hasher;
	struct signatures sigs;
	bool encrypted, literal;
	struct pgp_error *error;
	/* one-pass signatures that wait for their end */
	struct one_pass {
		unsigned version, type, hash, pk;
		unsigned char salt[PGP_SALT_MAX], id[PGP_FPR_MAX];
		size_t salt_n, id_n;
		int at;			/* -1: not supported */
		bool known;
	} pending[HASHER_MAX];
	size_t pending_n;
	unsigned depth;
	struct inflate *inflating;	/* the innermost, or NULL */
};

/*
 * Read one message to the end of "in" (without its armor). The result is in
 * the reader's error: PGP_OK only if the whole of it was one message.
 */
void pgp_msg_read(struct pgp_msg *m, struct in *in);

void pgp_msg_free(struct pgp_msg *m);

#endif
