/* Connections as dialogues see them; see stream.h. */
#include "net/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct stream *
stream_new(const struct stream_ops *ops, void *arg)
{
	/* the buffer is written before it is read: no need to clear it */
	struct stream *s = xmalloc(sizeof(*s));

	s->ops = ops;
	s->arg = arg;
	s->limit = STREAM_LIMIT;
	s->end = STREAM_OK;
	s->at = s->n = 0;
	return s;
}

void
stream_free(struct stream *s)
{
	if (s == NULL)
		return;
	s->ops->free(s->arg);
	free(s);
}

/* Remember an end that sticks. */
static enum stream_result
ended(struct stream *s, enum stream_result r)
{
	if (r != STREAM_OK && r != STREAM_TIMEOUT)
		s->end = r;
	return r;
}

/* Read from the other side, past the buffer. */
static enum stream_result
read_on(struct stream *s, void *p, size_t n, int64_t deadline, size_t *got)
{
	size_t came = 0;
	enum stream_result r = s->end;

	if (r != STREAM_OK)
		return r;
	if (s->limit == 0 || n == 0)
		return ended(s, STREAM_TOO_LONG);
	r = s->ops->read(s->arg, p, n < s->limit ? n : s->limit, deadline,
	    &came);
	if (r != STREAM_OK)
		return ended(s, r);
	if (s->limit != SIZE_MAX)
		s->limit -= came;
	*got = came;
	return STREAM_OK;
}

enum stream_result
stream_fill(struct stream *s, int64_t deadline)
{
	size_t got = 0;
	enum stream_result r = STREAM_OK;

	if (s->at > 0) {
		memmove(s->in, s->in + s->at, s->n - s->at);
		s->n -= s->at;
		s->at = 0;
	}
	r = read_on(s, s->in + s->n, sizeof(s->in) - s->n, deadline, &got);
	if (r == STREAM_OK)
		s->n += got;
	return r;
}

enum stream_result
stream_read(struct stream *s, void *p, size_t n, int64_t deadline,
    size_t *got)
{
	struct span pending = span_first(stream_pending(s), n);

	if (pending.n == 0)
		return read_on(s, p, n, deadline, got);
	memcpy(p, pending.p, pending.n);
	stream_drop(s, pending.n);
	*got = pending.n;
	return STREAM_OK;
}

enum stream_result
stream_write(struct stream *s, struct span octets, int64_t deadline)
{
	if (s->end != STREAM_OK)
		return s->end;
	return ended(s, s->ops->write(s->arg, octets, deadline));
}

struct span
stream_arrived(struct stream *s)
{
	while (stream_pending(s).n < sizeof(s->in) && s->limit > 0 &&
	    stream_fill(s, 0) == STREAM_OK)
		;
	return stream_pending(s);
}

void
stream_drop(struct stream *s, size_t n)
{
	s->at += n < s->n - s->at ? n : s->n - s->at;
}

void
stream_limit(struct stream *s, size_t n)
{
	s->limit = n;
}

const char *
stream_result_name(enum stream_result r)
{
	static const char *const names[] = {
		[STREAM_OK] = "ok",
		[STREAM_TIMEOUT] = "timeout",
		[STREAM_CLOSED] = "closed",
		[STREAM_RESET] = "reset",
		[STREAM_TOO_LONG] = "too-long",
		[STREAM_ERROR] = "error",
	};

	return names[r];
}
