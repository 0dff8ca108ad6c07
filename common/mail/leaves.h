/*
 * What is attached to a mail: the parts of any depth that are no multipart,
 * each with its transfer encoding (RFC 2045 section 6) undone.
 */
#ifndef MAIL_LEAVES_H
#define MAIL_LEAVES_H

#include <stdbool.h>

#include "mail/header.h"
#include "mail/mime.h"

/* A part, lent while the callback runs. */
struct leaf {
	const struct header *header;	/* its own: Content-... */
	struct mime_type type;		/* text/plain where it says nothing */
	struct span name;		/* its file name; empty: none */
	struct span body;
	bool damaged;			/* the encoding was none: octets as
					   they came */
};

enum leaves_result {
	LEAVES_OK,
	LEAVES_BAD,		/* a multipart without a usable boundary */
	LEAVES_CUT,		/* a multipart whose end did not come */
	LEAVES_LIMIT,		/* too deep, or too many fields */
};

/*
 * Hand each leaf of the message to fn, in their order; a mail attached as
 * message/rfc822 is entered. What was found before a failure has been handed
 * on.
 */
enum leaves_result leaves_each(struct span message,
    void (*fn)(void *arg, const struct leaf *leaf), void *arg);

/* Append the text of quoted-printable; false where it is none. */
bool leaves_qp_decode(struct span in, struct buf *out);

#endif
