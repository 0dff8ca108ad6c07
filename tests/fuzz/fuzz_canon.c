/*
 * Canonical forms: however a body is cut, it gives what a slow second
 * implementation gives; what is canonical stays as it is.
 */
#include "fuzz.h"

#include "../support/slow.h"
#include "auth/canon.h"

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static struct buf
canonical(enum canon kind, struct span in, size_t step)
{
	struct buf out = BUF(1 << 24);
	struct canon_body b;

	canon_body_start(&b, kind, gather, &out);
	for (; in.n > 0; in = span_from(in, step))
		canon_body_add(&b, span_first(in, step));
	canon_body_end(&b);
	return out;
}

static void
body(enum canon kind, struct span in, size_t step)
{
	struct buf want = BUF(1 << 24), whole = canonical(kind, in, in.n + 1);
	struct buf cut = canonical(kind, in, step);
	struct buf single = canonical(kind, in, 1), again = BUF(1);

	slow_body(&want, in, kind == CANON_RELAXED);
	must(span_eq(buf_get0(&want), buf_get0(&whole)));
	must(span_eq(buf_get0(&want), buf_get0(&cut)));
	must(span_eq(buf_get0(&want), buf_get0(&single)));
	again = canonical(kind, buf_get0(&whole), step);
	must(span_eq(buf_get0(&again), buf_get0(&whole)));
	buf_free(&want);
	buf_free(&whole);
	buf_free(&cut);
	buf_free(&single);
	buf_free(&again);
}

/* The first field of the input, if it is one. */
static void
field(enum canon kind, struct span in)
{
	struct span raw = slow_nth(in, 0);
	struct buf fast = BUF(1 << 24), slow = BUF(1 << 24);

	if (raw.n == 0 || span_chr(raw, ':') == raw.n ||
	    raw.p[raw.n - 1] != '\n')
		return;
	canon_field(&fast, kind, raw);
	slow_field(&slow, raw, kind == CANON_RELAXED);
	must(span_eq(buf_get0(&fast), buf_get0(&slow)));
	buf_reset(&slow);
	canon_field(&slow, kind, buf_get0(&fast));
	must(span_eq(buf_get0(&fast), buf_get0(&slow)));
	buf_free(&fast);
	buf_free(&slow);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	size_t step = n > 0 ? 1 + data[0] : 1;

	for (int kind = CANON_SIMPLE; kind <= CANON_RELAXED; kind++) {
		body((enum canon)kind, in, step);
		field((enum canon)kind, in);
	}
	return 0;
}
