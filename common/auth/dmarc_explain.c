/*
 * Why a DMARC verdict is what it is: each result of SPF and DKIM against the
 * Author Domain's organization (RFC 9989 section 4.10.2).
 */
#include "auth/dmarc.h"

static enum dmarc_why
why_of(enum dmarc_aligned aligned, bool same, bool strict, bool passed)
{
	if (strict && aligned == DMARC_ALIGNED && !same)
		return DMARC_WHY_STRICT;
	if (aligned == DMARC_ALIGNED)
		return passed ? DMARC_WHY_ALIGNED : DMARC_WHY_FAILED;
	if (aligned == DMARC_UNSURE && !strict)
		return DMARC_WHY_UNSURE;
	return passed ? DMARC_WHY_APART : DMARC_WHY_NEITHER;
}

/* False when the result has no domain to speak of. */
static bool
reason_of(struct dmarc_ctx *ctx, const struct dmarc_walk *author,
    bool strict, const struct dmarc_auth *auth, struct dmarc_reason *out)
{
	struct dmarc_walk walk = { .n = 0 };
	enum dmarc_aligned aligned = DMARC_APART;
	bool same = false;

	if (auth->domain.n == 0 || !dns_name_parse(auth->domain, &out->domain))
		return false;
	same = dns_name_eq(&out->domain, &author->at[0]->name);
	dmarc_walk(ctx, &out->domain, &walk);
	aligned = dmarc_align(author, &walk);
	out->org = walk.org;
	out->why = why_of(aligned, same, strict,
	    auth->result == DMARC_AUTH_PASS);
	if (auth->result == DMARC_AUTH_UNKNOWN &&
	    out->why == DMARC_WHY_FAILED)
		out->why = DMARC_WHY_UNSURE;
	return true;
}

size_t
dmarc_explain(struct dmarc_ctx *ctx, const struct dmarc_input *in,
    const struct dmarc_verdict *v, struct dmarc_reason *out, size_t max)
{
	struct dmarc_walk author = { .n = 0 };
	size_t n = 0;

	if (v->from.n == 0 || v->record == NULL || max == 0)
		return 0;
	dmarc_walk(ctx, &v->from, &author);
	out[0] = (struct dmarc_reason){ .is_spf = true };
	n += reason_of(ctx, &author, v->record->aspf_strict, &in->spf,
	    &out[0]);
	for (size_t i = 0; i < in->dkim_n && n < max; i++) {
		out[n] = (struct dmarc_reason){ .which = i };
		n += reason_of(ctx, &author, v->record->adkim_strict,
		    &in->dkim[i], &out[n]);
	}
	return n;
}

const char *
dmarc_why_name(enum dmarc_why why)
{
	static const char *const names[] = {
		"aligned", "failed", "strict", "apart", "neither", "unsure"
	};

	return names[why];
}

void
dmarc_reason_text(const struct dmarc_reason *r,
    const struct dmarc_verdict *v, struct buf *out)
{
	static const char *const after[] = {
		[DMARC_WHY_ALIGNED] = " passed and is aligned with ",
		[DMARC_WHY_FAILED] = " did not pass; it would be aligned "
		    "with ",
		[DMARC_WHY_STRICT] = " is of the same organization, but the "
		    "record asks for exactly ",
		[DMARC_WHY_APART] = " passed, but is not of the organization "
		    "of ",
		[DMARC_WHY_NEITHER] = " did not pass, and is not of the "
		    "organization of ",
		[DMARC_WHY_UNSURE] = " may be aligned, but the DNS could not "
		    "be asked, with ",
	};

	if (r->is_spf)
		buf_str(out, "SPF for ");
	else
		buf_printf(out, "signature %zu of ", r->which + 1);
	dns_name_text(out, &r->domain, true);
	buf_str(out, after[r->why]);
	dns_name_text(out, &v->from, true);
}

static const struct dmarc_reason *
first(const struct dmarc_reason *r, size_t n, bool spf, enum dmarc_why why)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].is_spf == spf && r[i].why == why)
			return &r[i];
	return NULL;
}

const char *
dmarc_picture(const struct dmarc_reason *r, size_t n,
    const struct dmarc_verdict *v, struct buf *out)
{
	const struct dmarc_reason *broken = first(r, n, false,
	    DMARC_WHY_FAILED);
	const struct dmarc_reason *relay = first(r, n, true, DMARC_WHY_APART);
	const struct dmarc_reason *service = first(r, n, false,
	    DMARC_WHY_APART);

	if (v->result != DMARC_R_FAIL)
		return NULL;
	if (broken != NULL && relay != NULL) {
		buf_str(out, "forwarded by ");
		dns_name_text(out, &relay->org, true);
		buf_str(out, "; the author's own signature no longer "
		    "verifies");
		return "forwarded";
	}
	if (broken != NULL || (service == NULL && relay == NULL))
		return NULL;
	buf_str(out, "sent through ");
	dns_name_text(out, service ? &service->org : &relay->org, true);
	buf_str(out, ", which signs and sends as itself, not as ");
	dns_name_text(out, &v->from, true);
	return "service";
}
