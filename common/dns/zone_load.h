/* From the text of a msgsec-zone(5) file to a zone. */
#ifndef DNS_ZONE_LOAD_H
#define DNS_ZONE_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "dns/zone.h"

/* What a file says besides answers. */
struct zone_facts {
	bool has_now;
	int64_t now;
};

/*
 * Add all that the text says. False with *why (owned, "PATH: line N: what")
 * at the first line that is broken; what came before it has been added.
 */
bool zone_load(struct zone *z, struct span text, const char *path,
    struct zone_facts *facts, char **why);

#endif
