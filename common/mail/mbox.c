/* Reading mbox files; see mbox.h. */
#include "mail/mbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/file.h"

enum { PIECE = 64 * 1024, LINES_MAX = 4 << 20 };

struct mbox {
	int fd, error;
	char *path;
	uint64_t n;		/* messages given */
	uint64_t base;		/* file offset of piece[0] */
	size_t at, used;	/* in piece */
	bool ended;
	bool stray;		/* text above the first separator */
	uint64_t start;		/* of the message being measured */
	bool in_message;
	unsigned empty;		/* octets of the empty line before "at" */
	unsigned char piece[PIECE];
};

struct mbox *
mbox_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd >= 0 ? mbox_of(fd, path) : NULL;
}

struct mbox *
mbox_of(int fd, const char *path)
{
	struct mbox *m = xcalloc(1, sizeof(*m));

	m->fd = fd;
	m->path = xstrdup(path);
	return m;
}

const char *
mbox_path(const struct mbox *m)
{
	return m->path;
}

/* More octets behind what is left; false when nothing came. */
static bool
fill(struct mbox *m)
{
	ssize_t got = 0;

	memmove(m->piece, m->piece + m->at, m->used - m->at);
	m->base += m->at;
	m->used -= m->at;
	m->at = 0;
	got = file_read(m->fd, m->piece + m->used, PIECE - m->used);
	if (got < 0)
		m->error = errno;
	if (got <= 0)
		m->ended = true;
	else
		m->used += (size_t)got;
	return got > 0;
}

/* The next line, or as much of it as fits; *whole says if it ended. */
static struct span
take_line(struct mbox *m, bool *whole)
{
	struct span left = span_of(m->piece + m->at, m->used - m->at);
	size_t at = span_chr(left, '\n');

	while (at == left.n && !m->ended && left.n < PIECE && fill(m)) {
		left = span_of(m->piece + m->at, m->used - m->at);
		at = span_chr(left, '\n');
	}
	*whole = at < left.n;
	left = span_first(left, *whole ? at + 1 : left.n);
	m->at += left.n;
	return left;
}

bool
mbox_next(struct mbox *m, uint64_t *start, uint64_t *length, uint64_t *n)
{
	bool line_start = true;

	for (;;) {
		uint64_t at = m->base + m->at;
		bool whole = false;
		struct span line = take_line(m, &whole);
		bool separator = line_start && (m->empty > 0 || at == 0) &&
		    span_starts(line, SPAN("From "));

		if (line.n > 0 && !separator) {
			m->empty = !line_start || line.n > 2 ? 0 :
			    span_eq(line, SPAN("\n")) ? 1 :
			    span_eq(line, SPAN("\r\n")) ? 2 : 0;
			line_start = whole;
			m->stray = m->stray || (m->n == 0 && m->empty == 0);
			continue;
		}
		*start = m->start;
		*length = at - m->start - m->empty;
		*n = m->n;
		if (line.n == 0 && !m->in_message)
			return false;
		if (m->in_message) {
			/* the separator is read again for the next message */
			m->in_message = false;
			m->at -= line.n;
			return m->error == 0;
		}
		m->in_message = true;
		m->start = m->base + m->at;
		m->empty = 0;
		m->n++;
		line_start = whole;
	}
}

bool
mbox_failed(const struct mbox *m)
{
	errno = m->error;
	return m->error != 0;
}

bool
mbox_is_stray(const struct mbox *m)
{
	return m->stray;
}

void
mbox_close(struct mbox *m)
{
	if (m == NULL)
		return;
	close(m->fd);
	free(m->path);
	free(m);
}

struct mbox_part
mbox_part_open(int fd, uint64_t start, uint64_t length)
{
	return (struct mbox_part){ .fd = fd, .at = start, .left = length,
	    .lines = BUF(LINES_MAX) };
}

void
mbox_part_close(struct mbox_part *p)
{
	buf_free(&p->lines);
}

/* ">From ", ">>From ", ... */
static bool
is_quoted(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '>')
		n++;
	return n > 0 && span_starts(span_from(line, n), SPAN("From "));
}

/* Whole lines (or a full buffer) into o->lines, quoting undone. */
static ssize_t
refill(struct mbox_part *o)
{
	unsigned char raw[PIECE];
	size_t want = o->left < sizeof(raw) ? (size_t)o->left : sizeof(raw);
	ssize_t got = want > 0 ? pread(o->fd, raw, want, (off_t)o->at) : 0;
	struct span left = span_of(raw, got > 0 ? (size_t)got : 0);
	size_t last = span_rchr(left, '\n');

	if (got <= 0)
		return got;
	if (last < left.n)
		left.n = last + 1;
	o->at += left.n;
	o->left -= left.n;
	buf_reset(&o->lines);
	o->given = 0;
	while (left.n > 0) {
		size_t at = span_chr(left, '\n');
		struct span line = span_first(left,
		    at < left.n ? at + 1 : at);

		/* what goes on inside a long line looks quoted by chance */
		buf_span(&o->lines, span_from(line,
		    !o->inside && is_quoted(line)));
		o->inside = at == left.n;
		left = span_from(left, line.n);
	}
	return got;
}

ssize_t
mbox_read(struct mbox_part *o, void *p, size_t n)
{
	if (o->given == o->lines.n) {
		ssize_t got = 0;

		do
			got = refill(o);
		while (got < 0 && errno == EINTR);
		if (got <= 0)
			return got;
	}
	if (n > o->lines.n - o->given)
		n = o->lines.n - o->given;
	memcpy(p, o->lines.p + o->given, n);
	o->given += n;
	return (ssize_t)n;
}
