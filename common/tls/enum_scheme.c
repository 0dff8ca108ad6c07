/*
 * Signature schemes: those of TLS 1.2 by removal, those of TLS 1.3, where the
 * signature is encrypted, by what is refused.
 */
#include "tls/enum_int.h"
#include "tls/names.h"

enum {
	/* for private use: nobody's scheme (RFC 8446 section 4.2.3) */
	PRIVATE_SCHEME = 0xfe2a,
};

void
offer_schemes(struct task *t)
{
	if (t->version < TLS_1_2)
		return;
	/* the weak ones last, for who follows the client */
	for (int hash = TLS_HASH_OTHER; hash >= TLS_HASH_NONE; hash--)
		for (size_t i = 0; i < tls_schemes_n; i++)
			if (tls_schemes[i].hash == (enum tls_hash)hash)
				tls_codes_add(&t->schemes, tls_schemes[i].code);
}

/* What signed a TLS 1.2 key exchange; what was not offered ends it. */
static void
take_scheme12(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	t->over = true;
	if (answer != ANSWER_ACCEPTED || f->scheme == 0) {
		t->unclear = answer != ANSWER_REFUSED;
		return;
	}
	t->over = !tls_codes_has(&t->schemes, f->scheme);
	if (t->over)
		a->o->fact[TLS_FACT_FOREIGN_SCHEME] = TLS_YES;
	tls_codes_add(&t->found, f->scheme);
	tls_codes_remove(&t->schemes, f->scheme);
}

static task_take take_scheme13;

static struct task *
new_scheme13(struct asking *a)
{
	struct task *t = task_new(a, take_scheme13, TLS_1_3);

	if (t == NULL)
		return NULL;
	offer_groups(t);
	tls_codes_add(&t->suites, enum_spoken(a, TLS_1_3));
	return t;
}

/*
 * What signs a TLS 1.3 handshake is encrypted; but a server that has no key
 * for any scheme offered refuses in clear. So a set that is accepted is
 * halved until its members stand alone.
 */
static void
take_scheme13(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	(void)f;
	t->over = true;
	t->unclear = answer != ANSWER_ACCEPTED && answer != ANSWER_REFUSED;
	if (answer != ANSWER_ACCEPTED)
		return;
	if (t->schemes.n == 1) {
		tls_codes_add(&t->found, t->schemes.v[0]);
		return;
	}
	for (size_t half = 0; half < 2; half++) {
		struct task *part = new_scheme13(a);
		size_t cut = t->schemes.n / 2;
		size_t from = half == 0 ? 0 : cut;
		size_t end = half == 0 ? cut : t->schemes.n;

		t->unclear = t->unclear || part == NULL;
		for (size_t i = from; part != NULL && i < end; i++)
			tls_codes_add(&part->schemes, t->schemes.v[i]);
	}
}

/* Who accepts a scheme that nobody has does not look at them in clear. */
static void
take_private_scheme(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	(void)f;
	t->over = true;
	t->unclear = answer != ANSWER_REFUSED;
	for (size_t i = 0; i < a->tasks; i++) {
		if (a->task[i].take != take_scheme13)
			continue;
		a->task[i].waits = false;
		/* then this was the question for all of them */
		a->task[i].over = t->unclear;
		a->task[i].asked = a->task[i].unclear = t->unclear;
	}
}

static void
add_schemes13(struct asking *a)
{
	/* by the kinds of keys that servers have, and those that few have */
	static const enum tls_key kinds[] = {
		TLS_KEY_RSA, TLS_KEY_EC, TLS_KEY_NONE,
	};
	struct task *t = new_scheme13(a);

	if (t == NULL)
		return;
	t->take = take_private_scheme;
	tls_codes_add(&t->schemes, PRIVATE_SCHEME);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		t = new_scheme13(a);
		for (size_t i = 0; t != NULL && i < tls_schemes_n; i++) {
			const struct tls_scheme *s = &tls_schemes[i];
			bool rare = s->key != TLS_KEY_RSA &&
			    s->key != TLS_KEY_EC;

			if (s->in13 && (s->key == kinds[k] ||
			    (rare && kinds[k] == TLS_KEY_NONE)))
				tls_codes_add(&t->schemes, s->code);
		}
		if (t != NULL)
			t->waits = true;
	}
}

void
enum_schemes_begin(struct asking *a)
{
	struct task *t = NULL;

	if (enum_spoken(a, TLS_1_3) != 0)
		add_schemes13(a);
	if (enum_spoken(a, TLS_1_2) == 0 ||
	    (t = task_new(a, take_scheme12, TLS_1_2)) == NULL)
		return;
	offer_signed(t, TLS_KX_ECDHE);
	offer_signed(t, TLS_KX_DHE);
	offer_groups(t);
	offer_schemes(t);
}

void
enum_schemes_end(struct asking *a)
{
	struct tls_offer *o = a->o;
	enum tls_known *foreign = &o->fact[TLS_FACT_FOREIGN_SCHEME];
	bool no12 = none_spoken(o, TLS_1_2, TLS_1_2);

	enum_end_list(a, take_scheme13, true,
	    none_spoken(o, TLS_1_3, TLS_1_3), &o->schemes13);
	enum_end_list(a, take_scheme12, false, no12, &o->schemes12);
	if (no12)
		*foreign = TLS_MOOT;
	else if (*foreign != TLS_YES && o->schemes12.extent == TLS_LIST_WHOLE)
		*foreign = TLS_NO;
}
