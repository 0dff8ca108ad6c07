/*
 * A whole message against a whole DNS: what stands before a line "%%" is a
 * zone file, the rest the message. Nothing passes that nothing lets pass, it
 * does not matter how the body is cut, and every rendering can be read. Why a
 * signature fails is asked, too, with the copies that z= has.
 */
#include "fuzz.h"

#include <jansson.h>

#include "../../cmd/dmarc-verify/dmarc-verify.h"
#include "../support/drip.h"
#include "base/mem.h"
#include "crypto/lib.h"
#include "mail/authres.h"

static bool
some_pass(const struct verdict *v)
{
	for (size_t i = 0; i < v->dkim.n; i++)
		if (v->dkim.v[i].result == DKIM_PASS)
			return true;
	return v->spf.result == SPF_PASS;
}

static void
check(const struct verdict *v)
{
	for (size_t i = 0; i < v->dkim.n; i++) {
		const struct dkim_outcome *o = &v->dkim.v[i];

		must(o->result != DKIM_PASS || (o->parsed && o->header_ok &&
		    o->body_ok && o->key != NULL &&
		    o->key->status == DKIM_KEY_OK && o->sig.alg !=
		    DKIM_RSA_SHA1));
		must(o->result == DKIM_PASS || o->reason[0] != '\0');
	}
	if (v->dmarc.result == DMARC_R_PASS) {
		must(some_pass(v));
		must(v->dmarc.spf_aligned || v->dmarc.dkim_aligned);
		must(v->dmarc.record != NULL);
	}
	if (v->arc.cv == ARC_PASS)
		for (unsigned i = 0; i < v->arc.n; i++)
			must(v->arc.set[i].as != NULL &&
			    v->arc.set[i].ams != NULL &&
			    v->arc.set[i].aar != NULL &&
			    v->arc.set[i].seal_result == DKIM_PASS);
}

/* A signature that holds needs no explanation; one that does not has words. */
static void
explained(const struct verdict *v)
{
	must((v->dkim_why != NULL) || v->dkim.n == 0 || v->header == NULL);
	for (size_t i = 0; v->dkim_why != NULL && i < v->dkim.n; i++) {
		const struct explanation *e = &v->dkim_why[i];

		must(v->dkim.v[i].result != DKIM_PASS || e->causes.n == 0);
		for (size_t k = 0; k < e->causes.n; k++)
			must(e->causes.v[k].code[0] != '\0' &&
			    e->causes.v[k].text[0] != '\0');
	}
}

static void
render(const struct verdict *v, const struct run *run)
{
	struct buf json = BUF(16 << 20), text = BUF(16 << 20);
	struct buf field = BUF(16 << 20);
	struct authres a = { 0 };
	struct span value = { NULL, 0 };
	json_error_t error;
	json_t *j = NULL;

	render_json(v, run, &json);
	j = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES |
	    JSON_ALLOW_NUL, &error);
	must(j != NULL);
	json_decref(j);
	render_text(v, run, &text);
	for (size_t i = 0; i < text.n; i++)
		must(text.p[i] >= ' ' || text.p[i] == '\n');
	if (v->header != NULL) {
		render_field(v, "mx.example.net", "\n", &field);
		value = buf_get0(&field);
		value = span_from(value, span_chr(value, ':') + 1);
		must(authres_parse(value, &a) == AUTHRES_OK);
		must(span_eq(a.id, SPAN("mx.example.net")));
		authres_free(&a);
	}
	buf_free(&json);
	buf_free(&text);
	buf_free(&field);
}

static struct span
line_of(struct span in, size_t *end)
{
	for (size_t i = 0; i + 3 <= in.n; i++) {
		if (memcmp(in.p + i, "%%\n", 3) == 0 &&
		    (i == 0 || in.p[i - 1] == '\n')) {
			*end = i + 3;
			return span_first(in, i);
		}
	}
	*end = 0;
	return (struct span){ NULL, 0 };
}

static void
judge_with(struct dns *dns, struct span message)
{
	static const struct run_opts opts = RUN_OPTS_DEFAULT;
	struct run run = { .opts = &opts };
	struct args a = { .explain = true };
	struct drip whole = { message, SIZE_MAX }, cut = { message, 17 };
	struct verdict v, w;
	struct judge j;

	env_fixed(&run.env, 1772366400);
	run.env.dns = dns;
	judge_open(&j, &a, &run.env);
	judge_message(&j, (struct msg_source){ drip_read, &whole }, "-", 1,
	    &v);
	judge_message(&j, (struct msg_source){ drip_read, &cut }, "-", 1,
	    &w);
	check(&v);
	explained(&v);
	must(v.dmarc.result == w.dmarc.result && v.arc.cv == w.arc.cv);
	must(v.dkim.n == w.dkim.n && v.findings.n == w.findings.n);
	for (size_t i = 0; i < v.dkim.n; i++)
		must(v.dkim.v[i].result == w.dkim.v[i].result);
	render(&v, &run);
	verdict_free(&v);
	verdict_free(&w);
	judge_close(&j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static bool started;
	struct span in = span_of(data, n);
	size_t end = 0;
	struct span zone = line_of(in, &end);
	char *why = NULL;
	struct dns *dns = NULL;

	if (!started)
		crypto_start();
	started = true;
	if (n > 200000)
		return 0;
	dns = dns_zone_read(zone, "zone", &why);
	if (dns != NULL) {
		judge_with(dns, span_from(in, end));
		dns_free(dns);
	}
	free(why);
	return 0;
}
