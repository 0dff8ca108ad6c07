/*
 * Legacy display elements: added or omitted, a message comes out alike whether
 * it comes whole or one by one, and not much longer; encoded words decode to
 * UTF-8.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "mail/legacy.h"
#include "mail/words.h"

#define ELEMENT SPAN("Subject: x\r\n\r\n")

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
run(const struct header *h, struct span element, struct span body,
    size_t step, struct buf *out)
{
	struct legacy l;

	legacy_start(&l, h, element, gather, out);
	for (; body.n > 0; body = span_from(body, step))
		legacy_add(&l, span_first(body, step));
	legacy_end(&l);
}

static void
both_ways(const struct header *h, struct span element, struct span body)
{
	struct buf a = BUF(1 << 20), b = BUF(1 << 20);

	run(h, element, body, body.n + 1, &a);
	run(h, element, body, 1, &b);
	must(span_eq(buf_get0(&a), buf_get0(&b)));
	must(a.n <= body.n + 256);
	buf_free(&a);
	buf_free(&b);
}

static void
words(struct span in)
{
	struct buf out = BUF(1 << 18);

	if (words_decode(in, &out))
		must(utf8_valid(buf_get0(&out)));
	else
		must(out.n == 0);
	buf_reset(&out);
	words_show(in, &out);
	must(out.n <= 2 * in.n);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct header h = { .n = 0 };
	struct buf element = BUF(1 << 18);
	size_t scan = 0, end = 0, blank = 0;

	if (n > 1 << 16)
		return 0;
	words(in);
	if (!header_end(in, &scan, &end, &blank))
		return 0;
	header_split(span_first(in, end), 1000, &h);
	if (legacy_element(&h, &element))
		must(utf8_valid(buf_get0(&element)) && element.n > 4);
	else
		must(element.n == 0);
	both_ways(&h, ELEMENT, span_from(in, end + blank));
	both_ways(&h, SPAN(""), span_from(in, end + blank));
	header_free(&h);
	buf_free(&element);
	return 0;
}
