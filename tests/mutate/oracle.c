/*
 * What a mutated message still has of what was signed, found out without
 * common/: slow, plain, and straight from the RFCs. See mutate.h.
 */
#include "mutate.h"

#include "../support/slow.h"

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span
without_blanks(struct span s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Where the value of a tag lies, from behind its "=" to the ";". */
static bool
find_tag(struct span list, const char *name, struct span *value)
{
	size_t from = 0;

	while (from < list.n) {
		size_t to = from, eq = from;

		while (to < list.n && list.p[to] != ';')
			to++;
		while (eq < to && list.p[eq] != '=')
			eq++;
		if (eq < to && span_eq(without_blanks(span_of(list.p + from,
		    eq - from)), span_str(name))) {
			*value = span_of(list.p + eq + 1, to - eq - 1);
			return true;
		}
		from = to + 1;
	}
	return false;
}

void
tag_of(struct span list, const char *name, struct buf *out)
{
	struct span v = { NULL, 0 };

	if (!find_tag(list, name, &v))
		return;
	for (size_t i = 0; i < v.n; i++)
		if (!is_blank(v.p[i]))
			buf_byte(out, v.p[i]);
}

static struct span
value_of(struct span raw)
{
	return span_from(raw, span_chr(raw, ':') + 1);
}

/* The field without what its b= has, canonical, and without the last CRLF. */
static bool
add_unsigned(struct span raw, bool relaxed, struct buf *out)
{
	struct buf bare = BUF(1 << 22);
	struct span b = { NULL, 0 };

	if (!find_tag(value_of(raw), "b", &b))
		return false;
	buf_span(&bare, span_of(raw.p, (size_t)(b.p - raw.p)));
	buf_span(&bare, span_from(raw, (size_t)(b.p - raw.p) + b.n));
	slow_field(out, buf_get0(&bare), relaxed);
	out->n -= 2;
	buf_free(&bare);
	return true;
}

bool
content_of(struct span message, size_t field, struct signed_content *out)
{
	struct span header = { NULL, 0 }, body = { NULL, 0 };
	struct span raw = { NULL, 0 }, slash = { NULL, 0 };
	struct buf c = BUF(1 << 20), h = BUF(1 << 20);
	bool relaxed = false, ok = false;

	*out = (struct signed_content){ BUF(1 << 24), BUF(1 << 24),
	    BUF(1 << 24) };
	slow_parts(message, &header, &body);
	raw = slow_nth(header, field);
	tag_of(value_of(raw), "c", &c);
	tag_of(value_of(raw), "h", &h);
	tag_of(value_of(raw), "b", &out->b);
	slash = buf_get0(&c);
	slash = span_from(slash, span_chr(slash, '/') + 1);
	relaxed = span_istarts(buf_get0(&c), SPAN("relaxed"));
	slow_body(&out->body, body, span_ieq(slash, SPAN("relaxed")));
	slow_select(&out->header, header, buf_get0(&h), relaxed, field);
	ok = raw.n > 0 && add_unsigned(raw, relaxed, &out->header);
	buf_free(&c);
	buf_free(&h);
	return ok;
}

void
content_free(struct signed_content *c)
{
	buf_free(&c->header);
	buf_free(&c->body);
	buf_free(&c->b);
}

static unsigned
instance_of(struct span raw)
{
	struct buf i = BUF(1 << 20);
	unsigned v = 0;

	tag_of(value_of(raw), "i", &i);
	for (size_t k = 0; k < i.n && k < 3; k++) {
		if (i.p[k] < '0' || i.p[k] > '9')
			v = 100;
		else
			v = v * 10 + (unsigned)(i.p[k] - '0');
	}
	buf_free(&i);
	return v;
}

bool
seal_scope(struct span message, struct buf *out, size_t *ams)
{
	static const char *const names[] = { "ARC-Authentication-Results",
	    "ARC-Message-Signature", "ARC-Seal" };
	struct span header = { NULL, 0 }, body = { NULL, 0 };
	size_t at[8][3] = { { 0 } };
	unsigned top = 0;

	slow_parts(message, &header, &body);
	for (size_t f = 0; slow_nth(header, f).n > 0; f++) {
		struct span raw = slow_nth(header, f);

		for (size_t k = 0; k < 3; k++) {
			unsigned i = 0;

			if (!slow_named(raw, span_str(names[k])))
				continue;
			i = instance_of(raw);
			if (i == 0 || i > 7 || at[i][k] != 0)
				return false;
			at[i][k] = f + 1;
			top = i > top ? i : top;
		}
	}
	for (unsigned i = 1; i <= top; i++) {
		for (size_t k = 0; k < 3; k++) {
			struct span raw = { NULL, 0 };

			if (at[i][k] == 0)
				return false;
			raw = slow_nth(header, at[i][k] - 1);
			if (i < top || k < 2)
				slow_field(out, raw, true);
			else if (!add_unsigned(raw, true, out))
				return false;
		}
	}
	*ams = top > 0 ? at[top][1] - 1 : 0;
	return top > 0;
}

/* A tag's value is exactly that, or the tag is absent and may be. */
static bool
tag_is(struct span txt, const char *name, const char *want, bool optional)
{
	struct span v = { NULL, 0 };

	if (!find_tag(txt, name, &v))
		return optional;
	return span_eq(without_blanks(v), span_str(want));
}

/* A colon-separated list has one of the two words, or is absent. */
static bool
list_has(struct span txt, const char *name, const char *a, const char *b)
{
	struct span v = { NULL, 0 }, word = { NULL, 0 };

	if (!find_tag(txt, name, &v))
		return true;
	while (span_split(&v, ':', &word)) {
		word = without_blanks(word);
		if (span_ieq(word, span_str(a)) || span_ieq(word, span_str(b)))
			return true;
	}
	return false;
}

static bool
is_first_tag(struct span txt, const char *name)
{
	struct span v = { NULL, 0 };

	return !find_tag(txt, name, &v) ||
	    span_eq(without_blanks(span_first(txt, span_chr(txt, '='))),
	    span_str(name));
}

bool
record_allows(struct span txt, const char *k, struct span p)
{
	struct buf got = BUF(1 << 20);
	struct span want = p, is = { NULL, 0 };
	bool ok = false;

	tag_of(txt, "p", &got);
	is = buf_get0(&got);
	/* padding is not needed to tell the octets, and neither are the bits
	 * of the last sextet that it leaves over */
	while (want.n > 0 && want.p[want.n - 1] == '=')
		want.n--;
	while (is.n > 0 && is.p[is.n - 1] == '=')
		is.n--;
	ok = is.n == want.n && want.n > 0 &&
	    span_eq(span_first(is, is.n - 1), span_first(want, want.n - 1)) &&
	    (want.n % 4 != 0 || span_eq(is, want)) &&
	    is_first_tag(txt, "v") && tag_is(txt, "v", "DKIM1", true) &&
	    tag_is(txt, "k", k, span_eq(span_str(k), SPAN("rsa"))) &&
	    list_has(txt, "h", "sha256", "sha256") &&
	    list_has(txt, "s", "*", "email");
	buf_free(&got);
	return ok;
}

/* "a.b.c.d/len" covers 203.0.113.5. */
static bool
covers(struct span net)
{
	uint32_t ip = 203u << 24 | 113u << 8 | 5, addr = 0, part = 0, bits = 0;
	unsigned dots = 0;
	size_t i = 0;

	for (; i < net.n && net.p[i] != '/'; i++) {
		if (net.p[i] == '.') {
			addr = addr << 8 | (part & 255);
			part = 0;
			dots++;
		} else {
			part = part * 10 + (uint32_t)(net.p[i] - '0');
		}
	}
	addr = addr << 8 | (part & 255);
	if (dots != 3)
		return true;	/* cannot say */
	bits = i < net.n ? 0 : 32;
	for (i++; i < net.n; i++)
		bits = bits * 10 + (uint32_t)(net.p[i] - '0');
	if (bits > 32)
		return true;
	return bits == 0 || addr >> (32 - bits) == ip >> (32 - bits);
}

bool
spf_could_pass(struct span txt)
{
	struct span term = { NULL, 0 };

	while (span_split(&txt, ' ', &term)) {
		if (term.n > 0 && (term.p[0] == '-' || term.p[0] == '~' ||
		    term.p[0] == '?'))
			continue;
		if (term.n > 0 && term.p[0] == '+')
			term = span_from(term, 1);
		if (span_istarts(term, SPAN("v=")) || term.n == 0)
			continue;
		if (span_istarts(term, SPAN("ip4:")) &&
		    !covers(span_from(term, 4)))
			continue;
		return true;
	}
	return false;
}
