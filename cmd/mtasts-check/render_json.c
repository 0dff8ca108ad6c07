/* A judged domain as a record's member; see audit.h. */
#include "audit.h"

#include "crypto/digest.h"
#include "dns/idn.h"

enum { TEXT_ROOM = 4096 };

static void
json_mx(struct jw *j, const struct sts_hosts *h)
{
	jw_array(j, "mx");
	for (size_t i = 0; i < h->mx.n; i++) {
		const struct sts_host *host = &h->v[i];

		jw_object(j, NULL);
		jw_int(j, "preference", host->mx->preference);
		jw_text(j, "host", span_str(host->mx->text));
		jw_some(j, "matched_by", host->matched ? host->pattern :
		    span_of(NULL, 0));
		jw_bool(j, "secure", host->secure);
		jw_end(j);
	}
	jw_end(j);
}

static void
json_record(struct jw *j, const struct sts_discovered *d)
{
	if (d->txt.text.n == 0) {
		jw_null(j, "record");
		return;
	}
	jw_object(j, "record");
	jw_text(j, "txt", buf_get0(&d->txt.text));
	jw_some(j, "id", d->how == STS_FOUND ? d->record.id :
	    span_of(NULL, 0));
	jw_end(j);
}

/* A list has neither a lifetime nor a body. */
static void
json_policy(struct jw *j, const struct sts_inquiry *q)
{
	bool listed = q->source == STS_FROM_PRELOAD;
	unsigned char digest[SHA256_SIZE];

	if (q->standing != STS_IN_FORCE) {
		jw_null(j, "policy");
		return;
	}
	jw_object(j, "policy");
	jw_str(j, "mode", sts_mode_name(q->policy.mode));
	if (listed)
		jw_null(j, "max_age");
	else
		jw_int(j, "max_age", q->policy.max_age);
	jw_array(j, "mx");
	for (size_t i = 0; i < q->policy.mx.n; i++)
		jw_span(j, NULL, q->policy.mx.v[i]);
	jw_end(j);
	digest_of(DIGEST_SHA256, q->body, digest);
	if (listed)
		jw_null(j, "body_sha256");
	else
		jw_hex(j, "body_sha256", span_of(digest, sizeof(digest)));
	jw_end(j);
}

static void
json_tls(struct jw *j, const struct sts_inquiry *q)
{
	char text[IP_TEXT_SIZE], room[TLS_NAME_SIZE];

	jw_array(j, "tls");
	for (size_t i = 0; i < q->tls_n; i++) {
		const struct sts_host_tls *tls = &q->tls[i];

		jw_object(j, NULL);
		jw_str(j, "address", ip_text(text, &tls->address));
		if (!tls->known) {
			jw_null(j, "versions");
			jw_end(j);
			continue;
		}
		jw_array(j, "versions");
		for (size_t v = 0; v < TLS_VERSIONS; v++)
			if (tls->version[v])
				jw_str(j, NULL, tls_version_name(room,
				    tls_version_at(v)));
		jw_end(j);
		jw_end(j);
	}
	jw_end(j);
}

static void
json_fetch(struct jw *j, const struct sts_inquiry *q)
{
	const struct fetch_answer *a = &q->fetch;
	char text[IP_TEXT_SIZE];

	if (!q->asked) {
		jw_null(j, "fetch");
		return;
	}
	jw_object(j, "fetch");
	jw_str(j, "result", fetch_result_name(a->result));
	if (a->status > 0)
		jw_int(j, "http_status", a->status);
	else
		jw_null(j, "http_status");
	jw_some(j, "content_type", span_str(a->type));
	jw_array(j, "addresses");
	for (size_t i = 0; i < q->host.n; i++)
		jw_str(j, NULL, ip_text(text, &q->host.v[i]));
	jw_end(j);
	jw_some(j, "error", span_str(a->error));
	if (a->has_cert) {
		jw_time(j, "certificate_not_before", a->not_before);
		jw_time(j, "certificate_not_after", a->not_after);
	}
	if (q->tls_n > 0)
		json_tls(j, q);
	jw_end(j);
}

static const char *
remembered_mode(const struct memory_entry *e)
{
	struct findings unused = { 0 };
	struct sts_policy p = { 0 };
	const char *mode = NULL;

	if (sts_policy_parse(buf_get0(&e->body), &p, &unused))
		mode = sts_mode_name(p.mode);
	sts_policy_free(&p);
	findings_free(&unused);
	return mode;
}

static void
json_cached(struct jw *j, const struct memory_entry *e)
{
	if (!e->known) {
		jw_null(j, "cached");
		return;
	}
	jw_object(j, "cached");
	jw_str(j, "id", e->id);
	jw_str(j, "mode", remembered_mode(e));
	jw_time(j, "fetched", e->fetched);
	jw_time(j, "expires", e->expires);
	jw_end(j);
}

static void
json_tlsrpt(struct jw *j, const struct tlsrpt_discovered *t)
{
	if (t->txt.text.n == 0) {
		jw_null(j, "tlsrpt");
		return;
	}
	jw_object(j, "tlsrpt");
	jw_text(j, "txt", buf_get0(&t->txt.text));
	jw_array(j, "rua");
	for (size_t i = 0; t->usable && i < t->record.n; i++)
		jw_span(j, NULL, t->record.rua[i]);
	jw_end(j);
	jw_end(j);
}

static void
json_senders(struct jw *j, const struct sts_hosts *h)
{
	jw_object(j, "senders");
	for (enum sender who = 0; who < SENDERS; who++) {
		jw_array(j, sender_name(who));
		for (size_t i = 0; i < h->mx.n; i++)
			sender_row_json(j, h->mx.v[i].text,
			    &h->v[i].rows[who]);
		jw_end(j);
	}
	jw_end(j);
}

static void
json_facts(struct jw *j, const struct audit *a)
{
	jw_str(j, "mx_status", mx_status_name(a->hosts.mx.status));
	json_mx(j, &a->hosts);
	json_record(j, &a->inquiry.record);
	json_policy(j, &a->inquiry);
	jw_str(j, "source", sts_source_name(a->inquiry.source));
	json_fetch(j, &a->inquiry);
	json_cached(j, &a->inquiry.remembered);
	json_tlsrpt(j, &a->tlsrpt);
	json_senders(j, &a->hosts);
}

void
audit_json(const struct run *r, const struct audit *a, struct buf *out)
{
	struct jw j = JW(out);
	struct buf u = BUF(TEXT_ROOM);

	run_member(r, &j, "mtasts-check/1", audit_verdict(a));
	idn_to_unicode(a->domain, &u);
	if (a->judged && !span_ieq(buf_get0(&u), a->domain))
		jw_span(&j, "u_label", buf_get0(&u));
	if (a->judged)
		json_facts(&j, a);
	jw_findings(&j, "findings", &a->findings);
	jw_end(&j);
	buf_free(&u);
}
