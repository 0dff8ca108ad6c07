/*
 * Versions and their suites. The suites of a version are offered in chunks,
 * by class, so that each class shows with its first answer, however many of
 * another class are accepted, and a class nobody accepts costs one refusal.
 */
#include <string.h>

#include "tls/enum_int.h"
#include "tls/grade.h"
#include "tls/names.h"

enum { ALERT_PROTOCOL_VERSION = 70 };

/* Classes in the order in which a server may be expected to have them. */
enum suite_class {
	CLASS_MODERN,	/* better than insufficient */
	CLASS_DATED,	/* a certificate and a cipher of today's lengths */
	CLASS_BROKEN,	/* anonymous, NULL, export, DES, RC2, RC4, MD5 */
	CLASS_RARE,	/* needs a key that mail servers have not */
	CLASSES,
};

static bool
is_one_of(const char *s, const char *const *list)
{
	while (*list != NULL && strcmp(*list, s) != 0)
		list++;
	return *list != NULL;
}

static enum suite_class
class_of(const struct tls_suite *s)
{
	static const char *const broken[] = {
		"NULL", "RC4_128", "RC4_40", "RC4_56", "RC2_CBC_40",
		"RC2_CBC_56", "DES_CBC", "DES40_CBC", "DES_CBC_40",
		"3DES_EDE_CBC", "IDEA_CBC", NULL,
	};

	if (tls_grade_suite(s->code) != TLS_GRADE_INSUFFICIENT)
		return CLASS_MODERN;
	if (s->auth == TLS_AUTH_anon)
		return CLASS_BROKEN;
	if ((s->auth != TLS_AUTH_RSA && s->auth != TLS_AUTH_ECDSA &&
	    s->auth != TLS_AUTH_ANY) || s->kx == TLS_KX_SRP ||
	    s->kx == TLS_KX_RSA_PSK)
		return CLASS_RARE;
	return is_one_of(s->cipher, broken) ? CLASS_BROKEN : CLASS_DATED;
}

/* TLS_NULL_WITH_NULL_NULL is a state, not an offer: RFC 5246 appendix A.5. */
static bool
is_offered(const struct tls_suite *s, uint16_t version)
{
	return s->kx != TLS_KX_NULL && tls_suite_fits(s, version);
}

static task_take take_suite, take_ssl2;

/* The tasks of one class: one, or several where it is large. */
static void
add_class(struct asking *a, uint16_t version, enum suite_class class,
    size_t *chunk)
{
	struct task *t = NULL;

	for (size_t i = 0; i < tls_suites_n; i++) {
		const struct tls_suite *s = &tls_suites[i];

		if (!is_offered(s, version) || class_of(s) != class)
			continue;
		if (t == NULL || t->suites.n == CHUNK_MAX) {
			t = task_new(a, take_suite, version);
			if (t == NULL)
				return;
			t->chunk = (*chunk)++;
			t->waits = t->chunk > 0;
			offer_groups(t);
			offer_schemes(t);
		}
		tls_codes_add(&t->suites, s->code);
	}
}

/*
 * TLS 1.3 has so few suites that all are offered in one hello; a second like
 * it has a key share, for who takes no hello without one.
 */
static void
add_tls13(struct asking *a)
{
	for (size_t chunk = 0; chunk < 2; chunk++) {
		struct task *t = task_new(a, take_suite, TLS_1_3);

		if (t == NULL)
			return;
		for (size_t i = 0; i < tls_suites_n; i++)
			if (is_offered(&tls_suites[i], TLS_1_3))
				tls_codes_add(&t->suites, tls_suites[i].code);
		t->chunk = chunk;
		t->waits = chunk > 0;
		t->share = chunk > 0 ? TLS_SHARE_GREASE : TLS_SHARE_NONE;
		offer_groups(t);
		offer_schemes(t);
	}
}

static bool
is_suite_task(const struct task *t, uint16_t version)
{
	return (t->take == take_suite || t->take == take_ssl2) &&
	    t->version == version;
}

uint32_t
enum_spoken(const struct asking *a, uint16_t version)
{
	for (size_t i = 0; i < a->tasks; i++)
		if (is_suite_task(&a->task[i], version) &&
		    a->task[i].found.n > 0)
			return a->task[i].found.v[0];
	return 0;
}

/* The version is not spoken: no other class needs to be tried. */
static void
end_version(struct asking *a, uint16_t version)
{
	for (size_t i = 0; i < a->tasks; i++)
		if (is_suite_task(&a->task[i], version))
			a->task[i].over = true;
}

/* The first that was accepted is the measure of what is closed. */
static void
note_known(struct asking *a, const struct task *t)
{
	if (a->known_version != 0 || t->found.n == 0)
		return;
	a->known_version = t->version;
	a->known_suite = t->found.v[0];
}

/* After the first suite: the others wait until all versions are known. */
static void
begin_version(struct asking *a, struct task *t)
{
	t->waits = true;
	note_known(a, t);
	if (t->version != TLS_1_3)
		return;
	a->share = t->share;
	/* of the two tasks one is enough */
	for (size_t i = 0; i < a->tasks; i++)
		if (is_suite_task(&a->task[i], TLS_1_3) && &a->task[i] != t)
			a->task[i].over = true;
}

void
enum_try_next_class(struct asking *a, const struct task *t)
{
	for (size_t i = 0; i < a->tasks; i++)
		if (is_suite_task(t, t->version) &&
		    is_suite_task(&a->task[i], t->version) &&
		    a->task[i].chunk == t->chunk + 1)
			a->task[i].waits = false;
}

static void
take_accepted(struct asking *a, struct task *t, const struct tls_flight *f)
{
	bool spoken = enum_spoken(a, t->version) != 0;

	a->o->version[tls_version_index(t->version)] = TLS_YES;
	tls_codes_add(&t->found, f->suite);
	tls_codes_remove(&t->suites, f->suite);
	t->over = t->suites.n == 0;
	if (!spoken)
		begin_version(a, t);
}

static void
take_suite(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	bool alert = answer == ANSWER_REFUSED && f->state == FLIGHT_ALERT;

	if (answer == ANSWER_ACCEPTED) {
		take_accepted(a, t, f);
		return;
	}
	t->over = true;
	t->unclear = answer == ANSWER_UNCLEAR;
	if (answer == ANSWER_OTHER_VERSION)
		a->o->version[tls_version_index(f->version)] = TLS_YES;
	if (enum_spoken(a, t->version) != 0)
		return;
	if (answer == ANSWER_OTHER_VERSION ||
	    (alert && f->alert == ALERT_PROTOCOL_VERSION))
		end_version(a, t->version);
	else
		enum_try_next_class(a, t);
}

/* SSLv2 lists all that it has at once. */
static void
take_ssl2(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	t->over = true;
	t->unclear = answer != ANSWER_ACCEPTED && answer != ANSWER_REFUSED;
	if (answer != ANSWER_ACCEPTED)
		return;
	a->o->version[tls_version_index(TLS_SSL2)] = TLS_YES;
	t->found = f->ssl2;
	note_known(a, t);
}

static void
add_ssl2(struct asking *a)
{
	struct task *t = task_new(a, take_ssl2, TLS_SSL2);

	for (size_t i = 0; t != NULL && i < tls_suites_n; i++)
		if (tls_suites[i].era == TLS_ERA_SSL2)
			tls_codes_add(&t->suites, tls_suites[i].code);
}

void
tally_add(struct tally *y, const struct task *t)
{
	y->asked = y->asked || t->asked;
	y->open = y->open || !t->over;
	y->unclear = y->unclear || t->unclear || t->parked;
}

enum tls_extent
tally_extent(const struct tally *y, size_t found)
{
	if (!y->asked)
		return TLS_LIST_NOT_ASKED;
	if (y->open || y->unclear)
		return found > 0 || !y->unclear ? TLS_LIST_PARTLY :
		    TLS_LIST_UNCLEAR;
	return TLS_LIST_WHOLE;
}

/* How the tasks of the version's suites ended. */
static enum tls_extent
extent_of(const struct asking *a, uint16_t version)
{
	struct tally tally = { 0 };
	size_t found = 0;

	for (size_t i = 0; i < a->tasks; i++) {
		if (!is_suite_task(&a->task[i], version))
			continue;
		tally_add(&tally, &a->task[i]);
		found += a->task[i].found.n;
	}
	return tally_extent(&tally, found);
}

static void
conclude_version(struct asking *a, size_t v)
{
	enum tls_known *known = &a->o->version[v];

	if (*known == TLS_YES)
		return;
	switch (extent_of(a, tls_version_at(v))) {
	case TLS_LIST_WHOLE:
		*known = TLS_NO;
		break;
	case TLS_LIST_UNCLEAR:
		*known = TLS_UNCLEAR;
		break;
	default:
		break;
	}
}

void
enum_versions(struct asking *a)
{
	/* what is spoken most first: it is the measure of the others */
	static const uint16_t order[] = {
		TLS_1_2, TLS_1_3, TLS_1_0, TLS_1_1, TLS_SSL3,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		size_t chunk = 0;

		if (order[i] == TLS_1_3)
			add_tls13(a);
		else
			for (int c = 0; c < CLASSES; c++)
				add_class(a, order[i], (enum suite_class)c,
				    &chunk);
	}
	add_ssl2(a);
	ask_all(a);
	/* closed while nothing was known: there may be a measure by now */
	for (size_t i = 0; i < a->tasks && a->known_version != 0; i++)
		a->task[i].parked = false;
	ask_all(a);
	for (size_t v = 0; v < TLS_VERSIONS; v++)
		conclude_version(a, v);
}

void
enum_suites_begin(struct asking *a)
{
	for (size_t i = 0; i < a->tasks; i++)
		if (enum_spoken(a, a->task[i].version) != 0)
			a->task[i].waits = false;
}

void
enum_suites_end(struct asking *a)
{
	for (size_t v = 0; v < TLS_VERSIONS; v++) {
		struct tls_list *list = &a->o->suites[v];
		uint16_t version = tls_version_at(v);

		if (a->o->version[v] == TLS_NO)
			list->extent = TLS_LIST_MOOT;
		else
			list->extent = extent_of(a, version);
		for (size_t i = 0; i < a->tasks; i++) {
			const struct task *t = &a->task[i];

			for (size_t k = 0; k < t->found.n &&
			    is_suite_task(t, version); k++)
				tls_codes_add(&list->codes, t->found.v[k]);
		}
	}
}
