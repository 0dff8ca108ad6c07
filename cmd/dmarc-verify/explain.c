/*
 * Why a signature fails. Every likely cause is undone on a copy of the
 * header, or looked for in the running hash of the body, and named only when
 * the signature then verifies: a proof, not a guess.
 */
#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/vec.h"

enum {
	COPY_MAX = 4 << 20,
	TRIES_MAX = 100,	/* names of h=, copies of z=: an honest list
				 * is shorter, and each costs a signature */
};

static void
add_cause(struct explanation *e, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
add_cause(struct explanation *e, const char *code, const char *fmt, ...)
{
	struct cause *c = VEC_PUSH(&e->causes);
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->code = code;
	c->text = xstrdup(text);
}

/* A header of which some fields are replaced or gone. */
struct copy {
	struct header h;
	struct { struct buf *v; size_t n, cap; } own;
};

static void
copy_start(struct copy *c, const struct header *from)
{
	*c = (struct copy){ .h = *from };
	c->h.v = xcalloc(from->n, sizeof(*c->h.v));
	if (from->n > 0)
		memcpy(c->h.v, from->v, from->n * sizeof(*c->h.v));
	c->h.cap = from->n;
}

static void
copy_end(struct copy *c)
{
	free(c->h.v);
	for (size_t i = 0; i < c->own.n; i++)
		buf_free(&c->own.v[i]);
	free(c->own.v);
}

/*
 * Replace a field's value by a copy of "value", keeping its name as it is
 * written.
 */
static void
replace(struct copy *c, size_t at, struct span value)
{
	struct field *f = &c->h.v[at];
	struct buf *b = VEC_PUSH(&c->own);
	size_t name = span_chr(f->raw, ':') + 1;

	*b = BUF(COPY_MAX);
	buf_span(b, span_first(f->raw, name));
	buf_span(b, value);
	buf_str(b, "\r\n");
	f->raw = buf_get0(b);
	f->value = span_first(span_from(f->raw, name), value.n);
}

/* A field that is there, but cannot be picked. */
static void
hide(struct copy *c, size_t at)
{
	c->h.v[at].name = (struct span){ NULL, 0 };
}

/* Whether the signature verifies over the changed header. */
static bool
verifies(const struct copy *c, const struct verdict *v,
    const struct dkim_outcome *o)
{
	struct header_index *ix = header_index_new(&c->h, v->seed);
	struct dkim_sig sig = o->sig;
	bool ok = false;

	sig.field = &c->h.v[o->sig.field - v->header->v];
	ok = dkim_header_fits(ix, &sig, o->key);
	header_index_free(ix);
	return ok;
}

/* "[list] Re: x" and "Re: [list] x" without the tag. */
static bool
without_tag(struct span subject, struct buf *out)
{
	size_t open = span_chr(subject, '['), close = 0;
	struct span rest = { NULL, 0 };

	if (open == subject.n)
		return false;
	close = open + span_chr(span_from(subject, open), ']');
	if (close >= subject.n)
		return false;
	rest = span_from(subject, close + 1);
	while (rest.n > 0 && ascii_is_wsp(rest.p[0]))
		rest = span_from(rest, 1);
	buf_span(out, span_first(subject, open));
	buf_span(out, rest);
	return true;
}

/* What lists keep the author's From in when they write their own. */
static const char *const kept_from[] = {
	"X-Original-From", "Original-From", "X-MailFrom", "Reply-To", "Cc",
};

/* One try: which of the changes are undone. */
struct attempt {
	bool subject;		/* the list tag */
	int from;		/* index in kept_from, or -1 */
	bool hide_reply;	/* Reply-To was added by the list */
};

static bool
apply(struct copy *c, const struct attempt *t)
{
	size_t subject = header_find(&c->h, SPAN("Subject"), 0);
	size_t from = header_find(&c->h, SPAN("From"), 0);
	size_t reply = header_find(&c->h, SPAN("Reply-To"), 0);

	if (t->from >= 0) {
		size_t kept = header_find(&c->h,
		    span_str(kept_from[t->from]), 0);

		if (kept == c->h.n || from == c->h.n)
			return false;
		replace(c, from, c->h.v[kept].value);
	}
	if (t->subject) {
		struct buf b = BUF(COPY_MAX);
		bool ok = subject < c->h.n &&
		    without_tag(c->h.v[subject].value, &b);

		if (ok)
			replace(c, subject, buf_get0(&b));
		buf_free(&b);
		if (!ok)
			return false;
	}
	if (t->hide_reply) {
		if (reply == c->h.n)
			return false;
		hide(c, reply);
	}
	return true;
}

static bool
attempt_fits(const struct verdict *v, const struct dkim_outcome *o,
    const struct attempt *t)
{
	struct copy c;
	bool ok = false;

	copy_start(&c, v->header);
	ok = apply(&c, t) && verifies(&c, v, o);
	copy_end(&c);
	return ok;
}

static void
tell_attempt(const struct verdict *v, const struct attempt *t,
    struct explanation *e)
{
	const struct header *h = v->header;

	if (t->subject) {
		struct span s = span_trim(h->v[header_find(h,
		    SPAN("Subject"), 0)].value);

		add_cause(e, "subject-tag", "a list tag was put into "
		    "Subject: %.*s", (int)(s.n < 200 ? s.n : 200),
		    (const char *)s.p);
	}
	if (t->from >= 0)
		add_cause(e, "from-rewritten", "From was rewritten; the "
		    "signed one stands in %s", kept_from[t->from]);
	if (t->hide_reply)
		add_cause(e, "field-added", "Reply-To was added");
}

/* What mailing lists do, alone and together, the simplest first. */
static bool
try_list(const struct verdict *v, const struct dkim_outcome *o,
    struct explanation *e)
{
	int kept = (int)(sizeof(kept_from) / sizeof(kept_from[0]));

	for (int reply = 0; reply < 2; reply++) {
		for (int from = -1; from < kept; from++) {
			for (int subject = 0; subject < 2; subject++) {
				struct attempt t = { subject == 1, from,
				    reply == 1 };

				if (!attempt_fits(v, o, &t))
					continue;
				tell_attempt(v, &t, e);
				return true;
			}
		}
	}
	return false;
}

/*
 * A field of a signed name that was added later: hide each such field in
 * turn, the topmost first.
 */
static bool
try_added(const struct verdict *v, const struct dkim_outcome *o,
    struct explanation *e)
{
	struct span rest = o->sig.h, name = { NULL, 0 };

	for (int i = 0; i < TRIES_MAX && span_split(&rest, ':', &name); i++) {
		struct copy c;
		size_t at = header_find(v->header, span_trim(name), 0);
		bool ok = false;

		if (at == v->header->n)
			continue;
		copy_start(&c, v->header);
		hide(&c, at);
		ok = verifies(&c, v, o);
		copy_end(&c);
		if (ok) {
			struct span n = v->header->v[at].name;

			add_cause(e, "field-added", "%.*s was added, or "
			    "added once more", (int)n.n, (const char *)n.p);
			return true;
		}
	}
	return false;
}

/* A value on one line, each fold as the one blank "with" or as it stood. */
static void
unfold(struct span value, const char *with, struct buf *out)
{
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\r' || value.p[i] == '\n')
			continue;
		if (with != NULL && ascii_is_wsp(value.p[i]) && i > 0 &&
		    value.p[i - 1] == '\n')
			buf_str(out, with);
		else
			buf_byte(out, value.p[i]);
	}
}

/* Every field on one line, but for the signature itself. */
static void
unfold_all(struct copy *c, size_t signature, const char *with)
{
	for (size_t i = 0; i < c->h.n; i++) {
		struct buf one = BUF(COPY_MAX);

		if (c->h.v[i].name.n == 0 || i == signature)
			continue;
		unfold(c->h.v[i].value, with, &one);
		replace(c, i, buf_get0(&one));
		buf_free(&one);
	}
}

/* c=simple breaks when a relay folds anew: put every field on one line. */
static bool
try_folding(const struct verdict *v, const struct dkim_outcome *o,
    struct explanation *e)
{
	static const char *const with[] = { NULL, " ", "\t" };

	if (o->sig.header_canon != CANON_SIMPLE)
		return false;
	for (size_t w = 0; w < 3; w++) {
		struct copy c;
		bool ok = false;

		copy_start(&c, v->header);
		unfold_all(&c, (size_t)(o->sig.field - v->header->v), with[w]);
		ok = verifies(&c, v, o);
		copy_end(&c);
		if (ok) {
			add_cause(e, "refolded", "a signed field was folded "
			    "anew, and c=simple does not forgive that");
			return true;
		}
	}
	return false;
}

/* Decode a value of dkim-quoted-printable (RFC 6376 section 2.11). */
static void
dqp_decode(struct span in, struct buf *out)
{
	for (size_t i = 0; i < in.n; i++) {
		int high = -1, low = -1;

		if (in.p[i] == '=' && i + 2 < in.n) {
			high = ascii_hex(in.p[i + 1]);
			low = ascii_hex(in.p[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			buf_byte(out, (unsigned char)(high * 16 + low));
			i += 2;
		} else if (!ascii_is_fws(in.p[i])) {
			buf_byte(out, in.p[i]);
		}
	}
}

/* Whether a field of the name reads so, but for blanks and folding. */
static bool
reads(const struct header *h, struct span name, struct span value)
{
	struct buf was = BUF(COPY_MAX), is = BUF(COPY_MAX);
	bool same = false;

	canon_relaxed(&was, name, value);
	for (size_t at = header_find(h, name, 0); at < h->n && !same;
	    at = header_find(h, name, at + 1)) {
		buf_reset(&is);
		canon_relaxed(&is, name, h->v[at].value);
		same = span_eq(buf_get0(&was), buf_get0(&is));
	}
	buf_free(&was);
	buf_free(&is);
	return same;
}

/*
 * z= holds copies of what was signed (RFC 6376 section 3.5): compare. Where
 * a name stands several times, it does not say which copy is whose.
 */
static void
compare_copies(const struct verdict *v, const struct dkim_outcome *o,
    struct explanation *e)
{
	struct span rest = o->sig.z, one = { NULL, 0 };

	for (int k = 0; k < TRIES_MAX && o->sig.z.n > 0 &&
	    span_split(&rest, '|', &one); k++) {
		struct span text = span_trim(one);
		struct span name = span_first(text, span_chr(text, ':'));
		struct buf value = BUF(COPY_MAX);

		if (name.n == text.n)
			continue;
		dqp_decode(span_from(text, name.n + 1), &value);
		if (!reads(v->header, name, buf_get0(&value)))
			add_cause(e, "field-changed", "%.*s differs from its "
			    "copy in z=", (int)(name.n < 80 ? name.n : 80),
			    (const char *)name.p);
		buf_free(&value);
	}
}

static void
explain_header(const struct verdict *v, const struct dkim_outcome *o,
    struct explanation *e)
{
	size_t was = e->causes.n;

	if (try_list(v, o, e) || try_added(v, o, e) || try_folding(v, o, e))
		return;
	compare_copies(v, o, e);
	if (e->causes.n == was)
		add_cause(e, o->body_ok ? "header-or-key" : "unknown",
		    "nothing that was tried makes it verify%s", o->body_ok ?
		    ": the body is as signed, so another header field was "
		    "changed, or the key was replaced since" : "");
}

static void
explain_body(const struct verdict *v, const struct dkim_outcome *o,
    struct explanation *e)
{
	int64_t prefix = body_prefix(v->body, o->prefix);
	uint64_t length = body_length(v->body, o->want);
	size_t relaxed = body_want(v->body, CANON_RELAXED, -1);

	if (prefix >= 0)
		add_cause(e, "footer", "the first %lld octets are as they "
		    "were signed, %llu octets were appended behind them",
		    (long long)prefix,
		    (unsigned long long)(length - (uint64_t)prefix));
	else if (memcmp(body_digest(v->body, relaxed), o->sig.bh,
	    SHA256_SIZE) == 0)
		add_cause(e, "blanks", "blanks or line ends in the body "
		    "were changed, and c=.../simple does not forgive that");
	else
		add_cause(e, "body-changed", "the body was changed before "
		    "its end, or encoded anew");
}

static void
explain_key(const struct dkim_outcome *o, struct explanation *e)
{
	if (dns_failed(o->lookup.status))
		add_cause(e, "key-unavailable", "DNS answered %s",
		    dns_status_name(o->lookup.status));
	else if (o->lookup.n == 0)
		add_cause(e, "key-gone", "DNS has no key at the selector "
		    "(%s): it was rotated away, or never published",
		    dns_status_name(o->lookup.status));
	else if (o->key != NULL && o->key->status == DKIM_KEY_REVOKED)
		add_cause(e, "key-revoked", "the record says p= and no key: "
		    "the signer revoked it");
}

static void
explain_one(const struct verdict *v, const struct dkim_outcome *o,
    struct explanation *e)
{
	if (!o->parsed || o->result == DKIM_PASS)
		return;
	explain_key(o, e);
	if (o->result == DKIM_FAIL && !o->header_ok)
		explain_header(v, o, e);
	if (!o->body_ok)
		explain_body(v, o, e);
}

void
explain_dkim(struct verdict *v)
{
	v->dkim_why = xcalloc(v->dkim.n, sizeof(*v->dkim_why));
	for (size_t i = 0; i < v->dkim.n; i++)
		explain_one(v, &v->dkim.v[i], &v->dkim_why[i]);
}

void
explanation_free(struct explanation *e, size_t n)
{
	for (size_t i = 0; e != NULL && i < n; i++) {
		for (size_t k = 0; k < e[i].causes.n; k++)
			free(e[i].causes.v[k].text);
		free(e[i].causes.v);
	}
	free(e);
}
