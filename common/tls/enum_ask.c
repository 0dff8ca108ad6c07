/*
 * Questions: hellos out, answers back to their tasks.
 *
 * Some servers (SChannel's) refuse by closing, without an alert; an
 * overloaded one closes too. So a closing counts as a refusal only when the
 * server then still accepts what it accepted before.
 */
#include <stdlib.h>
#include <string.h>

#include "tls/enum_int.h"
#include "tls/names.h"

/* RFC 8446 section 6.1: endings, not refusals. */
enum {
	ALERT_CLOSE_NOTIFY = 0,
	ALERT_USER_CANCELED = 90,
};

void
tls_ask_each(enum tls_link (*one)(void *arg, struct tls_question *q),
    void *arg, struct tls_question *q, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		q[i].link = one(arg, &q[i]);
		if (q[i].link == TLS_LINK_NONE)
			return;
	}
}

struct task *
task_new(struct asking *a, task_take *take, uint16_t version)
{
	struct task *t = NULL;

	if (a->tasks == TASKS_MAX)
		return NULL;
	t = &a->task[a->tasks++];
	memset(t, 0, sizeof(*t));
	t->take = take;
	t->version = version;
	t->share = a->share;
	return t;
}

void
tasks_clear(struct asking *a)
{
	a->tasks = 0;
}

static void
write_hello(struct asking *a, const struct task *t, struct buf *out)
{
	const struct env *env = a->via->env;
	struct tls_hello h = {
		.version = t->version,
		.suites = &t->suites,
		.groups = t->groups.n > 0 ? &t->groups : NULL,
		.schemes = t->schemes.n > 0 ? &t->schemes : NULL,
		.sni = a->via->sni,
		.share = t->share,
		.deflate = t->deflate,
		.fallback = t->fallback,
	};

	env->random(env->arg, h.random, sizeof(h.random));
	tls_hello_write(out, &h);
}

static bool
closed(const struct tls_question *q)
{
	return q->link == TLS_LINK_CLOSED ||
	    (q->link == TLS_LINK_ANSWERED &&
	    q->flight.state == FLIGHT_ALERT &&
	    (q->flight.alert == ALERT_CLOSE_NOTIFY ||
	    q->flight.alert == ALERT_USER_CANCELED));
}

/* What it says, a closing left aside. */
static enum answer
read_answer(const struct task *t, const struct tls_question *q)
{
	const struct tls_flight *f = &q->flight;

	if (q->link != TLS_LINK_ANSWERED)
		return ANSWER_UNCLEAR;
	if (f->state == FLIGHT_ALERT)
		return ANSWER_REFUSED;
	if (f->state != FLIGHT_DONE)
		return ANSWER_UNCLEAR;
	if (f->version != TLS_SSL2 && !tls_codes_has(&t->suites, f->suite))
		return ANSWER_UNCLEAR;	/* chose what was not offered */
	return f->version == t->version ? ANSWER_ACCEPTED :
	    ANSWER_OTHER_VERSION;
}

/* Give n hellos away, and see how many connections were left for them. */
static void
exchange(struct asking *a, struct task **t, struct tls_question *q, size_t n)
{
	struct buf hello[TLS_ASK_MAX];

	for (size_t i = 0; i < n; i++) {
		hello[i] = BUF(TLS_HELLO_MAX);
		write_hello(a, t[i], &hello[i]);
		q[i] = (struct tls_question){
			.hello = buf_get0(&hello[i]),
			.link = TLS_LINK_NONE,
		};
		tls_flight_init(&q[i].flight, t[i]->version);
	}
	a->via->ask(a->via->arg, q, n);
	for (size_t i = 0; i < n; i++) {
		buf_free(&hello[i]);
		if (q[i].link == TLS_LINK_NONE) {
			a->o->used_up = a->stop = true;
			continue;
		}
		a->o->connections++;
		t[i]->asked = true;
		if (q[i].link == TLS_LINK_TIMEOUT ||
		    q[i].link == TLS_LINK_FAILED)
			a->misses++;
		else
			a->misses = 0;
	}
}

static void
settle(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	if (answer == ANSWER_ACCEPTED || answer == ANSWER_OTHER_VERSION)
		learn(a, f);
	t->take(a, t, answer, f);
}

static void
take_control(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f)
{
	(void)a;
	(void)f;
	t->over = true;
	t->unclear = answer != ANSWER_ACCEPTED;
}

/* Whether the server still accepts what it accepted before. */
static bool
still_accepts(struct asking *a)
{
	struct task control = {
		.take = take_control,
		.version = a->known_version,
		.share = a->share,
	}, *t = &control;
	struct tls_question q;

	if (a->stop)
		return false;
	tls_codes_add(&control.suites, a->known_suite);
	offer_groups(&control);
	offer_schemes(&control);
	exchange(a, &t, &q, 1);
	settle(a, t, read_answer(t, &q), &q.flight);
	tls_flight_free(&q.flight);
	return !control.unclear;
}

/* Those that were closed: refused, unclear, or put aside for later. */
static void
settle_closed(struct asking *a, struct task **t, struct tls_question *q,
    size_t n)
{
	bool tested = false, still = false;

	for (size_t i = 0; i < n; i++) {
		if (!closed(&q[i]))
			continue;
		if (a->known_version == 0) {
			t[i]->parked = true;
			enum_try_next_class(a, t[i]);
			continue;
		}
		if (!tested)
			still = still_accepts(a);
		tested = true;
		settle(a, t[i], still ? ANSWER_REFUSED : ANSWER_UNCLEAR,
		    &q[i].flight);
	}
}

/*
 * Silence, again and again: either the server has stopped answering, or it
 * says nothing to hellos of these kinds. One that it answered before tells;
 * but each silence costs its time-out, so that this is not done for ever.
 */
static void
mind_silence(struct asking *a)
{
	if (a->misses < MISSES_MAX || a->stop)
		return;
	a->stop = a->known_version == 0 || a->controls++ == CONTROLS_MAX ||
	    !still_accepts(a);
}

static void
ask_some(struct asking *a, struct task **t, size_t n)
{
	struct tls_question q[TLS_ASK_MAX];

	exchange(a, t, q, n);
	for (size_t i = 0; i < n; i++)
		if (q[i].link != TLS_LINK_NONE && !closed(&q[i]))
			settle(a, t[i], read_answer(t[i], &q[i]),
			    &q[i].flight);
	settle_closed(a, t, q, n);
	mind_silence(a);
	for (size_t i = 0; i < n; i++)
		tls_flight_free(&q[i].flight);
}

static bool
is_open(const struct task *t)
{
	return !t->over && !t->waits && !t->parked;
}

bool
ask_round(struct asking *a)
{
	size_t most = a->via->parallel, end = a->tasks;
	bool any = false;

	if (most < 1 || most > TLS_ASK_MAX)
		most = 1;
	/* tasks that come up on the way wait for the next round */
	for (size_t i = 0; i < end && !a->stop;) {
		struct task *batch[TLS_ASK_MAX];
		size_t n = 0;

		for (; i < end && n < most; i++)
			if (is_open(&a->task[i]))
				batch[n++] = &a->task[i];
		if (n > 0)
			ask_some(a, batch, n);
		any = any || n > 0;
	}
	return any && !a->stop;
}

void
ask_all(struct asking *a)
{
	while (ask_round(a))
		;
}
