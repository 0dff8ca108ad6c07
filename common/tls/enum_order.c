/*
 * Whose order of suites decides, and whether a server's own order prefers a
 * worse suite to a better one.
 */
#include <string.h>

#include "tls/enum_int.h"
#include "tls/grade.h"
#include "tls/names.h"

static bool
is_chacha(uint32_t code)
{
	const struct tls_suite *s = tls_suite(code);

	return s != NULL && strcmp(s->cipher, "CHACHA20_POLY1305") == 0;
}

/* Keeps the suite that was chosen, in "found". */
static void
take_choice(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	(void)a;
	t->over = true;
	if (answer == ANSWER_ACCEPTED)
		tls_codes_add(&t->found, f->suite);
}

static struct task *
new_choice(struct asking *a, uint16_t version)
{
	struct task *t = task_new(a, take_choice, version);

	offer_groups(t);
	offer_schemes(t);
	return t;
}

static uint32_t
chosen(const struct task *t)
{
	return t->found.n > 0 ? t->found.v[0] : 0;
}

/*
 * The suites with those of ChaCha20 in the middle: a server may follow its
 * own order but for a client that puts ChaCha20 first.
 */
static void
chacha_inside(const struct tls_codes *all, struct tls_codes *out)
{
	struct tls_codes others = { 0 };

	for (size_t i = 0; i < all->n; i++)
		if (!is_chacha(all->v[i]))
			tls_codes_add(&others, all->v[i]);
	for (size_t i = 0; i < others.n; i++) {
		tls_codes_add(out, others.v[i]);
		for (size_t k = 0; i == 0 && k < all->n; k++)
			if (is_chacha(all->v[k]))
				tls_codes_add(out, all->v[k]);
	}
	if (others.n == 0)
		*out = *all;
	if (out->n > CHUNK_MAX)
		out->n = CHUNK_MAX;
}

/* The same suites twice, once from each end. */
static enum tls_order
both_ways(struct asking *a, size_t v, uint32_t *favourite)
{
	struct task *there = new_choice(a, tls_version_at(v));
	struct task *back = new_choice(a, tls_version_at(v));
	const struct tls_codes *all = &a->o->suites[v].codes;

	chacha_inside(all, &there->suites);
	back->suites = there->suites;
	tls_codes_reverse(&back->suites);
	ask_round(a);
	if (!there->asked || !back->asked)
		return TLS_ORDER_NOT_ASKED;
	if (chosen(there) == 0 || chosen(back) == 0)
		return TLS_ORDER_UNCLEAR;
	*favourite = chosen(there);
	if (chosen(there) == chosen(back))
		return TLS_ORDER_SERVER;
	return chosen(there) == there->suites.v[0] &&
	    chosen(back) == back->suites.v[0] ? TLS_ORDER_CLIENT :
	    TLS_ORDER_UNCLEAR;
}

/* Under the server's order: what a client does that begins with ChaCha20. */
static enum tls_order
chacha_first(struct asking *a, size_t v, uint32_t favourite)
{
	const struct tls_codes *all = &a->o->suites[v].codes;
	struct task *t = NULL;
	size_t i = 0;

	while (i < all->n && !is_chacha(all->v[i]))
		i++;
	if (i == all->n || is_chacha(favourite))
		return TLS_ORDER_SERVER;
	t = new_choice(a, tls_version_at(v));
	tls_codes_add(&t->suites, all->v[i]);
	tls_codes_add(&t->suites, favourite);
	ask_round(a);
	return is_chacha(chosen(t)) ? TLS_ORDER_SERVER_CHACHA :
	    TLS_ORDER_SERVER;
}

static bool
insufficient(uint32_t code)
{
	return tls_grade_suite(code) == TLS_GRADE_INSUFFICIENT;
}

/*
 * Within the list's first class the server's order is known: whether one to
 * be phased out stands before a better one.
 */
static bool
worse_inside(struct asking *a, size_t v)
{
	const struct tls_codes *all = &a->o->suites[v].codes;
	uint32_t worse = 0;

	for (size_t i = 0; i < all->n && !insufficient(all->v[i]); i++) {
		bool out = tls_grade_suite(all->v[i]) == TLS_GRADE_PHASE_OUT;

		if (out && worse == 0) {
			worse = all->v[i];
		} else if (!out && worse != 0) {
			a->o->worse[v] = worse;
			a->o->better[v] = all->v[i];
			return true;
		}
	}
	return false;
}

/* The last of the first class against all that are insufficient. */
static void
worse_outside(struct asking *a, size_t v)
{
	const struct tls_codes *all = &a->o->suites[v].codes;
	struct task *t = NULL;
	size_t n = 0;

	while (n < all->n && !insufficient(all->v[n]))
		n++;
	if (n == 0 || n == all->n)
		return;
	t = new_choice(a, tls_version_at(v));
	for (size_t i = n - 1; i < all->n && t->suites.n < CHUNK_MAX; i++)
		tls_codes_add(&t->suites, all->v[i]);
	ask_round(a);
	if (insufficient(chosen(t)) && chosen(t) != 0) {
		a->o->worse[v] = chosen(t);
		a->o->better[v] = all->v[n - 1];
	}
}

static void
order_of(struct asking *a, size_t v)
{
	enum tls_order *order = &a->o->order[v];
	uint32_t favourite = 0;

	if (a->o->suites[v].codes.n < 2) {
		*order = a->o->suites[v].extent == TLS_LIST_WHOLE ?
		    TLS_ORDER_MOOT : TLS_ORDER_NOT_ASKED;
		return;
	}
	tasks_clear(a);
	*order = both_ways(a, v, &favourite);
	if (*order != TLS_ORDER_SERVER)
		return;
	*order = chacha_first(a, v, favourite);
	if (!worse_inside(a, v))
		worse_outside(a, v);
}

void
enum_order(struct asking *a)
{
	for (size_t v = TLS_VERSIONS; v-- > 1 && !a->stop;) {
		if (a->o->version[v] == TLS_NO)
			a->o->order[v] = TLS_ORDER_MOOT;
		else if (a->o->version[v] == TLS_YES)
			order_of(a, v);
	}
	if (a->o->version[0] == TLS_NO || a->o->version[0] == TLS_YES)
		a->o->order[0] = TLS_ORDER_MOOT;
}
