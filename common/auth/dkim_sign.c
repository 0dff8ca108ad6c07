/* Making DKIM-Signature fields (RFC 6376 section 5); see dkim_sign.h. */
#include "auth/dkim_sign.h"

#include "base/ascii.h"
#include "base/b64.h"

enum { FIELD_MAX = 256 * 1024, PICKED_MAX = 64 * 1024 * 1024, WIDTH = 76 };

/* RFC 6376 section 5.4.1, with the List- and MIME fields of today. */
static const char default_headers[] =
    "From:Reply-To:Subject:Date:To:Cc:Message-ID:In-Reply-To:References:"
    "Sender:MIME-Version:Content-Type:Content-Transfer-Encoding:"
    "Content-Disposition:Content-ID:Content-Description:Resent-Date:"
    "Resent-From:Resent-Sender:Resent-To:Resent-Cc:Resent-Message-ID:"
    "List-Id:List-Help:List-Unsubscribe:List-Unsubscribe-Post:"
    "List-Subscribe:List-Post:List-Owner:List-Archive:Autocrypt";

/*
 * What a spoofer adds to make a reader see something else. Message-ID, Date
 * and Sender are not among them: relays add those in good faith.
 */
static const char default_oversign[] =
    "From:Reply-To:Subject:To:Cc:MIME-Version:Content-Type:"
    "Content-Transfer-Encoding";

const char *
dkim_alg_of(const struct key *key)
{
	return dkim_alg_name(key_type(key) == KEY_RSA ? DKIM_RSA_SHA256 :
	    DKIM_ED25519_SHA256);
}

static bool
has_word_octets(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= ' ' || *s == ';' || *s == 0x7f)
			return false;
	return true;
}

bool
dkim_is_tag_word(const char *s)
{
	return s[0] != '\0' && has_word_octets(s);
}

bool
dkim_is_name_list(const char *s)
{
	return s == NULL || (span_is_ascii(span_str(s)) &&
	    has_word_octets(s));
}

static void
add_name(struct buf *out, struct span name)
{
	if (out->n > 0)
		buf_byte(out, ':');
	buf_lower(out, name);
}

static void
add_times(struct buf *out, struct span name, size_t times)
{
	if (name.n == 0 || span_list_ihas(buf_get0(out), ':', name))
		return;
	while (times-- > 0)
		add_name(out, name);
}

void
dkim_choose(const struct header *header, const struct dkim_choice *choice,
    struct buf *out)
{
	struct span headers = span_str(choice->headers ? choice->headers :
	    default_headers);
	struct span oversign = span_str(choice->oversign ?
	    choice->oversign : default_oversign);
	struct span name = { NULL, 0 }, rest = headers;

	if (!span_list_ihas(headers, ':', SPAN("From")))
		add_times(out, SPAN("From"), header_count(header,
		    SPAN("From")) + 1);
	while (span_split(&rest, ':', &name)) {
		name = span_trim(name);
		add_times(out, name, header_count(header, name) +
		    (span_list_ihas(oversign, ':', name) ||
		    span_ieq(name, SPAN("From"))));
	}
	rest = oversign;
	while (span_split(&rest, ':', &name)) {
		name = span_trim(name);
		add_times(out, name, header_count(header, name) + 1);
	}
}

void
dkim_sign_start(struct dkim_want *want, size_t n, struct body *body)
{
	for (size_t i = 0; i < n; i++)
		want[i].body = body_want(body, want[i].body_canon, -1);
}

/*
 * Append the tags, broken after a ";" or, in h=, after a ":" where a line
 * would pass the width. Folding there is free in every canonicalization of
 * our own, since it is written before it is hashed.
 */
static void
fold_tags(struct buf *out, struct span tags, size_t column, const char *end)
{
	size_t from = 0;

	while (from < tags.n) {
		size_t to = from;

		do
			to++;
		while (to < tags.n && tags.p[to - 1] != ';' &&
		    tags.p[to - 1] != ':');
		if (column + (to - from) > WIDTH) {
			buf_str(out, end);
			buf_byte(out, '\t');
			column = 8;
			while (from < to && tags.p[from] == ' ')
				from++;
		}
		buf_add(out, tags.p + from, to - from);
		column += to - from;
		from = to;
	}
}

static void
fold_base64(struct buf *out, struct span b64, const char *end)
{
	size_t room = WIDTH - 10;

	while (b64.n > room) {
		buf_span(out, span_first(b64, room));
		buf_str(out, end);
		buf_byte(out, '\t');
		b64 = span_from(b64, room);
		room = WIDTH - 8;
	}
	buf_span(out, b64);
}

/* Everything in front of the signature, "b=" included. */
static void
frame_head(const struct dkim_frame *f, const char *end, struct buf *out)
{
	buf_printf(out, "%s: ", f->name);
	if (f->fold) {
		fold_tags(out, f->before, out->n, end);
		buf_printf(out, ";%s\tb=", end);
	} else {
		buf_span(out, f->before);
		buf_str(out, "; b=");
	}
}

static void
frame_tail(const struct dkim_frame *f, const char *end, struct buf *out)
{
	if (f->after.n > 0) {
		buf_str(out, "; ");
		buf_span(out, f->after);
	}
	buf_str(out, end);
}

/*
 * Section 3.7: the field itself with b= empty, and no CRLF behind it. False
 * when all that passes the ceiling.
 */
static bool
frame_digest(const struct dkim_frame *f, struct span head, const char *end,
    struct span prefix, unsigned char digest[static SHA256_SIZE])
{
	struct buf field = BUF(FIELD_MAX), scope = BUF(PICKED_MAX);
	bool ok = false;

	buf_span(&field, head);
	frame_tail(f, end, &field);
	buf_span(&scope, prefix);
	canon_field(&scope, f->kind, buf_get0(&field));
	ok = !field.over && !scope.over;
	if (ok)
		digest_of(DIGEST_SHA256,
		    span_first(buf_get0(&scope), scope.n - 2), digest);
	buf_free(&field);
	buf_free(&scope);
	return ok;
}

bool
dkim_frame_sign(const struct dkim_frame *f, struct span prefix,
    struct buf *out)
{
	const char *end = f->crlf ? "\r\n" : "\n";
	struct buf head = BUF(FIELD_MAX), sig = BUF(4096), b64 = BUF(8192);
	unsigned char digest[SHA256_SIZE];
	bool ok = false;

	frame_head(f, end, &head);
	ok = !head.over && frame_digest(f, buf_get0(&head), end, prefix,
	    digest) && key_sign(f->key, digest, &sig);
	if (ok) {
		b64_encode(&b64, buf_get0(&sig));
		buf_span(out, buf_get0(&head));
		if (f->fold)
			fold_base64(out, buf_get0(&b64), end);
		else
			buf_span(out, buf_get0(&b64));
		frame_tail(f, end, out);
	}
	buf_free(&head);
	buf_free(&sig);
	buf_free(&b64);
	return ok && !out->over;
}

/* dkim-quoted-printable of an identity (section 2.11): ";", "=" and blanks. */
static void
add_identity(struct buf *out, const char *identity)
{
	for (const char *p = identity; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (ascii_is_graph(c) && c != ';' && c != '=')
			buf_byte(out, c);
		else
			buf_printf(out, "=%02X", c);
	}
}

bool
dkim_sign_field(const struct dkim_want *want, const struct body *body,
    const struct header_index *index, struct span names, int64_t now,
    bool crlf, struct buf *out)
{
	struct buf tags = BUF(FIELD_MAX), picked = BUF(PICKED_MAX);
	bool ok = false;

	buf_printf(&tags, "v=1; a=%s; c=%s/%s; d=%s; s=%s; t=%lld",
	    dkim_alg_of(want->key),
	    canon_name(want->header_canon), canon_name(want->body_canon),
	    want->domain, want->selector, (long long)now);
	if (want->expire > 0)
		buf_printf(&tags, "; x=%lld", (long long)(now +
		    want->expire));
	if (want->identity != NULL) {
		buf_str(&tags, "; i=");
		add_identity(&tags, want->identity);
	}
	buf_str(&tags, "; h=");
	buf_span(&tags, names);
	buf_str(&tags, "; bh=");
	b64_encode(&tags, span_of(body_digest(body, want->body),
	    SHA256_SIZE));
	header_pick(index, names, want->header_canon, NULL, &picked);
	ok = !tags.over && !picked.over &&
	    dkim_frame_sign(&(struct dkim_frame){
		.name = "DKIM-Signature", .before = buf_get0(&tags),
		.key = want->key, .kind = want->header_canon,
		.fold = true, .crlf = crlf,
	    }, buf_get0(&picked), out);
	buf_free(&tags);
	buf_free(&picked);
	return ok;
}
