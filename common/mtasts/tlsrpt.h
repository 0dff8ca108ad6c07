/* The "_smtp._tls" TXT record (RFC 8460 section 3). */
#ifndef MTASTS_TLSRPT_H
#define MTASTS_TLSRPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/finding.h"
#include "base/span.h"
#include "mtasts/field.h"

enum { TLSRPT_URIS_MAX = 64 };

struct tlsrpt_record {
	struct span rua[TLSRPT_URIS_MAX];	/* the usable ones; lent */
	size_t n;
};

/*
 * Read one record. False when it is malformed or no URI in it can be used;
 * what there is to say goes to *fs.
 */
bool tlsrpt_parse(struct span txt, const char *where,
    struct tlsrpt_record *out, struct findings *fs);

struct tlsrpt_discovered {
	struct txt_search txt;
	bool usable;
	struct tlsrpt_record record;	/* if usable; lent by txt */
};

/* Discover the record of a domain; end with tlsrpt_discovered_free. */
void tlsrpt_discover(struct dns *dns, struct span domain,
    struct tlsrpt_discovered *out, struct findings *fs);
void tlsrpt_discovered_free(struct tlsrpt_discovered *d);

#endif
