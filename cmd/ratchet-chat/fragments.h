/* Fragments of streams that were fetched; see relay/fragment.h. */
#ifndef RATCHET_CHAT_FRAGMENTS_H
#define RATCHET_CHAT_FRAGMENTS_H

#include "ratchet-chat.h"

#include "relay/fragment.h"

/*
 * Keep one, in the place of one of its number; false when there was one. And
 * drop the streams that are too old, of which neither the first nor the last
 * fragment that is here came lately. Inside a transaction.
 */
bool fragment_put(struct job *j, const struct relay_fragment *f);
int fragments_expire(struct job *j);

/*
 * Write the stream that came first and is whole to stdout, as send made it;
 * it stays until recv has read it. Of those that recv failed with the least
 * tried is the first. 66 when none has come, 75 when fragments are missing.
 */
int fragments_print(struct job *j);
/* The stream of this line needs no other try; or others come before it. */
int fragments_forget(struct job *j, struct span line);
int fragments_postpone(struct job *j, struct span line);

/* push_stream.c: leave the stream on stdin in its peer's mailbox. */
int push_stream(struct job *j);

#endif
