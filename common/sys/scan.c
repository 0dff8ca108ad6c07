/* JSON as text; see scan.h. */
#include "sys/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/cur.h"
#include "base/utf8.h"
#include "base/vec.h"

enum { DEPTH_MAX = 64 };

/* The cursor, and the first thing found wrong. */
struct scanner {
	struct cur in;
	const char *why;
};

static void
wrong(struct scanner *s, const char *why)
{
	if (s->why == NULL)
		s->why = why;
	cur_fail(&s->in);
}

static void
blanks(struct scanner *s)
{
	cur_skip_fws(&s->in);
}

/* Behind a backslash: one letter, or u and four digits (section 7). */
static void
escape(struct scanner *s)
{
	struct span c = cur_take(&s->in, 1);

	if (c.n == 1 && c.p[0] == 'u') {
		c = cur_take(&s->in, 4);
		for (size_t i = 0; i < c.n; i++)
			if (ascii_hex(c.p[i]) < 0)
				wrong(s, "bad \\u escape in a string");
	} else if (c.n == 1 && memchr("\"\\/bfnrt", c.p[0], 8) == NULL) {
		wrong(s, "bad escape in a string");
	}
}

/* What stands between the quotes. */
static struct span
string(struct scanner *s)
{
	struct span rest = { NULL, 0 };
	size_t i = 0;
	uint32_t cp = 0;

	cur_expect(&s->in, '"');
	rest = cur_left(&s->in);
	while (!s->in.bad) {
		struct span left = cur_left(&s->in);

		for (i = 0; i < left.n && left.p[i] >= 0x20 &&
		    left.p[i] < 0x80 && left.p[i] != '"' &&
		    left.p[i] != '\\'; i++)
			;
		cur_take(&s->in, i);
		left = span_from(left, i);
		if (left.n == 0) {
			wrong(s, "a string without end");
		} else if (left.p[0] == '"') {
			rest.n -= left.n;
			cur_take(&s->in, 1);
			return rest;
		} else if (left.p[0] == '\\') {
			cur_take(&s->in, 1);
			escape(s);
		} else if (left.p[0] < 0x20) {
			wrong(s, "a control character in a string");
		} else if ((i = utf8_next(left, &cp)) == 0) {
			wrong(s, "not UTF-8");
		} else {
			cur_take(&s->in, i);
		}
	}
	return (struct span){ NULL, 0 };
}

static bool
is_digit(unsigned char c)
{
	return ascii_is_digit(c);
}

/* RFC 8259 section 6: no leading zero, no bare point. */
static void
number(struct scanner *s)
{
	enum { ANY = 1 << 20 };

	cur_accept(&s->in, '-');
	if (!cur_accept(&s->in, '0'))
		cur_while(&s->in, is_digit, 1, ANY);
	if (cur_accept(&s->in, '.'))
		cur_while(&s->in, is_digit, 1, ANY);
	if (cur_accept(&s->in, 'e') || cur_accept(&s->in, 'E')) {
		if (!cur_accept(&s->in, '+'))
			cur_accept(&s->in, '-');
		cur_while(&s->in, is_digit, 1, ANY);
	}
	if (s->in.bad)
		wrong(s, "bad number");
}

static void
scalar(struct scanner *s)
{
	int c = cur_peek(&s->in);

	if (c == '"')
		string(s);
	else if (c == '-' || (c >= '0' && c <= '9'))
		number(s);
	else if (!cur_accept_lit(&s->in, SPAN("true")) &&
	    !cur_accept_lit(&s->in, SPAN("false")) &&
	    !cur_accept_lit(&s->in, SPAN("null")))
		wrong(s, "a value is missing");
}

/* "key" and its colon. */
static struct span
key(struct scanner *s)
{
	struct span k = { NULL, 0 };

	blanks(s);
	if (cur_peek(&s->in) != '"')
		wrong(s, "a member's name is missing");
	k = string(s);
	blanks(s);
	if (!cur_accept(&s->in, ':'))
		wrong(s, "a colon is missing");
	blanks(s);
	return k;
}

/*
 * One value of any depth. "open" remembers what closes each level, so no
 * input can drive the machine's own stack down.
 */
static void
value(struct scanner *s)
{
	char open[DEPTH_MAX] = "";
	size_t depth = 0;

	do {
		int c = cur_peek(&s->in);

		if (c == '{' || c == '[') {
			if (depth == DEPTH_MAX) {
				wrong(s, "too deep");
				return;
			}
			open[depth++] = c == '{' ? '}' : ']';
			cur_take(&s->in, 1);
			blanks(s);
			if (cur_peek(&s->in) != open[depth - 1]) {
				if (c == '{')
					key(s);
				continue;
			}
		} else {
			scalar(s);
		}
		/* a value has ended: close levels up to the next comma */
		while (depth > 0 && !s->in.bad) {
			blanks(s);
			if (cur_accept(&s->in, ','))
				break;
			if (!cur_accept(&s->in, (unsigned char)open[--depth]))
				wrong(s, "a comma or bracket is missing");
		}
		if (depth > 0 && open[depth - 1] == '}')
			key(s);
		else
			blanks(s);
	} while (depth > 0 && !s->in.bad);
}

static struct span
between(struct span text, size_t from, size_t to)
{
	return span_first(span_from(text, from), to - from);
}

/* The members up to the closing brace, which is not taken. */
static void
members(struct scanner *s, struct span text, size_t max,
    struct scan_object *out)
{
	do {
		struct scan_member *m = NULL;
		size_t from = s->in.at, at = 0;

		if (out->n == max) {
			wrong(s, "an object has too many members");
			return;
		}
		m = VEC_PUSH(out);
		m->key = key(s);
		at = s->in.at;
		value(s);
		m->value = span_trim(between(text, at, s->in.at));
		blanks(s);
		m->slot = between(text, from, s->in.at);
	} while (cur_accept(&s->in, ','));
}

/* Nothing wrong and nothing left; else where it stops being JSON. */
static bool
whole(struct scanner *s, const char **why, size_t *at)
{
	if (!s->in.bad && !cur_done(&s->in))
		wrong(s, "something follows the end");
	if (!s->in.bad)
		return true;
	*why = s->why ? s->why : "it ends too early";
	*at = s->in.at;
	return false;
}

bool
scan_object(struct span text, struct scan_object *out, const char **why,
    size_t *at)
{
	return scan_object_max(text, SIZE_MAX, out, why, at);
}

bool
scan_object_max(struct span text, size_t max, struct scan_object *out,
    const char **why, size_t *at)
{
	struct scanner s = { .in = cur_of(text) };
	struct scan_object o = { 0 };
	size_t brace = 0;

	blanks(&s);
	if (!cur_accept(&s.in, '{'))
		wrong(&s, "not an object");
	o.head = span_first(text, s.in.at);
	brace = s.in.at;
	blanks(&s);
	if (cur_peek(&s.in) != '}') {
		s.in.at = brace;
		members(&s, text, max, &o);
	}
	/* blanks between empty braces belong to the tail */
	o.tail = span_from(text, o.n > 0 ? s.in.at : brace);
	if (!cur_accept(&s.in, '}'))
		wrong(&s, "a comma or } is missing");
	blanks(&s);
	if (whole(&s, why, at)) {
		*out = o;
		return true;
	}
	free(o.v);
	return false;
}

bool
scan_items(struct span text, bool (*fn)(void *, struct span), void *arg,
    const char **why, size_t *at)
{
	struct scanner s = { .in = cur_of(text) };

	blanks(&s);
	if (!cur_accept(&s.in, '['))
		wrong(&s, "not an array");
	blanks(&s);
	if (cur_peek(&s.in) != ']') {
		do {
			size_t from = 0;

			blanks(&s);
			from = s.in.at;
			value(&s);
			if (!s.in.bad && !fn(arg, span_trim(between(text,
			    from, s.in.at))))
				return false;
			blanks(&s);
		} while (cur_accept(&s.in, ','));
	}
	if (!cur_accept(&s.in, ']'))
		wrong(&s, "a comma or ] is missing");
	blanks(&s);
	return whole(&s, why, at);
}

static bool
push_item(void *arg, struct span item)
{
	struct scan_array *a = arg;

	*VEC_PUSH(a) = item;
	return true;
}

bool
scan_array(struct span text, struct scan_array *out, const char **why,
    size_t *at)
{
	struct scan_array a = { 0 };

	if (scan_items(text, push_item, &a, why, at)) {
		*out = a;
		return true;
	}
	free(a.v);
	return false;
}

/* Four digits that scan_object has checked, or a caller's own: 0 if bad. */
static uint32_t
hex4(struct cur *c)
{
	struct span d = cur_take(c, 4);
	uint32_t v = 0;

	for (size_t i = 0; i < d.n; i++) {
		if (ascii_hex(d.p[i]) < 0)
			cur_fail(c);
		v = v << 4 | ((uint32_t)ascii_hex(d.p[i]) & 0xf);
	}
	return v;
}

/* Behind "\u": a code point, from two escapes if it takes a surrogate pair. */
static uint32_t
code_point(struct cur *c)
{
	uint32_t high = hex4(c), low = 0;
	struct cur ahead = *c;

	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high < 0xdc00 && cur_accept_lit(&ahead, SPAN("\\u"))) {
		low = hex4(&ahead);
		if (!ahead.bad && low >= 0xdc00 && low <= 0xdfff) {
			*c = ahead;
			return 0x10000 + ((high & 0x3ff) << 10 |
			    (low & 0x3ff));
		}
	}
	return 0xfffd;
}

static void
unescape(struct span quoted, struct buf *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	struct cur c = cur_of(quoted);

	while (!c.bad && !cur_done(&c)) {
		struct span left = cur_left(&c);
		const char *letter = NULL;
		uint8_t e = 0;

		buf_span(out, cur_take(&c, span_chr(left, '\\')));
		if (cur_done(&c))
			return;
		cur_take(&c, 1);
		e = cur_u8(&c);
		letter = e ? strchr(from, e) : NULL;
		if (e == 'u')
			utf8_put(out, code_point(&c));
		else
			buf_byte(out, letter != NULL ?
			    (unsigned char)to[letter - from] : e);
	}
}

bool
scan_spells(struct span quoted, struct span name)
{
	struct buf plain = BUF(quoted.n + 8);
	bool same = false;

	if (span_chr(quoted, '\\') == quoted.n)
		return span_eq(quoted, name);
	unescape(quoted, &plain);
	same = span_eq(buf_get0(&plain), name);
	buf_free(&plain);
	return same;
}

const struct scan_member *
scan_find0(const struct scan_object *o, struct span name)
{
	for (size_t i = o->n; i > 0; i--)
		if (scan_spells(o->v[i - 1].key, name))
			return &o->v[i - 1];
	return NULL;
}

bool
scan_string(struct span text, struct buf *out)
{
	if (text.n < 2 || text.p[0] != '"' || text.p[text.n - 1] != '"')
		return false;
	unescape(span_of(text.p + 1, text.n - 2), out);
	return !out->over;
}
