/*
 * Judging one message: the header is held, the body streams by once for all
 * signatures, then DNS is asked and everything falls into place.
 */
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "dns/idn.h"

/* No header, no judgement: permerror, or temperror if reading failed. */
static void
read_failed(struct verdict *v, enum msg_status status)
{
	struct findings *fs = &v->findings;

	v->dmarc.result = DMARC_R_PERMERROR;
	switch (status) {
	case MSG_EMPTY:
		finding_add(fs, F_MESSAGE_EMPTY, v->file, NULL);
		v->broken = EX_DATAERR;
		break;
	case MSG_TOO_LONG:
		finding_add(fs, F_HEADER_TOO_LONG, v->file, NULL);
		break;
	case MSG_TOO_MANY:
		finding_add(fs, F_HEADER_TOO_MANY, v->file, NULL);
		break;
	default:
		finding_add(fs, F_MESSAGE_UNREADABLE, v->file, "%s",
		    strerror(v->msg.error));
		v->dmarc.result = DMARC_R_TEMPERROR;
		v->broken = EX_IOERR;
		break;
	}
}

static void
note_header(struct verdict *v)
{
	const struct header *h = v->header;
	size_t at = header_find(h, SPAN("Message-ID"), 0);
	const char *control = header_control(h->raw);

	if (at < h->n)
		v->message_id = span_trim(h->v[at].value);
	if (h->garbage > 0)
		finding_add(&v->findings, F_HEADER_GARBAGE, v->file,
		    "%zu lines", h->garbage);
	if (control != NULL)
		finding_add(&v->findings, F_HEADER_CONTROL, v->file, "%s",
		    control);
	if (h->lf > 0)
		finding_add(&v->findings, h->crlf > 0 ? F_MESSAGE_MIXED_ENDS :
		    F_MESSAGE_BARE_LF, v->file, NULL);
}

static void
verdict_start(struct judge *j, const char *file, uint64_t n,
    struct verdict *v)
{
	*v = (struct verdict){ .file = file, .n = n, .time = env_now(j->env),
	    .envelope.received_at = -1, .arc.reason = "" };
}

static void
start_header(struct judge *j, struct verdict *v)
{
	const struct header *h = v->header;

	v->body = body_new();
	v->seed = j->seed;
	v->index = header_index_new(h, v->seed);
	dkim_keys_trim(j->keys);
	dkim_verify_start(&v->dkim, h, v->index, v->body, j->explain);
	if (j->explain)
		/* for "blanks were changed": the form that forgives them */
		body_want(v->body, CANON_RELAXED, -1);
	arc_start(&v->arc, h, v->index, v->body);
	envelope_find(j->connection, h, &v->envelope, &v->findings);
	from_find(v);
	note_header(v);
}

void
judge_header(struct judge *j, const struct header *header, const char *file,
    uint64_t n, struct verdict *v)
{
	verdict_start(j, file, n, v);
	v->header = header;
	start_header(j, v);
}

void
judge_body(struct verdict *v, struct span piece)
{
	body_add(v->body, piece);
}

/* What one part of the judgement asks; end with dns_free. */
static struct dns *
part_dns(const struct judge *j)
{
	struct dns *dns = dns_budget_within(j->env->dns, j->seconds);

	dns_set_timeout(dns, DNS_QUESTION_SECONDS);
	return dns;
}

/* The registered domain above; the root for what is no name. */
static void
registered(struct span domain, struct dns_name *out)
{
	struct buf ascii = BUF(DNS_NAME_MAX + 1);
	struct dns_name name = { .n = 0 };

	*out = name;
	if (idn_to_ascii(domain, &ascii) &&
	    dns_name_parse(buf_get0(&ascii), &name) &&
	    !dmarc_psl_org(&name, out))
		*out = name;
	buf_free(&ascii);
}

/* Whether the signature may be aligned with an author. */
static bool
is_kin(const struct verdict *v, const struct dkim_sig *sig)
{
	struct dns_name theirs, from;

	registered(sig->d, &theirs);
	for (size_t i = 0; i < v->from.n; i++) {
		registered(span_str(v->from.v[i]), &from);
		if (dns_name_eq(&from, &theirs))
			return true;
	}
	return false;
}

/*
 * The keys that DMARC may hang on are asked for first: no name server of
 * others can use up their time.
 */
static void
judge_keys(struct judge *j, struct verdict *v, int64_t now)
{
	struct dns *dns = part_dns(j);
	bool kin[DKIM_SIGNATURES_MAX];

	for (size_t i = 0; i < v->dkim.n; i++) {
		kin[i] = is_kin(v, &v->dkim.v[i].sig);
		if (kin[i])
			dkim_verify_one(&v->dkim, i, dns, j->keys, now);
	}
	for (size_t i = 0; i < v->dkim.n; i++)
		if (!kin[i])
			dkim_verify_one(&v->dkim, i, dns, j->keys, now);
	arc_end(&v->arc, dns, j->keys, now);
	dns_free(dns);
}

/* RFC 7208 for both identities, where they are known. */
static void
judge_spf(struct judge *j, struct verdict *v)
{
	struct spf_identity id = {
		.ip = v->envelope.ip, .helo = v->envelope.helo,
		.mail_from = v->envelope.mail_from,
		.receiver = j->receiver ? span_str(j->receiver) :
		    (struct span){ NULL, 0 },
	};

	if (v->envelope.ip_origin == ORIGIN_NONE)
		return;
	if (v->envelope.mail_from_origin != ORIGIN_NONE)
		spf_check(j->spf, &id, &v->spf);
	if (v->envelope.helo.n > 0) {
		spf_check_helo(j->spf, &id, &v->spf_helo);
		v->has_spf_helo = true;
	}
}

static enum dmarc_auth_result
auth_of_spf(const struct spf_verdict *spf)
{
	return spf->result == SPF_PASS ? DMARC_AUTH_PASS :
	    spf->result == SPF_TEMPERROR ? DMARC_AUTH_UNKNOWN : DMARC_AUTH_NO;
}

static void
judge_dmarc(struct judge *j, struct verdict *v)
{
	struct dmarc_auth dkim[DKIM_SIGNATURES_MAX];
	struct buf ascii[DKIM_SIGNATURES_MAX];
	struct span from[DMARC_FROM_MAX + 2];
	struct dmarc_input in = { .from = from, .dkim = dkim,
	    .dkim_n = v->dkim.n };
	struct dns *dns = part_dns(j);

	for (size_t i = 0; i < v->dkim.n; i++) {
		const struct dkim_outcome *o = &v->dkim.v[i];

		ascii[i] = BUF(DNS_NAME_MAX + 1);
		idn_to_ascii(o->sig.d, &ascii[i]);
		dkim[i].domain = buf_get0(&ascii[i]);
		dkim[i].result = o->result == DKIM_PASS ? DMARC_AUTH_PASS :
		    o->result == DKIM_TEMPERROR ? DMARC_AUTH_UNKNOWN :
		    DMARC_AUTH_NO;
	}
	for (; in.from_n < v->from.n && in.from_n <= DMARC_FROM_MAX;
	    in.from_n++)
		from[in.from_n] = span_str(v->from.v[in.from_n]);
	/* an author that cannot be judged must not hide behind one that can */
	if (finding_has(&v->findings, F_FROM_NO_DOMAIN) ||
	    finding_has(&v->findings, F_FROM_SYNTAX))
		from[in.from_n++] = SPAN("");
	in.spf.result = auth_of_spf(&v->spf);
	in.spf.domain = v->spf.domain;
	v->dmarc_ctx = dmarc_ctx_new(dns, j->seed);
	dmarc_eval(v->dmarc_ctx, &in, &v->dmarc, &v->findings);
	v->has_psl = dmarc_psl_eval(v->dmarc_ctx, &in, &v->dmarc, &v->psl,
	    &v->findings);
	if (j->explain) {
		v->dmarc_why = xcalloc(in.dkim_n + 1, sizeof(*v->dmarc_why));
		v->dmarc_why_n = dmarc_explain(v->dmarc_ctx, &in, &v->dmarc,
		    v->dmarc_why, in.dkim_n + 1);
	}
	for (size_t i = 0; i < v->dkim.n; i++)
		buf_free(&ascii[i]);
	dns_free(dns);
}

static enum finding_code
dkim_finding(const struct dkim_outcome *o)
{
	if (o->key != NULL && o->key->status == DKIM_KEY_REVOKED)
		return F_DKIM_KEY_REVOKED;
	switch (o->result) {
	case DKIM_TEMPERROR:
		return F_DKIM_TEMPERROR;
	case DKIM_POLICY:
		return F_DKIM_LENGTH;
	case DKIM_FAIL:
		return o->header_ok ? F_DKIM_BODY_HASH : F_DKIM_SIGNATURE;
	default:
		return o->parsed ? o->header_ok ? F_DKIM_EXPIRED :
		    F_DKIM_KEY : F_DKIM_SYNTAX;
	}
}

/* What a reader of the record should know, none of which is the verdict. */
static void
note_dkim(struct verdict *v)
{
	for (size_t i = 0; i < v->dkim.n; i++) {
		const struct dkim_outcome *o = &v->dkim.v[i];
		char where[300];

		snprintf(where, sizeof(where), "%.*s._domainkey.%.*s",
		    (int)(o->sig.s.n < 64 ? o->sig.s.n : 64),
		    (const char *)o->sig.s.p,
		    (int)(o->sig.d.n < 200 ? o->sig.d.n : 200),
		    (const char *)o->sig.d.p);
		if (o->result != DKIM_PASS)
			finding_add(&v->findings, dkim_finding(o), where,
			    "%s", o->reason);
		else if (o->sig.l >= 0)
			finding_add(&v->findings, F_DKIM_HAS_LENGTH, where,
			    NULL);
		if (o->key != NULL && o->key->testing)
			finding_add(&v->findings, F_DKIM_TESTING, where,
			    NULL);
		if (o->lookup.records > 1)
			finding_add(&v->findings, F_DKIM_SEVERAL_KEYS, where,
			    "%zu records", o->lookup.records);
	}
	if (v->dkim.skipped > 0)
		finding_add(&v->findings, F_DKIM_MANY, v->file,
		    "%zu not verified", v->dkim.skipped);
	if (v->arc.cv == ARC_FAIL)
		finding_add(&v->findings, v->arc.temporary ?
		    F_ARC_TEMPERROR : F_ARC_FAIL, v->file, "i=%u: %s",
		    v->arc.reason_at, v->arc.reason);
}

void
judge_end(struct judge *j, struct verdict *v)
{
	int64_t now = v->time;

	body_end(v->body);
	if (j->at_received && v->envelope.received_at >= 0)
		now = v->envelope.received_at;
	judge_keys(j, v, now);
	judge_spf(j, v);
	judge_dmarc(j, v);
	note_dkim(v);
	if (j->explain)
		explain_dkim(v);
}

void
judge_message(struct judge *j, struct msg_source from, const char *file,
    uint64_t n, struct verdict *v)
{
	struct span piece = { NULL, 0 };
	enum msg_status status = MSG_OK;

	verdict_start(j, file, n, v);
	status = msg_open(&v->msg, from, &j->limits);
	if (status != MSG_OK) {
		read_failed(v, status);
		return;
	}
	v->header = &v->msg.header;
	start_header(j, v);
	while (msg_next(&v->msg, &piece))
		judge_body(v, piece);
	if (v->msg.error != 0)
		read_failed(v, MSG_IO);
	else
		judge_end(j, v);
}

void
verdict_free(struct verdict *v)
{
	for (size_t i = 0; i < v->from.n; i++)
		free(v->from.v[i]);
	free(v->from.v);
	explanation_free(v->dkim_why, v->dkim.n);
	spf_verdict_free(&v->spf);
	spf_verdict_free(&v->spf_helo);
	dkim_verify_free(&v->dkim);
	arc_free(&v->arc);
	dmarc_ctx_free(v->dmarc_ctx);
	free(v->dmarc_why);
	header_index_free(v->index);
	body_free(v->body);
	msg_free(&v->msg);
	findings_free(&v->findings);
	*v = (struct verdict){ 0 };
}
