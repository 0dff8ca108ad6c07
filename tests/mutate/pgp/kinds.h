/*
 * One message of each kind that OpenPGP has, with what opens and judges it.
 * See pgp.c for what is done to them.
 */
#ifndef MUTATE_PGP_KINDS_H
#define MUTATE_PGP_KINDS_H

#include <stdbool.h>

#include "base/buf.h"
#include "pgp/cert.h"
#include "pgp/session.h"

enum form {
	ENCRYPTED,	/* with or without signatures inside */
	INLINE,
	CLEAR,
	DETACHED,	/* the signature is what is changed */
};

struct kind {
	const char *name;
	enum form form;
	struct buf octets;
	/* what opens it, and whose signatures count; each may be absent */
	struct certs *keys, *certs;
	const char *password;
	struct session session;
	struct span data;	/* of a detached signature */
	size_t sigs;		/* how many count before it is changed */
};

/* All of them; *n gets their number. Kept until the process ends. */
struct kind *kinds(const struct env *env, size_t *n);

/*
 * Write them into the folder for "through": NUMBER.msg, .key, .cert, .data,
 * .pw and .session, as far as the kind has them, and .how with its form.
 */
void kinds_write(const char *folder);

#endif
