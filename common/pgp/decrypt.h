/*
 * Opening an encrypted message with whatever was given for it: session keys,
 * passphrases, secret keys, in this order. What fails fails in one way, so
 * that nobody learns from it what was wrong; but what fits and is not supported
 * is told by its name.
 */
#ifndef PGP_DECRYPT_H
#define PGP_DECRYPT_H

#include "pgp/msg.h"
#include "pgp/seipd.h"

struct decrypter {
	/* what the caller gives */
	const struct session *sessions;
	size_t sessions_n;
	const struct passphrases *passwords;	/* of messages */
	const struct passphrases *key_passwords;
	struct certs *files;			/* secret keys */
	size_t files_n;
	struct s2k_budget *budget;		/* of the message */
	struct s2k_budget *key_budget;		/* of the secret keys */
	const struct env *env;			/* if there are keys */
	/* what was found */
	struct session session;		/* with its algorithm */
	const struct cert *recipient;	/* whose key fitted, or NULL */
	bool locked;			/* a key that would fit stayed locked */
	const char *limited;		/* why a derivation was not done */
	const char *unsupported;	/* what of one that fits, or NULL */
	bool rsa_failed;		/* one of RSA that is named, in vain */
	bool rsa_tried;			/* one that is not named */
	bool opened;
	unsigned version;		/* of what was opened */
	struct seipd seipd;
};

/* For struct pgp_msg: decrypt, closed, and the decrypter as its keys. */
bool decrypter_open(void *decrypter, const struct esks *esks,
    struct packet *p, struct in *out);
void decrypter_close(void *decrypter);

#endif
