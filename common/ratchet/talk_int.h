/* What the files about talking share; for this directory only. */
#ifndef RATCHET_TALK_INT_H
#define RATCHET_TALK_INT_H

#include "ratchet/talk.h"

/* TALK_OK, or TALK_STORE with the reason kept. */
enum talk_result talk_store(struct talk *t, enum store_result r);
/* The peer, or TALK_UNKNOWN: *out has its name then. */
enum talk_result talk_peer(struct talk *t, struct span name,
    struct peer *out);
/*
 * Compare the identity with the one that is believed. An unknown peer's is
 * believed from now on ("fresh"); another one than before waits.
 */
enum talk_result talk_believe(struct talk *t, struct peer *p, bool fresh,
    struct span identity);

#endif
