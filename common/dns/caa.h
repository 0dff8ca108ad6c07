/*
 * Who may issue certificates for a name (RFC 8659): the CAA records at the
 * name, or else at the nearest one above it that has some.
 */
#ifndef DNS_CAA_H
#define DNS_CAA_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "dns/dns.h"

enum caa_status {
	CAA_UNKNOWN,		/* the DNS could not be asked */
	CAA_ABSENT,		/* anybody may */
	CAA_PRESENT,
};

enum { CAA_RECORDS_MAX = 32 };

/* { 0 } is empty. */
struct caa_set {
	enum caa_status status;
	struct dns_name at;	/* of CAA_PRESENT: where they stand */
	char **v;		/* "0 issue ca.example", cleaned */
	size_t n, left_out;	/* malformed ones, and those over the maximum */
};

/* Ask, up to the root. Free with caa_free. */
void caa_find(struct dns *dns, const struct dns_name *host,
    struct caa_set *out);
void caa_free(struct caa_set *s);

#endif
