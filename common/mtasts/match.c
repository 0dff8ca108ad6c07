/* One whole label, both ends held; see match.h. */
#include "mtasts/match.h"

#include "dns/name.h"

static struct span
without_root(struct span host)
{
	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	return host;
}

bool
sts_match(struct span pattern, struct span host)
{
	size_t dot = 0;

	host = without_root(host);
	if (!span_starts(pattern, SPAN("*.")))
		return host.n > 0 && span_ieq(pattern, host);
	dot = span_chr(host, '.');
	return dot > 0 && dot < host.n &&
	    span_ieq(span_from(pattern, 2), span_from(host, dot + 1));
}

bool
sts_pattern_is_broad(struct span pattern, struct span domain)
{
	struct span below = span_from(pattern, 2);

	return span_starts(pattern, SPAN("*.")) &&
	    (dns_text_labels(below) < 2 || dns_text_is_below(domain, below));
}
