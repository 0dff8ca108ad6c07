/* A message's verdict as a record (man/schema/dmarc-verify-message.json). */
#include "verdict.h"

#include <stdio.h>

#include "render_spf.h"
#include "run/run.h"
#include "sys/jw.h"

/* A domain name as text, null where there is none. */
static void
put_name(struct jw *j, const char *key, const struct dns_name *name)
{
	struct buf text = BUF(4 * DNS_NAME_MAX);

	if (name->n == 0) {
		jw_null(j, key);
		return;
	}
	dns_name_text(&text, name, true);
	jw_span(j, key, buf_get0(&text));
	buf_free(&text);
}

static void
put_envelope(struct jw *j, const struct envelope *e)
{
	char ip[IP_TEXT_SIZE];

	jw_object(j, "envelope");
	jw_str(j, "ip", e->ip_origin == ORIGIN_NONE ? NULL :
	    ip_text(ip, &e->ip));
	jw_str(j, "ip_source", origin_name(e->ip_origin));
	jw_some(j, "helo", e->helo);
	if (e->mail_from_origin == ORIGIN_NONE)
		jw_null(j, "mail_from");
	else
		jw_text(j, "mail_from", e->mail_from);
	jw_str(j, "mail_from_source", origin_name(e->mail_from_origin));
	if (e->received_at < 0)
		jw_null(j, "received_at");
	else
		jw_time(j, "received_at", e->received_at);
	jw_end(j);
}

static void
put_causes(struct jw *j, const struct explanation *e)
{
	jw_array(j, "explain");
	for (size_t i = 0; i < e->causes.n; i++) {
		jw_object(j, NULL);
		jw_str(j, "cause", e->causes.v[i].code);
		jw_str(j, "text", e->causes.v[i].text);
		jw_end(j);
	}
	jw_end(j);
}

static void
put_signature(struct jw *j, const struct verdict *v, size_t i)
{
	const struct dkim_outcome *o = &v->dkim.v[i];
	struct buf b = BUF(DKIM_B_MAX);
	char canon[32];

	jw_object(j, NULL);
	jw_str(j, "result", dkim_result_name(o->result));
	jw_some(j, "domain", o->sig.d);
	jw_some(j, "selector", o->sig.s);
	jw_some(j, "identity", o->sig.i);
	if (o->parsed) {
		snprintf(canon, sizeof(canon), "%s/%s",
		    canon_name(o->sig.header_canon),
		    canon_name(o->sig.body_canon));
		jw_str(j, "algorithm", dkim_alg_name(o->sig.alg));
		jw_str(j, "canonicalization", canon);
	} else {
		jw_null(j, "algorithm");
		jw_null(j, "canonicalization");
	}
	if (o->key != NULL && o->key->bits > 0)
		jw_int(j, "key_bits", o->key->bits);
	else
		jw_null(j, "key_bits");
	dkim_verify_b(&v->dkim, i, &b);
	jw_some(j, "b", buf_get0(&b));
	jw_str(j, "reason", o->reason[0] ? o->reason : NULL);
	jw_bool(j, "testing", o->key != NULL && o->key->testing);
	if (v->dkim_why != NULL)
		put_causes(j, &v->dkim_why[i]);
	jw_end(j);
	buf_free(&b);
}

static void
put_set(struct jw *j, unsigned i, const struct arc_set *s)
{
	jw_object(j, NULL);
	jw_int(j, "instance", i);
	jw_some(j, "domain", s->seal.d);
	jw_some(j, "selector", s->seal.s);
	jw_some(j, "cv", s->seal.cv);
	jw_str(j, "result", s->seal_result == DKIM_NONE ? NULL :
	    dkim_result_name(s->seal_result));
	jw_str(j, "message_result", s->message_result == DKIM_NONE ? NULL :
	    dkim_result_name(s->message_result));
	jw_end(j);
}

static void
put_arc(struct jw *j, const struct arc_verify *a)
{
	jw_object(j, "arc");
	jw_str(j, "cv", arc_cv_name(a->cv));
	jw_int(j, "instances", a->n);
	if (a->cv == ARC_PASS)
		jw_int(j, "oldest_pass", a->oldest_pass);
	else
		jw_null(j, "oldest_pass");
	jw_str(j, "reason", a->cv == ARC_FAIL ? a->reason : NULL);
	jw_array(j, "sets");
	for (unsigned i = 0; i < a->n; i++)
		put_set(j, i + 1, &a->set[i]);
	jw_end(j);
	jw_end(j);
}

static void
put_published(struct jw *j, const struct dmarc_record *r)
{
	if (r == NULL) {
		jw_null(j, "published");
		return;
	}
	jw_object(j, "published");
	jw_str(j, "p", dmarc_policy_name(r->p));
	jw_str(j, "sp", dmarc_policy_name(r->sp));
	jw_str(j, "np", dmarc_policy_name(r->np));
	jw_str(j, "adkim", r->adkim_strict ? "s" : "r");
	jw_str(j, "aspf", r->aspf_strict ? "s" : "r");
	jw_span(j, "fo", r->fo);
	jw_bool(j, "testing", r->testing);
	jw_array(j, "rua");
	for (size_t i = 0; i < r->rua.n; i++)
		jw_span(j, NULL, r->rua.v[i].text);
	jw_end(j);
	jw_str(j, "psd", dmarc_psd_name(r->psd));
	jw_end(j);
}

static void
put_reason(struct jw *j, const char *cause, struct buf *text)
{
	jw_object(j, NULL);
	jw_str(j, "cause", cause);
	jw_span(j, "text", buf_get0(text));
	jw_end(j);
	buf_reset(text);
}

/* Each result against the author's organization, then the whole picture. */
static void
put_reasons(struct jw *j, const struct verdict *v)
{
	struct buf text = BUF(8192);
	const char *picture = NULL;

	if (v->dmarc_why == NULL)
		return;
	jw_array(j, "explain");
	for (size_t i = 0; i < v->dmarc_why_n; i++) {
		dmarc_reason_text(&v->dmarc_why[i], &v->dmarc, &text);
		put_reason(j, dmarc_why_name(v->dmarc_why[i].why), &text);
	}
	picture = dmarc_picture(v->dmarc_why, v->dmarc_why_n, &v->dmarc,
	    &text);
	if (picture != NULL)
		put_reason(j, picture, &text);
	jw_end(j);
	buf_free(&text);
}

static void
put_dmarc(struct jw *j, const struct verdict *v)
{
	const struct dmarc_verdict *d = &v->dmarc;

	jw_object(j, "dmarc");
	jw_str(j, "result", dmarc_result_name(d->result));
	jw_str(j, "policy", dmarc_policy_name(d->policy));
	jw_str(j, "subdomain_policy", dmarc_policy_name(d->subdomain_policy));
	jw_str(j, "disposition", dmarc_policy_name(d->disposition));
	put_name(j, "domain", &d->domain);
	put_name(j, "org_domain", &d->org);
	put_published(j, d->record);
	jw_object(j, "alignment");
	jw_bool(j, "spf", d->spf_aligned);
	jw_bool(j, "dkim", d->dkim_aligned);
	jw_end(j);
	put_reasons(j, v);
	jw_end(j);
}

static void
put_psl(struct jw *j, const struct verdict *v)
{
	if (!v->has_psl) {
		jw_null(j, "dmarc_psl");
		return;
	}
	jw_object(j, "dmarc_psl");
	jw_str(j, "result", dmarc_result_name(v->psl.result));
	put_name(j, "org_domain", &v->psl.org);
	jw_str(j, "policy", dmarc_policy_name(v->psl.policy));
	jw_end(j);
}

static void
put_member(struct jw *j, const struct verdict *v)
{
	jw_some(j, "message_id", v->message_id);
	jw_str(j, "from", v->from.n > 0 ? v->from.v[0] : NULL);
	put_envelope(j, &v->envelope);
	render_spf_json(j, "spf", &v->spf);
	if (v->has_spf_helo)
		render_spf_json(j, "spf_helo", &v->spf_helo);
	else
		jw_null(j, "spf_helo");
	jw_array(j, "dkim");
	for (size_t i = 0; i < v->dkim.n; i++)
		put_signature(j, v, i);
	jw_end(j);
	put_arc(j, &v->arc);
	put_dmarc(j, v);
	put_psl(j, v);
	jw_findings(j, "findings", &v->findings);
}

void
render_json(const struct verdict *v, const struct run *run, struct buf *out)
{
	struct jw j = JW(out);

	run_member(run, &j, MESSAGE_SCHEMA, findings_verdict(&v->findings));
	put_member(&j, v);
	jw_end(&j);
}
