/*
 * Legacy display elements (RFC 9788 sections 2.1.2, 4.5.3 and 5.2.2): the
 * fields that encryption hides, once more as text in front of the message's
 * own, for readers that know nothing of header protection; and taken away
 * again for those that do. Only in text/plain.
 */
#ifndef MAIL_LEGACY_H
#define MAIL_LEGACY_H

#include "base/buf.h"
#include "mail/header.h"
#include "mail/mime_walk.h"

/*
 * Append the element of a message that PROTECT_CIPHER would hide fields of,
 * a line each and an empty one. False, and nothing appended, when there is
 * none, or one that is not to be had as UTF-8.
 */
bool legacy_element(const struct header *h, struct buf *out);

/* A payload's body on its way, element added or omitted. */
struct legacy {
	void (*to)(void *arg, struct span s);
	void *arg;
	struct mime_walk walk;
	struct span element;	/* to be added; empty: to be omitted */
	bool due;		/* the first part is still to come */
	bool omitting;		/* inside of an element */
	bool quoted;		/* its part is quoted-printable */
	bool soft, line;	/* the last line goes on; this one has octets */
	unsigned char last;
};

/*
 * Whether the element can stand at the start of a part of that header: text
 * or nothing said, no attachment, an encoding and a charset that have it.
 */
bool legacy_fits(const struct header *part, struct span element);

/*
 * Begin with the body of a payload of that header, adding the element (which
 * must outlive it) to the first part if it fits, or with none omitting those
 * that are marked. The header itself is the caller's: protect_payload marks
 * it, protect_merge removes the mark.
 */
void legacy_start(struct legacy *l, const struct header *payload,
    struct span element, void (*to)(void *, struct span), void *arg);
void legacy_add(struct legacy *l, struct span piece);
/*
 * The end. Where the parts cannot be told, what follows is handed on as it
 * is.
 */
void legacy_end(struct legacy *l);

#endif
