/*
 * The cleartext framework: the same text whole or one by one, without blanks
 * at line ends, and it survives being written again.
 */
#include "../support/drip.h"
#include "fuzz.h"

#include "pgp/cleartext.h"

static void
keep(void *arg, struct span s)
{
	buf_span(arg, s);
}

static bool
read_text(struct in *in, struct buf *out)
{
	bool ok = cleartext_seen(in) && cleartext_read(in, keep, out);

	in_free(in);
	return ok;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Before an LF stands at most one CR and no blank, at the end neither. */
static void
is_trimmed(struct span s)
{
	must(s.n == 0 || !is_blank(s.p[s.n - 1]));
	for (size_t i = 1; i < s.n; i++) {
		size_t before = i - 1;

		if (s.p[i] != '\n')
			continue;
		if (s.p[before] == '\r' && before-- == 0)
			continue;
		must(!is_blank(s.p[before]));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pgp_error e = { PGP_OK, NULL }, f = e, g = e;
	struct buf a = BUF(1 << 22), b = BUF(1 << 22), text = BUF(1 << 23);
	struct drip slow = { span_of(data, n), 1 };
	struct sink sink;
	struct escape escape = { .to = &sink };
	struct in whole, one, again;
	bool ok = false;

	in_of_span(&whole, span_of(data, n), &e);
	in_init(&one, drip_in, &slow, &f);
	ok = read_text(&whole, &a);
	must(ok == read_text(&one, &b));
	if (ok) {
		must(span_eq(buf_get0(&a), buf_get0(&b)));
		is_trimmed(buf_get0(&a));
		sink_of_buf(&sink, &text);
		buf_str(&text, "-----BEGIN PGP SIGNED MESSAGE-----\n\n");
		escape_add(&escape, buf_get0(&a));
		buf_str(&text, "\n-----BEGIN PGP SIGNATURE-----\n");
		buf_reset(&b);
		in_of_span(&again, buf_get0(&text), &g);
		must(read_text(&again, &b));
		must(span_eq(buf_get0(&a), buf_get0(&b)));
	}
	buf_free(&a);
	buf_free(&b);
	buf_free(&text);
	return 0;
}
