/* Names in certificates; see cert_name.h. */
#include "tls/cert_name.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/ascii.h"

/* OpenSSL takes a star for letters, digits and hyphens alone. */
static bool
is_for_a_star(struct span host)
{
	for (size_t i = 0; i < host.n; i++)
		if (!ascii_is_alnum(host.p[i]) && host.p[i] != '-' &&
		    host.p[i] != '.')
			return false;
	return true;
}

bool
name_matches(struct span presented, struct span host)
{
	struct span rest = { NULL, 0 };
	size_t dot = 0;

	if (span_ends(host, SPAN(".")))
		host = span_first(host, host.n - 1);
	if (host.n == 0)
		return false;
	if (!span_starts(presented, SPAN("*.")))
		return span_ieq(presented, host);
	/*
	 * One label, whole and not empty, stands for the star. RFC 9525 would
	 * have "*.test" too; OpenSSL, and so most senders, wants two labels
	 * behind it.
	 */
	dot = span_chr(host, '.');
	rest = span_from(host, dot);
	return dot > 0 && is_for_a_star(host) && span_rchr(rest, '.') > 0 &&
	    span_rchr(rest, '.') < rest.n &&
	    span_ieq(span_from(presented, 1), rest);
}

const char *
cert_name_of0(const struct cert *c, struct span host, enum name_rule rule)
{
	for (size_t i = 0; i < c->names_n; i++)
		if (name_matches(span_str(c->names[i]), host))
			return c->names[i];
	/* a certificate with DNS-IDs has said all (RFC 6125 section 6.4.4) */
	if (rule == NAME_DNS_ID || c->names_n + c->names_left_out > 0 ||
	    c->common_name == NULL ||
	    !name_matches(span_str(c->common_name), host))
		return NULL;
	return c->common_name;
}

bool
cert_has_address(const struct cert *c, const struct ip_addr *address)
{
	const unsigned char *p = c->der.p;
	X509 *x = d2i_X509(NULL, &p, (long)c->der.n);
	bool has = x != NULL && X509_check_ip(x, address->b,
	    ip_octets(address), 0) == 1;

	X509_free(x);
	ERR_clear_error();
	return has;
}
