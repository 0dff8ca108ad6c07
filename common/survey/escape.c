/* One escaper for each output; see escape.h. */
#include "survey/escape.h"

#include "base/ascii.h"
#include "base/utf8.h"

/* Each octet grows to at most three by utf8_clean. */
static struct span
clean(struct span text, struct buf *to)
{
	*to = BUF(text.n * 3);
	utf8_clean(to, text);
	return buf_get0(to);
}

static const char *
entity0(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
escape_html(struct buf *out, struct span text)
{
	struct buf b;
	struct span s = clean(text, &b);

	for (size_t i = 0; i < s.n; i++) {
		const char *entity = entity0(s.p[i]);

		if (entity != NULL)
			buf_str(out, entity);
		else
			buf_byte(out, s.p[i]);
	}
	buf_free(&b);
}

/*
 * CommonMark 2.4: a backslash makes any ASCII punctuation itself. Left alone
 * is what marks up nothing within a line; the dot of "www." would link.
 */
static bool
marks_up(struct span s, size_t at)
{
	unsigned char c = s.p[at];

	if (c == '.')
		return at >= 3 && span_ieq(span_first(span_from(s, at - 3), 3),
		    SPAN("www"));
	return ascii_is_graph(c) && !ascii_is_alnum(c) &&
	    memchr(",-/;=%'?", c, 8) == NULL;
}

void
escape_markdown(struct buf *out, struct span text)
{
	struct buf b;
	struct span s = clean(text, &b);

	for (size_t i = 0; i < s.n; i++) {
		if (marks_up(s, i))
			buf_byte(out, '\\');
		buf_byte(out, s.p[i]);
	}
	buf_free(&b);
}

/* The full-width forms count in some spreadsheets, too. */
static bool
is_formula(struct span s)
{
	static const struct span starts[] = {
		SPAN("="), SPAN("+"), SPAN("-"), SPAN("@"),
		SPAN("\xef\xbc\x9d"), SPAN("\xef\xbc\x8b"),
		SPAN("\xef\xbc\x8d"), SPAN("\xef\xbc\xa0"),
	};

	s = span_trim(s);
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (span_starts(s, starts[i]))
			return true;
	return false;
}

void
escape_csv(struct buf *out, struct span text)
{
	struct buf b;
	struct span s = clean(text, &b);

	buf_str(out, is_formula(s) ? "\"'" : "\"");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_byte(out, '"');
		buf_byte(out, s.p[i]);
	}
	buf_byte(out, '"');
	buf_free(&b);
}

void
escape_prometheus(struct buf *out, struct span text)
{
	struct buf b;
	struct span s = clean(text, &b);

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, s.p[i]);
	}
	buf_free(&b);
}
