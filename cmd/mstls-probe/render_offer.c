/* What was enumerated, as keys of an address; see render.h. */
#include "render.h"

#include "judge.h"

void
render_known(struct jw *j, const char *key, enum tls_known k)
{
	if (k == TLS_YES || k == TLS_NO)
		jw_bool(j, key, k == TLS_YES);
	else
		jw_null(j, key);
}

/* Newest version first. */
void
offered_suites(const struct probe *p, struct tls_codes *out)
{
	for (size_t i = TLS_VERSIONS; i-- > 0;) {
		const struct tls_codes *c = &p->offer.suites[i].codes;

		for (size_t k = 0; k < c->n; k++)
			tls_codes_add(out, c->v[k]);
	}
}

/* TLS 1.3's groups, then what only earlier versions take. */
void
offered_groups(const struct probe *p, struct tls_codes *out)
{
	const struct tls_codes *old = &p->offer.groups12.codes;

	*out = p->offer.groups13.codes;
	for (size_t i = 0; i < old->n; i++)
		tls_codes_add(out, old->v[i]);
}

static void
json_versions(struct jw *j, const struct probe *p)
{
	char room[TLS_NAME_SIZE];

	jw_array(j, "versions");
	for (size_t i = 0; i < TLS_VERSIONS; i++)
		if (p->offer.version[i] == TLS_YES)
			jw_str(j, NULL, tls_version_name(room,
			    tls_version_at(i)));
	jw_end(j);
}

static void
json_suites(struct jw *j, const struct tls_codes *codes)
{
	char room[TLS_NAME_SIZE];

	jw_array(j, "ciphers");
	for (size_t i = 0; i < codes->n; i++)
		jw_str(j, NULL, tls_suite_name(room, codes->v[i]));
	jw_end(j);
}

static void
json_codes16(struct jw *j, const char *key, const struct tls_codes *codes,
    const char *(*name)(char room[TLS_NAME_SIZE], uint16_t code))
{
	char room[TLS_NAME_SIZE];

	jw_array(j, key);
	for (size_t i = 0; i < codes->n; i++)
		jw_str(j, NULL, name(room, (uint16_t)codes->v[i]));
	jw_end(j);
}

static void
json_list16(struct jw *j, const char *key, const struct tls_list *list,
    const char *(*name)(char room[TLS_NAME_SIZE], uint16_t code))
{
	if (list->extent < TLS_LIST_PARTLY)
		jw_null(j, key);
	else
		json_codes16(j, key, &list->codes, name);
}

/* By version, since one may take what another refuses. */
static void
json_by_version(struct jw *j, const struct tls_offer *o)
{
	static const char *const order[] = {
		[TLS_ORDER_CLIENT] = "client",
		[TLS_ORDER_SERVER] = "server",
		[TLS_ORDER_SERVER_CHACHA] = "server-chacha",
	};
	char room[TLS_NAME_SIZE];

	jw_array(j, "suites");
	for (size_t i = TLS_VERSIONS; i-- > 0;) {
		if (o->version[i] != TLS_YES)
			continue;
		jw_object(j, NULL);
		jw_str(j, "version", tls_version_name(room,
		    tls_version_at(i)));
		jw_str(j, "order", order[o->order[i]]);
		json_suites(j, &o->suites[i].codes);
		jw_end(j);
	}
	jw_end(j);
}

static void
json_dh(struct jw *j, const struct tls_offer *o)
{
	jw_array(j, "dh");
	for (size_t i = 0; i < o->dhs; i++) {
		jw_object(j, NULL);
		jw_int(j, "bits", o->dh[i].bits);
		jw_str(j, "prime", o->dh[i].prime < 0 ? NULL :
		    dh_primes[o->dh[i].prime].name);
		jw_end(j);
	}
	jw_end(j);
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
	json_by_version(j, o);
	json_list16(j, "groups", &o->groups12, tls_group_name);
	json_list16(j, "groups_tls13", &o->groups13, tls_group_name);
	json_list16(j, "signature_schemes", &o->schemes12, tls_scheme_name);
	json_list16(j, "signature_schemes_tls13", &o->schemes13,
	    tls_scheme_name);
	json_dh(j, o);
	for (size_t i = 0; i < TLS_FACTS; i++)
		render_known(j, keys[i], o->fact[i]);
	render_known(j, "resumption", p->resumes);
	render_known(j, "early_data", p->early_data);
	jw_end(j);
}

void
render_offer(struct jw *j, const struct probe *p)
{
	struct tls_codes suites = { 0 }, groups = { 0 };

	if (!p->enumerated) {
		jw_null(j, "versions");
		jw_null(j, "ciphers");
		jw_null(j, "groups");
		return;
	}
	offered_suites(p, &suites);
	offered_groups(p, &groups);
	json_versions(j, p);
	json_suites(j, &suites);
	json_codes16(j, "groups", &groups, tls_group_name);
	json_offer(j, p);
}
