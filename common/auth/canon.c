/* Canonicalization (RFC 6376 section 3.4); see canon.h. */
#include "auth/canon.h"

#include "base/ascii.h"
#include "auth/plain.h"

const char *
canon_name(enum canon c)
{
	return c == CANON_SIMPLE ? "simple" : "relaxed";
}

bool
canon_named(struct span name, enum canon *out)
{
	if (span_eq(name, SPAN("simple")))
		*out = CANON_SIMPLE;
	else if (span_eq(name, SPAN("relaxed")))
		*out = CANON_RELAXED;
	else
		return false;
	return true;
}

/* Section 3.4.1: as it stands, but for the line ends of a file on disk. */
static void
field_simple(struct buf *out, struct span raw)
{
	while (raw.n > 0) {
		size_t at = span_chr(raw, '\n');
		struct span line = span_first(raw, at);

		if (at < raw.n && span_ends(line, SPAN("\r")))
			line.n--;
		buf_span(out, line);
		buf_str(out, "\r\n");
		raw = span_from(raw, at + 1);
	}
}

/* Section 3.4.2. Only CRLF (or LF) folds; only SP and HTAB are blanks. */
void
canon_relaxed(struct buf *out, struct span name, struct span value)
{
	unsigned char *to = buf_room(out, name.n + value.n + 3);
	unsigned char *start = to, *text = NULL;
	bool wsp = false;

	if (to == NULL)
		return;
	for (size_t i = 0; i < name.n; i++)
		*to++ = ascii_lower(name.p[i]);
	*to++ = ':';
	text = to;
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = value.p[i];

		if (c == '\n' || (c == '\r' && i + 1 < value.n &&
		    value.p[i + 1] == '\n'))
			continue;
		if (ascii_is_wsp(c)) {
			wsp = true;
			continue;
		}
		if (wsp && to > text)
			*to++ = ' ';
		wsp = false;
		*to++ = c;
	}
	*to++ = '\r';
	*to++ = '\n';
	out->n += (size_t)(to - start);
}

void
canon_field(struct buf *out, enum canon c, struct span raw)
{
	size_t colon = span_chr(raw, ':');
	struct span name = span_first(raw, colon);

	if (c == CANON_SIMPLE) {
		field_simple(out, raw);
		return;
	}
	while (name.n > 0 && ascii_is_wsp(name.p[name.n - 1]))
		name.n--;
	canon_relaxed(out, name, span_from(raw, colon + 1));
}

void
canon_body_start(struct canon_body *b, enum canon kind,
    void (*put)(void *arg, struct span piece), void *arg)
{
	*b = (struct canon_body){ .kind = kind, .put = put, .arg = arg };
}

/* The empty lines turned out not to be the last: put them after all. */
static void
put_blank(struct canon_body *b)
{
	static const char ends[] =
	    "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";
	enum { PER_PUT = (sizeof(ends) - 1) / 2 };

	while (b->blank > 0) {
		uint64_t n = b->blank < PER_PUT ? b->blank : PER_PUT;

		b->put(b->arg, span_of(ends, 2 * (size_t)n));
		b->blank -= n;
	}
}

static void
put_text(struct canon_body *b, struct span s)
{
	put_blank(b);
	if (b->wsp)
		b->put(b->arg, SPAN(" "));
	b->wsp = false;
	b->put(b->arg, s);
	b->text = b->any = true;
}

static void
end_line(struct canon_body *b)
{
	b->wsp = b->cr = false;
	if (b->text)
		b->put(b->arg, SPAN("\r\n"));
	else
		b->blank++;
	b->text = false;
}

/* Content octets up to the next one that needs a decision. */
static size_t
run_length(const struct canon_body *b, struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != '\r' && s.p[n] != '\n' &&
	    (b->kind == CANON_SIMPLE || !ascii_is_wsp(s.p[n])))
		n++;
	return n;
}

/* One step of the octet machine; returns how much of s it took. */
static size_t
step(struct canon_body *b, struct span s)
{
	size_t n = 0;

	if (s.p[0] == '\n') {
		end_line(b);
		return 1;
	}
	if (b->cr) {
		b->cr = false;
		put_text(b, SPAN("\r"));
		return 0;
	}
	if (s.p[0] == '\r') {
		b->cr = true;
		return 1;
	}
	n = run_length(b, s);
	if (n > 0) {
		put_text(b, span_first(s, n));
		return n;
	}
	b->wsp = true;
	return 1;
}

/*
 * A run of lines that are canonical as they stand, empty ones included: put
 * it in one piece, but hold back the empty lines at its end.
 */
static void
put_plain(struct canon_body *b, struct span s)
{
	struct span text = s;

	while (text.n >= 2 && text.p[text.n - 1] == '\n' &&
	    (text.n == 2 || text.p[text.n - 3] == '\n'))
		text.n -= 2;
	if (text.n > 0) {
		put_blank(b);
		b->put(b->arg, text);
		b->any = true;
	}
	b->blank += (s.n - text.n) / 2;
}

/* Whole lines with other ends, gathered so that few pieces are put. */
struct gather {
	unsigned char p[4096];
	size_t n;
};

static void
gather_put(struct canon_body *b, struct gather *g)
{
	if (g->n > 0)
		b->put(b->arg, span_of(g->p, g->n));
	g->n = 0;
}

/* Room for a line of n octets and its end; NULL when it never fits. */
static unsigned char *
gather_room(struct canon_body *b, struct gather *g, size_t n)
{
	if (n + 2 > sizeof(g->p))
		return NULL;
	if (b->blank > 0 || g->n + n + 2 > sizeof(g->p)) {
		gather_put(b, g);
		put_blank(b);
	}
	return g->p + g->n;
}

/* The text with its runs of blanks made one space each; returns its end. */
static unsigned char *
copy_relaxed(unsigned char *to, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = text.p[i];

		if (!ascii_is_wsp(c))
			*to++ = c;
		else if (i == 0 || !ascii_is_wsp(text.p[i - 1]))
			*to++ = ' ';
	}
	return to;
}

/* A line's text without blanks at its end; "plain" if it is to be copied. */
static bool
gather_line(struct canon_body *b, struct gather *g, struct span text,
    bool plain)
{
	unsigned char *to = NULL;

	if (text.n == 0) {
		b->blank++;
		return true;
	}
	to = gather_room(b, g, text.n);
	if (to == NULL)
		return false;
	if (plain) {
		memcpy(to, text.p, text.n);
		to += text.n;
	} else {
		to = copy_relaxed(to, text);
	}
	*to++ = '\r';
	*to++ = '\n';
	g->n = (size_t)(to - g->p);
	b->any = true;
	return true;
}

/* One line of a block that is not plain; false if a CR stands inside it. */
static bool
gather_odd(struct canon_body *b, struct gather *g, struct span text)
{
	bool relaxed = b->kind == CANON_RELAXED;

	if (span_ends(text, SPAN("\r")))
		text.n--;
	while (relaxed && text.n > 0 && ascii_is_wsp(text.p[text.n - 1]))
		text.n--;
	if (span_chr(text, '\r') < text.n)
		return false;
	return gather_line(b, g, text,
	    !relaxed || plain_within(text));
}

/*
 * Whole lines up to the first for the octet machine; "sure" when all need no
 * more than another end. Returns what was taken.
 */
static size_t
put_lines(struct canon_body *b, struct span s, bool sure)
{
	struct gather g;
	size_t taken = 0;

	g.n = 0;
	while (taken < s.n) {
		struct span line = span_from(s, taken);
		size_t at = span_chr(line, '\n');
		struct span text = span_first(line, at);

		if (at == line.n || !(sure ? gather_line(b, &g, text, true) :
		    gather_odd(b, &g, text)))
			break;
		taken += at + 1;
	}
	gather_put(b, &g);
	return taken;
}

/*
 * At the start of a line: whole blocks of plain CRLF lines pass through
 * untouched, and whole lines are copied where only their end changes. Zero
 * when the first line is for the octet machine.
 */
static size_t
put_fast(struct canon_body *b, struct span s)
{
	size_t n = 0;
	enum plain kind = PLAIN_NOT;

	if (b->odd == 0)
		kind = plain_block(s, b->kind == CANON_RELAXED, &n);
	else
		n = b->odd < s.n ? b->odd : s.n;
	if (kind == PLAIN_CRLF) {
		put_plain(b, span_first(s, n));
		return n;
	}
	if (kind == PLAIN_NOT)
		b->odd = n;
	return put_lines(b, span_first(s, n), kind == PLAIN_LF);
}

static size_t
put_octets(struct canon_body *b, struct span s)
{
	size_t n = 0;

	do
		n += step(b, span_from(s, n));
	while (n < s.n && (b->text || b->wsp || b->cr));
	return n;
}

/*
 * Two gears: lines that are nearly canonical go by in blocks, everything
 * else through the octet machine. A block that turned out not to be plain is
 * not scanned again for each of its lines: "odd" counts it down.
 */
void
canon_body_add(struct canon_body *b, struct span piece)
{
	while (piece.n > 0) {
		size_t n = 0;

		if (!b->text && !b->wsp && !b->cr)
			n = put_fast(b, piece);
		if (n == 0)
			n = put_octets(b, piece);
		b->odd -= n < b->odd ? n : b->odd;
		piece = span_from(piece, n);
	}
}

void
canon_body_end(struct canon_body *b)
{
	if (b->cr)
		put_text(b, SPAN("\r"));
	if (b->text)
		b->put(b->arg, SPAN("\r\n"));
	else if (!b->any && b->kind == CANON_SIMPLE)
		b->put(b->arg, SPAN("\r\n"));
}
