/*
 * What a relay keeps, in one sqlite database: mailboxes, their messages and
 * their bundles. Changes stand in a transaction that the caller begins and
 * commits: a turn of his loop. What was not committed was not done, so
 * nothing is answered before.
 *
 * All functions that give an enum relay_error may give RELAY_RELAY_FULL (the
 * disk is full) and RELAY_TRY_AGAIN (it cannot be read or written) beside
 * those that they name; the transaction is lost then, and commit says it
 * again.
 */
#ifndef RELAY_DEPOT_H
#define RELAY_DEPOT_H

#include "relay/about.h"
#include "relay/fetch.h"
#include "sys/env.h"

struct depot;

struct depot_config {
	struct relay_limits limits;
	uint32_t mailboxes;	/* there may be */
	uint64_t octets;	/* the database may have; 0: any */
};

/*
 * Open the database in the folder, made where it is absent. NULL with a
 * sentence in *why, to be freed.
 */
struct depot *depot_open(const char *folder, const struct env *env,
    const struct depot_config *config, char **why);
/* Forgets what was not committed. NULL is fine. */
void depot_close(struct depot *d);

/* Begin a transaction, unless one is there. */
void depot_begin(struct depot *d);
/*
 * End it, on the disk. What was deleted ten seconds ago or more is then in
 * none of its files: call it each second, if only with a sweep.
 */
enum relay_error depot_commit(struct depot *d);

/* A mailbox, as it is within the transaction. */
struct depot_box {
	int64_t row;
	unsigned char owner[32];	/* SHA-256 of the token */
	int64_t created, seen;		/* days, as times at midnight */
	uint32_t messages, octets, taken, last_taken;
	bool has_last;			/* a last resort */
};

/* RELAY_FINE or RELAY_NO_MAILBOX. */
enum relay_error depot_find(struct depot *d,
    const unsigned char id[static RELAY_ID], struct depot_box *out);
/* Compared in constant time. */
bool depot_is_owner(const struct depot_box *box,
    const unsigned char token[static RELAY_TOKEN]);

/*
 * Make it. *made tells whether it was not there before; RELAY_TAKEN when it
 * was, with another token, RELAY_RELAY_FULL when there are too many.
 */
enum relay_error depot_make(struct depot *d,
    const unsigned char id[static RELAY_ID],
    const unsigned char token[static RELAY_TOKEN], bool *made);
enum relay_error depot_delete(struct depot *d, const struct depot_box *box);

/*
 * Keep a message. *kept tells whether it was not there before; RELAY_TAKEN
 * when it was, with other octets, RELAY_MAILBOX_FULL.
 */
enum relay_error depot_post(struct depot *d, struct depot_box *box,
    const unsigned char id[static RELAY_ID], struct span body, bool *kept);

/* Delete what was received; *acked counts those that were there. */
enum relay_error depot_ack(struct depot *d, struct depot_box *box,
    const struct relay_ask *ask, uint32_t *acked);
/*
 * The oldest messages, at most "max" and RELAY_FETCH_OCTETS; bodies are
 * appended to *bodies, to which the spans point. Today was the box seen.
 */
enum relay_error depot_fetch(struct depot *d, struct depot_box *box,
    uint32_t max, struct buf *bodies, struct relay_answer *out);

/* One-time, or the last resort that replaces the one before. */
struct depot_bundle {
	struct span line;
	bool one_time;
	int64_t expires;
};

/* RELAY_FINE or RELAY_STOCK_FULL. What was there already is left alone. */
enum relay_error depot_stock(struct depot *d, const struct depot_box *box,
    const struct depot_bundle *v, size_t n);
/* How many one-time bundles there are to take. */
enum relay_error depot_stocked(struct depot *d, const struct depot_box *box,
    uint32_t *out);
/*
 * Take one out of the stock, never to be given again, or with "spare" and
 * when there is none the last resort; appended to *line. RELAY_NO_BUNDLE.
 */
enum relay_error depot_take(struct depot *d, const struct depot_box *box,
    bool spare, struct buf *line);
/* A bundle of the mailbox, for what it says of its owner; or nothing. */
enum relay_error depot_bundle(struct depot *d, const struct depot_box *box,
    struct buf *line);

/* What is known of each message, the oldest first. */
struct depot_item {
	unsigned char id[RELAY_ID];
	uint32_t size;
	int64_t expires;
};

struct depot_items {
	struct depot_item *v;	/* free(v) */
	size_t n, cap;
};

enum relay_error depot_items(struct depot *d, const struct depot_box *box,
    struct depot_items *out);

/*
 * Delete some of what has expired: at most as much as takes some
 * milliseconds. *more tells whether there may be more.
 */
enum relay_error depot_sweep(struct depot *d, bool *more);

/* For counts: mailboxes, and messages that wait in them. */
struct depot_totals {
	uint64_t mailboxes, messages;
};

enum relay_error depot_totals(struct depot *d, struct depot_totals *out);

#endif
