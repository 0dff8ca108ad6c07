/* Reading a message; see msg.h. */
#include "mail/msg.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sys/file.h"

enum { PIECE = 128 * 1024, FIRST_READ = 32 * 1024 };

const struct msg_limits msg_limits_default = { 1024 * 1024, 10000 };

static ssize_t
read_fd(void *arg, void *p, size_t n)
{
	return file_read(*(const int *)arg, p, n);
}

struct msg_source
msg_source_fd(int *fd)
{
	return (struct msg_source){ read_fd, fd };
}

/* One read into m->read; false at the end or on an error. */
static bool
read_more(struct msg *m)
{
	unsigned char *to = buf_room(&m->read, FIRST_READ);
	ssize_t got = m->from.read(m->from.arg, to, FIRST_READ);

	if (got < 0)
		m->error = errno;
	if (got <= 0)
		return false;
	m->read.n += (size_t)got;
	return true;
}

/* An mbox delivery agent puts "From sender date" above the header. */
static size_t
envelope_line(struct span head)
{
	size_t at = span_chr(head, '\n');

	return at < head.n && header_is_envelope(span_first(head, at)) ?
	    at + 1 : 0;
}

static enum msg_status
split(struct msg *m, size_t end, size_t blank, size_t max_fields)
{
	struct span all = buf_get0(&m->read);
	size_t envelope = envelope_line(span_first(all, end));

	if (header_split(span_from(span_first(all, end), envelope),
	    max_fields, &m->header) == HEADER_TOO_MANY)
		return MSG_TOO_MANY;
	m->envelope = envelope;
	m->has_blank = blank > 0;
	m->first = span_from(all, end + blank);
	return MSG_OK;
}

enum msg_status
msg_open(struct msg *m, struct msg_source from,
    const struct msg_limits *limits)
{
	size_t scan = 0, end = 0, blank = 0;

	*m = (struct msg){ .from = from };
	m->read = BUF(limits->header_bytes + 2 * FIRST_READ);
	for (;;) {
		bool more = read_more(m);

		if (m->error != 0)
			return MSG_IO;
		if (header_end(buf_get0(&m->read), &scan, &end, &blank))
			break;
		if (m->read.n > limits->header_bytes)
			return MSG_TOO_LONG;
		if (!more) {
			end = m->read.n;
			break;
		}
	}
	if (end > limits->header_bytes)
		return MSG_TOO_LONG;
	if (m->read.n == 0)
		return MSG_EMPTY;
	return split(m, end, blank, limits->header_fields);
}

bool
msg_next(struct msg *m, struct span *piece)
{
	ssize_t got = 0;

	if (m->first.n > 0) {
		*piece = m->first;
		m->first = (struct span){ NULL, 0 };
		return true;
	}
	if (m->error != 0)
		return false;
	/* most messages came whole with the header: no large buffer then */
	if (m->piece == NULL) {
		got = m->from.read(m->from.arg, m->small, sizeof(m->small));
		if (got > 0)
			m->piece = xmalloc(PIECE);
		*piece = span_of(m->small, got > 0 ? (size_t)got : 0);
	} else {
		got = m->from.read(m->from.arg, m->piece, PIECE);
		*piece = span_of(m->piece, got > 0 ? (size_t)got : 0);
	}
	if (got < 0)
		m->error = errno;
	return got > 0;
}

void
msg_free(struct msg *m)
{
	header_free(&m->header);
	buf_free(&m->read);
	free(m->piece);
	*m = (struct msg){ 0 };
}
