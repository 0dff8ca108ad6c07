/*
 * A multipart made 7-bit before it is signed (RFC 3156 section 3, RFC 8551
 * section 3.1.3), since a relay may do that later and break the signature.
 * Which parts need it is seen when the body is read; they become
 * quoted-printable, and nothing else is changed.
 */
#ifndef MAIL_MIME_7BIT_H
#define MAIL_MIME_7BIT_H

#include "crypto/vault.h"
#include "mail/eol.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/mime_walk.h"

struct mime_7bit {
	const struct header *root;
	struct vault body;		/* its lines end in CRLF */
	struct to_crlf lines;
	struct mime_walk walk;
	/* by their order: what was seen of the parts that have no parts */
	struct {
		struct mime_7bit_leaf {
			unsigned flags;
		} *v;
		size_t n, cap;
	} leaves;
	bool changes;			/* some part will be encoded */
	/* reading: the line so far */
	size_t column;
	unsigned char last;
	bool from;
	/* writing */
	void (*to)(void *arg, struct span s);
	void *arg;
	size_t at;
	bool encoding;
	struct mime_qp qp;
};

/* Whether a body is as it was written: its encoding is absent, or 7bit,
 * 8bit or binary. */
bool mime_is_plain(const struct header *h);

/*
 * Read the whole body of a multipart or message of that header, which must
 * outlive it, as must env.
 */
void mime_7bit_start(struct mime_7bit *s, const struct header *root,
    const struct env *env);
void mime_7bit_add(struct mime_7bit *s, struct span piece);
/* That was all: s->changes is known. NULL, or why it cannot be walked. */
const char *mime_7bit_read(struct mime_7bit *s);

/*
 * Write it, with CRLF. Octets that are not 7-bit are left in headers, in
 * parts that say they are encoded, and where nothing may be changed: in
 * multipart/signed and message/... parts. False when it could not be kept.
 */
bool mime_7bit_write(struct mime_7bit *s,
    void (*to)(void *arg, struct span s), void *arg);

/* One that is all zero is fine. */
void mime_7bit_free(struct mime_7bit *s);

#endif
