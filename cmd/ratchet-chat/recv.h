/* What the files about receiving share. */
#ifndef RATCHET_CHAT_RECV_H
#define RATCHET_CHAT_RECV_H

#include "ratchet-chat.h"

#include "ratchet/inbox.h"

enum {
	BATCH_LINES = 1000,
	BATCH_OCTETS = 4 << 20,
	OUTPUT_MAX = 4 * (WIRE_MAX + BATCH_OCTETS),
};

/* What is to be written, and which kept plaintexts it came from. */
struct batch {
	struct buf out;
	struct { struct { unsigned char id[INBOX_ID]; } *v;
	    size_t n, cap; } kept;
	/* what was fetched and can never be read better than now */
	struct { struct { unsigned char id[INBOX_ID]; } *v;
	    size_t n, cap; } mail;
	int status;		/* the worst of the lines */
	bool changed;		/* there is something to commit */
	bool stays;		/* one of them may be read another time */
};

/* One message, taken out of its envelope. */
struct message {
	struct buf body;
	bool sealed;
	/* of whom it is to be; empty for a sealed one, which says it inside */
	char from[NAME_MAX_OCTETS + 1];
};

/* Of two statuses of one run, the one that needs more care. */
int recv_worse(int a, int b);
/* Take it from the input, into a body with room; says what is wrong. */
enum party_result message_open(const struct job *j, struct span in,
    struct message *m);
/*
 * What was read and perhaps never written ("again"), else what can be read
 * now. *k says whose it is, also when it cannot be read.
 */
enum party_result message_read(struct job *j, struct batch *b,
    const struct message *m, struct kept *k, bool *again);
/* Read one message into the batch; says what is wrong with it. */
void recv_take(struct job *j, struct span in, struct batch *b);

/*
 * End the batch's transaction: what was read is on the disk then, and may be
 * written, and then forgotten (kept_forget).
 */
int recv_commit(struct job *j, const struct batch *b);
void recv_batch_free(struct batch *b);

/* kept.c: what was read but perhaps never written. */
void kept_put(struct job *j, struct batch *b, struct span body,
    const struct kept *k);
/*
 * Find it by the message; STORE_ABSENT when there is none, it is in this
 * batch, or of somebody else than k->from says.
 */
enum store_result kept_find(struct job *j, struct batch *b, struct span body,
    struct kept *k);
/* The message of this input needs no other try: its mail may go. */
void kept_mail(struct job *j, struct batch *b, struct span in);
/* It was written: forget what was kept of the batch. */
int kept_forget(struct job *j, const struct batch *b);

#endif
