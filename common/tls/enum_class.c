/*
 * The suites of a version are offered in chunks, by class, so that each class
 * shows with its first answer, however many of another class are accepted,
 * and a class that nobody accepts costs one refusal.
 */
#include <string.h>

#include "tls/enum_int.h"
#include "tls/grade.h"
#include "tls/names.h"

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
			t = task_new(a, enum_take_suite, version);
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
		struct task *t = task_new(a, enum_take_suite, TLS_1_3);

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

static void
add_ssl2(struct asking *a)
{
	struct task *t = task_new(a, enum_take_ssl2, TLS_SSL2);

	for (size_t i = 0; t != NULL && i < tls_suites_n; i++)
		if (tls_suites[i].era == TLS_ERA_SSL2)
			tls_codes_add(&t->suites, tls_suites[i].code);
}

void
enum_suite_tasks(struct asking *a)
{
	/* what is spoken most first: it is the measure of the others */
	static const uint16_t order[] = {
		TLS_1_2, TLS_1_3, TLS_1_0, TLS_1_1, TLS_SSL3,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		size_t chunk = 0;

		if (order[i] == TLS_1_3)
			add_tls13(a);
		for (int c = 0; order[i] != TLS_1_3 && c < CLASSES; c++)
			add_class(a, order[i], (enum suite_class)c, &chunk);
	}
	add_ssl2(a);
}
