/*
 * Versions, suites, groups, hashes and mechanisms by the levels of the
 * guideline (tls/grade.h). Where nothing was enumerated, what the one
 * handshake agreed on is a list of one. See judge.h.
 */
#include "judge.h"

#include "tls/grade.h"

enum { LIST_MAX = 400 };

/* What is said in one finding: names, with commas. */
struct names {
	struct buf text;
	size_t left_out;
};

#define NAMES ((struct names){ BUF(LIST_MAX), 0 })

static void
add_name(struct names *to, const char *name)
{
	size_t before = to->text.n;

	if (before > 0)
		buf_str(&to->text, ", ");
	buf_str(&to->text, name);
	if (to->text.over) {
		to->text.over = false;
		to->text.n = before;
		to->left_out++;
	}
}

static void
say_names(struct view *v, enum finding_code code, struct names *n)
{
	if (n->text.n > 0 && n->left_out > 0)
		finding_add(v->fs, code, v->where, "%.*s and %zu more",
		    (int)n->text.n, (const char *)n->text.p, n->left_out);
	else if (n->text.n > 0)
		finding_add(v->fs, code, v->where, "%.*s", (int)n->text.n,
		    (const char *)n->text.p);
	buf_free(&n->text);
}

/* Names by level: the two that there is something to say of. */
struct graded {
	struct names insufficient, phase_out;
};

#define GRADED ((struct graded){ NAMES, NAMES })

static void
add_graded(struct graded *to, enum tls_grade g, const char *name)
{
	if (g == TLS_GRADE_INSUFFICIENT)
		add_name(&to->insufficient, name);
	else if (g == TLS_GRADE_PHASE_OUT)
		add_name(&to->phase_out, name);
}

static void
versions(struct view *v)
{
	const struct probe *p = &v->address->probe;
	struct names bad = NAMES;
	char room[TLS_NAME_SIZE];
	uint16_t best = p->session.version;

	for (size_t i = 0; i < TLS_VERSIONS && p->enumerated; i++) {
		uint16_t version = tls_version_at(i);

		if (p->offer.version[i] != TLS_YES)
			continue;
		if (tls_grade_version(version) == TLS_GRADE_INSUFFICIENT)
			add_name(&bad, tls_version_name(room, version));
		best = version > best ? version : best;
	}
	if (best != 0 && best < TLS_1_2)
		finding_add(v->fs, F_TLS_OBSOLETE_ONLY, v->where, "%s",
		    tls_version_name(room, best));
	say_names(v, F_TLS_VERSIONS, &bad);
}

/* Senders on port 25 that verify nothing lose nothing by them. */
static bool
is_harmless(const struct view *v, const struct tls_suite *s)
{
	static const char *const sound[] = { "AES_", "CAMELLIA_", "ARIA_" };

	if (s == NULL || s->auth != TLS_AUTH_anon ||
	    v->server->service != SERVICE_SMTP)
		return false;
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++)
		if (span_starts(span_str(s->cipher), span_str(sound[i])))
			return true;
	return false;
}

static void
add_suite(const struct view *v, uint32_t code, struct graded *to,
    struct names *anonymous)
{
	char room[TLS_NAME_SIZE];
	const char *name = tls_suite_name(room, code);

	if (is_harmless(v, tls_suite(code)))
		add_name(anonymous, name);
	else
		add_graded(to, tls_grade_suite(code), name);
}

/* Whether a list of an earlier version has it, too. */
static bool
seen_before(const struct tls_offer *o, size_t version, uint32_t code)
{
	for (size_t i = 0; i < version; i++)
		if (tls_codes_has(&o->suites[i].codes, code))
			return true;
	return false;
}

static void
suites(struct view *v)
{
	const struct probe *p = &v->address->probe;
	const struct tls_offer *o = &p->offer;
	struct graded g = GRADED;
	struct names anonymous = NAMES;

	for (size_t i = 0; i < TLS_VERSIONS && p->enumerated; i++)
		for (size_t k = 0; k < o->suites[i].codes.n; k++)
			if (!seen_before(o, i, o->suites[i].codes.v[k]))
				add_suite(v, o->suites[i].codes.v[k], &g,
				    &anonymous);
	if (!p->enumerated && p->session.cipher != 0)
		add_suite(v, p->session.cipher, &g, &anonymous);
	say_names(v, F_TLS_SUITES_INSUFFICIENT, &g.insufficient);
	say_names(v, F_TLS_SUITES_PHASE_OUT, &g.phase_out);
	say_names(v, F_TLS_ANONYMOUS, &anonymous);
}

static void
add_groups(const struct tls_list *list, const struct tls_list *but,
    struct graded *to)
{
	char room[TLS_NAME_SIZE];

	for (size_t i = 0; i < list->codes.n; i++) {
		uint16_t code = (uint16_t)list->codes.v[i];

		if (but == NULL || !tls_codes_has(&but->codes, code))
			add_graded(to, tls_grade_group(code),
			    tls_group_name(room, code));
	}
}

static bool
has_kem(const struct tls_list *list)
{
	for (size_t i = 0; i < list->codes.n; i++) {
		const struct tls_group *g =
		    tls_group((uint16_t)list->codes.v[i]);

		if (g != NULL && g->kind == TLS_GROUP_KEM)
			return true;
	}
	return false;
}

static void
groups(struct view *v)
{
	const struct probe *p = &v->address->probe;
	struct graded g = GRADED;
	char room[TLS_NAME_SIZE];

	if (p->enumerated) {
		add_groups(&p->offer.groups13, NULL, &g);
		add_groups(&p->offer.groups12, &p->offer.groups13, &g);
		if (p->offer.groups13.extent == TLS_LIST_WHOLE &&
		    !has_kem(&p->offer.groups13))
			finding_add(v->fs, F_TLS_NO_PQ, v->where, NULL);
	} else if (p->session.group != 0) {
		add_graded(&g, tls_grade_group(p->session.group),
		    tls_group_name(room, p->session.group));
	}
	say_names(v, F_TLS_GROUPS_INSUFFICIENT, &g.insufficient);
	say_names(v, F_TLS_GROUPS_PHASE_OUT, &g.phase_out);
}

static void
finite_fields(struct view *v)
{
	const struct tls_offer *o = &v->address->probe.offer;

	for (size_t i = 0; i < o->dhs; i++) {
		const struct tls_dh *dh = &o->dh[i];

		finding_add(v->fs, tls_grade_dh(dh) == TLS_GRADE_PHASE_OUT ?
		    F_TLS_DH_PHASE_OUT : F_TLS_DH, v->where,
		    "%u bits, generator %u, %s", dh->bits, dh->generator,
		    dh->prime >= 0 ? dh_primes[dh->prime].name :
		    "a prime of its own");
	}
}

static void
hashes(struct view *v)
{
	const struct probe *p = &v->address->probe;
	const struct tls_list *list = &p->offer.schemes12;
	const struct tls_scheme *used = tls_scheme(p->session.sigalg);
	struct names weak = NAMES;

	if (used != NULL && tls_grade_hash(used->hash) >= TLS_GRADE_PHASE_OUT)
		finding_add(v->fs, F_TLS_KEX_HASH, v->where, "%s",
		    used->name);
	for (size_t i = 0; i < list->codes.n; i++) {
		const struct tls_scheme *s =
		    tls_scheme((uint16_t)list->codes.v[i]);

		if (s != NULL && tls_grade_hash(s->hash) >=
		    TLS_GRADE_PHASE_OUT)
			add_name(&weak, s->name);
	}
	/* whoever knows a better one gets a better one */
	say_names(v, v->server->service == SERVICE_SMTP ?
	    F_TLS_KEX_HASH_TAKEN : F_TLS_KEX_HASH, &weak);
}

static void
order(struct view *v)
{
	const struct tls_offer *o = &v->address->probe.offer;
	char version[TLS_NAME_SIZE], worse[TLS_NAME_SIZE];
	char better[TLS_NAME_SIZE];

	for (size_t i = 0; i < TLS_VERSIONS; i++)
		if (o->worse[i] != 0)
			finding_add(v->fs, F_TLS_ORDER, v->where,
			    "%s: %s before %s",
			    tls_version_name(version, tls_version_at(i)),
			    tls_suite_name(worse, o->worse[i]),
			    tls_suite_name(better, o->better[i]));
}

static void
mechanisms(struct view *v)
{
	const struct tls_offer *o = &v->address->probe.offer;
	const struct {
		enum tls_known got, bad;
		enum finding_code code;
	} rows[] = {
		{ o->fact[TLS_FACT_SECURE_RENEGOTIATION], TLS_NO,
		    F_TLS_RENEGOTIATION },
		{ o->fact[TLS_FACT_COMPRESSION], TLS_YES,
		    F_TLS_COMPRESSION },
		{ o->fact[TLS_FACT_EXTENDED_MASTER], TLS_NO, F_TLS_NO_EMS },
		{ o->fact[TLS_FACT_FALLBACK_SCSV], TLS_NO, F_TLS_NO_SCSV },
		{ o->fact[TLS_FACT_SENTINEL], TLS_NO, F_TLS_NO_SENTINEL },
		{ v->address->probe.early_data, TLS_YES, F_TLS_EARLY_DATA },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].got == rows[i].bad)
			finding_add(v->fs, rows[i].code, v->where, NULL);
}

/* The guideline lets a few of them pass: only many are a burden. */
static void
renegotiations(struct view *v)
{
	unsigned times = v->address->probe.renegotiations;
	enum tls_grade g = tls_grade_renegotiations(times);

	if (g > TLS_GRADE_GOOD)
		finding_add(v->fs, g == TLS_GRADE_INSUFFICIENT ?
		    F_TLS_CLIENT_RENEGOTIATION :
		    F_TLS_CLIENT_RENEGOTIATION_LIMITED, v->where,
		    "%u times", times);
}

/* The same of one handshake alone. */
static void
handshake(struct view *v)
{
	const struct session *s = &v->address->probe.session;
	bool old = s->version != 0 && s->version < TLS_1_3;

	if (old && !s->ems)
		finding_add(v->fs, F_TLS_NO_EMS, v->where, NULL);
	if (old && !s->secure_renegotiation)
		finding_add(v->fs, F_TLS_RENEGOTIATION, v->where, NULL);
}

void
judge_tls(struct view *v)
{
	const struct probe *p = &v->address->probe;

	if (!p->enumerated && p->reach != PROBE_TLS)
		return;
	versions(v);
	suites(v);
	groups(v);
	hashes(v);
	renegotiations(v);
	if (!p->enumerated) {
		handshake(v);
		return;
	}
	finite_fields(v);
	order(v);
	mechanisms(v);
}
