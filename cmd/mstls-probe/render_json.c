/* A judged target as a record's member; see render.h. */
#include "render.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "dns/idn.h"
#include "judge.h"
#include "sys/jw.h"

enum { TEXT_ROOM = 4096 };

static void
json_codes16(struct jw *j, const char *key, const struct tls_list *list,
    const char *(*name)(char room[TLS_NAME_SIZE], uint16_t code))
{
	char room[TLS_NAME_SIZE];

	if (list->extent < TLS_LIST_PARTLY) {
		jw_null(j, key);
		return;
	}
	jw_array(j, key);
	for (size_t i = 0; i < list->codes.n; i++)
		jw_str(j, NULL, name(room, (uint16_t)list->codes.v[i]));
	jw_end(j);
}

static void
json_versions(struct jw *j, const struct probe *p)
{
	char room[TLS_NAME_SIZE];

	if (!p->enumerated) {
		jw_null(j, "versions");
		return;
	}
	jw_array(j, "versions");
	for (size_t i = 0; i < TLS_VERSIONS; i++)
		if (p->offer.version[i] == TLS_YES)
			jw_str(j, NULL, tls_version_name(room,
			    tls_version_at(i)));
	jw_end(j);
}

/* Every version's suites, a suite of several versions once. */
static void
json_suites(struct jw *j, const struct probe *p)
{
	char room[TLS_NAME_SIZE];

	if (!p->enumerated) {
		jw_null(j, "ciphers");
		return;
	}
	jw_array(j, "ciphers");
	for (size_t i = TLS_VERSIONS; i-- > 0;)
		for (size_t k = 0; k < p->offer.suites[i].codes.n; k++) {
			uint32_t code = p->offer.suites[i].codes.v[k];
			bool twice = false;

			for (size_t m = i + 1; m < TLS_VERSIONS; m++)
				twice = twice || tls_codes_has(
				    &p->offer.suites[m].codes, code);
			if (!twice)
				jw_str(j, NULL, tls_suite_name(room, code));
		}
	jw_end(j);
}

/* TLS 1.3's groups, then what only earlier versions take. */
static void
json_groups(struct jw *j, const struct probe *p)
{
	const struct tls_list *new = &p->offer.groups13;
	const struct tls_list *old = &p->offer.groups12;
	char room[TLS_NAME_SIZE];

	if (!p->enumerated) {
		jw_null(j, "groups");
		return;
	}
	jw_array(j, "groups");
	for (size_t i = 0; i < new->codes.n; i++)
		jw_str(j, NULL, tls_group_name(room,
		    (uint16_t)new->codes.v[i]));
	for (size_t i = 0; i < old->codes.n; i++)
		if (!tls_codes_has(&new->codes, old->codes.v[i]))
			jw_str(j, NULL, tls_group_name(room,
			    (uint16_t)old->codes.v[i]));
	jw_end(j);
}

static void
json_known(struct jw *j, const char *key, enum tls_known k)
{
	if (k == TLS_YES || k == TLS_NO)
		jw_bool(j, key, k == TLS_YES);
	else
		jw_null(j, key);
}

/* Full depth has more than CLI.md's keys. */
static void
json_offer(struct jw *j, const struct probe *p)
{
	static const char *const keys[TLS_FACTS] = {
		[TLS_FACT_SECURE_RENEGOTIATION] = "secure_renegotiation",
		[TLS_FACT_EXTENDED_MASTER] = "extended_master_secret",
		[TLS_FACT_ENCRYPT_THEN_MAC] = "encrypt_then_mac",
		[TLS_FACT_SENTINEL] = "downgrade_sentinel",
		[TLS_FACT_TICKET] = "session_ticket",
		[TLS_FACT_SESSION_ID] = "session_id",
		[TLS_FACT_STAPLED] = "ocsp_stapling",
		[TLS_FACT_WANTS_CERTIFICATE] = "asks_client_certificate",
		[TLS_FACT_EXPLICIT_CURVE] = "explicit_curve",
		[TLS_FACT_FOREIGN_SCHEME] = "unoffered_signature_scheme",
		[TLS_FACT_COMPRESSION] = "compression",
		[TLS_FACT_FALLBACK_SCSV] = "fallback_scsv",
	};
	const struct tls_offer *o = &p->offer;

	jw_object(j, "offer");
	json_codes16(j, "signature_schemes", &o->schemes12, tls_scheme_name);
	json_codes16(j, "signature_schemes_tls13", &o->schemes13,
	    tls_scheme_name);
	for (size_t i = 0; i < TLS_FACTS; i++)
		json_known(j, keys[i], o->fact[i]);
	json_known(j, "resumption", p->resumes);
	jw_end(j);
}

static void
json_negotiated(struct jw *j, const struct probe *p)
{
	const struct session *s = &p->session;
	char room[TLS_NAME_SIZE];

	if (p->reach != PROBE_TLS) {
		jw_null(j, "negotiated");
		return;
	}
	jw_object(j, "negotiated");
	jw_str(j, "version", tls_version_name(room, s->version));
	jw_str(j, "cipher", tls_suite_name(room, s->cipher));
	jw_str(j, "group", s->group != 0 ? tls_group_name(room, s->group) :
	    NULL);
	jw_str(j, "sigalg", s->sigalg != 0 ?
	    tls_scheme_name(room, s->sigalg) : NULL);
	jw_end(j);
}

static void
json_hex(struct jw *j, const char *key, const unsigned char *p, size_t n)
{
	struct buf hex = BUF(2 * n);

	buf_hex(&hex, span_of(p, n));
	jw_span(j, key, buf_get0(&hex));
	buf_free(&hex);
}

static void
json_certificate(struct jw *j, const struct shown *s)
{
	const struct cert *c = &s->chain.v[0];

	jw_object(j, NULL);
	jw_str(j, "key", cert_key_name(c->key));
	jw_int(j, "key_bits", c->key_bits);
	jw_str(j, "curve", c->curve);
	jw_str(j, "signature", c->sigalg);
	jw_str(j, "subject", c->subject);
	jw_str(j, "issuer", c->issuer);
	jw_array(j, "names");
	for (size_t i = 0; i < c->names_n; i++)
		jw_str(j, NULL, c->names[i]);
	jw_end(j);
	jw_time(j, "not_before", c->not_before);
	jw_time(j, "not_after", c->not_after);
	json_hex(j, "sha256", c->sha256, sizeof(c->sha256));
	json_hex(j, "spki_sha256", c->spki_sha256, sizeof(c->spki_sha256));
	jw_str(j, "chain", chain_result_name(s->verdict.result));
	jw_bool(j, "name_match", s->name_match);
	jw_end(j);
}

static void
json_dane(struct jw *j, const struct target *t, const struct server *s,
    const struct address *a)
{
	jw_object(j, "dane");
	jw_str(j, "status", dane_word(t, s, a));
	jw_array(j, "records");
	for (size_t i = 0; i < s->dane.n; i++) {
		const struct dane_record *r = &s->dane.v[i];

		jw_object(j, NULL);
		jw_int(j, "usage", r->usage);
		jw_int(j, "selector", r->selector);
		jw_int(j, "matching", r->matching);
		json_hex(j, "data", r->data.p, r->data.n);
		jw_str(j, "use", dane_use_name(r->use));
		jw_bool(j, "matches", (a->dane.matched >> i & 1) != 0);
		jw_end(j);
	}
	jw_end(j);
	jw_end(j);
}

static void
json_active(struct jw *j, const struct probe *p)
{
	const struct active *a = &p->active;

	jw_object(j, "active");
	jw_str(j, "injection", inject_name(a->inject));
	jw_some(j, "injected_reply", buf_get0(&a->seen));
	json_known(j, "client_renegotiation", p->renegotiates);
	for (int i = 0; i < MISUSES; i++)
		jw_str(j, misuse_name((enum misuse)i),
		    misuse_result_name(a->misuse[i]));
	jw_end(j);
}

/* The transcript, an array of lines: -v alone asks for it. */
static void
json_transcript(struct jw *j, const struct probe *p)
{
	struct span rest = buf_get0(&p->transcript), line = { NULL, 0 };

	if (rest.n == 0)
		return;
	jw_array(j, "transcript");
	while (span_split(&rest, '\n', &line)) {
		struct buf clean = BUF(TEXT_ROOM);

		utf8_clean(&clean, line);
		if (line.n > 0)
			jw_span(j, NULL, buf_get0(&clean));
		buf_free(&clean);
	}
	jw_end(j);
}

static void
json_address(struct jw *j, const struct target *t, const struct server *s,
    const struct address *a)
{
	const struct probe *p = &a->probe;
	struct buf error = BUF(TEXT_ROOM);
	char ip[IP_TEXT_SIZE];

	jw_object(j, NULL);
	jw_str(j, "address", ip_text(ip, &a->place.address));
	jw_int(j, "port", a->place.port);
	jw_str(j, "service", service_info(a->place.service)->name);
	jw_str(j, "sni", a->place.sni[0] != '\0' ? a->place.sni : NULL);
	jw_bool(j, "connected", a->seen && p->reach != PROBE_NO_CONNECTION);
	if (error_text(a, &error))
		jw_span(j, "error", buf_get0(&error));
	else
		jw_null(j, "error");
	jw_str(j, "starttls", starttls_name(p->hail.starttls));
	json_negotiated(j, p);
	json_versions(j, p);
	json_suites(j, p);
	json_groups(j, p);
	if (p->enumerated)
		json_offer(j, p);
	jw_array(j, "certificates");
	for (size_t i = 0; i < a->shown_n; i++)
		json_certificate(j, &a->shown[i]);
	jw_end(j);
	json_dane(j, t, s, a);
	jw_int(j, "connections", p->connections);
	if (p->active.connections > 0)
		json_active(j, p);
	json_transcript(j, p);
	jw_end(j);
	buf_free(&error);
}

static void
json_addresses(struct jw *j, const struct target *t, const struct server *s)
{
	jw_array(j, "addresses");
	for (size_t i = 0; i < s->n; i++)
		json_address(j, t, s, &s->v[i]);
	jw_end(j);
}

static void
json_mx(struct jw *j, const struct target *t)
{
	jw_array(j, "mx");
	for (size_t i = 0; i < t->servers.n; i++) {
		const struct server *s = &t->servers.v[i];

		if (s->source != SOURCE_MX)
			continue;
		jw_object(j, NULL);
		jw_int(j, "preference", s->preference);
		jw_str(j, "host", s->name);
		json_addresses(j, t, s);
		jw_end(j);
	}
	jw_end(j);
}

static void
json_services(struct jw *j, const struct target *t)
{
	jw_array(j, "services");
	for (size_t i = 0; i < t->servers.n; i++) {
		const struct server *s = &t->servers.v[i];

		if (s->source == SOURCE_MX)
			continue;
		jw_object(j, NULL);
		jw_str(j, "service", service_info(s->service)->name);
		jw_str(j, "host", s->name);
		jw_str(j, "source", server_source_name(s->source));
		json_addresses(j, t, s);
		jw_end(j);
	}
	jw_end(j);
}

static void
json_senders(struct jw *j, const struct target *t)
{
	jw_object(j, "senders");
	for (int who = 0; who < SENDERS; who++) {
		jw_array(j, sender_name((enum sender)who));
		for (size_t i = 0; i < t->servers.n; i++) {
			const struct server *s = &t->servers.v[i];
			const struct sender_row *r = &s->rows[who];

			if (s->source != SOURCE_MX)
				continue;
			jw_object(j, NULL);
			jw_str(j, "host", s->name);
			jw_str(j, "outcome", sender_outcome_name(r->outcome));
			jw_str(j, "tls", outcome_tls_name(r->tls));
			jw_str(j, "result_type",
			    tlsrpt_result_name(r->result));
			jw_end(j);
		}
		jw_end(j);
	}
	jw_end(j);
}

/* "ADDRESS: QUESTION" */
static void
json_left(struct jw *j, const struct address *a)
{
	struct buf list = BUF(TEXT_ROOM);
	struct span rest = { NULL, 0 }, one = { NULL, 0 };
	char at[PLACE_TEXT_SIZE];

	not_asked(a, &list);
	rest = buf_get0(&list);
	while (rest.n > 0 && span_split(&rest, '\n', &one)) {
		char *text = xasprintf("%s: %.*s", place_text(at, &a->place),
		    (int)one.n, (const char *)one.p);

		if (one.n > 0)
			jw_str(j, NULL, text);
		free(text);
	}
	buf_free(&list);
}

static void
json_not_asked(struct jw *j, const struct target *t)
{
	jw_array(j, "not_asked");
	for (size_t i = 0; i < t->servers.n; i++)
		for (size_t k = 0; k < t->servers.v[i].n; k++)
			json_left(j, &t->servers.v[i].v[k]);
	jw_end(j);
}

void
render_json(const struct job *job, const struct target *t, struct buf *out)
{
	struct jw j = JW(out);
	struct buf u = BUF(TEXT_ROOM);

	run_member(&job->run, &j, "mstls-probe/1", target_verdict(t));
	idn_to_unicode(buf_get0(&t->name), &u);
	if (t->is_domain && !span_ieq(buf_get0(&u), buf_get0(&t->name)))
		jw_span(&j, "u_label", buf_get0(&u));
	jw_str(&j, "profile", "ncsc-nl-2025-05");
	jw_str(&j, "depth", job->ask.full ? "full" : "delivery");
	jw_str(&j, "mx_status", t->has_mx ? mx_status_name(t->mx.status) :
	    NULL);
	json_mx(&j, t);
	json_services(&j, t);
	json_senders(&j, t);
	json_not_asked(&j, t);
	jw_findings(&j, "findings", &t->findings);
	jw_end(&j);
	buf_free(&u);
}
