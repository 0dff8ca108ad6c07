/* XML made well-formed; see xml_repair.h. */
#include "report/xml_repair.h"

#include "base/ascii.h"
#include "base/utf8.h"

/* The longest name of a tag that is looked for, and what decides. */
enum { LOOK_MAX = 64, HEAD_MAX = 128 };

struct repair {
	struct spool *to;
	struct buf held;	/* octets that are not decided yet */
	struct buf out;
	uint64_t n;
	bool begun, foreign;
};

static bool
is_name(unsigned char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_' || c == '.' ||
	    c == ':';
}

/* A tag, a comment or such begins at s[0] == '<'; *more: not decided. */
static bool
is_tag(struct span s, bool *more)
{
	size_t i = 1;

	*more = false;
	if (i < s.n && s.p[i] == '/')
		i++;
	else if (i < s.n && (s.p[i] == '?' || s.p[i] == '!'))
		return true;
	if (i < s.n && !ascii_is_alpha(s.p[i]) && s.p[i] != '_')
		return false;
	while (i < s.n && i < LOOK_MAX && is_name(s.p[i]))
		i++;
	*more = i == s.n && i < LOOK_MAX;
	return i < s.n && (s.p[i] == '>' || s.p[i] == '/' ||
	    ascii_is_fws(s.p[i]));
}

/* XML 1.0 section 2.2 */
static bool
is_char(uint32_t cp)
{
	return cp == '\t' || cp == '\n' || cp == '\r' ||
	    (cp >= 0x20 && cp < 0xd800) || (cp >= 0xe000 && cp < 0xfffe) ||
	    (cp >= 0x10000 && cp <= 0x10ffff);
}

/* "&#" begins s: section 4.1 has references to characters alone. */
static bool
is_number(struct span s, bool *more)
{
	size_t i = s.n > 2 && s.p[2] == 'x' ? 3 : 2, first = i;
	uint32_t base = i == 3 ? 16 : 10, cp = 0;

	for (; i < s.n && i < LOOK_MAX; i++) {
		int digit = ascii_hex(s.p[i]);

		if (digit < 0 || (uint32_t)digit >= base)
			break;
		if (cp <= 0x10ffff)
			cp = cp * base + (uint32_t)digit;
	}
	*more = i == s.n && i < LOOK_MAX;
	return i < s.n && i > first && s.p[i] == ';' && is_char(cp);
}

/* A reference begins at s[0] == '&': only those that XML itself has. */
static bool
is_reference(struct span s, bool *more)
{
	static const char *const names[] = {
		"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"
	};

	*more = false;
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		struct span name = span_str(names[k]);

		if (span_starts(s, name))
			return true;
		*more |= s.n < name.n && span_starts(name, s);
	}
	return s.n > 1 && s.p[1] == '#' && is_number(s, more);
}

static void
put_char(struct repair *r, struct span c)
{
	buf_span(&r->out, c);
	if (r->out.n > r->out.max / 2) {
		spool_add(r->to, buf_get0(&r->out));
		buf_reset(&r->out);
	}
}

/*
 * One character at the start of s goes out, repaired if it must be; returns
 * its octets, 0 when more input decides.
 */
static size_t
step(struct repair *r, struct span s, bool last)
{
	bool more = false, bad = false;
	size_t n = 1;
	uint32_t cp = 0;

	if (s.p[0] == '<' || s.p[0] == '&') {
		bad = s.p[0] == '<' ? !is_tag(s, &more) :
		    !is_reference(s, &more);
		if (more && !last)
			return 0;
		put_char(r, !bad ? span_first(s, 1) : s.p[0] == '<' ?
		    SPAN("&lt;") : SPAN("&amp;"));
	} else {
		n = utf8_next(s, &cp);
		if (n == 0 && s.n < 4 && !last)
			return 0;
		bad = n == 0 || !is_char(cp);
		n = n == 0 ? 1 : n;
		put_char(r, bad ? SPAN("\xef\xbf\xbd") : span_first(s, n));
	}
	r->n += bad;
	return n;
}

/* "encoding=" of another than UTF-8, or UTF-16's mark. */
static bool
is_foreign(struct span s)
{
	struct span head = span_first(s, HEAD_MAX);
	size_t end = span_chr(head, '>');

	if (span_starts(s, SPAN("\xff\xfe")) ||
	    span_starts(s, SPAN("\xfe\xff")))
		return true;
	for (head = span_first(head, end); head.n > 0;
	    head = span_from(head, 1)) {
		if (!span_istarts(head, SPAN("encoding=")))
			continue;
		head = span_from(head, 10);
		return !span_istarts(head, SPAN("utf-8")) &&
		    !span_istarts(head, SPAN("us-ascii"));
	}
	return false;
}

static void
drain(struct repair *r, bool last)
{
	struct span left = buf_get0(&r->held);
	size_t n = 1;

	while (left.n > 0 && n > 0) {
		n = step(r, left, last);
		left = span_from(left, n);
	}
	memmove(r->held.p, left.p, left.n);
	r->held.n = left.n;
}

static bool
take(void *arg, struct span piece)
{
	struct repair *r = arg;

	buf_span(&r->held, piece);
	if (!r->begun)
		r->foreign = is_foreign(buf_get0(&r->held));
	r->begun = true;
	if (!r->foreign)
		drain(r, false);
	return !r->foreign;
}

uint64_t
xml_repair(struct spool *from, struct spool *to)
{
	struct repair r = { .to = to, .held = BUF(8 << 20),
	    .out = BUF(1 << 16) };

	if (spool_each(from, take, &r) == SPOOL_OK && !r.foreign &&
	    r.held.n > 0)
		drain(&r, true);
	spool_add(to, buf_get0(&r.out));
	buf_free(&r.held);
	buf_free(&r.out);
	return r.foreign ? 0 : r.n;
}
