/*
 * Making signature fields (RFC 6376 section 5): DKIM-Signature and, with
 * other tags, the fields of an ARC set. The header comes first, then the
 * body in pieces (through struct body), then the fields are written.
 */
#ifndef AUTH_DKIM_SIGN_H
#define AUTH_DKIM_SIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/body.h"
#include "auth/dkim_sig.h"
#include "base/finding.h"
#include "crypto/key.h"

/* What a= says of signatures by this key: "rsa-sha256", "ed25519-sha256". */
const char *dkim_alg_of(const struct key *key);

/*
 * What may stand in a tag as it is: something, and no blank, control or ";".
 * And a colon-separated list of field names; NULL, for the default, is one.
 */
bool dkim_is_tag_word(const char *s);
bool dkim_is_name_list(const char *s);

/* One signature that is wanted. */
struct dkim_want {
	const char *domain, *selector;
	const struct key *key;
	enum canon header_canon, body_canon;
	const char *identity;	/* i=, or NULL */
	int64_t expire;		/* seconds from t= to x=; 0 for none */
	size_t body;		/* set by dkim_sign_start */
};

/* Which fields are signed, as colon-separated lists; NULL for the default. */
struct dkim_choice {
	const char *headers;	/* each as often as it occurs, where it does */
	const char *oversign;	/* once more than it occurs */
};

/*
 * Append the h= value for this header: every occurrence of the chosen names,
 * then once more what must not be added later. From is always in it, and
 * always oversigned (RFC 6376 sections 5.4 and 8.15).
 */
void dkim_choose(const struct header *header,
    const struct dkim_choice *choice, struct buf *out);

/* Register the body hashes that the wanted signatures need. */
void dkim_sign_start(struct dkim_want *want, size_t n, struct body *body);

/*
 * After body_end: append the field for one want, line ends CRLF or LF as
 * "crlf" says. "names" is the h= value. False when libcrypto cannot sign.
 */
bool dkim_sign_field(const struct dkim_want *want, const struct body *body,
    const struct header_index *index, struct span names, int64_t now,
    bool crlf, struct buf *out);

/*
 * The frame that every signature field has: "name: before; b=...; after",
 * "after" only where it is not empty. With "fold", lines are broken at 78
 * columns.
 */
struct dkim_frame {
	const char *name;
	struct span before, after;	/* tags without outer ";" */
	const struct key *key;
	enum canon kind;
	bool fold, crlf;
};

/*
 * Append the field, b= holding the signature over "prefix" (fields already
 * canonical) and the field itself. False when libcrypto cannot sign.
 */
bool dkim_frame_sign(const struct dkim_frame *frame, struct span prefix,
    struct buf *out);

/*
 * What receivers will reject or spoofers can use in this header and setup;
 * findings of the "sign." area. dkim_lint_body is called for every piece of
 * the body, *l being zero at first, and dkim_lint_end after the last.
 */
void dkim_lint_header(const struct header *header,
    const struct dkim_want *want, size_t n, struct findings *out);

struct dkim_lint {
	size_t line;		/* octets of the line so far */
	bool long_line, nul, eight_bit;
	bool crlf, lf;		/* ends of some of the lines */
	unsigned char last;	/* octet of the last piece */
};

void dkim_lint_body(struct dkim_lint *l, struct span piece);
void dkim_lint_end(const struct dkim_lint *l, const struct header *header,
    struct findings *out);

#endif
