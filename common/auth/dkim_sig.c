/* Parsing signature fields; see dkim_sig.h. */
#include "auth/dkim_sig.h"

#include "base/ascii.h"
#include "base/b64.h"
#include "base/cur.h"
#include "dns/idn.h"
#include "dns/name.h"

enum {
	SIG_MAX = 2048,		/* octets: RSA of 16,384 bits */
	CLOCK_SKEW = 300,	/* seconds that clocks may differ */
	NAMES_MAX = 1000,	/* in h=: more is an attack on our time */
};

static const char *
parse_alg(struct span a, struct dkim_sig *out)
{
	for (int alg = DKIM_RSA_SHA256; alg <= DKIM_RSA_SHA1; alg++) {
		if (!span_eq(a, span_str(dkim_alg_name((enum dkim_alg)alg))))
			continue;
		out->alg = (enum dkim_alg)alg;
		return alg == DKIM_RSA_SHA1 ?
		    "rsa-sha1 is historic (RFC 8301 section 3.1)" : NULL;
	}
	return "unsupported algorithm in a=";
}

/* "header/body"; a missing body part means simple. */
static const char *
parse_canon(struct span c, struct dkim_sig *out)
{
	size_t slash = span_chr(c, '/');
	struct span body = slash < c.n ? span_from(c, slash + 1) :
	    SPAN("simple");

	if (!canon_named(span_first(c, slash), &out->header_canon) ||
	    !canon_named(body, &out->body_canon))
		return "unknown canonicalization in c=";
	return NULL;
}

static const char *
parse_number(const struct tags *tags, struct span name, int64_t *out,
    const char *problem)
{
	const struct tag *t = tags_get(tags, name);
	uint64_t v = 0;

	*out = -1;
	if (t == NULL)
		return NULL;
	/* t= and x= have 12 digits at most; l= may have 76, but no body has
	 * so many octets */
	if (!span_dec(t->value, INT64_MAX, &v))
		return problem;
	*out = (int64_t)v;
	return NULL;
}

static const char *
parse_hashes(const struct tags *tags, enum dkim_sig_kind kind,
    struct dkim_sig *out)
{
	const struct tag *b = tags_get(tags, SPAN("b"));
	struct span bh = tags_value(tags, SPAN("bh"), SPAN(""));
	struct buf digest = BUF(64);
	bool ok = false;

	out->b_raw = b->raw;
	out->b = BUF(SIG_MAX);
	if (b->value.n == 0 || !b64_decode(&out->b, b->value))
		return "b= is not base64";
	if (kind == ARC_SEAL)
		return NULL;
	ok = b64_decode(&digest, bh) && digest.n == SHA256_SIZE;
	if (ok)
		memcpy(out->bh, digest.p, SHA256_SIZE);
	buf_free(&digest);
	return ok ? NULL : "bh= is not a SHA-256 hash in base64";
}

/* Section 5.4: From must be signed; RFC 8617 4.1.2: ARC-Seal must not. */
static const char *
check_names(struct span h, enum dkim_sig_kind kind)
{
	struct span name = { NULL, 0 };
	bool from = false;
	size_t n = 0;

	while (span_split(&h, ':', &name)) {
		name = span_trim(name);
		from |= span_ieq(name, SPAN("from"));
		if (kind == ARC_MESSAGE_SIGNATURE &&
		    span_ieq(name, SPAN("arc-seal")))
			return "h= signs ARC-Seal";
		if (++n > NAMES_MAX)
			return "h= has over 1000 names";
	}
	if (kind == DKIM_SIGNATURE && !from)
		return "From field not signed";
	return NULL;
}

/* Both in A-labels and lower case, so that RFC 8616's U-labels compare. */
static bool
is_at_or_below(struct span name, struct span parent)
{
	struct buf a = BUF(DNS_NAME_MAX + 1), b = BUF(DNS_NAME_MAX + 1);
	bool is = idn_to_ascii(name, &a) && idn_to_ascii(parent, &b) &&
	    dns_text_is_below(buf_get0(&a), buf_get0(&b));

	buf_free(&a);
	buf_free(&b);
	return is;
}

/* i= is [ local-part ] "@" domain-name, at or below d=. */
static const char *
check_identity(const struct dkim_sig *sig)
{
	size_t at = span_rchr(sig->i, '@');

	if (sig->i.p == NULL)
		return NULL;
	if (at == sig->i.n)
		return "i= is no identity";
	if (!is_at_or_below(span_from(sig->i, at + 1), sig->d))
		return "domain mismatch: i= is not below d=";
	return NULL;
}

static const char *
check_domain(const struct dkim_sig *sig)
{
	struct buf ascii = BUF(DNS_NAME_MAX + 1);
	bool ok = idn_to_ascii(sig->d, &ascii) &&
	    dns_text_is_domain(buf_get0(&ascii));

	buf_free(&ascii);
	if (!ok)
		return "d= is not a domain name";
	return sig->s.n == 0 ? "s= is empty" : NULL;
}

static const char *
check_query(const struct tags *tags)
{
	struct span q = tags_value(tags, SPAN("q"), SPAN("dns/txt"));

	return span_list_ihas(q, ':', SPAN("dns/txt")) ? NULL :
	    "q= does not offer dns/txt";
}

/* What only DKIM-Signature has: v=, q=, identity, expiry. */
static const char *
parse_dkim_only(const struct tags *tags, struct dkim_sig *out)
{
	const char *problem = NULL;

	out->i = tags_value(tags, SPAN("i"), (struct span){ NULL, 0 });
	if (!span_eq(tags_value(tags, SPAN("v"), SPAN("")), SPAN("1")))
		return "incompatible version: v= is not 1";
	if ((problem = check_query(tags)) != NULL ||
	    (problem = check_identity(out)) != NULL)
		return problem;
	return NULL;
}

static const char *
parse_arc_only(const struct tags *tags, enum dkim_sig_kind kind,
    struct dkim_sig *out)
{
	uint64_t i = 0;

	if (!span_dec(tags_value(tags, SPAN("i"), SPAN("")), ARC_SETS_MAX,
	    &i) || i == 0)
		return "i= is not an instance from 1 to 50";
	out->instance = (unsigned)i;
	if (kind == ARC_SEAL && tags_get(tags, SPAN("h")) != NULL)
		return "ARC-Seal has h=";
	return NULL;
}

static const char *
missing_tag(const struct tags *tags, enum dkim_sig_kind kind)
{
	static const struct {
		const char *name, *problem;
		bool seal;
	} required[] = {
		{ "a", "signature missing required tag a=", true },
		{ "b", "signature missing required tag b=", true },
		{ "d", "signature missing required tag d=", true },
		{ "s", "signature missing required tag s=", true },
		{ "bh", "signature missing required tag bh=", false },
		{ "h", "signature missing required tag h=", false },
	};

	if (kind == DKIM_SIGNATURE && tags_get(tags, SPAN("v")) == NULL)
		return "signature missing required tag v=";
	for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++)
		if ((kind != ARC_SEAL || required[i].seal) &&
		    tags_get(tags, span_str(required[i].name)) == NULL)
			return required[i].problem;
	return NULL;
}

static const char *
parse_tags(const struct tags *tags, enum dkim_sig_kind kind,
    struct dkim_sig *out)
{
	const char *problem = missing_tag(tags, kind);

	out->d = tags_value(tags, SPAN("d"), SPAN(""));
	out->s = tags_value(tags, SPAN("s"), SPAN(""));
	out->h = tags_value(tags, SPAN("h"), SPAN(""));
	out->z = tags_value(tags, SPAN("z"), SPAN(""));
	out->cv = tags_value(tags, SPAN("cv"), SPAN(""));
	out->no_canon = tags_get(tags, SPAN("c")) == NULL;
	if (problem != NULL ||
	    (problem = kind == DKIM_SIGNATURE ?
	    parse_number(tags, SPAN("l"), &out->l, "l= is no number") :
	    parse_arc_only(tags, kind, out)) != NULL ||
	    (problem = parse_number(tags, SPAN("t"), &out->t,
	    "t= is no number")) != NULL ||
	    (kind != ARC_SEAL && (problem = parse_number(tags, SPAN("x"),
	    &out->x, "x= is no number")) != NULL) ||
	    (problem = parse_alg(tags_value(tags, SPAN("a"), SPAN("")),
	    out)) != NULL ||
	    (problem = check_domain(out)) != NULL ||
	    (problem = parse_hashes(tags, kind, out)) != NULL)
		return problem;
	if (kind == ARC_SEAL)
		return NULL;
	if (out->x >= 0 && out->t >= 0 && out->x <= out->t)
		return "x= is not after t=";
	if ((problem = parse_canon(tags_value(tags, SPAN("c"),
	    SPAN("simple/simple")), out)) != NULL ||
	    (problem = check_names(out->h, kind)) != NULL)
		return problem;
	return kind == DKIM_SIGNATURE ? parse_dkim_only(tags, out) : NULL;
}

const char *
dkim_sig_parse(const struct field *f, enum dkim_sig_kind kind,
    struct dkim_sig *out)
{
	struct tags tags;
	struct span bad = { NULL, 0 };

	*out = (struct dkim_sig){ .field = f, .t = -1, .x = -1, .l = -1 };
	switch (tags_parse(f->value, &tags, &bad)) {
	case TAG_DUPLICATE:
		return "signature syntax error: duplicate tag";
	case TAG_TOO_MANY:
		return "signature syntax error: over 64 tags";
	case TAG_SYNTAX:
		return "signature syntax error";
	case TAG_OK:
		break;
	}
	return parse_tags(&tags, kind, out);
}

bool
dkim_sig_expired(const struct dkim_sig *sig, int64_t now)
{
	return sig->x >= 0 && sig->x < now - CLOCK_SKEW;
}

void
dkim_sig_free(struct dkim_sig *sig)
{
	buf_free(&sig->b);
}

/* Take a letter of what b= has left; false at its end. */
static bool
next_letter(struct span *raw, unsigned char *out)
{
	while (raw->n > 0) {
		*out = raw->p[0];
		*raw = span_from(*raw, 1);
		if (!ascii_is_fws(*out))
			return true;
	}
	return false;
}

void
dkim_sig_b(const struct dkim_sig *sig, size_t n, struct buf *out)
{
	struct span raw = sig->b_raw;
	unsigned char letter = 0;

	for (size_t i = 0; i < n && next_letter(&raw, &letter); i++)
		buf_byte(out, letter);
}

size_t
dkim_sig_b_common(const struct dkim_sig *one, const struct dkim_sig *two)
{
	struct span a = one->b_raw, b = two->b_raw;
	unsigned char of_a = 0, of_b = 0;
	size_t n = 0;

	while (next_letter(&a, &of_a) && next_letter(&b, &of_b) &&
	    of_a == of_b)
		n++;
	return n;
}
