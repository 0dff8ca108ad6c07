/*
 * Plaintexts that were read but perhaps never written: each is kept in the
 * transaction that used its key up, under the name of its message, until
 * who asked for it has it.
 */
#ifndef RATCHET_INBOX_H
#define RATCHET_INBOX_H

#include <stdbool.h>

#include "ratchet/party.h"

enum {
	INBOX_ID = 16,
	/* what nobody came for is forgotten */
	INBOX_LIFE = 30 * 86400,
};

/* One of them: whose it is, what is known of it, and its text. */
struct kept {
	char from[NAME_MAX_OCTETS + 1];
	struct receipt receipt;
	struct buf plain;
};

/* What the message with this body is called. */
void inbox_id(const struct party *t, struct span body,
    unsigned char id[static INBOX_ID]);

void inbox_put(struct party *t, const unsigned char id[static INBOX_ID],
    const struct kept *k);
/* Append its text to k->plain; STORE_ABSENT when it is not kept. */
enum store_result inbox_get(struct party *t,
    const unsigned char id[static INBOX_ID], struct kept *k);
void inbox_drop(struct party *t, const unsigned char id[static INBOX_ID]);

/* Drop those older than INBOX_LIFE. */
enum store_result inbox_expire(struct party *t);

#endif
