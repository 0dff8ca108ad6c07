/*
 * Judging a conversation: each message alone, with the keys if there are
 * any, and beside all those that came before. Letter Sealing has no state,
 * so nothing in it refuses a message that comes twice, late, or back.
 */
#ifndef SEAL_AUDIT_H
#define SEAL_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/finding.h"
#include "seal/chunks.h"

/* Whether a message is what it says, as far as keys can tell. */
enum audit_auth {
	AUDIT_NOT_ASKED,	/* without any key */
	AUDIT_NO_KEY,		/* without the one for these key ids */
	AUDIT_FORGED,
	AUDIT_OTHER_WAY,	/* authentic with from and to exchanged */
	AUDIT_AUTHENTIC,
};

/*
 * Try the pair's secret on a message that letter_flaw has nothing against:
 * one of the last three. Then, but for AUDIT_FORGED, "plain" got its text.
 */
enum audit_auth audit_open(struct letter_pair *pair, const struct letter *l,
    struct buf *plain);

/* What follows from it, and from the content of an authentic message. */
void audit_auth(const struct letter *l, enum audit_auth auth,
    struct span plain, struct findings *fs);

/* What can be said of a message alone. */
void audit_form(const struct chunks *c, struct findings *fs);

/* What was seen of a conversation so far: about 200 octets a message. */
struct audit;

/* "seed" comes from env's random. Never NULL; audit_free takes NULL. */
struct audit *audit_new(uint64_t seed);
void audit_free(struct audit *a);

/*
 * Hold the message, which letter_flaw has nothing against, against what came
 * before, then remember it as "place", which findings about later ones name
 * ("line 7"). A forged one leaves counters and versions alone, so that it
 * cannot make the true ones look wrong; and what comes a second time is held
 * against counters and versions unless the first was of the same chat and
 * proved as much, so that a forged copy in front cannot hide anything.
 */
void audit_beside(struct audit *a, const struct chunks *c,
    enum audit_auth auth, uint64_t place, struct findings *fs);

/* Places from here on are those of earlier files ("an earlier file"). */
#define AUDIT_EARLIER ((uint64_t)1 << 62)

#endif
