/*
 * Octets pulled from a file, a span or another reader, through a window that
 * is lent. Readers stand on each other: a file, its armor removed, a packet's
 * body, that body decrypted, a packet in it.
 */
#ifndef PGP_IN_H
#define PGP_IN_H

#include <stdint.h>

#include "base/span.h"
#include "pgp/error.h"

enum { IN_WINDOW = 65536 };

struct in {
	/*
	 * Write between 1 and n octets to p; 0 at the end, or after an error
	 * was set. NULL: what is in the window is all.
	 */
	size_t (*read)(void *arg, unsigned char *p, size_t n);
	void *arg;
	struct pgp_error *error;	/* shared by the whole stack */
	unsigned char *own;		/* IN_WINDOW octets, or NULL */
	size_t used;			/* what was ever in them */
	const unsigned char *p;
	size_t n;			/* lent and not yet skipped */
	bool ended;
	int fd;
};

void in_init(struct in *in, size_t (*read)(void *, unsigned char *, size_t),
    void *arg, struct pgp_error *error);
/* The span alone, which must outlive the reader. */
void in_of_span(struct in *in, struct span s, struct pgp_error *error);
/* A descriptor to its end. */
void in_of_fd(struct in *in, int fd, struct pgp_error *error);
/* What was in the window is wiped: pages never touched stay so. */
void in_free(struct in *in);

/*
 * Lend what comes next: at least "want" octets (at most IN_WINDOW) unless
 * the input ends before; nothing after an error. Valid until the next call.
 */
struct span in_peek(struct in *in, size_t want);
/* Pass over n octets of what was lent. */
void in_skip(struct in *in, size_t n);

/* At the end, or after an error. */
bool in_ended(struct in *in);

#endif
