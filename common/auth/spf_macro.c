/* SPF macros (RFC 7208 section 7): their grammar and their expansion. */
#include <stdio.h>

#include "auth/spf_int.h"
#include "base/ascii.h"
#include "base/cur.h"
#include "base/uri.h"

enum { DELIMITERS_MAX = 7 };

/* macro-expand = "%{" macro-letter transformers *delimiter "}" */
struct macro {
	unsigned char letter;	/* lower case */
	bool escape;		/* it was written in upper case */
	bool reverse;
	size_t keep;		/* right-hand parts, 0 for all */
	struct span delimiters;	/* empty for "." */
};

static bool
is_delimiter(unsigned char c)
{
	return c == '.' || c == '-' || c == '+' || c == ',' || c == '/' ||
	    c == '_' || c == '=';
}

/* *DIGIT: any number of digits, but the value is not zero (section 7.3). */
static bool
keep_digits(struct cur *c, size_t *keep)
{
	size_t v = 0, n = 0;

	for (; cur_peek(c) >= 0 && ascii_is_digit((unsigned char)cur_peek(c));
	    n++) {
		v = v * 10 + (size_t)(cur_u8(c) - '0');
		if (v > SPF_RECORD_MAX)
			v = SPF_RECORD_MAX;
	}
	*keep = v;
	return n == 0 || v > 0;
}

/* What stands behind "%{". Returns static text on a fault, else NULL. */
static const char *
read_macro(struct cur *c, enum spf_macro_use use, struct macro *out)
{
	static const struct span letters = SPAN("slodiphv"),
	    more = SPAN("crt");
	unsigned char letter = cur_u8(c);

	*out = (struct macro){ .letter = ascii_lower(letter),
	    .escape = ascii_is_upper(letter) };
	if (c->bad || (span_chr(letters, out->letter) == letters.n &&
	    span_chr(more, out->letter) == more.n))
		return "unknown macro letter";
	if (use != SPF_EXPLAIN_STRING &&
	    span_chr(more, out->letter) != more.n)
		return "macro letter that only explanations may use";
	if (!keep_digits(c, &out->keep))
		return "a macro cannot keep zero parts";
	out->reverse = cur_accept(c, 'r') || cur_accept(c, 'R');
	out->delimiters = cur_while(c, is_delimiter, 0, SPF_RECORD_MAX);
	cur_expect(c, '}');
	return c->bad ? "macro without its end" : NULL;
}

/* ".toplabel" with an optional dot, in what follows the last macro. */
static const char *
domain_end_fault(struct span tail)
{
	struct span top = { NULL, 0 };
	bool digits = true;

	if (tail.n > 0 && tail.p[tail.n - 1] == '.')
		tail.n--;
	if (span_rchr(tail, '.') == tail.n)
		return "the domain has one label only";
	top = span_from(tail, span_rchr(tail, '.') + 1);
	for (size_t i = 0; i < top.n; i++) {
		if (top.p[i] != '-' && !ascii_is_alnum(top.p[i]))
			return "the domain ends in no top-level label";
		digits = digits && ascii_is_digit(top.p[i]);
	}
	if (top.n == 0 || top.p[0] == '-' || top.p[top.n - 1] == '-' ||
	    digits)
		return "the domain ends in no top-level label";
	return NULL;
}

static bool
is_literal(unsigned char c, enum spf_macro_use use)
{
	return ascii_is_graph(c) || (c == ' ' && use == SPF_EXPLAIN_STRING);
}

/* What stands behind "%". */
static const char *
percent_fault(struct cur *c, enum spf_macro_use use)
{
	struct macro m;

	if (cur_accept(c, '{'))
		return read_macro(c, use, &m);
	if (cur_accept(c, '%') || cur_accept(c, '_') || cur_accept(c, '-'))
		return NULL;
	return "a percent sign that starts no macro";
}

const char *
spf_macro_fault(struct span s, enum spf_macro_use use)
{
	struct cur c = cur_of(s);
	size_t tail = 0;
	const char *what = NULL;

	while (cur_peek(&c) >= 0) {
		unsigned char octet = cur_u8(&c);

		if (octet == '%') {
			what = percent_fault(&c, use);
			tail = c.at;
		} else if (!is_literal(octet, use)) {
			what = "an octet that is not printable ASCII";
		}
		if (what != NULL)
			return what;
	}
	if (use != SPF_DOMAIN_SPEC)
		return NULL;
	if (s.n == 0)
		return "the domain is missing";
	return tail == s.n ? NULL : domain_end_fault(span_from(s, tail));
}

static bool
splits_at(const struct macro *m, unsigned char c)
{
	if (m->delimiters.n == 0)
		return c == '.';
	return span_chr(m->delimiters, c) != m->delimiters.n;
}

static void
add_part(struct buf *out, const struct macro *m, struct span part, bool dot)
{
	if (dot)
		buf_byte(out, '.');
	if (m->escape)
		uri_escape(out, part);
	else
		buf_span(out, part);
}

/* The right-hand parts of the value in reading order. */
static void
add_forward(struct buf *out, const struct macro *m, struct span value)
{
	size_t from = value.n, parts = 0, start = 0;

	/* back to the start of the part that is the first to keep */
	while (from > 0) {
		if (splits_at(m, value.p[from - 1]) && ++parts == m->keep)
			break;
		from--;
	}
	start = from;
	for (size_t i = from; i <= value.n; i++) {
		if (i < value.n && !splits_at(m, value.p[i]))
			continue;
		add_part(out, m, span_of(value.p + start, i - start),
		    start != from);
		start = i + 1;
	}
}

/* Reversed, the right-hand parts are the left-hand ones of the value. */
static void
add_reversed(struct buf *out, const struct macro *m, struct span value)
{
	size_t to = 0, parts = 0, end = 0;

	while (to < value.n) {
		if (splits_at(m, value.p[to]) && ++parts == m->keep)
			break;
		to++;
	}
	end = to;
	for (size_t i = to + 1; i-- > 0;) {
		if (i > 0 && !splits_at(m, value.p[i - 1]))
			continue;
		add_part(out, m, span_of(value.p + i, end - i), end != to);
		end = i > 0 ? i - 1 : 0;
	}
}

/* Nibbles in upper case, as section 7.4 and its test suite write them. */
static void
add_dotted(struct buf *out, const struct ip_addr *ip)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = ip->family == 4 ? 4 : 32;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(out, '.');
		if (ip->family == 4)
			buf_printf(out, "%u", ip->b[i]);
		else
			buf_byte(out, (unsigned char)hex[i % 2 == 0 ?
			    ip->b[i / 2] >> 4 : ip->b[i / 2] & 15]);
	}
}

/* The value that a letter stands for; "made" holds what has to be written. */
static struct span
value_of(unsigned char letter, const struct spf_vars *v, struct buf *made)
{
	char ip[IP_TEXT_SIZE];

	switch (letter) {
	case 's':
		return v->sender;
	case 'l':
		return v->local;
	case 'o':
		return v->sender_domain;
	case 'd':
		return v->domain;
	case 'h':
		return v->helo;
	case 'p':
		return v->validated(v->arg);
	case 'v':
		return v->ip.family == 4 ? SPAN("in-addr") : SPAN("ip6");
	case 'r':
		return v->receiver.n > 0 ? v->receiver : SPAN("unknown");
	case 'i':
		add_dotted(made, &v->ip);
		break;
	case 'c':
		buf_str(made, ip_text(ip, &v->ip));
		break;
	case 't':
		buf_printf(made, "%lld", (long long)v->now);
		break;
	}
	return buf_get0(made);
}

static void
expand_one(struct buf *out, struct cur *c, const struct spf_vars *vars)
{
	struct buf made = BUF(128);
	struct macro m;
	struct span value;

	if (read_macro(c, SPF_EXPLAIN_STRING, &m) != NULL)
		return;
	value = value_of(m.letter, vars, &made);
	if (value.n == 0)
		return;
	if (m.reverse)
		add_reversed(out, &m, value);
	else if (m.keep > 0 || m.delimiters.n > 0)
		add_forward(out, &m, value);
	else
		add_part(out, &m, value, false);
	buf_free(&made);
}

void
spf_expand(struct buf *out, struct span s, const struct spf_vars *vars)
{
	struct cur c = cur_of(s);

	/*
	 * Thousands of macros fit a record, and a sender may be long: what
	 * does not fit any more is not looked through again for each.
	 */
	while (!out->over && cur_peek(&c) >= 0) {
		struct span left = cur_left(&c);

		buf_span(out, cur_take(&c, span_chr(left, '%')));
		if (!cur_accept(&c, '%'))
			break;
		if (cur_accept(&c, '{'))
			expand_one(out, &c, vars);
		else if (cur_accept(&c, '_'))
			buf_byte(out, ' ');
		else if (cur_accept(&c, '-'))
			buf_str(out, "%20");
		else if (cur_accept(&c, '%'))
			buf_byte(out, '%');
	}
}

bool
spf_expands_local(struct span s)
{
	struct cur c = cur_of(s);
	struct macro m = { .letter = '\0' };

	while (m.letter != 's' && m.letter != 'l') {
		cur_take(&c, span_chr(cur_left(&c), '%'));
		if (!cur_accept(&c, '%'))
			return false;
		if (!cur_accept(&c, '{'))
			cur_u8(&c);
		else if (read_macro(&c, SPF_EXPLAIN_STRING, &m) != NULL)
			return false;
	}
	return true;
}

struct span
spf_fit_name(struct span name)
{
	if (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	while (name.n > SPF_NAME_MAX) {
		size_t dot = span_chr(name, '.');

		if (dot == name.n)
			break;
		name = span_from(name, dot + 1);
	}
	return name;
}
