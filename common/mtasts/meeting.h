/*
 * One mail host as each kind of sender meets it: the rows of its addresses
 * joined. A sender may meet any address that answers; one that does not costs
 * it a try, and counts only where none does.
 */
#ifndef MTASTS_MEETING_H
#define MTASTS_MEETING_H

#include <stdbool.h>

#include "base/finding.h"
#include "mtasts/sender.h"

/* { .policy = p } has met nobody yet. */
struct meeting {
	const struct sender_policy *policy;	/* lent */
	bool any, reached;
	struct sender_row rows[SENDERS];	/* once "any" is set */
	/* of a sender that has DANE apply behind an insecure MX, too */
	struct sender_row elective;
};

/* Take in one address, and whether it answered at all. */
void meeting_add(struct meeting *m, const struct sender_host *address,
    bool reached);

/*
 * A null MX beside the host, which RFC 7505 section 3 forbids: Postfix takes
 * the domain at its word and returns the mail, others take the host. The
 * worse is what the rows say.
 */
void meeting_null_mx(struct sender_row rows[static SENDERS]);

/* Add sender.dane and sender.dane-insecure-mx where they hold. */
void meeting_dane_findings(const struct meeting *m, const char *host,
    struct findings *fs);
/* Add sender.mta-sts, or sender.mta-sts-testing. */
void meeting_sts_findings(const struct meeting *m, const char *host,
    struct findings *fs);

#endif
