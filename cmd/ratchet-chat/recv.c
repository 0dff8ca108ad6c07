/*
 * Decrypting, at least once: the plaintext is kept in the transaction that
 * used its key up until it was written. The same message prints it again
 * until then, and is replayed afterwards.
 */
#include "fragments.h"
#include "recv.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/file.h"
#include "sys/rec.h"
#include "sys/say.h"

enum {
	STREAM_READ = 4096,
	STREAM_LINE = 16384,	/* a stream's first line, and a read */
};

void
recv_batch_free(struct batch *b)
{
	free(b->kept.v);
	free(b->mail.v);
	buf_free_wipe(&b->out);
}

int
recv_commit(struct job *j, const struct batch *b)
{
	enum store_result r = STORE_OK;

	if (b->out.over) {
		say_error("the output is longer than allowed");
		store_abandon(j->store);
		return EXIT_MALFORMED;
	}
	if (b->changed)
		r = store_commit(j->store);
	else
		store_abandon(j->store);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

/* End the batch's transaction, write what came of it, forget it. */
static int
settle(struct job *j, struct batch *b)
{
	int status = recv_commit(j, b);

	if (status == EXIT_HOLDS)
		status = run_stdout(buf_get0(&b->out));
	if (status == EXIT_HOLDS)
		status = kept_forget(j, b);
	return status != EXIT_HOLDS ? status : b->status;
}

static int
recv_one(struct job *j, struct span in)
{
	struct batch b = { .out = BUF(OUTPUT_MAX) };
	int status = chat_begin(j, true);

	if (status == EXIT_HOLDS) {
		recv_take(j, in, &b);
		status = settle(j, &b);
	}
	recv_batch_free(&b);
	return status;
}

/* The next line, as long as reading it takes no wait. */
static enum rec_kind
next_ready(struct rec_reader *in, struct span *line)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };
	enum rec_kind kind = rec_next(in, line);

	while (kind == REC_MORE && poll(&p, 1, 0) > 0) {
		rec_fill(in);
		kind = rec_next(in, line);
	}
	return kind;
}

/* The lines that are there, as one transaction; the one after them waits. */
static int
recv_batch(struct job *j, struct rec_reader *in, struct span *line,
    enum rec_kind *kind)
{
	struct batch b = { .out = BUF(OUTPUT_MAX) };
	int status = chat_begin(j, true), n = 0;

	if (status != EXIT_HOLDS)
		return status;
	do {
		if (*kind == REC_LONG || *kind == REC_LONG_END) {
			say_error("line %llu is longer than allowed",
			    (unsigned long long)in->line);
			b.status = recv_worse(b.status, EXIT_MALFORMED);
		} else {
			recv_take(j, *line, &b);
		}
		*kind = next_ready(in, line);
	} while (*kind < REC_MORE && ++n < BATCH_LINES &&
	    b.out.n < BATCH_OCTETS);
	status = settle(j, &b);
	recv_batch_free(&b);
	return status;
}

/* What is wrong with the state ends the run, a message does not. */
static bool
ends_run(int status)
{
	return status == EXIT_IO || status == EXIT_PERMISSION ||
	    status == EXIT_ROLLED_BACK || status == EXIT_UNKNOWN;
}

static int
recv_lines(struct job *j)
{
	struct rec_reader in;
	struct span line = { NULL, 0 };
	enum rec_kind kind = REC_MORE;
	int status = EXIT_HOLDS;

	rec_open(&in, STDIN_FILENO, '\n');
	kind = rec_next(&in, &line);
	while (!ends_run(status) && kind <= REC_MORE) {
		if (kind < REC_MORE) {
			status = recv_worse(status, recv_batch(j, &in, &line,
			    &kind));
		} else {
			rec_fill(&in);
			kind = rec_next(&in, &line);
		}
	}
	if (kind == REC_FAILED) {
		say_error("stdin: %s", strerror(in.error));
		status = EXIT_IO;
	}
	rec_close(&in);
	return status;
}

/* The message of a stream; the octets behind its line are *rest. */
static int
read_first_line(struct buf *in, struct span *line, struct span *rest)
{
	for (;;) {
		unsigned char *to = NULL;
		size_t end = span_chr(buf_get0(in), '\n');
		ssize_t got = 0;

		if (end < in->n) {
			*line = span_first(buf_get0(in), end);
			*rest = span_from(buf_get0(in), end + 1);
			return EXIT_HOLDS;
		}
		to = buf_room(in, STREAM_READ);
		got = to ? file_read(STDIN_FILENO, to, STREAM_READ) : 0;
		if (got <= 0) {
			say_error("stdin: %s", got < 0 ? file_why(FILE_IO) :
			    "no stream");
			return got < 0 ? EXIT_IO : EXIT_MALFORMED;
		}
		in->n += (size_t)got;
	}
}

/* The key is on the disk as used, and kept, before anything is written. */
static int
open_stream(struct job *j, struct batch *b, struct span line,
    struct pieces *s)
{
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	recv_take(j, line, b);
	status = recv_commit(j, b);
	if (status != EXIT_HOLDS)
		return status;
	if (b->status == EXIT_HOLDS && !pieces_of(buf_get0(&b->out), s)) {
		say_error("stdin: a message, but no stream");
		return EXIT_MALFORMED;
	}
	return b->status;
}

/*
 * As it came over a relay, if it did: it goes when it was read or never will
 * be. One whose chunks are wrong may be mended by its sender; until then it
 * is in nobody's way.
 */
static int
end_fragments(struct job *j, const struct batch *b, struct span line,
    int status)
{
	if (status == EXIT_HOLDS || (b->status != EXIT_HOLDS && !b->stays))
		return fragments_forget(j, line);
	return b->stays || status == EXIT_FORGED || status == EXIT_MALFORMED ?
	    fragments_postpone(j, line) : EXIT_HOLDS;
}

static int
recv_stream(struct job *j)
{
	struct batch b = { .out = BUF(OUTPUT_MAX) };
	struct buf in = BUF(STREAM_LINE);
	struct span line = { NULL, 0 }, rest = { NULL, 0 };
	struct pieces s;
	int status = read_first_line(&in, &line, &rest);

	if (status == EXIT_HOLDS)
		status = open_stream(j, &b, line, &s);
	if (status == EXIT_HOLDS) {
		status = stream_in(&s, rest);
		pieces_wipe(&s);
	}
	if (status == EXIT_HOLDS)
		status = kept_forget(j, &b);
	if (line.p != NULL)
		status = recv_worse(status, end_fragments(j, &b, line,
		    status));
	recv_batch_free(&b);
	buf_free(&in);
	return status;
}

int
recv_run(struct job *j)
{
	struct buf in = BUF(ENVELOPE_MAX);
	int status = j->n > 0 ? chat_name(j->operands[0]) : EXIT_HOLDS;

	if (status == EXIT_HOLDS && j->a->raw && j->n == 0) {
		say_error("--raw says nothing of the peer: name it");
		status = EXIT_USAGE;
	}
	if (status == EXIT_HOLDS && (j->a->raw + j->a->lines + j->a->stream >
	    1 || (j->a->json && j->a->stream))) {
		say_error("--raw, --lines and --stream exclude one another, "
		    "and a stream is no --json");
		status = EXIT_USAGE;
	}
	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status != EXIT_HOLDS)
		return status;
	if (j->a->lines)
		return recv_lines(j);
	if (j->a->stream)
		return recv_stream(j);
	status = run_stdin(ENVELOPE_MAX, &in);
	if (status == EXIT_HOLDS)
		status = recv_one(j, buf_get0(&in));
	buf_free(&in);
	return status;
}
