/* A judged target as a record's member; see render.h. */
#include "render.h"

#include "base/utf8.h"
#include "dns/idn.h"
#include "judge.h"
#include "sys/jw.h"

enum { TEXT_ROOM = 4096 };

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
json_certificate(struct jw *j, const struct shown *s)
{
	const struct cert *c = &s->chain.v[0];

	jw_object(j, NULL);
	jw_str(j, "key", tls_key_name(c->key));
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
	jw_hex(j, "sha256", span_of(c->sha256, SHA256_SIZE));
	jw_hex(j, "spki_sha256", span_of(c->spki_sha256, SHA256_SIZE));
	jw_str(j, "chain", chain_result_name(s->verdict.result));
	jw_bool(j, "name_match", s->name_match);
	jw_end(j);
}

static void
json_dane(struct jw *j, const struct server *s, const struct address *a)
{
	jw_object(j, "dane");
	jw_str(j, "status", dane_word(s, a));
	jw_array(j, "records");
	for (size_t i = 0; i < s->dane.n; i++) {
		const struct dane_record *r = &s->dane.v[i];

		jw_object(j, NULL);
		jw_int(j, "usage", r->usage);
		jw_int(j, "selector", r->selector);
		jw_int(j, "matching", r->matching);
		jw_hex(j, "data", r->data);
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
	render_known(j, "client_renegotiation", p->renegotiates);
	if (p->renegotiates >= TLS_NO)
		jw_int(j, "client_renegotiations", p->renegotiations);
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
json_reverse(struct jw *j, const struct reverse *r)
{
	static const char *const words[] = {
		[REVERSE_UNKNOWN] = "unknown", [REVERSE_NONE] = "none",
		[REVERSE_FALSE] = "false", [REVERSE_TRUE] = "true",
	};

	jw_object(j, "reverse");
	jw_str(j, "status", words[r->status]);
	jw_str(j, "name", r->name);
	jw_end(j);
}

/* Full depth; null: the DNS could not be asked. */
static void
json_caa(struct jw *j, const struct server *s)
{
	if (!s->looked_up)
		return;
	if (s->caa.status == CAA_UNKNOWN) {
		jw_null(j, "caa");
		return;
	}
	jw_array(j, "caa");
	for (size_t i = 0; i < s->caa.n; i++)
		jw_str(j, NULL, s->caa.v[i]);
	jw_end(j);
}

/* What the server says that it can do; null: it did not get so far. */
static void
json_caps(struct jw *j, const char *key, const struct caps *c)
{
	struct span rest = buf_get0(&c->auth), word = { NULL, 0 };

	if (!c->known) {
		jw_null(j, key);
		return;
	}
	jw_object(j, key);
	jw_bool(j, "starttls", c->starttls);
	jw_array(j, "auth");
	while (span_split(&rest, ' ', &word))
		if (word.n > 0)
			jw_span(j, NULL, word);
	jw_end(j);
	jw_bool(j, "login", c->login);
	jw_bool(j, "requiretls", c->requiretls);
	jw_end(j);
}

static void
json_capabilities(struct jw *j, const struct hail *h)
{
	jw_object(j, "capabilities");
	json_caps(j, "clear", &h->clear);
	json_caps(j, "inside", &h->inside);
	jw_end(j);
}

static void
json_address(struct jw *j, const struct server *s, const struct address *a)
{
	const struct probe *p = &a->probe;
	struct buf error = BUF(TEXT_ROOM);
	char ip[IP_TEXT_SIZE];

	jw_object(j, NULL);
	jw_str(j, "address", ip_text(ip, &a->place.address));
	jw_int(j, "port", a->place.port);
	jw_str(j, "service", service_info(a->place.service)->name);
	jw_str(j, "sni", place_sni0(&a->place));
	jw_bool(j, "connected", a->seen && p->reach != PROBE_NO_CONNECTION);
	if (error_text(a, &error))
		jw_span(j, "error", buf_get0(&error));
	else
		jw_null(j, "error");
	jw_str(j, "starttls", starttls_name(p->hail.starttls));
	json_capabilities(j, &p->hail);
	json_negotiated(j, p);
	render_offer(j, p);
	jw_array(j, "certificates");
	for (size_t i = 0; i < a->shown_n; i++)
		json_certificate(j, &a->shown[i]);
	jw_end(j);
	json_dane(j, s, a);
	if (s->looked_up && s->source == SOURCE_MX)
		json_reverse(j, &a->reverse);
	jw_int(j, "connections", p->connections);
	if (p->active.connections > 0)
		json_active(j, p);
	json_transcript(j, p);
	jw_end(j);
	buf_free(&error);
}

static void
json_addresses(struct jw *j, const struct server *s)
{
	jw_array(j, "addresses");
	for (size_t i = 0; i < s->n; i++)
		json_address(j, s, &s->v[i]);
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
		json_caa(j, s);
		json_addresses(j, s);
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
		json_caa(j, s);
		json_addresses(j, s);
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

			if (s->source == SOURCE_MX)
				sender_row_json(j, s->name, &s->rows[who]);
		}
		jw_end(j);
	}
	jw_end(j);
}

static void
json_families(struct jw *j, const struct target *t)
{
	jw_object(j, "families");
	for (size_t i = 0; i < FAMILIES; i++) {
		jw_object(j, family_name(i));
		jw_str(j, "verdict", family_verdict(&t->family[i]));
		jw_int(j, "addresses", (int64_t)t->family[i].addresses);
		jw_int(j, "connected", (int64_t)t->family[i].connected);
		jw_end(j);
	}
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
	json_families(&j, t);
	not_asked(&j, job, t);
	if (t->shortened)
		jw_bool(&j, "truncated", true);
	jw_findings(&j, "findings", &t->findings);
	jw_end(&j);
	buf_free(&u);
}
