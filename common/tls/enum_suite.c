/* Versions and their suites: what the answers to their tasks mean. */
#include "tls/enum_int.h"
#include "tls/names.h"

enum { ALERT_PROTOCOL_VERSION = 70 };

static bool
is_suite_task(const struct task *t, uint16_t version)
{
	return (t->take == enum_take_suite || t->take == enum_take_ssl2) &&
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

void
enum_take_suite(struct asking *a, struct task *t, enum answer answer,
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
	/* who says nothing to one class would keep us waiting for each */
	if (answer == ANSWER_OTHER_VERSION || answer == ANSWER_UNCLEAR ||
	    (alert && f->alert == ALERT_PROTOCOL_VERSION))
		end_version(a, t->version);
	else
		enum_try_next_class(a, t);
}

/* SSLv2 lists all that it has at once. */
void
enum_take_ssl2(struct asking *a, struct task *t, enum answer answer,
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
	enum_suite_tasks(a);
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
