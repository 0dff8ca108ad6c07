/*
 * A stream to its peer's mailbox, in fragments. The same stream makes the
 * same requests, so that what is there already is there once; --skip passes
 * over what need not be asked again.
 */
#include "fragments.h"
#include "post.h"

#include <string.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/say.h"

/* The peer's address, and the stream's id, of its first line. */
static int
read_first(struct job *j, struct relay_fragment *f,
    struct relay_address *to)
{
	struct span line = span_first(f->octets, span_chr(f->octets, '\n'));
	struct buf body = BUF(WIRE_MAX);
	struct envelope e;
	const char *bad = "its first line";
	int status = EXIT_HOLDS;

	relay_stream_id(line, f->stream);
	if (!relay_fragment_fits(f) || !envelope_read(span_trim(line), &e,
	    &body, &bad)) {
		say_error("stdin: no stream: %s is wrong", bad);
		status = EXIT_MALFORMED;
	}
	if (status == EXIT_HOLDS)
		status = whereabouts_find(j, e.to, to);
	buf_free(&body);
	return status;
}

static int
push_fragment(struct web *w, const struct relay_address *to,
    const struct relay_fragment *f)
{
	struct buf content = BUF(RELAY_CONTENT_MAX);
	int status = EXIT_HOLDS;

	relay_fragment_write(f, &content);
	status = post_content(w, to, buf_get0(&content), false);
	if (status != EXIT_HOLDS && f->number > 0)
		say_hint("%lu fragments are there: ratchet-chat push --stream "
		    "--skip=%lu goes on", (unsigned long)f->number,
		    (unsigned long)f->number);
	buf_free(&content);
	return status;
}

static int
push_fragments(struct job *j, struct web *w)
{
	struct chunks c = { .fd = STDIN_FILENO, .size = RELAY_FRAGMENT_MAX,
	    .now = BUF(RELAY_FRAGMENT_MAX), .ahead = BUF(RELAY_FRAGMENT_MAX) };
	struct relay_fragment f = { .number = 0 };
	struct relay_address to;
	int status = EXIT_HOLDS;

	while (status == EXIT_HOLDS && !f.last) {
		if (!chunks_next(&c, &f.last)) {
			status = EXIT_IO;
			break;
		}
		f.octets = buf_get0(&c.now);
		if (f.number == 0)
			status = read_first(j, &f, &to);
		if (status == EXIT_HOLDS && f.number >=
		    (uint32_t)j->a->skip)
			status = push_fragment(w, &to, &f);
		f.number++;
	}
	chunks_free(&c);
	return status;
}

int
push_stream(struct job *j)
{
	struct web w = { .pid = 0 };
	int status = post_open(j, &w);

	if (status == EXIT_HOLDS)
		status = push_fragments(j, &w);
	web_stop(&w);
	return status;
}
