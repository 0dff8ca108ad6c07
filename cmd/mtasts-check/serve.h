/* mtasts-check serve: Postfix's look-ups answered. */
#ifndef SERVE_H
#define SERVE_H

#include "mtasts-check.h"

enum { SERVE_SECONDS = 60 };	/* Postfix waits 100 for an answer */

/*
 * Append the reply to a look-up of "key", a next-hop of Postfix
 * (serve_answer.c). What it makes worth remembering is written at once.
 */
void serve_answer(struct job *j, const struct worker *w, struct span key,
    struct buf *out);

/*
 * Fetch anew what was fetched over a day ago, before it expires; then forget
 * what has expired.
 */
void serve_refresh(struct job *j, const struct worker *w);

/* A listening socket; end with listen_close (serve_listen.c). */
struct listener {
	int fd;
	char *path;		/* of a Unix socket; NULL: TCP */
};

/*
 * Listen at "unix:PATH" or "inet:HOST:PORT". Returns 0, or the exit status
 * after saying why.
 */
int listen_open(const char *address, struct listener *out);
void listen_close(struct listener *l);

#endif
