/* What the files of the enumeration share; see enum.h. */
#ifndef TLS_ENUM_INT_H
#define TLS_ENUM_INT_H

#include "tls/enum.h"
#include "tls/names.h"

enum {
	/*
	 * Suites in one hello: some servers choke above 128 of them, and an
	 * SSLv3 hello of 100 still is below the 256 octets of hello.h.
	 */
	CHUNK_MAX = 100,
	TASKS_MAX = 128,
	/*
	 * Questions in a row without an answer, until one is asked again that
	 * had one: without, the server is left alone, and so it is when that
	 * was done so often.
	 */
	MISSES_MAX = 3,
	CONTROLS_MAX = 4,
};

enum answer {
	ANSWER_ACCEPTED,	/* the whole flight, in the version asked for */
	ANSWER_REFUSED,
	ANSWER_OTHER_VERSION,	/* the whole flight, in an older version */
	ANSWER_UNCLEAR,
};

struct asking;
struct task;

/*
 * Make of an answer what the task is about, and end the task ("over") when
 * it needs no other. The flight is whole with ANSWER_ACCEPTED and
 * ANSWER_OTHER_VERSION; "state" tells of an alert with ANSWER_REFUSED.
 */
typedef void task_take(struct asking *a, struct task *t, enum answer answer,
    const struct tls_flight *f);

/*
 * A question that is asked again and again, each time less what was learnt,
 * until it is over. Tasks do not wait for each other: each is asked once a
 * round, in the order of the table.
 */
struct task {
	task_take *take;
	uint16_t version;
	struct tls_codes suites, groups, schemes;	/* what is offered */
	bool deflate, fallback;
	enum tls_share share;
	size_t chunk;			/* of the suites */
	struct tls_codes found;
	bool ecdsa;			/* groups: an EC key signed */
	bool keeps;			/* groups: those found stay, last */
	bool waits;			/* not yet to be asked */
	bool over;
	bool asked;
	bool unclear;			/* it ended without an answer */
	/* closed before anything was known to be accepted: see enum_ask.c */
	bool parked;
};

struct asking {
	const struct tls_asker *via;
	struct tls_offer *o;
	struct task *task;		/* TASKS_MAX of them */
	size_t tasks;
	/* what the server once accepted: asked again to test a closing */
	uint16_t known_version;		/* 0: nothing yet */
	uint32_t known_suite;
	enum tls_share share;
	unsigned misses, controls;
	bool stop;			/* used up, or given up */
};

/* A new task; NULL (and the rest stays unasked) when the table is full. */
struct task *task_new(struct asking *a, task_take *take, uint16_t version);

/* Ask all that are not over, once each; false when there are none. */
bool ask_round(struct asking *a);
/* Ask until all are over, or no more can be asked. */
void ask_all(struct asking *a);
/* Forget all tasks. */
void tasks_clear(struct asking *a);

/* How a set of tasks ended, and what that makes of their list. */
struct tally {
	bool asked, open, unclear;
};
void tally_add(struct tally *y, const struct task *t);
enum tls_extent tally_extent(const struct tally *y, size_t found);

/* Whether it is known that no version from..to is spoken (enum_fact.c). */
bool none_spoken(const struct tls_offer *o, uint16_t from, uint16_t to);
/* Keep what a whole flight says beside the question (enum_fact.c). */
void learn(struct asking *a, const struct tls_flight *f);
/* At the end: which facts there was nothing to ask about. */
void conclude(struct asking *a);

/* Versions and suites: tasks (enum_class.c), answers (enum_suite.c). */
void enum_suite_tasks(struct asking *a);
task_take enum_take_suite, enum_take_ssl2;
/* Nothing accepted yet: the version's next class of suites, if any. */
void enum_try_next_class(struct asking *a, const struct task *t);
/* Which versions are spoken. */
void enum_versions(struct asking *a);
/* A suite accepted by a hello of the version itself; 0: there was none. */
uint32_t enum_spoken(const struct asking *a, uint16_t version);
/* The other classes of the versions that are spoken, as tasks. */
void enum_suites_begin(struct asking *a);
/* What the tasks found, into the offer. */
void enum_suites_end(struct asking *a);

/* All groups, all schemes that fit the task's version. */
void offer_groups(struct task *t);
void offer_schemes(struct task *t);
/* All suites of the version with this key exchange and a certificate. */
void offer_signed(struct task *t, enum tls_kx kx);
/* Groups, fallback, compression (enum_list.c). */
void enum_lists_begin(struct asking *a);
void enum_lists_end(struct asking *a);
/* What the tasks of one kind found; there are none when it is moot. */
void enum_end_list(const struct asking *a, task_take *take, bool tls13,
    bool moot, struct tls_list *list);

/* Signature schemes (enum_scheme.c). */
void enum_schemes_begin(struct asking *a);
void enum_schemes_end(struct asking *a);

/* Order of suites (enum_order.c); chains that TLS 1.3 hides (enum_fact.c). */
void enum_order(struct asking *a);
void enum_chains13(struct asking *a);

#endif
