/* Header protection; see protect.h. */
#include "mail/protect.h"

#include <string.h>

#include "base/cur.h"
#include "mail/author.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool
is_one_of(struct span name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(name, span_str(names[i])))
			return true;
	return false;
}

bool
protect_is_structural(struct span name)
{
	return span_ieq(name, SPAN("MIME-Version")) ||
	    span_istarts(name, SPAN("Content-"));
}

/* Added on the way, and no word of the author. */
static bool
is_trace(struct span name)
{
	static const char *const names[] = { "Received", "Return-Path",
	    "DKIM-Signature", "Authentication-Results", "Delivered-To",
	    "X-Original-To", "Received-SPF" };

	return is_one_of(name, names, COUNT(names)) ||
	    span_istarts(name, SPAN("ARC-")) ||
	    span_istarts(name, SPAN("Resent-"));
}

/* What hcp_baseline takes away from the outside. */
static bool
is_hidden(struct span name)
{
	static const char *const names[] = { "Keywords", "Comments" };

	return is_one_of(name, names, COUNT(names));
}

bool
protect_is_hidden(struct span name)
{
	return is_hidden(name) || span_ieq(name, SPAN("Subject"));
}

static bool
is_ours(struct span name)
{
	return span_ieq(name, SPAN("HP-Outer"));
}

/* A CR alone and NUL end a line to some readers: what follows is no field. */
static void
put_line(struct buf *out, struct span line)
{
	for (size_t i = 0; i < line.n; i++)
		buf_byte(out, line.p[i] == '\r' || line.p[i] == '\0' ? ' ' :
		    line.p[i]);
}

/* A field's octets with line ends of one kind; no line end at its end. */
static void
put_value(struct buf *out, struct span s, const char *eol)
{
	struct span line = { NULL, 0 };
	bool first = true;

	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	while (s.n > 0 && span_split(&s, '\n', &line)) {
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (!first)
			buf_str(out, eol);
		put_line(out, line);
		first = false;
	}
}

static void
put_field(struct buf *out, const struct field *f, const char *eol)
{
	put_value(out, f->raw, eol);
	buf_str(out, eol);
}

static void
put_outer(struct buf *out, const struct field *f, enum protect kind,
    const char *prefix, const char *eol)
{
	if (kind == PROTECT_CIPHER && is_hidden(f->name))
		return;
	buf_str(out, prefix);
	if (kind == PROTECT_CIPHER && span_ieq(f->name, SPAN("Subject")))
		buf_printf(out, "Subject: [...]%s", eol);
	else
		put_field(out, f, eol);
}

/* Fields of the author's, to be copied inside. */
static bool
is_protected(const struct field *f)
{
	return f->name.n > 0 && !protect_is_structural(f->name) &&
	    !is_trace(f->name) && !is_ours(f->name) &&
	    !span_ieq(f->name, SPAN("Bcc"));
}

static bool
put_content_type(const struct header *h, enum protect kind, bool legacy,
    struct buf *out)
{
	size_t at = header_find(h, SPAN("Content-Type"), 0);
	struct mime_type t;

	if (header_count(h, SPAN("Content-Type")) > 1)
		return false;
	if (at == h->n) {
		buf_str(out, "Content-Type: text/plain; charset=us-ascii");
	} else {
		if (!mime_type_parse(h->v[at].value, &t) ||
		    mime_param_count(&t, SPAN("hp")) > 0 ||
		    mime_param_count(&t, SPAN("protected-headers")) > 0)
			return false;
		put_value(out, h->v[at].raw, "\r\n");
		/* "type/subtype;" with nothing behind is what many write */
		while (out->n > 0 && (out->p[out->n - 1] == ';' ||
		    out->p[out->n - 1] == ' '))
			out->n--;
	}
	buf_printf(out, ";\r\n hp=\"%s\"; protected-headers=\"v1\"%s\r\n",
	    kind == PROTECT_CLEAR ? "clear" : "cipher",
	    legacy ? "; hp-legacy-display=\"1\"" : "");
	return true;
}

static bool
is_encoding(struct span name)
{
	return span_ieq(name, SPAN("Content-Transfer-Encoding"));
}

bool
protect_payload(const struct header *h, enum protect kind,
    const char *transfer_encoding, bool legacy, struct buf *out)
{
	for (size_t i = 0; i < h->n; i++)
		if (is_protected(&h->v[i]))
			put_field(out, &h->v[i], "\r\n");
	for (size_t i = 0; i < h->n; i++)
		if (kind == PROTECT_CIPHER && is_protected(&h->v[i]))
			put_outer(out, &h->v[i], kind, "HP-Outer: ", "\r\n");
	if (!put_content_type(h, kind, legacy, out))
		return false;
	for (size_t i = 0; i < h->n; i++) {
		struct span name = h->v[i].name;

		if (span_istarts(name, SPAN("Content-")) &&
		    !span_ieq(name, SPAN("Content-Type")) &&
		    !(transfer_encoding != NULL && is_encoding(name)))
			put_field(out, &h->v[i], "\r\n");
	}
	if (transfer_encoding != NULL)
		buf_printf(out, "Content-Transfer-Encoding: %s\r\n",
		    transfer_encoding);
	return !out->over;
}

void
protect_outer(const struct header *h, enum protect kind, const char *eol,
    struct buf *out)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].name.n > 0 && (is_protected(&h->v[i]) ||
		    is_trace(h->v[i].name)))
			put_outer(out, &h->v[i], kind, "", eol);
}

/* Of which fields the payload's Content-Type says that they are inside. */
enum claim {
	CLAIM_NONE,
	CLAIM_PRESENT,		/* the older mark: of those that are there */
	CLAIM_ALL,		/* hp= */
};

static bool
has_param(const struct mime_type *t, struct span name)
{
	struct buf value = BUF(16);
	bool has = mime_param(t, name, &value);

	buf_free(&value);
	return has;
}

static enum claim
claim_of(const struct header *payload)
{
	size_t at = header_find(payload, SPAN("Content-Type"), 0);
	struct mime_type t;

	if (header_count(payload, SPAN("Content-Type")) != 1 ||
	    !mime_type_parse(payload->v[at].value, &t))
		return CLAIM_NONE;
	return has_param(&t, SPAN("hp")) ? CLAIM_ALL :
	    has_param(&t, SPAN("protected-headers")) ? CLAIM_PRESENT :
	    CLAIM_NONE;
}

static bool
covers(enum claim claim, const struct header *payload, struct span name)
{
	return claim == CLAIM_ALL || (claim == CLAIM_PRESENT &&
	    header_find(payload, name, 0) < payload->n);
}

bool
protect_is_claimed(const struct header *payload)
{
	return claim_of(payload) != CLAIM_NONE;
}

bool
protect_covers(const struct header *payload, struct span name)
{
	return covers(claim_of(payload), payload, name);
}

const struct header *
protect_author0(const struct header *outer, const struct header *payload)
{
	return protect_covers(payload, SPAN("From")) ? payload : outer;
}

bool
protect_is_cipher(const struct header *payload)
{
	size_t at = header_find(payload, SPAN("Content-Type"), 0);
	struct buf hp = BUF(16);
	struct mime_type t;
	bool is = at < payload->n &&
	    header_count(payload, SPAN("Content-Type")) == 1 &&
	    mime_type_parse(payload->v[at].value, &t) &&
	    mime_param(&t, SPAN("hp"), &hp) &&
	    span_eq(buf_get0(&hp), SPAN("cipher"));

	buf_free(&hp);
	return is;
}

static void
put_params(const struct mime_type *t, const char *eol, struct buf *out)
{
	buf_str(out, "Content-Type: ");
	buf_span(out, t->type);
	buf_byte(out, '/');
	buf_span(out, t->subtype);
	for (size_t i = 0; i < t->n; i++) {
		if (span_ieq(t->v[i].name, SPAN("hp")) ||
		    span_ieq(t->v[i].name, SPAN("protected-headers")) ||
		    span_ieq(t->v[i].name, SPAN("hp-legacy-display")))
			continue;
		buf_printf(out, ";%s ", eol);
		buf_span(out, t->v[i].name);
		buf_byte(out, '=');
		put_value(out, t->v[i].value, eol);
	}
	buf_str(out, eol);
}

/*
 * The Content-Type without what protection added. It is read as it is going
 * to be written: a NUL may be all that makes it none.
 */
static void
put_plain_type(const struct field *f, const char *eol, struct buf *out)
{
	struct buf clean = BUF(2 * f->value.n);
	struct mime_type t;

	put_value(&clean, f->value, "\r\n");
	if (mime_type_parse(buf_get0(&clean), &t))
		put_params(&t, eol, out);
	else
		put_field(out, f, eol);
	buf_free(&clean);
}

static bool
is_from(struct span name)
{
	return span_ieq(name, SPAN("From"));
}

/* Whether a field of the outside is there for a reader, too. */
static bool
is_shown(const struct header *payload, enum claim claim, bool believe_from,
    struct span name)
{
	if (name.n == 0 || protect_is_structural(name) || is_ours(name))
		return false;
	return !covers(claim, payload, name) || is_trace(name) ||
	    (!believe_from && is_from(name));
}

void
protect_merge(const struct header *outer, const struct header *payload,
    bool believe_from, const char *eol, struct buf *out)
{
	enum claim claim = claim_of(payload);

	for (size_t i = 0; i < outer->n; i++)
		if (is_shown(payload, claim, believe_from, outer->v[i].name))
			put_field(out, &outer->v[i], eol);
	buf_printf(out, "MIME-Version: 1.0%s", eol);
	for (size_t i = 0; i < payload->n; i++) {
		const struct field *f = &payload->v[i];
		bool structural = protect_is_structural(f->name);

		if (f->name.n == 0 || is_ours(f->name) ||
		    span_ieq(f->name, SPAN("MIME-Version")))
			continue;
		if (span_ieq(f->name, SPAN("Content-Type")))
			put_plain_type(f, eol, out);
		else if (structural || (claim != CLAIM_NONE &&
		    !is_trace(f->name) && (believe_from || !is_from(f->name))))
			put_field(out, f, eol);
	}
}

/* A field's text with folds and blanks of any kind as one blank. */
static void
unfolded(struct span s, struct buf *out)
{
	bool blank = false;

	s = span_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		bool now = s.p[i] == ' ' || s.p[i] == '\t' ||
		    s.p[i] == '\r' || s.p[i] == '\n';

		if (now && !blank)
			buf_byte(out, ' ');
		else if (!now)
			buf_byte(out, s.p[i]);
		blank = now;
	}
}

static bool
same_field(const struct header *a, const struct header *b, struct span name)
{
	size_t i = header_find(a, name, 0), j = header_find(b, name, 0);
	struct buf x = BUF(1 << 20), y = BUF(1 << 20);
	bool same = header_count(a, name) == header_count(b, name);

	while (same && i < a->n && j < b->n) {
		buf_reset(&x);
		buf_reset(&y);
		unfolded(a->v[i].value, &x);
		unfolded(b->v[j].value, &y);
		same = span_eq(buf_get0(&x), buf_get0(&y));
		i = header_find(a, name, i + 1);
		j = header_find(b, name, j + 1);
	}
	buf_free(&x);
	buf_free(&y);
	return same;
}

/* The next field of the name outside, as HP-Outer has it; h->n: no more. */
static size_t
next_outer(const struct header *h, struct span name, size_t from,
    struct span *value)
{
	size_t i = header_find(h, SPAN("HP-Outer"), from);

	for (; i < h->n; i = header_find(h, SPAN("HP-Outer"), i + 1)) {
		struct span s = span_trim(h->v[i].value);
		size_t colon = span_chr(s, ':');

		if (colon == s.n || !span_ieq(span_trim(span_first(s, colon)),
		    name))
			continue;
		*value = span_from(s, colon + 1);
		break;
	}
	return i;
}

/* Whether it says what its author wrote outside, its Subject too. */
static bool
tells_outer(const struct header *payload)
{
	return protect_is_cipher(payload) &&
	    header_count(payload, SPAN("HP-Outer")) > 0;
}

/* Whether outside is what the author wrote there, by his own word. */
static bool
as_written(const struct header *outer, const struct header *payload,
    struct span name)
{
	struct span value = { NULL, 0 };
	struct buf x = BUF(1 << 20), y = BUF(1 << 20);
	size_t i = header_find(outer, name, 0);
	size_t j = next_outer(payload, name, 0, &value);
	bool same = tells_outer(payload);

	while (same && i < outer->n && j < payload->n) {
		buf_reset(&x);
		buf_reset(&y);
		unfolded(outer->v[i].value, &x);
		unfolded(value, &y);
		same = span_eq(buf_get0(&x), buf_get0(&y));
		i = header_find(outer, name, i + 1);
		j = next_outer(payload, name, j + 1, &value);
	}
	buf_free(&x);
	buf_free(&y);
	return same && i >= outer->n && j >= payload->n;
}

/* A policy may leave the author's name outside away, and no more. */
static bool
same_author(const struct header *a, const struct header *b)
{
	struct mailboxes x = { .n = 0 }, y = { .n = 0 };
	bool same = author_of(a, &x) == AUTHOR_ONE &&
	    author_of(b, &y) == AUTHOR_ONE &&
	    strcmp(x.v[0].local, y.v[0].local) == 0 &&
	    strcmp(x.v[0].domain, y.v[0].domain) == 0;

	mailboxes_free(&x);
	mailboxes_free(&y);
	return same;
}

static bool
differs(const struct header *outer, const struct header *payload,
    struct span name)
{
	return !same_field(outer, payload, name) &&
	    (!as_written(outer, payload, name) || (is_from(name) &&
	    !same_author(outer, payload)));
}

/* The fields that people judge a message by; the last may be hidden. */
static const char *const judged[] = { "From", "To", "Cc", "Date", "Reply-To",
	"Message-ID", "Subject" };

const char *
protect_changed(const struct header *outer, const struct header *payload,
    bool encrypted, size_t *at)
{
	enum claim claim = claim_of(payload);
	bool hides = encrypted && !tells_outer(payload);

	for (; *at < COUNT(judged) - hides; (*at)++) {
		struct span name = span_str(judged[*at]);

		if (covers(claim, payload, name) &&
		    differs(outer, payload, name))
			return judged[(*at)++];
	}
	return NULL;
}

const char *
protect_uncovered(const struct header *outer, const struct header *payload,
    size_t *at)
{
	enum claim claim = claim_of(payload);

	for (; *at < COUNT(judged); (*at)++) {
		struct span name = span_str(judged[*at]);

		if (header_find(outer, name, 0) < outer->n &&
		    !covers(claim, payload, name))
			return judged[(*at)++];
	}
	return NULL;
}
