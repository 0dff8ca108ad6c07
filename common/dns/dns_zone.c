/* The backend that answers from a msgsec-zone(5) file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dns/dns.h"
#include "dns/zone.h"
#include "dns/zone_load.h"

enum { FILE_MAX_OCTETS = 1 << 28 };

struct dns_zone {
	struct dns dns;
	struct zone *zone;
	struct zone_facts facts;
};

static struct dns_answer *
query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	return zone_query(((struct dns_zone *)dns)->zone, name, type);
}

static void
zone_close(struct dns *dns)
{
	struct dns_zone *self = (struct dns_zone *)dns;

	zone_free(self->zone);
	zone_facts_free(&self->facts);
	free(self);
}

static const struct dns_ops ops = { .query = query, .free = zone_close };

struct dns *
dns_zone_read(struct span text, const char *path, char **why)
{
	struct dns_zone *self = xcalloc(1, sizeof(*self));

	self->dns = (struct dns){ .ops = &ops, .fixed = true };
	self->zone = zone_new();
	if (zone_load(self->zone, text, path, &self->facts, why)) {
		self->dns.trust = self->facts.trust;
		return &self->dns;
	}
	zone_close(&self->dns);
	return NULL;
}

struct dns *
dns_zone_open(const char *path, char **why)
{
	struct buf text = BUF(FILE_MAX_OCTETS);
	struct dns *dns = NULL;
	FILE *f = fopen(path, "re");
	unsigned char *to = NULL;
	size_t n = 0;

	if (f == NULL) {
		if (errno == ENOMEM)
			mem_exhausted();
		*why = xasprintf("%s: %m", path);
		return NULL;
	}
	do {
		to = buf_room(&text, BUFSIZ);
		n = to != NULL ? fread(to, 1, BUFSIZ, f) : 0;
		text.n += n;
	} while (n > 0);
	if (ferror(f))
		*why = xasprintf("%s: %m", path);
	else if (text.over)
		*why = xasprintf("%s: larger than %d octets", path,
		    FILE_MAX_OCTETS);
	else
		dns = dns_zone_read(buf_get0(&text), path, why);
	fclose(f);
	buf_free(&text);
	return dns;
}

bool
dns_zone_now(const struct dns *zone, int64_t *now)
{
	const struct dns_zone *self = (const struct dns_zone *)zone;

	if (zone->ops != &ops || !self->facts.has_now)
		return false;
	*now = self->facts.now;
	return true;
}

bool
dns_zone_fetch(const struct dns *zone, size_t i, struct dns_fetch *out)
{
	const struct dns_zone *self = (const struct dns_zone *)zone;
	const struct zone_fetch *f = NULL;

	if (zone->ops != &ops || i >= self->facts.fetches.n)
		return false;
	f = &self->facts.fetches.v[i];
	*out = (struct dns_fetch){
		.url = span_str(f->url), .status = f->status,
		.what = span_str(f->what), .body = buf_get0(&f->body),
	};
	return true;
}

bool
dns_zone_is_recorded(const struct dns *zone)
{
	return zone->ops == &ops &&
	    ((const struct dns_zone *)zone)->facts.recorded;
}
