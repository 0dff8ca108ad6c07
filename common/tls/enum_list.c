/*
 * What is asked beside the suites and schemes: groups by removal, compression,
 * and whether a fallback is noticed.
 */
#include "tls/enum_int.h"
#include "tls/names.h"

enum {
	ALERT_INAPPROPRIATE_FALLBACK = 86,
};

/* Whether the group may be agreed on in a hello of this version. */
static bool
group_fits(const struct tls_group *g, uint16_t version)
{
	/*
	 * Up to TLS 1.2 no FFDHE: who knows them refuses DHE when his own
	 * are not among those offered (RFC 7919 section 4), who does not
	 * never says one's name.
	 */
	return version == TLS_1_3 || g->kind == TLS_GROUP_EC;
}

void
offer_groups(struct task *t)
{
	/* cheap and common ones first, for who follows the client */
	static const uint16_t first[] = {
		TLS_GROUP_X25519, TLS_GROUP_SECP256R1, TLS_GROUP_SECP384R1,
		TLS_GROUP_SECP521R1, TLS_GROUP_X448,
	};

	if (t->version < TLS_1_0)
		return;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		tls_codes_add(&t->groups, first[i]);
	for (size_t i = 0; i < tls_groups_n; i++)
		if (group_fits(&tls_groups[i], t->version))
			tls_codes_add(&t->groups, tls_groups[i].code);
}

/* All suites of the version with this key exchange and a certificate. */
void
offer_signed(struct task *t, enum tls_kx kx)
{
	for (size_t i = 0; i < tls_suites_n; i++) {
		const struct tls_suite *s = &tls_suites[i];

		if (s->kx == kx && tls_suite_fits(s, t->version) &&
		    (s->auth == TLS_AUTH_RSA || s->auth == TLS_AUTH_ECDSA ||
		    s->auth == TLS_AUTH_ANY))
			tls_codes_add(&t->suites, s->code);
	}
}

/*
 * Up to TLS 1.2 a certificate's curve must be among those offered (RFC 8422
 * section 5.1), so one with an EC key takes part in no hello without it. From
 * then on the groups found are offered too, behind the others.
 */
static bool
keep_found(struct task *t)
{
	if (t->version == TLS_1_3 || !t->ecdsa || t->keeps)
		return false;
	t->keeps = true;
	for (size_t i = 0; i < t->found.n; i++)
		tls_codes_add(&t->groups, t->found.v[i]);
	return true;
}

/* A group the server agreed on; one that it was not asked for ends it. */
static void
take_group(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	const struct tls_suite *s = tls_suite(f->suite);

	(void)a;
	if (answer == ANSWER_REFUSED && keep_found(t))
		return;
	t->over = true;
	if (answer != ANSWER_ACCEPTED || f->group == 0) {
		t->unclear = answer != ANSWER_REFUSED;
		return;
	}
	t->ecdsa = t->ecdsa || (s != NULL && s->auth == TLS_AUTH_ECDSA);
	t->over = !tls_codes_has(&t->groups, f->group) ||
	    tls_codes_has(&t->found, f->group);
	tls_codes_add(&t->found, f->group);
	tls_codes_remove(&t->groups, f->group);
	if (t->keeps)
		tls_codes_add(&t->groups, f->group);
}

/* RFC 7507 section 3: who could do better refuses a lower version. */
static void
take_fallback(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	enum tls_known *known = &a->o->fact[TLS_FACT_FALLBACK_SCSV];

	t->over = true;
	if (answer == ANSWER_ACCEPTED)
		*known = TLS_NO;
	else if (answer == ANSWER_REFUSED && f->state == FLIGHT_ALERT &&
	    f->alert == ALERT_INAPPROPRIATE_FALLBACK)
		*known = TLS_YES;
	else
		*known = TLS_UNCLEAR;
}

static void
take_compression(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	enum tls_known *known = &a->o->fact[TLS_FACT_COMPRESSION];

	t->over = true;
	if (answer != ANSWER_ACCEPTED)
		*known = TLS_UNCLEAR;
	else
		*known = f->compression != 0 ? TLS_YES : TLS_NO;
}

/* The highest version below that one that is spoken; 0 if there is none. */
static uint16_t
highest(const struct asking *a, uint16_t below)
{
	for (size_t v = TLS_VERSIONS; v-- > 1;)
		if (tls_version_at(v) < below &&
		    enum_spoken(a, tls_version_at(v)) != 0)
			return tls_version_at(v);
	return 0;
}

/* A question with what the version is known to accept. */
static struct task *
new_known(struct asking *a, task_take *take, uint16_t version)
{
	struct task *t = task_new(a, take, version);

	if (t == NULL)
		return NULL;
	tls_codes_add(&t->suites, enum_spoken(a, version));
	offer_groups(t);
	offer_schemes(t);
	return t;
}

static void
add_downgrades(struct asking *a)
{
	uint16_t old = highest(a, TLS_1_3);
	uint16_t lower = highest(a, highest(a, UINT16_MAX));
	struct task *t = NULL;

	if (lower == 0)
		a->o->fact[TLS_FACT_FALLBACK_SCSV] = TLS_MOOT;
	else if ((t = new_known(a, take_fallback, lower)) != NULL)
		t->fallback = true;
	if (old == 0)
		a->o->fact[TLS_FACT_COMPRESSION] = TLS_MOOT;
	else if ((t = new_known(a, take_compression, old)) != NULL)
		t->deflate = true;
}

void
enum_lists_begin(struct asking *a)
{
	uint16_t old = highest(a, TLS_1_3);
	struct task *t = NULL;

	add_downgrades(a);
	if (enum_spoken(a, TLS_1_3) != 0)
		new_known(a, take_group, TLS_1_3);
	if (old >= TLS_1_0 && (t = task_new(a, take_group, old)) != NULL) {
		offer_signed(t, TLS_KX_ECDHE);
		offer_groups(t);
		offer_schemes(t);
	}
}

/* What the tasks of one kind found; there are none when it is moot. */
void
enum_end_list(const struct asking *a, task_take *take, bool tls13, bool moot,
    struct tls_list *list)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < a->tasks; i++) {
		const struct task *t = &a->task[i];

		if (t->take != take || (t->version == TLS_1_3) != tls13)
			continue;
		tally_add(&tally, t);
		for (size_t k = 0; k < t->found.n; k++)
			tls_codes_add(&list->codes, t->found.v[k]);
	}
	list->extent = moot ? TLS_LIST_MOOT :
	    tally_extent(&tally, list->codes.n);
}

void
enum_lists_end(struct asking *a)
{
	struct tls_offer *o = a->o;

	enum_end_list(a, take_group, true, none_spoken(o, TLS_1_3, TLS_1_3),
	    &o->groups13);
	enum_end_list(a, take_group, false, none_spoken(o, TLS_1_0, TLS_1_2),
	    &o->groups12);
}
