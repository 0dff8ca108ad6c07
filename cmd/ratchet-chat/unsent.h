/* Messages of a chat that wait for a relay. */
#ifndef RATCHET_CHAT_UNSENT_H
#define RATCHET_CHAT_UNSENT_H

#include "post.h"

/* Keep one for the peer; inside the transaction that made it. */
enum store_result unsent_put(struct job *j, const char *peer,
    struct span message);

/* How many wait; in a transaction of its own. */
int unsent_count(struct job *j, const char *peer, size_t *out);

/*
 * Leave them at the address, in their order, and forget those that are there.
 * Returns 0, or the status of the first that is not; *left is how many wait,
 * as before where the state does not say.
 */
int unsent_push(struct job *j, struct web *w, const char *peer,
    const struct relay_address *to, bool quiet, size_t *left);

#endif
