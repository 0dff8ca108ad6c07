/* Whether a certificate names a host (RFC 9525 section 6). */
#ifndef TLS_CERT_NAME_H
#define TLS_CERT_NAME_H

#include <stdbool.h>

#include "base/ip.h"
#include "base/span.h"
#include "tls/cert.h"

/* Where the names are looked for. */
enum name_rule {
	NAME_DNS_ID,		/* subjectAltName only: MTA-STS (RFC 8461) */
	NAME_DNS_ID_OR_CN,	/* the CN where there is no DNS-ID: DANE-TA
				   (RFC 7672 section 3.2.3) */
};

/*
 * Whether a presented name stands for the host: the same without case, or
 * "*." and everything but the host's first label, if that is two labels at
 * least and all are of letters, digits and hyphens. Both are A-labels; one
 * final dot of the host does not count.
 */
bool name_matches(struct span presented, struct span host);

/* The certificate's name that stands for the host, lent; NULL: none does. */
const char *cert_name_of0(const struct cert *c, struct span host,
    enum name_rule rule);

/* Whether an IP-ID of the certificate is the address (section 6.5). */
bool cert_has_address(const struct cert *c, const struct ip_addr *address);

#endif
