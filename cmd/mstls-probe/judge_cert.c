/* What an address shows of itself, and what it is worth; see judge.h. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "tls/cert_name.h"
#include "tls/flight.h"
#include "tls/grade.h"

enum { SOON = 14 * 86400 };	/* seconds */

/* --- gathering: the delivery's chain first, then those of other keys */

static bool
is_shown(const struct address *a, const struct cert *leaf)
{
	for (size_t i = 0; i < a->shown_n; i++)
		if (memcmp(a->shown[i].chain.v[0].sha256, leaf->sha256,
		    sizeof(leaf->sha256)) == 0)
			return true;
	return false;
}

/*
 * Take the chain over; NULL, and nothing is taken, when it is empty or its
 * first certificate is there already.
 */
static struct shown *
take_chain(struct address *a, struct cert_chain *chain)
{
	struct shown *s = NULL;

	if (chain->n == 0 || is_shown(a, &chain->v[0]))
		return NULL;
	a->shown = xreallocarray(a->shown, a->shown_n + 1, sizeof(*a->shown));
	s = &a->shown[a->shown_n++];
	*s = (struct shown){ .chain = *chain };
	*chain = (struct cert_chain){ 0 };
	return s;
}

/* The delivery's chain was judged once for all domains, where it was seen. */
static void
gather(const struct view *v)
{
	struct address *a = v->address;
	const struct tls_offer *o = &a->probe.offer;
	struct shown *s = take_chain(a, &a->probe.session.chain);

	if (s != NULL)
		s->verdict = a->probe.chain;
	for (size_t i = 0; i < o->chains; i++) {
		struct span list = span_of(o->chain[i].list, o->chain[i].n);
		struct span der = { NULL, 0 };
		struct cert_chain chain = { 0 };

		while (tls_chain_next(&list, &der))
			cert_chain_add(&chain, der);
		chain.left_out += list.n > 0;
		s = take_chain(a, &chain);
		if (s != NULL)
			chain_judge_once(v->job->probe.judged,
			    v->job->probe.trust, &s->chain,
			    env_now(&v->job->run.env), &s->verdict);
		cert_chain_free(&chain);
	}
}

/* --- against names and records */

/*
 * Reference identifiers: of an MX its own name (RFC 8461 section 4.1), of a
 * service what the user typed (RFC 7817 section 3) or the host given, which
 * may be an address.
 */
static bool
names_match(const struct view *v, const struct cert *leaf)
{
	const struct server *s = v->server;
	struct ip_addr ip;

	/* in DNS-IDs an address is a name that only looks like one */
	if (ip_parse(span_str(s->name), &ip))
		return cert_has_address(leaf, &ip);
	if (s->source != SOURCE_MX && v->target->is_domain &&
	    cert_name_of0(leaf, buf_get0(&v->target->name), NAME_DNS_ID))
		return true;
	return cert_name_of0(leaf, span_str(s->name), NAME_DNS_ID) != NULL;
}

static void
compare_records(const struct view *v, const struct cert_chain *chain,
    int64_t when, struct dane_verdict *out)
{
	const struct server *s = v->server;
	struct span domain = v->target->is_domain ?
	    buf_get0(&v->target->name) : SPAN("");
	struct dane_names names;

	if (s->source == SOURCE_MX)
		dane_names_of_mx(&s->dane, &v->target->mx, &names);
	else
		dane_names_of_host(&s->dane, span_str(s->name), domain,
		    &names);
	dane_judge(&s->dane, chain, names.v, names.n, when, out);
	dane_names_free(&names);
}

static void
compare(const struct view *v, struct shown *s)
{
	s->name_match = names_match(v, &s->chain.v[0]);
	compare_records(v, &s->chain, env_now(&v->job->run.env), &s->dane);
}

/* --- judging */

static uint16_t
curve_of(const struct cert *c)
{
	for (size_t i = 0; c->curve != NULL && i < tls_groups_n; i++)
		if (strcmp(tls_groups[i].name, c->curve) == 0)
			return tls_groups[i].code;
	return 0;
}

static void
judge_key(struct view *v, const struct cert *c)
{
	enum tls_grade g = tls_grade_key(c->key, c->key_bits, curve_of(c));

	if (g >= TLS_GRADE_PHASE_OUT)
		finding_add(v->fs, g == TLS_GRADE_PHASE_OUT ?
		    F_CERT_KEY_PHASE_OUT : F_CERT_KEY_INSUFFICIENT, v->where,
		    "%s, %u bits: %s", tls_key_name(c->key), c->key_bits,
		    c->subject);
}

/* A root's signature is of no weight: nobody checks it. */
static void
judge_chain_keys(struct view *v, const struct cert_chain *chain)
{
	for (size_t i = 0; i < chain->n; i++) {
		const struct cert *c = &chain->v[i];

		judge_key(v, c);
		if ((i == 0 || !c->self_issued) &&
		    tls_grade_hash(c->hash) >= TLS_GRADE_PHASE_OUT)
			finding_add(v->fs, F_CERT_SIGNATURE, v->where,
			    "%s: %s", c->sigalg, c->subject);
	}
	if (chain->left_out > 0)
		finding_add(v->fs, F_CERT_CHAIN, v->where, "%zu left out",
		    chain->left_out);
}

static void
judge_trust(struct view *v, const struct shown *s)
{
	const char *reason = chain_result_name(s->verdict.result);

	switch (s->verdict.result) {
	case CHAIN_OK:
		break;
	case CHAIN_EXPIRED:
		finding_add(v->fs, F_CERT_EXPIRED, v->where, NULL);
		break;
	case CHAIN_NOT_YET_VALID:
		finding_add(v->fs, F_CERT_NOT_YET_VALID, v->where, NULL);
		break;
	case CHAIN_UNKNOWN:
		finding_add(v->fs, F_CERT_CHAIN_UNKNOWN, v->where, NULL);
		break;
	default:
		finding_add(v->fs, F_CERT_UNTRUSTED, v->where, "%s", reason);
	}
	if (!s->name_match)
		finding_add(v->fs, F_CERT_NAME, v->where, "%s, not %s",
		    s->chain.v[0].names_n > 0 ? s->chain.v[0].names[0] :
		    "no name at all", v->server->name);
}

/* Programs that read and submit mail verify, whatever DANE says. */
static void
judge_service(struct view *v, const struct shown *s)
{
	if (s->verdict.result == CHAIN_UNKNOWN)
		finding_add(v->fs, F_CERT_CHAIN_UNKNOWN, v->where, NULL);
	else if (s->verdict.result != CHAIN_OK)
		finding_add(v->fs, F_CERT_SERVICE, v->where, "%s",
		    chain_result_name(s->verdict.result));
	else if (!s->name_match)
		finding_add(v->fs, F_CERT_SERVICE, v->where,
		    "it is not for %s", v->server->name);
}

static void
judge_dates(struct view *v, const struct shown *s)
{
	int64_t left = s->chain.v[0].not_after - env_now(&v->job->run.env);

	if (left >= 0 && left < SOON)
		finding_add(v->fs, F_CERT_EXPIRES_SOON, v->where,
		    "in %d days", (int)(left / 86400));
}

static bool
is_by_dane(const struct view *v, const struct shown *s)
{
	return s->dane.status == DANE_MATCH && dane_applies(v->server);
}

/* Whether what holds now has ended by then, the issuers' dates and all. */
static bool
ends_by(const struct view *v, const struct shown *s, int64_t then)
{
	const struct cert *leaf = &s->chain.v[0];
	struct chain_verdict chain;
	struct dane_verdict dane;

	/* programs that read and submit mail do not ask for DANE */
	if (v->server->service == SERVICE_SMTP && is_by_dane(v, s)) {
		compare_records(v, &s->chain, then, &dane);
		return dane.status != DANE_MATCH;
	}
	if (s->verdict.result != CHAIN_OK)
		return leaf->not_after >= env_now(&v->job->run.env) &&
		    leaf->not_after < then;
	chain_judge(v->job->probe.trust, &s->chain, then, &chain);
	return chain.result != CHAIN_OK;
}

static void
judge_ahead(struct view *v, const struct shown *s)
{
	int days = v->job->args->valid_for;
	int64_t then = env_now(&v->job->run.env) + (int64_t)days * 86400;
	char until[DATE_RFC3339_SIZE];

	if (days > 0 && ends_by(v, s, then))
		finding_add(v->fs, F_CERT_ENDS_EARLY, v->where,
		    s->chain.v[0].not_after < then ? "it ends at %s" :
		    "an issuer ends before it does (%s)",
		    date_rfc3339(until, s->chain.v[0].not_after));
}

/* The delivery's chain decides; another key's may differ. */
static void
judge_dane_match(struct view *v, const struct shown *s, bool first)
{
	if (!dane_applies(v->server))
		return;
	if (s->dane.status == DANE_UNKNOWN && v->server->dane.left_out > 0)
		finding_add(v->fs, F_DANE_TOO_MANY, v->where, "%zu left out",
		    v->server->dane.left_out);
	else if (s->dane.status == DANE_UNKNOWN)
		finding_add(v->fs, F_CERT_CHAIN_UNKNOWN, v->where, "DANE-TA");
	if (s->dane.status != DANE_MISMATCH)
		return;
	finding_add(v->fs, first ? F_DANE_MISMATCH : F_DANE_OTHER_KEY,
	    v->where, "%s%s", tls_key_name(s->chain.v[0].key),
	    s->dane.reason == DANE_WEAKER ? ": the SHA-256 record is right, "
	    "but where there are SHA-512 ones, these count" : "");
}

static void
judge_shown(struct view *v, const struct shown *s, bool first)
{
	judge_chain_keys(v, &s->chain);
	judge_dane_match(v, s, first);
	if (v->server->service != SERVICE_SMTP) {
		judge_service(v, s);
		judge_dates(v, s);
	} else if (!is_by_dane(v, s)) {
		/* DANE-EE leaves names and dates out of account */
		judge_trust(v, s);
		judge_dates(v, s);
	}
	judge_ahead(v, s);
}

void
judge_certs(struct view *v)
{
	struct address *a = v->address;

	gather(v);
	for (size_t i = 0; i < a->shown_n; i++) {
		compare(v, &a->shown[i]);
		judge_shown(v, &a->shown[i], i == 0);
	}
	if (a->shown_n > 0)
		a->dane = a->shown[0].dane;
	else if (a->probe.reach == PROBE_TLS)
		finding_add(v->fs, F_CERT_UNREADABLE, v->where, NULL);
}
