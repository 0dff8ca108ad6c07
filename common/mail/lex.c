/* Lexical tokens of RFC 5322 section 3.2; see lex.h. */
#include "mail/lex.h"

#include "base/ascii.h"

size_t
lex_comment_length(struct span s)
{
	size_t depth = 0;

	if (!span_starts(s, SPAN("(")))
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

struct span
lex_comment(struct cur *c)
{
	size_t n = lex_comment_length(cur_left(c));

	if (n == 0) {
		cur_fail(c);
		return (struct span){ NULL, 0 };
	}
	return span_from(span_first(cur_take(c, n), n - 1), 1);
}

void
lex_cfws(struct cur *c, struct span *comment)
{
	for (;;) {
		struct span inside = { NULL, 0 };

		cur_skip_fws(c);
		if (cur_peek(c) != '(')
			return;
		inside = lex_comment(c);

		if (comment != NULL && !c->bad)
			*comment = inside;
	}
}

static bool
is_atext_utf8(unsigned char octet)
{
	return ascii_is_atext(octet) || octet >= 0x80;
}

static struct span
taken_while(struct cur *c, bool (*is)(unsigned char))
{
	struct span left = cur_left(c);
	size_t n = 0;

	while (n < left.n && is(left.p[n]))
		n++;
	c->at += n;
	return span_first(left, n);
}

struct span
lex_atom(struct cur *c)
{
	return taken_while(c, is_atext_utf8);
}

struct span
lex_quoted(struct cur *c)
{
	size_t from = c->at;

	if (!cur_accept(c, '"'))
		return (struct span){ NULL, 0 };
	for (;;) {
		int octet = cur_peek(c);

		/* obs-qp allows NUL; nothing that we hand on could hold it */
		if (octet <= 0) {
			cur_fail(c);
			return (struct span){ NULL, 0 };
		}
		c->at++;
		if (octet == '"')
			return span_of(c->in.p + from, c->at - from);
		if (octet == '\\' && cur_peek(c) > 0)
			c->at++;
	}
}

void
lex_unquote(struct buf *out, struct span quoted)
{
	struct span in = quoted;

	if (in.n >= 2 && in.p[0] == '"')
		in = span_of(in.p + 1, in.n - 2);
	for (size_t i = 0; i < in.n; i++) {
		/* folding inside quotes is white space without line ends */
		if (in.p[i] == '\r' || in.p[i] == '\n')
			continue;
		if (in.p[i] == '\\' && i + 1 < in.n)
			i++;
		buf_byte(out, in.p[i]);
	}
}

bool
lex_is_token(unsigned char octet)
{
	static const char tspecials[] = "()<>@,;:\\\"/[]?=";

	return (ascii_is_graph(octet) || octet >= 0x80) &&
	    memchr(tspecials, octet, sizeof(tspecials) - 1) == NULL;
}

struct span
lex_token(struct cur *c)
{
	return taken_while(c, lex_is_token);
}
