/* Whom a DANE-TA chain has to name; see dane.h. */
#include <stdlib.h>

#include "base/mem.h"
#include "tls/dane.h"

static void
add_text(struct dane_names *names, struct span text)
{
	for (size_t i = 0; i < names->n; i++)
		if (span_ieq(names->v[i], text))
			return;
	if (text.n > 0)
		names->v[names->n++] = span_str(span_dup(text));
}

static void
add(struct dane_names *names, const struct dns_name *name)
{
	char *text = dns_name_str(name);

	add_text(names, span_str(text));
	free(text);
}

void
dane_names_of_mx(const struct dane_set *d, const struct mx_set *mx,
    struct dane_names *out)
{
	*out = (struct dane_names){ .n = 0 };
	add(out, &d->base);
	/* who could forge the MX may choose the domain's host, too */
	if (mx->security != DNS_SECURE)
		return;
	add(out, &mx->domain);
	add(out, &mx->canonical);
}

void
dane_names_of_host(const struct dane_set *d, struct span host,
    struct span domain, struct dane_names *out)
{
	*out = (struct dane_names){ .n = 0 };
	add(out, &d->base);
	add_text(out, host);
	add_text(out, domain);
}

void
dane_names_free(struct dane_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free((void *)(uintptr_t)names->v[i].p);
	*names = (struct dane_names){ .n = 0 };
}
