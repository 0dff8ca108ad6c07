/*
 * What Postfix understands: TLS policies as its smtp_tls_policy_maps have
 * them, and socketmap, by which it asks for them (socketmap_table(5)).
 */
#ifndef MTASTS_POSTFIX_H
#define MTASTS_POSTFIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mtasts/hosts.h"
#include "mtasts/policy.h"

/*
 * Append "secure match=... servername=hostname" for a policy with mode
 * enforce. With the hosts of the domain (or NULL) those that match stand
 * there by name: Postfix compares certificates with "match", and its ".name"
 * stands for any number of labels. Patterns stand where no host matches.
 */
void postfix_policy(const struct sts_policy *p, const struct sts_hosts *h,
    struct buf *out);

enum { SOCKETMAP_MAX = 4096 };	/* octets of a request */

enum socketmap_result {
	SOCKETMAP_REQUEST,
	SOCKETMAP_MORE,		/* the request is not all here yet */
	SOCKETMAP_BAD,		/* it is none, or too long */
};

/* A netstring with "MAP KEY" in it. */
struct socketmap_request {
	struct span map, key;	/* lent */
	size_t used;		/* octets of the input */
};

/* Read the request at the start of the input. */
enum socketmap_result socketmap_read(struct span in,
    struct socketmap_request *out);

/* Append a reply: "OK ", "NOTFOUND ", "TEMP " and the text. */
void socketmap_reply(struct buf *out, const char *status, struct span text);

#endif
