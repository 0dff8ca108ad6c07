/*
 * A CMS structure (RFC 5652, RFC 5083) taken apart: its content, however
 * long, stays where it is, and libcrypto gets the rest, which is small. So
 * memory does not grow with the message, and only what this grammar allows
 * reaches libcrypto.
 */
#ifndef CMS_SPLIT_H
#define CMS_SPLIT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	CMS_REST_MAX = 4 << 20,	/* certificates and recipients of a crowd */
	CMS_DIGESTS_MAX = 8,	/* each is one more hash over the content */
	CMS_SIGNERS_MAX = 16,
	CMS_CERTS_MAX = 64,
	CMS_RECIPIENTS_MAX = 10000,
};

enum cms_type {
	CMS_SIGNED,
	CMS_ENVELOPED,
	CMS_AUTH_ENVELOPED,
};

enum cms_split_result {
	CMS_SPLIT_OK,
	CMS_SPLIT_MALFORMED,	/* or something behind it */
	CMS_SPLIT_OTHER,	/* a content type that is none of the three */
	CMS_SPLIT_TOO_MUCH,	/* one of the bounds above */
};

struct cms_parts {
	enum cms_type type;
	struct buf rest;	/* CMS_REST_MAX; the structure without it */
	struct span content;	/* the octets, or BER strings of them */
	bool has_content, in_strings;
	struct span content_type;	/* the OID's octets */
	struct span cipher;	/* likewise; not of CMS_SIGNED */
	struct span mac;	/* CMS_AUTH_ENVELOPED */
	size_t signers, certs, recipients;
};

/*
 * Take "whole" apart, which must outlive *out. Whatever the result, free
 * with cms_parts_free. "*out" is zero before.
 */
enum cms_split_result cms_split(struct span whole, struct cms_parts *out);

/* Hand the content over, piece by piece. */
void cms_content_each(const struct cms_parts *p,
    void (*fn)(void *arg, struct span piece), void *arg);

void cms_parts_free(struct cms_parts *p);

/* "signed-data", "enveloped-data", "authEnveloped-data" (RFC 8551). */
const char *cms_type_name(enum cms_type t);

#endif
