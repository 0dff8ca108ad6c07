/* Encrypting whatever is fed to it, for encrypt and mail encrypt. */
#ifndef ENCRYPTING_H
#define ENCRYPTING_H

#include "pgp-lite.h"
#include "pgp/session.h"

struct encryption {
	struct run *r;
	struct files certs, keys;	/* to encrypt to, to sign with */
	/*
	 * Write the plaintext to "to" and to signers_data; false after
	 * run_fail.
	 */
	bool (*feed)(void *arg, struct sink *to);
	void *arg;
	bool find;		/* mail: addresses, and secrets kept so */
	struct recipients to;
	struct signers signers;
	struct span *passwords;		/* trimmed */
	struct session session;
	unsigned version;		/* of SEIPD */
};

/* Read the named files and passphrases; before run_close_in. */
bool encryption_read(struct encryption *e, const struct opt_list *certs);
/* Parse them, choose keys and form, make the session key; after it. */
bool encryption_choose(struct encryption *e);
/* Write the message, armored or not. */
bool encryption_write(struct encryption *e, bool armored, struct sink *to);
void encryption_free(struct encryption *e);

#endif
