/* What the files about talking share; for this directory only. */
#ifndef RATCHET_PARTY_INT_H
#define RATCHET_PARTY_INT_H

#include "ratchet/party.h"
#include "ratchet/sessions.h"

/* PARTY_OK, or PARTY_STORE with the reason kept. */
enum party_result party_store(struct party *t, enum store_result r);
enum party_result party_of_session(enum session_result r);
/* The peer, or PARTY_UNKNOWN: *out has its name then. */
enum party_result party_peer(struct party *t, struct span name,
    struct peer *out);
/*
 * Compare the identity with the one that is believed. An unknown peer's is
 * believed from now on ("fresh"); another one than before waits. One that is
 * known under another name is neither: PARTY_OTHER_NAME; nor is one that was
 * found to be somebody else's claim: PARTY_FORGED.
 */
enum party_result party_believe(struct party *t, struct peer *p, bool fresh,
    struct span identity);
/* PARTY_OTHER_NAME when a peer of another name than p's has the identity. */
enum party_result party_unowned(struct party *t, const struct peer *p,
    struct span identity);

/* A new current session, in which the peer is told anew where we are. */
void party_add_session(struct party *t, const struct peer *p,
    const struct sessions *all, const struct ratchet *fresh);
/*
 * End all sessions with the peer, with what was made in them. Returns how many
 * messages no relay had yet.
 */
size_t party_end_sessions(struct party *t, const struct peer *p);

#endif
