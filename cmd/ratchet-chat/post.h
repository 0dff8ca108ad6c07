/*
 * What the files about the relay share: who we are there, where peers are,
 * and what is under way (msgsec-relay(8)). HTTPS is another process's work.
 */
#ifndef RATCHET_CHAT_POST_H
#define RATCHET_CHAT_POST_H

#include "ratchet-chat.h"

#include "net/web.h"
#include "ratchet/inbox.h"
#include "relay/address.h"
#include "relay/call.h"

enum {
	MAIL_LIFE = 30 * 86400,	/* what nobody reads is forgotten */
	/* so much may wait to be read, what a relay's mailbox holds where it
	   is not told otherwise; and of peers that we know as much again */
	MAIL_MAX = 16384,
	MAIL_OCTETS = 16 << 20,
	POST_TIMEOUT = 30000,	/* milliseconds that an answer may take */
	POST_CONTENT_MAX = RELAY_MESSAGE_MAX,
};

/* --- addresses.c: inside a transaction */

/* One of ours: its address, and the token that makes it ours. */
struct mailbox {
	struct relay_address address;
	unsigned char token[RELAY_TOKEN];
	int64_t made;
};

struct mailboxes {
	struct mailbox *v;	/* the oldest first; free with wipe */
	size_t n, cap;
};

/*
 * All of ours. 0, or the status after saying why. _read is for within a
 * transaction, _get has its own.
 */
int mailboxes_read(struct job *j, struct mailboxes *out);
int mailboxes_get(struct job *j, struct mailboxes *out);
void mailboxes_free(struct mailboxes *all);
void mailbox_put(struct job *j, const struct mailbox *m);
void mailbox_drop(struct job *j, const unsigned char id[static RELAY_ID]);

/* Where a peer is, and what was last said of that, either way. */
struct whereabouts {
	bool known;		/* the address is */
	struct relay_address address;
	int64_t said;		/* by the peer, by its own clock; or 0 */
	int64_t told;		/* to the peer, of ours */
};

/* Nothing known is fine: 0 with a zeroed one. */
int whereabouts_get(struct job *j, const char *peer,
    struct whereabouts *out);
/* The address in a transaction of its own; 82 when it is not known. */
int whereabouts_find(struct job *j, const char *peer,
    struct relay_address *out);
void whereabouts_put(struct job *j, const char *peer,
    const struct whereabouts *w);
/* Where the peer is, by our word: until the peer says something new. */
int whereabouts_set(struct job *j, const char *peer,
    const struct relay_address *at);

/*
 * Where one of two is, said by a plaintext of its own, which recv keeps instead
 * of printing it. Messages overtake one another: of two the later one counts,
 * by the clock of who says it.
 */
struct introduction {
	struct relay_address address;
	int64_t at;		/* 0 of those who do not say when */
};

void introduction_write(const struct introduction *i, struct buf *out);
bool introduction_read(struct span plain, struct introduction *out);
/* Keep what the peer says, unless it has said something else since. */
int introduction_hear(struct job *j, const char *peer,
    const struct introduction *i);
/*
 * Ours of this mailbox, later than all that the peer was told, and whether it
 * was told that already; once it is sent, introduction_told notes it.
 */
int introduction_next(struct job *j, const char *peer,
    const struct relay_address *ours, struct introduction *out, bool *known);
void introduction_told(struct job *j, const char *peer,
    const struct introduction *i);

/* --- post.c: asking relays */

/* Start the process that does; before the sandbox closes. 0 or 70. */
int post_start(const struct job *j, struct web *web);
/* The state, that process, and no power beyond: 0, or the status. */
int post_open(struct job *j, struct web *web);

/* What is asked: of whom, what, and for how long its answer may take. */
struct post {
	const struct relay_address *at;
	struct relay_call call;
	const unsigned char *token;	/* RELAY_TOKEN octets, or NULL */
	struct span body;
	uint32_t timeout;		/* milliseconds; 0: POST_TIMEOUT */
};

bool post_begin(struct web *w, const struct post *p);
/*
 * Ask, and take the answer, whose body is appended to *body: also one that
 * refuses (relay_error_read). Returns 0, or the status that its failure has:
 * said on stderr unless "quiet".
 */
int post_ask(struct web *w, const struct post *p, struct buf *body,
    bool quiet);
/* The same of an answer to post_begin. */
int post_end(struct web *w, const struct relay_address *at,
    struct buf *body, bool quiet);

/*
 * Leave the content at the address. The same content makes the same request,
 * so that asking again never leaves it twice.
 */
int post_content(struct web *w, const struct relay_address *to,
    struct span content, bool quiet);

/* Take one bundle there; 0 or why not. */
int post_take(struct web *w, const struct relay_address *at,
    struct bundle *out);

/*
 * Make a mailbox at the relay, with "count" bundles and one of last resort:
 * state first, then the relay, so that no mailbox is made that nobody owns.
 */
int post_settle(struct job *j, struct web *w,
    const struct relay_address *relay, unsigned count, struct mailbox *out);

/* Start a session from a bundle of the peer's mailbox. */
int post_meet(struct job *j, struct web *w, const char *peer,
    const struct relay_address *at);

/* --- mail.c: what was fetched and is not read yet; inside a transaction */

struct mail {
	unsigned char id[INBOX_ID];
	int64_t since;
	uint32_t n;		/* its place: behind all that came before it */
	struct buf content;
};

/* Names of some; sorted by mail_ids_sort. */
struct mail_ids {
	struct mail_name { unsigned char octets[INBOX_ID]; } *v;
	size_t n, cap;
};

struct mails {
	struct mail *v;		/* in the order in which they came */
	size_t n, cap;
};

/* What the message of this content is called: by its first line. */
void mail_id(const struct job *j, struct span content,
    unsigned char id[static INBOX_ID]);
/*
 * Whether a content is one message, a line and its end, that can be printed:
 * who has our address may leave anything there.
 */
bool mail_ok(struct span content);
/* How much there is, for mail_put, which counts on. */
struct mail_room {
	size_t n;
	uint64_t octets;
};

int mail_room_get(struct job *j, struct mail_room *out);

enum mail_kept {
	MAIL_KEPT,
	MAIL_HERE,		/* it is already */
	MAIL_OF_NOBODY,		/* no room, and of no peer that we know */
	MAIL_NO_ROOM,		/* not even for those */
};

/* Keep it, if there is room. */
enum mail_kept mail_put(struct job *j, struct span content, uint32_t n,
    struct mail_room *room);
void mail_ids_sort(struct mail_ids *ids);
/*
 * All that is not too old, but those that are named, which are not read
 * either. 0, or the status after saying why.
 */
int mails_get(struct job *j, const struct mail_ids *but, struct mails *out);
/* Drop what is; *next is the place behind all that there are. */
int mail_expire(struct job *j, uint32_t *next);
void mails_free(struct mails *all);

/* --- fetch.c */

/* What one fetch brought. */
struct haul {
	struct { struct { unsigned char id[RELAY_ID]; } *v;
	    size_t n, cap; } acks;	/* on our disk: to be acknowledged */
	uint32_t left;			/* there is so much more */
	uint32_t asked;			/* no more may an answer have */
	uint32_t order;			/* the next message's place */
	size_t kept;			/* of this answer */
	size_t fragments;		/* of streams, among those */
	size_t odd;			/* and what was none, or no content */
	size_t fresh;			/* and what was not here yet */
	size_t refused;			/* of nobody, without room for it */
	bool full;			/* no room for anybody */
	unsigned futile;		/* answers in a row without any */
	bool tidied;			/* what is too old was dropped */
};

/* The request that acknowledges and asks for at most "max"; into *body. */
void fetch_write(struct haul *h, uint32_t max, uint32_t wait,
    struct buf *body);
/*
 * Put what an answer holds on our disk, in a transaction of its own; then
 * h->acks may be acknowledged.
 */
int fetch_keep(struct job *j, const struct mailbox *m, struct span answer,
    struct haul *h);

#endif
