/* A message's verdict for people, --explain's reasons included. */
#include "verdict.h"

#include "base/utf8.h"
#include "render_spf.h"
#include "run/run.h"

static void
put(struct buf *out, struct span s)
{
	utf8_clean(out, span_first(s, 400));
}

static void
put_name(struct buf *out, const struct dns_name *name)
{
	if (name->n == 0)
		buf_byte(out, '-');
	else
		dns_name_text(out, name, true);
}

static void
put_dmarc(struct buf *out, const struct verdict *v)
{
	const struct dmarc_verdict *d = &v->dmarc;
	const char *policy = dmarc_policy_name(d->policy);

	buf_printf(out, "  dmarc  %s", dmarc_result_name(d->result));
	if (d->domain.n > 0) {
		buf_printf(out, ", policy %s at ", policy ? policy : "-");
		put_name(out, &d->domain);
		buf_str(out, ", organizational domain ");
		put_name(out, &d->org);
	}
	buf_printf(out, ", aligned: %s\n", d->spf_aligned && d->dkim_aligned ?
	    "SPF and DKIM" : d->spf_aligned ? "SPF" :
	    d->dkim_aligned ? "DKIM" : "nothing");
}

static void
put_spf(struct buf *out, const struct spf_verdict *s)
{
	buf_printf(out, "  spf    %s, %s", spf_result_name(s->result),
	    spf_scope_name(s->scope));
	if (s->domain.n > 0) {
		buf_byte(out, ' ');
		put(out, s->domain);
	}
	if (s->mechanism.n > 0) {
		buf_str(out, ", by ");
		put(out, s->mechanism);
	}
	buf_printf(out, " (%u lookups, %u void)\n", s->lookups,
	    s->void_lookups);
	if (s->problem.n > 0) {
		buf_str(out, "         ");
		put(out, s->problem);
		buf_byte(out, '\n');
	}
	if (s->explanation.n > 0) {
		buf_str(out, "         they say: ");
		put(out, s->explanation);
		buf_byte(out, '\n');
	}
}

static void
put_connection(struct buf *out, const struct envelope *e)
{
	char ip[IP_TEXT_SIZE];

	buf_printf(out, "  from   %s", e->ip_origin == ORIGIN_NONE ?
	    "an unknown client" : ip_text(ip, &e->ip));
	if (e->ip_origin != ORIGIN_NONE)
		buf_printf(out, " (%s)", origin_name(e->ip_origin));
	if (e->helo.n > 0) {
		buf_str(out, ", helo ");
		put(out, e->helo);
	}
	if (e->mail_from_origin != ORIGIN_NONE) {
		buf_str(out, ", sender <");
		put(out, e->mail_from);
		buf_printf(out, "> (%s)", origin_name(e->mail_from_origin));
	}
	buf_byte(out, '\n');
}

static void
put_signature(struct buf *out, const struct dkim_outcome *o,
    const struct explanation *why)
{
	buf_printf(out, "  dkim   %s, d=", dkim_result_name(o->result));
	put(out, o->sig.d);
	buf_str(out, " s=");
	put(out, o->sig.s);
	if (o->parsed)
		buf_printf(out, " %s", dkim_alg_name(o->sig.alg));
	if (o->key != NULL && o->key->bits > 0 && o->key->type == KEY_RSA)
		buf_printf(out, " %u bits", o->key->bits);
	if (o->reason[0] != '\0')
		buf_printf(out, ": %s", o->reason);
	buf_byte(out, '\n');
	for (size_t i = 0; why != NULL && i < why->causes.n; i++) {
		buf_str(out, "         because ");
		put(out, span_str(why->causes.v[i].text));
		buf_printf(out, " [%s]\n", why->causes.v[i].code);
	}
}

static void
put_arc(struct buf *out, const struct arc_verify *a)
{
	buf_printf(out, "  arc    %s", arc_cv_name(a->cv));
	if (a->n > 0)
		buf_printf(out, ", %u sets", a->n);
	if (a->cv == ARC_PASS && a->oldest_pass > 0)
		buf_printf(out, ", content unchanged since set %u",
		    a->oldest_pass);
	if (a->cv == ARC_FAIL)
		buf_printf(out, ": %s", a->reason);
	buf_byte(out, '\n');
}

/* Why DMARC came out so: what passed, and why it did not count. */
static void
put_reason(struct buf *out, const struct verdict *v)
{
	struct buf text = BUF(8192);

	if (v->dmarc.result != DMARC_R_FAIL)
		return;
	buf_str(out, "  why    nothing that passed is aligned with From ");
	put_name(out, &v->dmarc.from);
	buf_byte(out, '\n');
	for (size_t i = 0; i < v->dmarc_why_n; i++) {
		buf_str(out, "         ");
		dmarc_reason_text(&v->dmarc_why[i], &v->dmarc, out);
		buf_byte(out, '\n');
	}
	if (dmarc_picture(v->dmarc_why, v->dmarc_why_n, &v->dmarc, &text))
		buf_printf(out, "         it looks %.*s\n", (int)text.n,
		    (const char *)text.p);
	buf_free(&text);
	if (v->arc.cv == ARC_PASS) {
		buf_str(out, "         the ARC chain is whole: who trusts ");
		put(out, v->arc.set[v->arc.n - 1].seal.d);
		buf_str(out, " may take its word\n");
	}
}

void
render_text(const struct verdict *v, const struct run *run, struct buf *out)
{
	put(out, span_str(v->file));
	if (v->n > 1)
		buf_printf(out, " (%llu)", (unsigned long long)v->n);
	buf_printf(out, ": %s", findings_verdict(&v->findings));
	if (v->from.n > 0) {
		buf_str(out, ", From ");
		put(out, span_str(v->from.v[0]));
	}
	buf_byte(out, '\n');
	run_banner(run, out);
	if (v->header != NULL) {
		put_connection(out, &v->envelope);
		put_dmarc(out, v);
		if (v->dkim_why != NULL)
			put_reason(out, v);
		put_spf(out, &v->spf);
		render_spf_trace(&v->spf.trace, "         ", out);
		for (size_t i = 0; i < v->dkim.n; i++)
			put_signature(out, &v->dkim.v[i],
			    v->dkim_why ? &v->dkim_why[i] : NULL);
		put_arc(out, &v->arc);
	}
	run_text_findings(&v->findings, out);
}
