/* Legacy display elements; see legacy.h. */
#include "mail/legacy.h"

#include "base/utf8.h"
#include "mail/protect.h"
#include "mail/words.h"

/* A marked field holds all that a part's header can, and the mark. */
enum { VALUE_MAX = 65536, FIELD_MAX_OUT = MIME_PART_HEADER_MAX + 64 };

static const char mark[] = "; hp-legacy-display=\"1\"";

bool
legacy_element(const struct header *h, struct buf *out)
{
	size_t before = out->n;
	bool ok = true;

	for (size_t i = 0; ok && i < h->n; i++) {
		struct buf value = BUF(VALUE_MAX);

		if (protect_is_hidden(h->v[i].name)) {
			ok = words_decode(h->v[i].value, &value);
			buf_span(out, h->v[i].name);
			buf_str(out, ": ");
			utf8_clean(out, buf_get0(&value));
			buf_str(out, "\r\n");
		}
		buf_free(&value);
	}
	if (out->n > before)
		buf_str(out, "\r\n");
	if (ok && !out->over && out->n > before)
		return true;
	out->n = before;
	return false;
}

/* --- which part */

static bool
field_is(const struct header *h, struct span name, struct span want)
{
	size_t at = header_find(h, name, 0);

	return at < h->n && span_ieq(span_trim(h->v[at].value), want);
}

static bool
is_quoted(const struct header *h)
{
	return field_is(h, SPAN("Content-Transfer-Encoding"),
	    SPAN("quoted-printable"));
}

/* 8-bit octets only where the part has said that there may be some. */
static bool
encoding_fits(const struct header *h, struct span element)
{
	struct span name = SPAN("Content-Transfer-Encoding");

	if (is_quoted(h) || field_is(h, name, SPAN("8bit")) ||
	    field_is(h, name, SPAN("binary")))
		return true;
	return span_is_ascii(element) && (header_count(h, name) == 0 ||
	    field_is(h, name, SPAN("7bit")));
}

static bool
charset_fits(const struct mime_type *t, struct span element)
{
	struct buf charset = BUF(64);
	bool ok = span_is_ascii(element);

	if (t != NULL && mime_param_count(t, SPAN("charset")) > 0)
		ok = mime_param(t, SPAN("charset"), &charset) &&
		    (span_ieq(buf_get0(&charset), SPAN("utf-8")) ||
		    (ok && !span_istarts(buf_get0(&charset),
		    SPAN("utf-16")) && !span_istarts(buf_get0(&charset),
		    SPAN("utf-32"))));
	buf_free(&charset);
	return ok;
}

bool
legacy_fits(const struct header *part, struct span element)
{
	size_t type = header_find(part, SPAN("Content-Type"), 0);
	size_t shown = header_find(part, SPAN("Content-Disposition"), 0);
	struct mime_type t;

	if (element.n == 0 ||
	    header_count(part, SPAN("Content-Type")) > 1 ||
	    (type < part->n && (!mime_type_parse(part->v[type].value, &t) ||
	    !mime_type_is(&t, SPAN("text"), SPAN("plain")) ||
	    mime_param_count(&t, SPAN("hp-legacy-display")) > 0)))
		return false;
	if (shown < part->n && span_istarts(span_trim(part->v[shown].value),
	    SPAN("attachment")))
		return false;
	return encoding_fits(part, element) &&
	    charset_fits(type < part->n ? &t : NULL, element);
}

/* Whether the part says that it begins with an element. */
static bool
is_marked(const struct header *part)
{
	size_t at = header_find(part, SPAN("Content-Type"), 0);
	struct buf value = BUF(8);
	struct mime_type t;
	bool is = at < part->n &&
	    mime_type_parse(part->v[at].value, &t) &&
	    mime_type_is(&t, SPAN("text"), SPAN("plain")) &&
	    mime_param(&t, SPAN("hp-legacy-display"), &value) &&
	    span_eq(buf_get0(&value), SPAN("1"));

	buf_free(&value);
	/* an encoding that hides where its lines end is left as it is */
	return is && (is_quoted(part) || encoding_fits(part, SPAN("")));
}

/* --- adding */

static void
put(void *arg, struct span s)
{
	struct legacy *l = arg;

	l->to(l->arg, s);
}

static void
put_element(struct legacy *l, bool quoted)
{
	struct mime_qp qp;

	if (!quoted) {
		put(l, l->element);
		return;
	}
	mime_qp_start(&qp, put, l);
	mime_qp_add(&qp, l->element);
	mime_qp_end(&qp);
}

/* The header with the mark behind its Content-Type. */
static void
put_marked(struct legacy *l, const struct header *h)
{
	bool typed = header_count(h, SPAN("Content-Type")) > 0;

	for (size_t i = 0; i < h->n; i++) {
		struct buf field = BUF(FIELD_MAX_OUT);
		struct span raw = h->v[i].raw;

		if (span_ieq(h->v[i].name, SPAN("Content-Type"))) {
			while (raw.n > 0 && (raw.p[raw.n - 1] == '\n' ||
			    raw.p[raw.n - 1] == '\r' ||
			    raw.p[raw.n - 1] == ';' ||
			    raw.p[raw.n - 1] == ' '))
				raw.n--;
			buf_span(&field, raw);
			buf_printf(&field, "%s\r\n", mark);
			raw = buf_get0(&field);
		}
		put(l, raw);
		buf_free(&field);
	}
	if (!typed) {
		put(l, SPAN("Content-Type: text/plain"));
		put(l, span_str(mark));
		put(l, SPAN("\r\n"));
	}
	put(l, SPAN("\r\n"));
}

static void
add_header(struct legacy *l, struct span raw, const struct mime_part *part)
{
	bool here = l->due && part->leaf && !part->frozen &&
	    !part->embedded && legacy_fits(part->header, l->element);

	/* the first part of the mail, or of the first one's alternatives */
	if (part->leaf || part->embedded)
		l->due = false;
	if (!here) {
		put(l, raw);
		return;
	}
	put_marked(l, part->header);
	put_element(l, is_quoted(part->header));
}

/* --- omitting */

static void
begin_omitting(struct legacy *l, const struct header *part)
{
	l->omitting = true;
	l->quoted = is_quoted(part);
	l->soft = l->line = false;
	l->last = '\n';
}

/* All lines up to an empty one; one that "=" goes on in is not empty. */
static void
omit(struct legacy *l, struct span s)
{
	size_t i = 0;

	for (; l->omitting && i < s.n; i++) {
		unsigned char c = s.p[i];

		if (c == '\n') {
			l->omitting = l->line || l->soft;
			l->soft = l->quoted && l->line && l->last == '=';
			l->line = false;
		} else if (c != '\r') {
			l->line = true;
			l->last = c;
		}
	}
	if (i < s.n)
		put(l, span_from(s, i));
}

/* The mark as put_marked writes it goes, another's form of it may stay. */
static void
put_unmarked(struct legacy *l, struct span raw, const struct header *h)
{
	size_t at = header_find(h, SPAN("Content-Type"), 0);
	struct span field = h->v[at].raw, text = field;
	size_t begins = (size_t)(field.p - raw.p);

	while (text.n > 0 && (text.p[text.n - 1] == '\n' ||
	    text.p[text.n - 1] == '\r'))
		text.n--;
	if (!span_ends(text, span_str(mark))) {
		put(l, raw);
		return;
	}
	put(l, span_first(raw, begins + text.n - (sizeof(mark) - 1)));
	put(l, span_from(raw, begins + text.n));
}

static void
see_header(struct legacy *l, struct span raw, const struct mime_part *part)
{
	if (l->element.n > 0) {
		add_header(l, raw, part);
	} else if (part->leaf && !part->frozen && !part->embedded &&
	    is_marked(part->header)) {
		begin_omitting(l, part->header);
		put_unmarked(l, raw, part->header);
	} else {
		put(l, raw);
	}
}

static void
see(void *arg, enum mime_event e, struct span s,
    const struct mime_part *part)
{
	struct legacy *l = arg;

	if (e == MIME_HEADER) {
		see_header(l, s, part);
	} else if (e == MIME_BODY && l->omitting) {
		omit(l, s);
	} else {
		l->omitting &= e == MIME_BODY;
		put(l, s);
	}
}

void
legacy_start(struct legacy *l, const struct header *payload,
    struct span element, void (*to)(void *, struct span), void *arg)
{
	*l = (struct legacy){ .to = to, .arg = arg, .element = element,
	    .due = element.n > 0 };
	mime_walk_start(&l->walk, payload, see, l);
	if (legacy_fits(payload, element)) {
		put_element(l, is_quoted(payload));
		l->due = false;
	} else if (element.n == 0 && is_marked(payload)) {
		begin_omitting(l, payload);
	}
}

void
legacy_add(struct legacy *l, struct span piece)
{
	mime_walk_add(&l->walk, piece);
}

void
legacy_end(struct legacy *l)
{
	mime_walk_end(&l->walk);
}
