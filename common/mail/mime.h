/*
 * The little of MIME that signed and encrypted mail needs (RFC 2045, RFC
 * 2046, RFC 1847): a Content-Type with its parameters, the parts of one
 * multipart as a stream, and quoted-printable for text that must be 7-bit.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "sys/env.h"

/* A Content-Type may be as long as a part's whole header (mime_walk.h). */
enum { MIME_PARAMS_MAX = 32, MIME_BOUNDARY_MAX = 70, MIME_TYPE_MAX = 65536 };

struct mime_type {
	struct span type, subtype;
	struct {
		struct span name, value;	/* quoted as it came */
	} v[MIME_PARAMS_MAX];
	size_t n;
};

/* False when the field's value is none by the grammar, or too long. */
bool mime_type_parse(struct span value, struct mime_type *out);
/* Whether it is that type, case folded. */
bool mime_type_is(const struct mime_type *t, struct span type,
    struct span subtype);
/*
 * Whether it is one part alone, whose octets may be changed for others that
 * mean them: neither a multipart nor a message.
 */
bool mime_type_is_leaf(const struct mime_type *t);
/*
 * Append the parameter, unquoted; false when it is absent or there twice. Its
 * forms by RFC 2231 ("name*", "name*0") are not read, and beside it make it
 * ambiguous: readers differ in which of them they prefer.
 */
bool mime_param(const struct mime_type *t, struct span name,
    struct buf *out);
/*
 * The same of one that may come in sections or encoded (RFC 2231 sections 3
 * and 4). Its octets are as they were encoded, in whatever charset.
 */
bool mime_param_long(const struct mime_type *t, struct span name,
    struct buf *out);
/* How often it is there, in whatever form. */
size_t mime_param_count(const struct mime_type *t, struct span name);

/*
 * The parts of a multipart. What stands before the first boundary and behind
 * the last is not handed on. The line end in front of a boundary belongs to
 * it (RFC 2046 section 5.1.1).
 */
struct mime_parts {
	void (*data)(void *arg, size_t part, struct span piece);
	void *arg;
	unsigned char boundary[MIME_BOUNDARY_MAX + 2];	/* with its dashes */
	size_t boundary_n;
	struct buf line;	/* the start of a line that may be one */
	bool middle;		/* of a line that is none */
	unsigned char eol[2];	/* a line end that is held back */
	size_t eol_n;
	size_t part;		/* parts begun */
	bool in_body;		/* of the part: its empty line has come */
	bool closed, junk;	/* behind the end only blanks may stand */
	/* a bare CR or NUL before the end, but in the first part's body: some
	 * readers end a line there, and see other parts */
	bool stray;
};

/* False for a boundary that is none (RFC 2046 section 5.1.1). */
bool mime_parts_start(struct mime_parts *p, struct span boundary,
    void (*data)(void *, size_t, struct span), void *arg);
void mime_parts_add(struct mime_parts *p, struct span piece);
/* The input has ended: whether the closing boundary came. Frees. */
bool mime_parts_end(struct mime_parts *p);

/*
 * Quoted-printable (RFC 2045 section 6.7), line by line: what RFC 3156
 * section 3 wants encoded is, line ends become CRLF.
 */
struct mime_qp {
	void (*to)(void *arg, struct span s);
	void *arg;
	struct buf line;	/* encoded so far */
	unsigned char blank;	/* one that a line end may follow, or 0 */
	bool cr;		/* one behind it */
};

void mime_qp_start(struct mime_qp *q, void (*to)(void *, struct span),
    void *arg);
void mime_qp_add(struct mime_qp *q, struct span piece);
void mime_qp_end(struct mime_qp *q);

/*
 * Base 64 as a transfer encoding (section 6.8). Out: lines of 76, ending in
 * CRLF. In: white space is passed over; any other foreign octet, a final
 * quantum that is none, and what stands behind the padding make it "bad".
 */
struct mime_b64 {
	void (*to)(void *arg, struct span s);
	void *arg;
	unsigned char have[57];	/* out: a line to come; in: sextets */
	size_t n, pad;
	bool bad;
};

void mime_b64_encode(struct mime_b64 *b, struct span piece);
void mime_b64_encode_end(struct mime_b64 *b);
void mime_b64_decode(struct mime_b64 *b, struct span piece);
/* Whether it was whole. */
bool mime_b64_decode_end(const struct mime_b64 *b);

/* A new boundary of 32 letters and digits. */
enum { MIME_BOUNDARY = 33 };
void mime_boundary(const struct env *env, char out[static MIME_BOUNDARY]);

#endif
