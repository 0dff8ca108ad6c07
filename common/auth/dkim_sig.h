/*
 * Signature fields: DKIM-Signature (RFC 6376 section 3.5) and the two of ARC
 * that look like it (RFC 8617 sections 4.1.2 and 4.1.3).
 */
#ifndef AUTH_DKIM_SIG_H
#define AUTH_DKIM_SIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "auth/canon.h"
#include "crypto/digest.h"
#include "mail/authres.h"
#include "mail/header.h"
#include "tag/tag.h"

enum dkim_alg {
	DKIM_RSA_SHA256,
	DKIM_ED25519_SHA256,
	DKIM_RSA_SHA1,		/* historic: RFC 8301 section 3.1 */
};

const char *dkim_alg_name(enum dkim_alg alg);

/* The tags of one signature field; spans point into the message. */
struct dkim_sig {
	const struct field *field;
	enum dkim_alg alg;
	enum canon header_canon, body_canon;
	bool no_canon;			/* c= is absent: simple/simple */
	struct span d, s;		/* as written; U-labels possible */
	struct span i;			/* identity, "" when not given */
	struct span h;			/* the signed names, colon-separated */
	struct span z;			/* copied header fields, or "" */
	struct span b_raw;		/* what b= has, blanks included */
	struct span cv;			/* ARC-Seal */
	int64_t t, x, l;		/* -1 when not given */
	unsigned instance;		/* ARC's i=; 0 in DKIM */
	unsigned char bh[SHA256_SIZE];
	struct buf b;			/* decoded signature, owned */
};

enum { ARC_SETS_MAX = 50 };	/* RFC 8617 section 4.2.1 */

enum dkim_sig_kind {
	DKIM_SIGNATURE,
	ARC_MESSAGE_SIGNATURE,
	ARC_SEAL,
};

/*
 * Parse a field. NULL when it is a signature that can be checked; else what
 * is wrong in RFC 6376 section 6.1.1's words (static text). Whatever could
 * be read stands in *out even then, for reports. dkim_sig_free in any case.
 */
const char *dkim_sig_parse(const struct field *f, enum dkim_sig_kind kind,
    struct dkim_sig *out);

void dkim_sig_free(struct dkim_sig *sig);

/* Whether x= is past at "now", but for what clocks may differ. */
bool dkim_sig_expired(const struct dkim_sig *sig, int64_t now);

/* The longest is what Authentication-Results has room for. */
enum { DKIM_B_SHORT = 8, DKIM_B_MAX = AUTHRES_VALUE_MAX };

/*
 * Append the first n letters of b=, blanks left out, by which reports name a
 * signature (RFC 6008 section 4); all of them, where there are fewer.
 */
void dkim_sig_b(const struct dkim_sig *sig, size_t n, struct buf *out);

/* How many letters the b= of both begin with. */
size_t dkim_sig_b_common(const struct dkim_sig *one,
    const struct dkim_sig *two);

/*
 * A header section made ready for picking fields by name, from the bottom up
 * (section 5.4.2), in time that does not depend on how many there are.
 */
struct header_index;

/* "seed" guards its table of names; h must outlive it. */
struct header_index *header_index_new(const struct header *h, uint64_t seed);
void header_index_free(struct header_index *ix);

/*
 * Append the canonical form of what "names" (colon-separated) picks. "skip",
 * the signature itself, is never picked. Names that pick nothing add nothing:
 * that is how absence is signed.
 */
void header_pick(const struct header_index *ix, struct span names,
    enum canon kind, const struct field *skip, struct buf *out);

/*
 * Append the field with the value of its b= tag removed and without its
 * final CRLF (section 3.7).
 */
void dkim_sig_unsigned(struct span raw, struct span b_raw, enum canon kind,
    struct buf *out);

#endif
