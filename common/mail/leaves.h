/*
 * What is attached to a mail: the parts of any depth that are no multipart,
 * each whole, with its transfer encoding (RFC 2045 section 6) undone. For
 * mails that are held in memory; mime_walk.h is the stream below it.
 */
#ifndef MAIL_LEAVES_H
#define MAIL_LEAVES_H

#include <stdbool.h>

#include "mail/mime.h"

/* A part, lent while the callback runs. */
struct leaf {
	struct mime_type type;		/* text/plain where it says nothing */
	struct span name;		/* its file name; empty: none */
	struct span name_too;		/* what the type calls it */
	struct span body;
	bool damaged;			/* the encoding was none: octets as
					   they came */
};

/*
 * Hand each leaf of the message to fn, in their order; mails attached as
 * message/rfc822 are entered. NULL, or why the mail is not whole (static):
 * what was found before has been handed on.
 */
const char *leaves_each(struct span message,
    void (*fn)(void *arg, const struct leaf *leaf), void *arg);

/* Whether one of its names ends so, in any case of letters. */
bool leaf_name_ends(const struct leaf *leaf, struct span ending);

/* Append the text of quoted-printable; false where it is none. */
bool leaves_qp_decode(struct span in, struct buf *out);

#endif
