/*
 * A connection as a dialogue sees it: octets that come until a deadline, and
 * octets that go. The same code speaks over TCP, over TLS and with a test's
 * script: what differs is behind struct stream_ops. Deadlines are in the
 * milliseconds of env_monotonic_ms; one that has passed takes what is already
 * there and does not wait.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum stream_result {
	STREAM_OK,
	STREAM_TIMEOUT,		/* nothing until the deadline; may go on */
	/* the rest stick: the stream gives and takes nothing more */
	STREAM_CLOSED,		/* by the other side, in order */
	STREAM_RESET,		/* by the other side, or on the way */
	STREAM_TOO_LONG,	/* a line, or what may be read in all */
	STREAM_ERROR,		/* this side's trouble, or TLS's */
};

enum {
	/* a line's ceiling: RFC 5321 section 4.5.3.1 asks for 1000 at most */
	STREAM_BUFFER = 4096,
	/* what stream_limit is at the start: a dialogue needs some 4 KiB */
	STREAM_LIMIT = 1 << 16,
};

struct stream_ops {
	/*
	 * Wait for at least one octet, take at most n, *got says how many.
	 * Anything but STREAM_OK has taken none.
	 */
	enum stream_result (*read)(void *arg, void *p, size_t n,
	    int64_t deadline, size_t *got);
	/* Hand all of it on. */
	enum stream_result (*write)(void *arg, struct span octets,
	    int64_t deadline);
	/* Close, and free arg. */
	void (*free)(void *arg);
};

struct stream {
	const struct stream_ops *ops;
	void *arg;
	size_t limit;		/* octets that may still be read */
	enum stream_result end;	/* STREAM_OK until one that sticks */
	size_t at, n;		/* in[at] to in[n - 1] were not taken yet */
	unsigned char in[STREAM_BUFFER];
};

/* Free with stream_free, which frees arg too. */
struct stream *stream_new(const struct stream_ops *ops, void *arg);

/* Over a connected non-blocking socket, which is the stream's from now on. */
struct stream *stream_plain(int fd);

/* Closes. NULL is fine. */
void stream_free(struct stream *s);

/* Between 1 and n octets in *got. */
enum stream_result stream_read(struct stream *s, void *p, size_t n,
    int64_t deadline, size_t *got);

/*
 * All of it goes, in one call of the system where it can. After a timeout a
 * part may have gone.
 */
enum stream_result stream_write(struct stream *s, struct span octets,
    int64_t deadline);

/*
 * One more read behind what lies in the buffer. STREAM_TOO_LONG, which
 * sticks, when there is no room for it or the limit is used up.
 */
enum stream_result stream_fill(struct stream *s, int64_t deadline);

/* What was received and not taken; valid until the next read. */
static inline struct span
stream_pending(const struct stream *s)
{
	return span_of(s->in + s->at, s->n - s->at);
}

/*
 * The same with what has arrived and can be had without waiting, at most
 * STREAM_BUFFER octets. What stands here before a handshake came in clear:
 * RFC 3207 section 4.2 has it discarded, with stream_drop.
 */
struct span stream_arrived(struct stream *s);

/* Take the first n octets of what is pending (all, if fewer). */
void stream_drop(struct stream *s, size_t n);

/* Let n more octets be read from here on; SIZE_MAX is no limit. */
void stream_limit(struct stream *s, size_t n);

/* "ok", "timeout", "closed", "reset", "too-long", "error". */
const char *stream_result_name(enum stream_result r);

#endif
