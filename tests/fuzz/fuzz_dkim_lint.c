/*
 * What is said of a message before it is signed: however its body is cut the
 * same findings, and for each a reason that a slow second look has, too.
 */
#include "fuzz.h"

#include <string.h>

#include "auth/dkim_sign.h"

enum { FIELDS_MAX = 1000, REACH = 1000 };

static bool
said(const struct findings *fs, enum finding_code code, const char *where)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->v[i].code == code && strcmp(fs->v[i].where, where) ==
		    0)
			return true;
	return false;
}

static void
lint(const struct header *h, struct span body, size_t step,
    struct findings *fs)
{
	static struct dkim_want want = { .domain = "example.org",
	    .selector = "s", .expire = 60 };
	static struct key *key;
	struct dkim_lint l = { 0 };

	if (key == NULL)
		want.key = key = key_generate(KEY_ED25519, 0);
	dkim_lint_header(h, &want, 1, fs);
	for (; body.n > 0; body = span_from(body, step))
		dkim_lint_body(&l, span_first(body, step));
	dkim_lint_end(&l, h, fs);
}

/* A line, its end included, is longer than 1000 octets. */
static bool
has_long_line(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		n = s.p[i] == '\n' ? 0 : n + 1;
		if (n == REACH)
			return true;
	}
	return false;
}

static bool
has_high(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return true;
	return false;
}

static void
check(const struct header *h, struct span body, const struct findings *fs)
{
	must(said(fs, F_SIGN_NUL, "body") == (span_chr(body, 0) < body.n));
	must(said(fs, F_SIGN_NUL, "header") ==
	    (span_chr(h->raw, 0) < h->raw.n));
	must(said(fs, F_SIGN_LONG_LINE, "body") == has_long_line(body));
	must(said(fs, F_SIGN_LONG_LINE, "header") == has_long_line(h->raw));
	must(has_high(body) || !said(fs, F_SIGN_8BIT, "body"));
	must(said(fs, F_SIGN_NO_FROM, "From") ==
	    (header_count(h, SPAN("From")) == 0));
	must(said(fs, F_SIGN_DUPLICATE_FIELD, "From") ==
	    (header_count(h, SPAN("From")) > 1));
	must(said(fs, F_SIGN_GARBAGE, "header") == (h->garbage > 0));
	must(said(fs, F_SIGN_SHORT_EXPIRY, "s"));
	must(header_count(h, SPAN("From")) > 0 ||
	    !said(fs, F_SIGN_NOT_ALIGNED, "example.org"));
}

static bool
has_all(const struct findings *a, const struct findings *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!said(b, a->v[i].code, a->v[i].where))
			return false;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), body = { NULL, 0 };
	struct header h = { .n = 0 };
	size_t scan = 0, end = 0, blank = 0;

	if (n > 1 << 16 || !header_end(in, &scan, &end, &blank))
		return 0;
	body = span_from(in, end + blank);
	if (header_split(span_first(in, end), FIELDS_MAX, &h) == HEADER_OK) {
		struct findings whole = { 0 }, cut = { 0 };

		lint(&h, body, body.n + 1, &whole);
		lint(&h, body, 1 + data[0] % 7, &cut);
		check(&h, body, &whole);
		must(has_all(&whole, &cut) && has_all(&cut, &whole));
		findings_free(&whole);
		findings_free(&cut);
	}
	header_free(&h);
	return 0;
}
