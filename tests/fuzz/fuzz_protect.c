/*
 * Header protection (RFC 9788), read: the outer header, an empty line, and the
 * payload's. Nothing is believed that is not claimed, the merged header has
 * each field as often as the side that it comes from, and of what is written
 * nothing has changed.
 */
#include "fuzz.h"

#include "base/ascii.h"
#include "mail/protect.h"

enum { FIELDS_MAX = 1000, OUT_MAX = 1 << 22 };

static const char *const judged[] = { "From", "To", "Cc", "Date", "Reply-To",
	"Message-ID", "Subject" };

/* Which of the judged ones it names, as bits; each once. */
static unsigned
told(const struct header *outer, const struct header *payload,
    const char *(*next)(const struct header *, const struct header *,
    size_t *))
{
	unsigned bits = 0;
	size_t at = 0;

	for (const char *name = next(outer, payload, &at); name != NULL;
	    name = next(outer, payload, &at)) {
		unsigned bit = 0;

		for (size_t i = 0; i < 7; i++)
			if (span_eq(span_str(name), span_str(judged[i])))
				bit = 1u << i;
		must(bit > bits);
		bits |= bit;
	}
	return bits;
}

static const char *
changed_signed(const struct header *outer, const struct header *payload,
    size_t *at)
{
	return protect_changed(outer, payload, false, at);
}

static const char *
changed_encrypted(const struct header *outer, const struct header *payload,
    size_t *at)
{
	return protect_changed(outer, payload, true, at);
}

/* The value with what is blank in it as one blank, and an end. */
static void
put_value(struct span s, struct buf *out)
{
	s = span_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		bool blank = ascii_is_fws(s.p[i]);

		if (!blank || !ascii_is_fws(s.p[i - 1]))
			buf_byte(out, blank ? ' ' : s.p[i]);
	}
	buf_byte(out, '\n');
}

/* All of the name, in order; or all that HP-Outer says of it. */
static struct buf
values(const struct header *h, struct span name, bool said)
{
	struct buf out = BUF(OUT_MAX);

	for (size_t i = 0; i < h->n; i++) {
		struct span value = h->v[i].value;
		size_t colon = 0;

		if (!said && span_ieq(h->v[i].name, name))
			put_value(value, &out);
		if (!said || !span_ieq(h->v[i].name, SPAN("HP-Outer")))
			continue;
		colon = span_chr(value, ':');
		if (colon < value.n &&
		    span_ieq(span_trim(span_first(value, colon)), name))
			put_value(span_from(value, colon + 1), &out);
	}
	return out;
}

/*
 * Section 2.2, slowly: inside is another than outside, and the author did
 * not say that he wrote it so. For From that alone is not enough.
 */
static void
differs(const struct header *outer, const struct header *payload,
    struct span name, bool changed)
{
	struct buf there = values(outer, name, false);
	struct buf here = values(payload, name, false);
	struct buf said = values(payload, name, true);
	bool same = span_eq(buf_get0(&there), buf_get0(&here));
	bool excused = protect_is_cipher(payload) &&
	    header_count(payload, SPAN("HP-Outer")) > 0 &&
	    span_eq(buf_get0(&there), buf_get0(&said));

	must(!same || !changed);
	must(same || excused || changed);
	must(!changed || !excused || span_ieq(name, SPAN("From")));
	buf_free(&there);
	buf_free(&here);
	buf_free(&said);
}

static void
compare(const struct header *outer, const struct header *payload)
{
	unsigned plain = told(outer, payload, changed_signed);
	unsigned hidden = told(outer, payload, changed_encrypted);
	unsigned bare = told(outer, payload, protect_uncovered);
	bool claimed = protect_is_claimed(payload);
	bool tells = protect_is_cipher(payload) &&
	    header_count(payload, SPAN("HP-Outer")) > 0;

	/* encryption only excuses the Subject, and that not of who tells */
	must(hidden == (tells ? plain : plain & 0x3f));
	must((plain & bare) == 0);
	must(claimed || plain == 0);
	must(!claimed || header_count(payload, SPAN("Content-Type")) == 1);
	must(claimed || !protect_is_cipher(payload));
	for (size_t i = 0; i < 7; i++) {
		struct span name = span_str(judged[i]);

		must(protect_covers(payload, name) ? claimed &&
		    (bare >> i & 1) == 0 : (plain >> i & 1) == 0);
		if (protect_covers(payload, name))
			differs(outer, payload, name, plain >> i & 1);
	}
	must((protect_author0(outer, payload) == payload) ==
	    protect_covers(payload, SPAN("From")));
	must(told(outer, outer, changed_signed) == 0);
}

/* How often the merged header should have it. */
static size_t
expected(const struct header *outer, const struct header *payload,
    struct span name, bool believe_from)
{
	bool inside = protect_covers(payload, name) &&
	    (believe_from || !span_ieq(name, SPAN("From")));

	return header_count(inside ? payload : outer, name);
}

static void
merge(const struct header *outer, const struct header *payload,
    bool believe_from, const char *eol)
{
	struct buf out = BUF(OUT_MAX);
	struct header h = { .n = 0 };
	struct mime_type t;
	size_t type = 0;

	protect_merge(outer, payload, believe_from, eol, &out);
	must(!out.over);
	must(header_split(buf_get0(&out), 2 * FIELDS_MAX + 1, &h) ==
	    HEADER_OK);
	must(h.garbage == 0 && header_control(buf_get0(&out)) == NULL);
	must(eol[0] == '\r' ? h.lf == 0 : h.crlf == 0);
	for (size_t i = 0; i < 7; i++)
		must(header_count(&h, span_str(judged[i])) == expected(outer,
		    payload, span_str(judged[i]), believe_from));
	must(header_count(&h, SPAN("MIME-Version")) == 1);
	must(header_count(&h, SPAN("Content-Type")) ==
	    header_count(payload, SPAN("Content-Type")));
	must(!protect_is_claimed(&h) && !protect_is_cipher(&h));
	must(header_count(&h, SPAN("HP-Outer")) == 0);
	type = header_find(&h, SPAN("Content-Type"), 0);
	if (type < h.n && mime_type_parse(h.v[type].value, &t))
		for (size_t i = 0; i < t.n; i++)
			must(!span_ieq(t.v[i].name, SPAN("hp")) &&
			    !span_ieq(t.v[i].name, SPAN("hp-legacy-display")));
	header_free(&h);
	buf_free(&out);
}

/* What is written of the header is read as what it was. */
static void
write_and_read(const struct header *h, enum protect kind)
{
	struct buf inside = BUF(OUT_MAX), outside = BUF(OUT_MAX);
	struct header payload = { .n = 0 }, outer = { .n = 0 };

	if (protect_payload(h, kind, NULL, false, &inside)) {
		protect_outer(h, kind, "\r\n", &outside);
		must(header_split(buf_get0(&inside), 3 * FIELDS_MAX,
		    &payload) == HEADER_OK);
		must(header_split(buf_get0(&outside), FIELDS_MAX, &outer) ==
		    HEADER_OK);
		must(protect_is_claimed(&payload));
		must(protect_is_cipher(&payload) == (kind == PROTECT_CIPHER));
		must(told(&outer, &payload, changed_signed) == 0);
		must(told(&outer, &payload, protect_uncovered) == 0);
		for (size_t i = 0; i < 7; i++)
			must(header_count(&payload, span_str(judged[i])) ==
			    header_count(h, span_str(judged[i])));
		compare(&outer, &payload);
		merge(&outer, &payload, true, "\r\n");
	}
	header_free(&payload);
	header_free(&outer);
	buf_free(&inside);
	buf_free(&outside);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), rest = { NULL, 0 };
	struct header outer = { .n = 0 }, payload = { .n = 0 };
	size_t scan = 0, end = 0, blank = 0;

	if (n > 1 << 14 || !header_end(in, &scan, &end, &blank))
		return 0;
	rest = span_from(in, end + blank);
	scan = 0;
	if (header_split(span_first(in, end), FIELDS_MAX, &outer) ==
	    HEADER_OK) {
		if (!header_end(rest, &scan, &end, &blank))
			end = rest.n;
		if (header_split(span_first(rest, end), FIELDS_MAX,
		    &payload) == HEADER_OK) {
			compare(&outer, &payload);
			for (int believe = 0; believe < 2; believe++)
				merge(&outer, &payload, believe,
				    believe ? "\n" : "\r\n");
		}
		write_and_read(&outer, PROTECT_CLEAR);
		write_and_read(&outer, PROTECT_CIPHER);
	}
	header_free(&outer);
	header_free(&payload);
	return 0;
}
