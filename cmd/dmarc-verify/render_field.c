/* The verdict as an Authentication-Results field (RFC 8601). */
#include "verdict.h"

#include <stdio.h>

#include "mail/authres.h"

/* Text that must live until the field is written. */
struct texts {
	struct buf b[64];
	size_t n;
};

static struct span
keep(struct texts *t, struct span s)
{
	struct buf *b = &t->b[t->n < 63 ? t->n++ : 63];

	*b = BUF(1024);
	buf_span(b, s);
	return buf_get0(b);
}

static struct span
keep_name(struct texts *t, const struct dns_name *name)
{
	struct buf *b = &t->b[t->n < 63 ? t->n++ : 63];

	*b = BUF(4 * DNS_NAME_MAX);
	dns_name_text(b, name, true);
	return buf_get0(b);
}

static struct span
keep_b(struct texts *t, const struct dkim_verify *dkim, size_t i)
{
	struct buf b = BUF(DKIM_B_MAX);
	struct span kept = { NULL, 0 };

	dkim_verify_b(dkim, i, &b);
	kept = keep(t, buf_get0(&b));
	buf_free(&b);
	return kept;
}

static void
add_dkim(struct authres *a, struct texts *t, const struct dkim_verify *dkim,
    size_t i)
{
	const struct dkim_outcome *o = &dkim->v[i];
	struct authres_result *r = authres_add(a, "dkim",
	    dkim_result_name(o->result));

	if (o->reason[0] != '\0')
		r->reason = span_str(o->reason);
	authres_prop(r, "header", "d", o->sig.d);
	if (o->sig.i.n > 0)
		authres_prop(r, "header", "i", o->sig.i);
	authres_prop(r, "header", "s", o->sig.s);
	if (o->parsed)
		authres_prop(r, "header", "a",
		    span_str(dkim_alg_name(o->sig.alg)));
	if (o->sig.b_raw.n > 0)
		authres_prop(r, "header", "b", keep_b(t, dkim, i));
}

static void
add_spf(struct authres *a, const struct spf_verdict *s, const char *prop,
    struct span value)
{
	struct authres_result *r = authres_add(a, "spf",
	    spf_result_name(s->result));

	if (s->problem.n > 0)
		r->reason = s->problem;
	authres_prop(r, "smtp", prop, value);
}

static void
add_arc(struct authres *a, struct texts *t, const struct verdict *v)
{
	struct authres_result *r = authres_add(a, "arc",
	    arc_cv_name(v->arc.cv));
	char text[IP_TEXT_SIZE];

	if (v->arc.cv == ARC_FAIL)
		r->reason = span_str(v->arc.reason);
	if (v->envelope.ip_origin != ORIGIN_NONE)
		authres_prop(r, "smtp", "remote-ip", keep(t,
		    span_str(ip_text(text, &v->envelope.ip))));
	if (v->arc.cv == ARC_PASS) {
		snprintf(text, sizeof(text), "%u", v->arc.oldest_pass);
		authres_prop(r, "header", "oldest-pass", keep(t,
		    span_str(text)));
	}
}

static void
add_dmarc(struct authres *a, struct texts *t, const struct verdict *v)
{
	struct authres_result *r = authres_add(a, "dmarc",
	    dmarc_result_name(v->dmarc.result));

	/* of several From domains the one that the result is about */
	if (v->dmarc.from.n > 0)
		authres_prop(r, "header", "from",
		    keep_name(t, &v->dmarc.from));
	if (v->dmarc.domain.n > 0)
		authres_prop(r, "policy", "dmarc",
		    keep(t, span_str(dmarc_policy_name(v->dmarc.disposition) ?
		    dmarc_policy_name(v->dmarc.disposition) : "none")));
}

void
render_field(const struct verdict *v, const char *authserv_id,
    const char *eol, struct buf *out)
{
	struct authres a = { .id = span_str(authserv_id) };
	struct texts t = { .n = 0 };

	for (size_t i = 0; i < v->dkim.n; i++)
		add_dkim(&a, &t, &v->dkim, i);
	if (v->dkim.n == 0)
		authres_add(&a, "dkim", "none");
	if (v->envelope.mail_from_origin != ORIGIN_NONE &&
	    v->envelope.ip_origin != ORIGIN_NONE)
		add_spf(&a, &v->spf, "mailfrom", v->envelope.mail_from.n > 0 ?
		    v->envelope.mail_from : SPAN(""));
	if (v->has_spf_helo)
		add_spf(&a, &v->spf_helo, "helo", v->envelope.helo);
	add_arc(&a, &t, v);
	add_dmarc(&a, &t, v);
	authres_write(out, SPAN("Authentication-Results: "), &a,
	    span_str(eol));
	authres_free(&a);
	for (size_t i = 0; i < t.n; i++)
		buf_free(&t.b[i]);
}
