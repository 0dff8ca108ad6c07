/* Adding the next ARC set (RFC 8617 section 5.1); see arc_seal.h. */
#include "auth/arc_seal.h"

#include <stdio.h>

#include "base/ascii.h"
#include "base/b64.h"
#include "mail/lex.h"

enum { FIELD_MAX = 256 * 1024, SCOPE_MAX = 64 * 1024 * 1024 };

/* RFC 8617 section 4.1.2: what DKIM recommends, and DKIM-Signature itself. */
static const char default_headers[] =
    "From:Reply-To:Subject:Date:To:Cc:Message-ID:In-Reply-To:References:"
    "Sender:MIME-Version:Content-Type:Content-Transfer-Encoding:List-Id:"
    "List-Help:List-Unsubscribe:List-Unsubscribe-Post:List-Subscribe:"
    "List-Post:List-Owner:List-Archive:DKIM-Signature";

void
arc_sealer_start(struct arc_sealer *s, struct body *body)
{
	s->body = body_want(body, CANON_RELAXED, -1);
}

/* Unfolded, blanks collapsed, without the final ";": the results alone. */
static void
add_results(struct buf *out, struct span results)
{
	bool wsp = false;

	results = span_trim(results);
	while (results.n > 0 && (results.p[results.n - 1] == ';' ||
	    ascii_is_fws(results.p[results.n - 1])))
		results.n--;
	for (size_t i = 0; i < results.n; i++) {
		if (ascii_is_fws(results.p[i])) {
			wsp = true;
			continue;
		}
		if (wsp)
			buf_byte(out, ' ');
		wsp = false;
		buf_byte(out, results.p[i]);
	}
}

/*
 * Whether the field is of that authserv-id by the letter of RFC 8601 section
 * 2.2, and what stands behind its first ";".
 */
static bool
is_of(struct span value, struct span id, struct span *results)
{
	struct cur c = cur_of(value);
	struct buf name = BUF(1024);
	struct span quoted = { NULL, 0 };
	bool same = false;

	lex_cfws(&c, NULL);
	quoted = lex_quoted(&c);
	if (quoted.n > 0)
		lex_unquote(&name, quoted);
	else
		buf_span(&name, lex_token(&c));
	same = span_ieq(buf_get0(&name), id);
	buf_free(&name);
	lex_cfws(&c, NULL);
	if (cur_peek(&c) >= 0 && ascii_is_digit((unsigned char)cur_peek(&c)))
		cur_dec(&c, 1);		/* the only version there is */
	lex_cfws(&c, NULL);
	cur_expect(&c, ';');
	*results = cur_left(&c);
	return same && !c.bad;
}

/* RFC 8601 section 2.2's no-result, comments and a final ";" forgiven. */
static bool
is_no_result(struct span results)
{
	struct cur c = cur_of(results);
	bool none = false;

	lex_cfws(&c, NULL);
	none = span_ieq(lex_token(&c), SPAN("none"));
	lex_cfws(&c, NULL);
	if (cur_accept(&c, ';'))
		lex_cfws(&c, NULL);
	return none && cur_done(&c);
}

/*
 * All results of our own id, in the order of their fields. Only what stands
 * above every Received field can be ours: our MTA adds its Received last.
 */
static enum arc_seal_status
gather_results(const struct arc_sealer *s, const struct header *header,
    struct buf *out)
{
	size_t received = header_find(header, SPAN("Received"), 0);
	bool found = false;

	for (size_t i = 0; i < header->n; i++) {
		const struct field *f = &header->v[i];
		struct span results = { NULL, 0 };

		if (!span_ieq(f->name, SPAN("Authentication-Results")) ||
		    !is_of(f->value, span_str(s->authserv_id), &results))
			continue;
		if (i > received)
			return ARC_UNTRUSTED_AR;
		found = true;
		/* "none" stands alone or not at all, and arc= will follow */
		if (is_no_result(results))
			continue;
		buf_str(out, "; ");
		add_results(out, results);
	}
	return found ? ARC_SEALED : ARC_NO_AR;
}

/*
 * Past a quoted string or comment that starts here, whose ";" ends nothing: it
 * may hold what a sender wrote.
 */
static bool
skip_opaque(struct cur *c)
{
	int octet = cur_peek(c);

	if (octet == '"')
		lex_quoted(c);
	else if (octet == '(')
		lex_comment(c);
	return octet == '"' || octet == '(';
}

/* What our results say of the chain as it arrived. */
struct said {
	bool any;		/* there is a result of the method "arc" */
	bool pass;		/* and each says pass */
};

/* Behind the method's name: [ "/" version ] "=" result, with CFWS between. */
static bool
is_pass(struct cur *c)
{
	lex_cfws(c, NULL);
	if (cur_accept(c, '/')) {
		lex_cfws(c, NULL);
		cur_dec(c, 1);
		lex_cfws(c, NULL);
	}
	cur_expect(c, '=');
	lex_cfws(c, NULL);
	return span_ieq(lex_token(c), SPAN("pass")) && !c->bad;
}

/* Each result stands behind a ";". */
static struct said
said_of_arc(struct span results)
{
	struct cur c = cur_of(results);
	struct said said = { false, true };

	while (cur_peek(&c) >= 0) {
		if (skip_opaque(&c) || cur_u8(&c) != ';')
			continue;
		lex_cfws(&c, NULL);
		if (!span_ieq(lex_token(&c), SPAN("arc")))
			continue;
		said.any = true;
		said.pass = is_pass(&c) && said.pass;
	}
	said.pass = said.pass && said.any;
	return said;
}

static void
lower(struct buf *b)
{
	for (size_t i = 0; i < b->n; i++)
		b->p[i] = ascii_lower(b->p[i]);
}

/* Break behind each result, so that no line grows long. */
static void
fold_results(struct buf *out, struct span results, const char *end)
{
	struct cur c = cur_of(results);
	size_t from = 0;

	while (cur_peek(&c) >= 0) {
		if (skip_opaque(&c) || cur_u8(&c) != ';' ||
		    !cur_accept(&c, ' '))
			continue;
		buf_span(out, span_first(span_from(results, from),
		    c.at - 1 - from));
		buf_str(out, end);
		buf_byte(out, '\t');
		from = c.at;
	}
	buf_span(out, span_from(results, from));
}

static void
make_aar(const struct arc_sealer *s, unsigned instance, enum arc_cv cv,
    bool said, struct span results, struct buf *out)
{
	struct buf text = BUF(FIELD_MAX);
	const char *end = s->crlf ? "\r\n" : "\n";

	buf_printf(&text, "i=%u; %s", instance, s->authserv_id);
	buf_span(&text, results);
	/* section 4.1.1: the chain's own outcome belongs to the results */
	if (!said)
		buf_printf(&text, "; arc=%s", arc_cv_name(cv));
	if (s->standardize)
		lower(&text);
	buf_str(out, "ARC-Authentication-Results: ");
	if (s->standardize)
		buf_span(out, buf_get0(&text));
	else
		fold_results(out, buf_get0(&text), end);
	buf_str(out, end);
	out->over |= text.over;
	buf_free(&text);
}

/* The names to sign, as often as they occur; ARC-Seal must not be one. */
static void
choose(const struct arc_sealer *s, const struct header *header,
    struct buf *out)
{
	struct span rest = span_str(s->headers ? s->headers :
	    default_headers);
	struct span name = { NULL, 0 };

	while (span_split(&rest, ':', &name)) {
		size_t n = 0;

		name = span_trim(name);
		n = span_ieq(name, SPAN("ARC-Seal")) ? 0 :
		    header_count(header, name);
		for (; n > 0; n--) {
			if (out->n > 0)
				buf_byte(out, ':');
			buf_lower(out, name);
		}
	}
}

struct arc_head {
	char first[32];
	char sorted[16];
};

/*
 * The first tags, and i= where it has its place among sorted ones. Else it
 * stands first: dkimpy finds a set's signature by " i=N;", which a fold
 * before the tag would hide.
 */
static void
make_head(const struct arc_sealer *s, unsigned instance,
    struct arc_head *out)
{
	*out = (struct arc_head){ "", "" };
	if (s->standardize) {
		snprintf(out->first, sizeof(out->first), "a=%s",
		    dkim_alg_of(s->key));
		snprintf(out->sorted, sizeof(out->sorted), "i=%u; ",
		    instance);
	} else {
		snprintf(out->first, sizeof(out->first), "i=%u; a=%s",
		    instance, dkim_alg_of(s->key));
	}
}

/*
 * The tags around b=. Sorted, b= comes second; otherwise it comes last,
 * where a reader expects it.
 */
static bool
sign_frame(const struct arc_sealer *s, const char *name, const char *head,
    struct span tags, struct span prefix, struct buf *out)
{
	struct buf before = BUF(FIELD_MAX);
	bool ok = false;

	buf_str(&before, head);
	if (!s->standardize) {
		buf_str(&before, "; ");
		buf_span(&before, tags);
	}
	ok = !before.over && dkim_frame_sign(&(struct dkim_frame){
		.name = name, .before = buf_get0(&before),
		.after = s->standardize ? tags : SPAN(""),
		.key = s->key, .kind = CANON_RELAXED,
		.fold = !s->standardize, .crlf = s->crlf,
	    }, prefix, out);
	buf_free(&before);
	return ok;
}

static bool
make_ams(const struct arc_sealer *s, unsigned instance,
    const struct header *header, const struct header_index *index,
    const struct body *body, struct buf *out)
{
	struct buf names = BUF(FIELD_MAX), picked = BUF(SCOPE_MAX);
	struct buf tags = BUF(FIELD_MAX);
	struct arc_head head;
	bool ok = false;

	make_head(s, instance, &head);
	choose(s, header, &names);
	buf_str(&tags, "bh=");
	b64_encode(&tags, span_of(body_digest(body, s->body), SHA256_SIZE));
	buf_printf(&tags, "; c=relaxed/relaxed; d=%s; h=%.*s; %ss=%s; "
	    "t=%lld", s->domain, (int)names.n, (const char *)names.p,
	    head.sorted, s->selector, (long long)s->now);
	header_pick(index, buf_get0(&names), CANON_RELAXED, NULL, &picked);
	ok = !names.over && !tags.over && !picked.over &&
	    sign_frame(s, "ARC-Message-Signature", head.first,
	    buf_get0(&tags), buf_get0(&picked), out);
	buf_free(&names);
	buf_free(&picked);
	buf_free(&tags);
	return ok;
}

/* Sections 5.1.1, 5.1.2: over all sets, or its own alone when they failed. */
static bool
make_as(const struct arc_sealer *s, unsigned instance, enum arc_cv cv,
    const struct arc_verify *chain, struct span aar, struct span ams,
    struct buf *out)
{
	struct buf scope = BUF(SCOPE_MAX), tags = BUF(FIELD_MAX);
	struct arc_head head;
	bool ok = false;

	make_head(s, instance, &head);
	buf_printf(&tags, "cv=%s; d=%s; %ss=%s; t=%lld",
	    arc_cv_name(cv), s->domain, head.sorted, s->selector,
	    (long long)s->now);
	if (cv == ARC_PASS)
		arc_seal_scope(chain, chain->n, &scope);
	canon_field(&scope, CANON_RELAXED, aar);
	canon_field(&scope, CANON_RELAXED, ams);
	ok = !scope.over && sign_frame(s, "ARC-Seal", head.first,
	    buf_get0(&tags), buf_get0(&scope), out);
	buf_free(&scope);
	buf_free(&tags);
	return ok;
}

/* Section 4.4: the chain's status on arrival; see arc_seal.h. */
static enum arc_seal_status
choose_cv(const struct arc_verify *chain, bool said_pass, enum arc_cv *cv)
{
	*cv = chain->cv;
	if (chain->cv != ARC_FAIL)
		return ARC_SEALED;
	if (said_pass && arc_seals_hold(chain))
		*cv = ARC_PASS;
	else if (chain->temporary)
		return ARC_NOT_KNOWN;
	return ARC_SEALED;
}

enum arc_seal_status
arc_seal(const struct arc_sealer *s, const struct arc_verify *chain,
    const struct header *header, const struct header_index *index,
    const struct body *body, enum arc_cv *cv, struct buf *out)
{
	struct buf results = BUF(FIELD_MAX), aar = BUF(FIELD_MAX);
	struct buf ams = BUF(FIELD_MAX), as = BUF(FIELD_MAX);
	enum arc_seal_status status = ARC_SEALED;
	enum arc_cv sealed = ARC_NONE;
	struct said said = { false, false };
	unsigned instance = chain->n + 1;

	if (chain->n > 0 && chain->set[chain->n - 1].cv == ARC_FAIL)
		return ARC_NOT_ADDED;
	if (instance > ARC_SETS_MAX)
		return ARC_FULL;
	status = gather_results(s, header, &results);
	if (status != ARC_SEALED)
		goto out;
	said = said_of_arc(buf_get0(&results));
	status = choose_cv(chain, said.pass, &sealed);
	if (status != ARC_SEALED)
		goto out;
	make_aar(s, instance, sealed, said.any, buf_get0(&results), &aar);
	status = ARC_CANNOT_SIGN;
	if (aar.over || !make_ams(s, instance, header, index, body, &ams) ||
	    !make_as(s, instance, sealed, chain, buf_get0(&aar),
	    buf_get0(&ams), &as))
		goto out;
	status = ARC_SEALED;
	*cv = sealed;
	buf_span(out, buf_get0(&as));
	buf_span(out, buf_get0(&ams));
	buf_span(out, buf_get0(&aar));
out:
	buf_free(&results);
	buf_free(&aar);
	buf_free(&ams);
	buf_free(&as);
	return status;
}
