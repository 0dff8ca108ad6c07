/*
 * Whether reports may go to a host that a policy domain names: RFC 9990
 * section 4. A domain of another organization has to agree, or anybody could
 * have anybody flooded.
 */
#ifndef AUTH_DESTINATION_H
#define AUTH_DESTINATION_H

#include "auth/dmarc.h"

enum dmarc_destination {
	DMARC_DEST_OWN,		/* of the same organization */
	DMARC_DEST_AUTHORIZED,	/* of another one, which agrees */
	DMARC_DEST_ELSEWHERE,	/* ... but names another host itself */
	DMARC_DEST_UNAUTHORIZED,
	DMARC_DEST_UNKNOWN,	/* the DNS could not be asked */
	DMARC_DEST_NO_NAME,	/* the host is no domain name */
};

enum dmarc_destination dmarc_destination(struct dmarc_ctx *ctx,
    struct dns *dns, const struct dns_name *policy_domain, struct span host);

#endif
