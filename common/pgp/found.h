/*
 * What became of the search for an address's certificates, step by step, and
 * its form between the program that searches and the one that has no network:
 * for each address its steps in order, ended by one octet of zero.
 *   step: way (8 bits), result (8), where, why, certificates (each a length
 *     of 32 bits and so many octets)
 */
#ifndef PGP_FOUND_H
#define PGP_FOUND_H

#include "base/buf.h"
#include "base/cur.h"

enum found_way {
	FOUND_END,
	FOUND_WKD_ADVANCED,
	FOUND_WKD_DIRECT,
	FOUND_DANE,
	FOUND_WAYS,
};

enum found_result {
	FOUND_OK,
	FOUND_ABSENT,		/* there is surely none */
	FOUND_INSECURE,		/* one that DNSSEC does not vouch for */
	FOUND_BOGUS,		/* DNSSEC says that it was tampered with */
	FOUND_UNKNOWN,		/* could not find out */
	FOUND_RESULTS,
};

enum {
	FOUND_TEXT_MAX = 4096,
	FOUND_CERTS_MAX = 1 << 20,	/* octets of one answer */
	FOUND_STEPS_MAX = 3,
	/* of all the steps of one address */
	FOUND_MAX = FOUND_STEPS_MAX * (14 + 2 * FOUND_TEXT_MAX) +
	    FOUND_CERTS_MAX + 1,
};

struct found {
	enum found_way way;
	enum found_result result;
	struct span where;	/* a URL or a name */
	struct span why;	/* for people; empty with FOUND_OK */
	struct span certs;	/* with FOUND_OK alone: as they came */
};

void found_put(struct buf *out, const struct found *step);
/* The search for this address has ended. */
void found_end(struct buf *out);

/*
 * The next step, lent from the cursor's octets; false at the address's end.
 * Octets that are none make the cursor bad.
 */
bool found_get(struct cur *c, struct found *out);

/* "WKD", "DANE". */
const char *found_way_name(enum found_way w);

#endif
