/* A server that follows a script; see script.h. */
#include "script.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
script_start(struct script *s, const char *const *entries, size_t chunk)
{
	*s = (struct script){
		.entry = entries, .chunk = chunk,
		.unread = BUF(1 << 16), .wrong = BUF(1 << 16),
	};
}

static size_t
at_most(const struct script *s, size_t there, size_t n)
{
	size_t max = s->chunk == 0 || n < s->chunk ? n : s->chunk;

	return there < max ? there : max;
}

static enum stream_result
script_read(void *arg, void *p, size_t n, int64_t deadline, size_t *got)
{
	struct script *s = arg;
	const char *said = NULL;

	(void)deadline;
	if (s->unread_at < s->unread.n) {
		*got = at_most(s, s->unread.n - s->unread_at, n);
		memcpy(p, s->unread.p + s->unread_at, *got);
		s->unread_at += *got;
		return STREAM_OK;
	}
	if (*s->entry == NULL)
		return STREAM_CLOSED;
	if (**s->entry == 'R')
		return STREAM_RESET;
	if (strchr("CHT", **s->entry) != NULL)
		return STREAM_TIMEOUT;
	said = *s->entry + 1 + s->at;
	*got = at_most(s, strlen(said), n);
	memcpy(p, said, *got);
	s->at += *got;
	if (said[*got] == '\0') {
		s->entry++;
		s->at = 0;
	}
	return STREAM_OK;
}

static enum stream_result
script_write(void *arg, struct span octets, int64_t deadline)
{
	struct script *s = arg;
	const char *want = NULL;

	(void)deadline;
	while (*s->entry != NULL && **s->entry == 'U') {
		buf_str(&s->unread, *s->entry + 1 + s->at);
		s->entry++;
		s->at = 0;
	}
	want = *s->entry;
	if (want != NULL && *want == 'C' &&
	    span_eq(octets, span_str(want + 1))) {
		s->entry++;
		return STREAM_OK;
	}
	if (s->wrong.n == 0) {
		buf_str(&s->wrong, "sent ");
		buf_span(&s->wrong, octets);
		buf_printf(&s->wrong, "where the script has %s",
		    want == NULL ? "nothing" : want);
	}
	return STREAM_OK;
}

static void
script_free(void *arg)
{
	(void)arg;
}

struct stream *
script_stream(struct script *s)
{
	static const struct stream_ops ops = {
		script_read, script_write, script_free
	};

	return stream_new(&ops, s);
}

const char *
script_handshake(struct script *s)
{
	if (*s->entry != NULL && **s->entry == 'H')
		return *s->entry++ + 1;
	if (s->wrong.n == 0)
		buf_str(&s->wrong, "a handshake out of place");
	return NULL;
}

char *
script_end(struct script *s)
{
	bool left = *s->entry != NULL && **s->entry != 'T' &&
	    **s->entry != 'R';
	char *wrong = NULL;

	if (s->wrong.n > 0)
		wrong = buf_take_str(&s->wrong);
	else if (left)
		wrong = xasprintf("left unplayed: %s", *s->entry);
	buf_free(&s->unread);
	buf_free(&s->wrong);
	return wrong;
}

struct octets {
	struct span left;
	size_t chunk;
};

static enum stream_result
octets_read(void *arg, void *p, size_t n, int64_t deadline, size_t *got)
{
	struct octets *o = arg;
	size_t take = o->chunk == 0 || n < o->chunk ? n : o->chunk;

	(void)deadline;
	if (o->left.n == 0)
		return STREAM_TIMEOUT;
	take = take < o->left.n ? take : o->left.n;
	memcpy(p, o->left.p, take);
	o->left = span_from(o->left, take);
	*got = take;
	return STREAM_OK;
}

static enum stream_result
octets_write(void *arg, struct span octets, int64_t deadline)
{
	(void)arg;
	(void)octets;
	(void)deadline;
	return STREAM_OK;
}

struct stream *
script_octets(struct span octets, size_t chunk)
{
	static const struct stream_ops ops = {
		octets_read, octets_write, free
	};
	struct octets *o = xmalloc(sizeof(*o));

	*o = (struct octets){ octets, chunk };
	return stream_new(&ops, o);
}
