/*
 * Data of any size: one message of the ratchet, and sealed chunks behind its
 * line. The message stays kept until the last chunk was written, so that a
 * stream that broke off can be read again from its beginning.
 */
#include "ratchet-chat.h"

#include <string.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

enum { SEALED_CHUNK = STREAM_CHUNK + STREAM_TAG };

/* Fill b up to the chunk's size or the end; false on an error. */
static bool
fill(struct chunks *c, struct buf *b)
{
	while (b->n < c->size && !c->ended) {
		unsigned char *to = buf_room(b, c->size - b->n);
		ssize_t got = file_read(c->fd, to, c->size - b->n);

		if (got < 0) {
			say_error("stdin: %s", file_why(FILE_IO));
			return false;
		}
		b->n += (size_t)got;
		c->ended = got == 0;
	}
	return true;
}

bool
chunks_next(struct chunks *c, bool *last)
{
	struct buf swap = c->now;

	c->now = c->ahead;
	c->ahead = swap;
	buf_reset(&c->ahead);
	if (!fill(c, &c->now) || !fill(c, &c->ahead))
		return false;
	*last = c->ahead.n == 0;
	return true;
}

void
chunks_free(struct chunks *c)
{
	buf_free_wipe(&c->now);
	buf_free_wipe(&c->ahead);
}

int
stream_out(struct pieces *s)
{
	struct chunks c = { .fd = STDIN_FILENO, .size = STREAM_CHUNK,
	    .now = BUF(STREAM_CHUNK), .ahead = BUF(STREAM_CHUNK) };
	struct buf out = BUF(SEALED_CHUNK);
	int status = EXIT_HOLDS;
	bool last = false;

	while (status == EXIT_HOLDS && !last) {
		if (!chunks_next(&c, &last)) {
			status = EXIT_IO;
			break;
		}
		buf_reset(&out);
		pieces_seal(s, buf_get0(&c.now), last, &out);
		status = run_stdout(buf_get0(&out));
	}
	if (status != EXIT_HOLDS)
		say_hint("send it anew: a stream is not kept");
	chunks_free(&c);
	buf_free(&out);
	return status;
}

int
stream_in(struct pieces *s, struct span begun)
{
	struct chunks c = { .fd = STDIN_FILENO, .size = SEALED_CHUNK,
	    .now = BUF(SEALED_CHUNK), .ahead = BUF(SEALED_CHUNK) };
	struct buf out = BUF(SEALED_CHUNK);
	int status = EXIT_HOLDS;
	bool last = false;

	/* what was read behind the line already */
	buf_span(&c.ahead, begun);
	while (status == EXIT_HOLDS && !last) {
		if (!chunks_next(&c, &last)) {
			status = EXIT_IO;
			break;
		}
		buf_reset(&out);
		if (!pieces_open(s, buf_get0(&c.now), last, &out)) {
			say_error(last ? "the stream was cut off or changed" :
			    "the stream was changed");
			status = EXIT_FORGED;
		} else {
			status = run_stdout(buf_get0(&out));
		}
	}
	chunks_free(&c);
	buf_free_wipe(&out);
	return status;
}
