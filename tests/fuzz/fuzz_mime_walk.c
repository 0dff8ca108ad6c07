/*
 * Entities of any depth: the pieces together are the input, and they are the
 * same whether it comes whole or one by one.
 */
#include "fuzz.h"

#include "mail/mime_walk.h"

struct seen {
	struct buf octets, events;
	enum mime_event last;
};

static void
note(void *arg, enum mime_event e, struct span s,
    const struct mime_part *part)
{
	struct seen *seen = arg;

	must((e == MIME_HEADER) == (part->header != NULL));
	must(e != MIME_BODY_END || s.n == 0);
	buf_span(&seen->octets, s);
	if (e != seen->last || e == MIME_HEADER)
		buf_printf(&seen->events, " %d@%zu", (int)e,
		    seen->octets.n - s.n);
	seen->last = e;
}

static const char *
walk(struct span head, struct span body, size_t step, struct seen *out)
{
	struct header h = { .n = 0 };
	struct mime_walk w;
	const char *why = NULL;

	*out = (struct seen){ BUF(1 << 20), BUF(1 << 21), MIME_BODY_END };
	header_split(head, MIME_PART_FIELDS_MAX, &h);
	mime_walk_start(&w, &h, note, out);
	for (; body.n > 0; body = span_from(body, step))
		mime_walk_add(&w, span_first(body, step));
	why = mime_walk_end(&w);
	header_free(&h);
	return why;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), body = { NULL, 0 };
	size_t scan = 0, end = 0, blank = 0;
	const char *why = NULL;
	struct seen a, b;

	if (n > 1 << 16 || !header_end(in, &scan, &end, &blank))
		return 0;
	body = span_from(in, end + blank);
	why = walk(span_first(in, end), body, body.n + 1, &a);
	must(why == walk(span_first(in, end), body, 1, &b));
	must(span_eq(buf_get0(&a.events), buf_get0(&b.events)));
	must(span_eq(buf_get0(&a.octets), body));
	must(span_eq(buf_get0(&a.octets), buf_get0(&b.octets)));
	buf_free(&a.octets);
	buf_free(&a.events);
	buf_free(&b.octets);
	buf_free(&b.events);
	return 0;
}
