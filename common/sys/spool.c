/* A message kept until it is whole; see spool.h. */
#include "sys/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/file.h"

enum { PIECE = 65536 };

void
spool_init(struct spool *s, size_t limit)
{
	*s = (struct spool){ .mem = BUF(limit < PIECE ? PIECE : limit),
	    .fd = -1 };
}

static void
fails(struct spool *s, int error)
{
	bool space = error == ENOSPC || error == EDQUOT || error == EFBIG;

	s->state = space ? SPOOL_NO_SPACE : SPOOL_IO;
	s->error = error;
}

/* Move what memory holds to the file, which is made when first needed. */
static bool
flush(struct spool *s)
{
	if (s->fd < 0)
		s->fd = file_unnamed();
	if (s->fd < 0 || !file_write_all(s->fd, buf_get0(&s->mem))) {
		fails(s, errno);
		return false;
	}
	buf_reset(&s->mem);
	return true;
}

void
spool_add(struct spool *s, struct span bytes)
{
	if (s->state != SPOOL_OK)
		return;
	s->n += bytes.n;
	if (bytes.n > s->mem.max - s->mem.n && !flush(s))
		return;
	if (bytes.n <= s->mem.max)
		buf_span(&s->mem, bytes);
	else if (!file_write_all(s->fd, bytes))
		fails(s, errno);
}

enum spool_result
spool_fill(struct spool *s, int fd)
{
	unsigned char *piece = xmalloc(PIECE);
	ssize_t got = 1;

	while (got > 0 && s->state == SPOOL_OK) {
		got = file_read(fd, piece, PIECE);
		if (got < 0)
			fails(s, errno);
		else
			spool_add(s, span_of(piece, (size_t)got));
	}
	free(piece);
	return s->state;
}

enum spool_result
spool_copy(struct spool *s, int fd)
{
	if (s->state != SPOOL_OK)
		return s->state;
	if ((s->fd >= 0 && !file_copy(s->fd, s->n - s->mem.n, fd)) ||
	    !file_write_all(fd, buf_get0(&s->mem)))
		return errno == ENOSPC || errno == EDQUOT ? SPOOL_NO_SPACE :
		    SPOOL_IO;
	return SPOOL_OK;
}

enum spool_result
spool_each(struct spool *s, bool (*fn)(void *arg, struct span piece),
    void *arg)
{
	uint64_t size = s->n - s->mem.n;
	unsigned char piece[PIECE];
	bool more = true;

	if (s->state != SPOOL_OK)
		return s->state;
	for (uint64_t at = 0; more && at < size;) {
		ssize_t n = pread(s->fd, piece, sizeof(piece), (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return SPOOL_IO;
		more = fn(arg, span_of(piece, (size_t)n));
		at += (uint64_t)n;
	}
	if (more && s->mem.n > 0)
		fn(arg, buf_get0(&s->mem));
	return SPOOL_OK;
}

const char *
spool_why(const struct spool *s)
{
	return strerror(s->error);
}

void
spool_free(struct spool *s)
{
	if (s->fd >= 0)
		close(s->fd);
	buf_free(&s->mem);
	*s = (struct spool){ .fd = -1 };
}
