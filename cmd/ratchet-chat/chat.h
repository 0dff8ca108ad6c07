/* What the files about the interactive chat share. */
#ifndef RATCHET_CHAT_CHAT_H
#define RATCHET_CHAT_CHAT_H

#include "base/mem.h"
#include "post.h"
#include "screen.h"

enum { CHAT_MAILBOXES = 8 };

/* A mailbox of ours, and the process that waits there. */
struct visit {
	const struct mailbox *box;
	struct web web;
	struct haul haul;
	bool asked;		/* an answer is under way */
	int64_t again;		/* when to ask, in ms of the steady clock */
	unsigned failures;	/* in a row */
};

struct chat {
	struct job *j;
	const char *peer;
	struct screen screen;
	struct mailboxes boxes;
	struct visit visits[CHAT_MAILBOXES];
	size_t n_visits;
	struct web pusher;
	struct whereabouts where;
	size_t unsent;		/* messages that wait for the relay */
	int64_t push_again;
	unsigned failures;	/* of pushing, in a row */
	int64_t end;		/* when to end, after the end of stdin */
	/* mail that is none of this peer's, or cannot be read */
	struct mail_ids passed;
	int status;		/* what ends the chat */
	int refused;		/* of the last line that was typed */
};

/*
 * chat_talk.c. Open the state, start the processes, give up power, and make
 * what is missing: a mailbox, a session, an introduction. 0 or why not.
 */
int chat_prepare(struct chat *c);
/* End the processes, wherever chat_prepare came to. */
void chat_dismiss(struct chat *c);

/* Encrypt the text and keep it as unsent. 0, or why not, after saying so. */
int chat_send(struct chat *c, struct span text);
/* Read the peer's fetched messages and print them. */
void chat_read_mail(struct chat *c);

#endif
