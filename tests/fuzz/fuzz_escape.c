/*
 * Hostile text on its way into each page: nothing comes out that could end
 * the place where it stands, and the text itself is not lost.
 */
#include "fuzz.h"

#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "survey/escape.h"

/* Every octet is one of a line of valid text. */
static void
one_line(const struct buf *b)
{
	must(!b->over && utf8_valid(buf_get0(b)));
	for (size_t i = 0; i < b->n; i++)
		must(b->p[i] >= 0x20 && b->p[i] != 0x7f);
}

/* What the entities stand for is the text. */
static void
html(struct span clean, const struct buf *out)
{
	static const struct { const char *entity; char c; } rows[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&#39;", '\'' },
	};
	struct span rest = buf_get0(out);
	size_t at = 0;

	while (rest.n > 0) {
		char c = (char)rest.p[0];
		size_t n = 1;

		must(strchr("<>\"'", c) == NULL);
		for (size_t i = 0; c == '&' && i < 5; i++)
			if (span_starts(rest, span_str(rows[i].entity))) {
				n = strlen(rows[i].entity);
				c = rows[i].c;
				break;
			}
		must(c != '&' || n > 1);
		must(at < clean.n && clean.p[at++] == (unsigned char)c);
		rest = span_from(rest, n);
	}
	must(at == clean.n);
}

/* Quotes are doubled and stand around it; a formula has its apostrophe. */
static void
csv(struct span clean, const struct buf *out)
{
	struct span s = buf_get0(out);
	size_t at = 0, quotes = 0;

	for (size_t i = 0; i < clean.n; i++)
		quotes += clean.p[i] == '"';
	must(s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"');
	s = span_first(span_from(s, 1), s.n - 2);
	if (s.n > clean.n + quotes && s.p[0] == '\'')
		s = span_from(s, 1);
	else
		must(span_trim(clean).n == 0 ||
		    memchr("=+-@", span_trim(clean).p[0], 4) == NULL);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			must(++i < s.n && s.p[i] == '"');
		must(at < clean.n && clean.p[at++] == s.p[i]);
	}
	must(at == clean.n);
}

/* A backslash in front of each of these, and the text is there. */
static void
slashed(struct span clean, const struct buf *out, const char *special)
{
	size_t at = 0;

	for (size_t i = 0; i < out->n; i++) {
		if (out->p[i] == '\\')
			must(++i < out->n);
		else
			must(strchr(special, out->p[i]) == NULL);
		must(at < clean.n && clean.p[at++] == out->p[i]);
	}
	must(at == clean.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), c = { NULL, 0 };
	struct buf clean = BUF(1 << 20), out = BUF(1 << 22);

	if (n > 1 << 16)
		return 0;
	utf8_clean(&clean, in);
	c = buf_get0(&clean);
	escape_html(&out, in);
	one_line(&out);
	html(c, &out);
	buf_reset(&out);
	escape_csv(&out, in);
	one_line(&out);
	csv(c, &out);
	buf_reset(&out);
	escape_markdown(&out, in);
	one_line(&out);
	slashed(c, &out, "<>&[]()*_`|~#!@:$^{}+\"");
	buf_reset(&out);
	escape_prometheus(&out, in);
	one_line(&out);
	slashed(c, &out, "\"");
	buf_free(&clean);
	buf_free(&out);
	return 0;
}
