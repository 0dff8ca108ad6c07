/*
 * What went wrong in a stack of readers. One error for the whole stack, and
 * the first one sticks: whoever reads on top asks once at the end.
 */
#ifndef PGP_ERROR_H
#define PGP_ERROR_H

#include <stdbool.h>
#include <stddef.h>

enum pgp_result {
	PGP_OK,
	PGP_BAD,		/* malformed, or not what it should be */
	PGP_UNSUPPORTED,	/* well formed as far as one can see */
	PGP_LIMIT,		/* over a limit of ours */
	PGP_FORGED,		/* not authentic: changed, or another key */
	PGP_NO_KEY,		/* nothing that was given opens it */
	PGP_LOCKED,		/* a key would, but its passphrase is missing */
	PGP_IO,			/* the input could not be read */
};

struct pgp_error {
	enum pgp_result result;
	const char *why;	/* static text for people */
};

static inline void
pgp_fail(struct pgp_error *e, enum pgp_result r, const char *why)
{
	if (e->result == PGP_OK)
		*e = (struct pgp_error){ r, why };
}

#endif
