/* From the text of a msgsec-zone(5) file to a zone. */
#ifndef DNS_ZONE_LOAD_H
#define DNS_ZONE_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "dns/zone.h"

/* What an HTTPS server answers (";! fetch"). */
struct zone_fetch {
	char *url;
	unsigned status;	/* 0: no answer came, for the reason "what" */
	char *what;		/* media type, or the reason's name */
	struct buf body;
};

/* What a file says besides answers; zone_facts_free frees what it holds. */
struct zone_facts {
	bool has_now;
	int64_t now;
	bool recorded;
	enum dns_trust trust;
	struct {
		struct zone_fetch *v;
		size_t n, cap;
	} fetches;
};

/*
 * Add all that the text says. False with *why (owned, "PATH: line N: what")
 * at the first line that is broken; what came before it has been added.
 */
bool zone_load(struct zone *z, struct span text, const char *path,
    struct zone_facts *facts, char **why);

void zone_facts_free(struct zone_facts *facts);

#endif
