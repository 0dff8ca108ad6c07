/*
 * A MIME entity of any depth as a stream (RFC 2046 section 5): the headers of
 * its parts, what is in them, and all that stands between, in order. The
 * pieces together are the input, octet by octet, so that who hands them on
 * unchanged changes nothing.
 */
#ifndef MAIL_MIME_WALK_H
#define MAIL_MIME_WALK_H

#include "base/buf.h"
#include "mail/header.h"
#include "mail/mime.h"

enum mime_event {
	MIME_HEADER,	/* of a part, its empty line included */
	MIME_BODY,	/* some of a leaf's content */
	MIME_BODY_END,	/* a leaf ends; no octets */
	MIME_BETWEEN,	/* boundaries, and what is outside of them */
};

/* The part that an event is about; with MIME_HEADER all of it is set. */
struct mime_part {
	const struct header *header;
	const struct mime_type *type;	/* NULL: malformed, taken as text */
	bool leaf;		/* neither multipart nor message/rfc822 */
	bool frozen;		/* inside of a multipart/signed */
	bool embedded;		/* inside of a message/rfc822 */
};

enum {
	MIME_DEPTH_MAX = 32,
	MIME_PART_HEADER_MAX = 65536,
	MIME_PART_FIELDS_MAX = 1000,
};

struct mime_walk {
	void (*to)(void *arg, enum mime_event e, struct span s,
	    const struct mime_part *part);
	void *arg;
	struct mime_level {
		unsigned char boundary[MIME_BOUNDARY_MAX + 2];
		size_t n;
		bool frozen, embedded;
		bool digest;	/* parts are messages unless they say */
	} level[MIME_DEPTH_MAX];
	size_t depth;
	enum { WALK_HEADER, WALK_LEAF, WALK_BETWEEN } state;
	bool in_message;	/* the header is that of a message/rfc822 */
	bool embedded;		/* the body that begins is in one */
	struct buf line;	/* the start of a line that may be one */
	bool middle;		/* of a line that is none */
	unsigned char eol[2];	/* a line end that a boundary may follow */
	size_t eol_n;
	struct buf head;	/* a part's header in the making */
	const char *error;	/* why it cannot be walked; static text */
};

/*
 * Begin with the body of an entity of that header. Until mime_walk_end,
 * "to" is called; after an error all that follows is MIME_BETWEEN.
 */
void mime_walk_start(struct mime_walk *w, const struct header *root,
    void (*to)(void *, enum mime_event, struct span,
    const struct mime_part *), void *arg);
void mime_walk_add(struct mime_walk *w, struct span piece);
/* The end; NULL, or why it could not be walked. Frees. */
const char *mime_walk_end(struct mime_walk *w);

#endif
