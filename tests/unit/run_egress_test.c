/* When "port 25 answers nowhere" is believed. */
#include "unit.h"

#include "probe/probe.h"
#include "run/egress.h"

static void
probe_octets(enum service service, enum dial_result dial, struct buf *out)
{
	struct probe p;

	probe_init(&p);
	p.place.service = service;
	p.place.address.family = 4;
	p.dial = dial;
	p.reach = dial == DIAL_OK ? PROBE_NO_TLS : PROBE_NO_CONNECTION;
	probe_pack(&p, out);
	probe_free(&p);
}

/* One visit; whether the run goes on. */
static bool
see(struct egress *e, uint64_t subject, enum service service,
    enum dial_result dial)
{
	struct buf found = BUF(1 << 16);
	struct visited v = { .how = VISIT_MADE, .subject = subject };
	bool on = false;

	probe_octets(service, dial, &found);
	v.found = buf_get0(&found);
	on = egress_visited(e, &v);
	buf_free(&found);
	return on;
}

/* How many visits it takes until the run stops; 1000: it does not. */
static size_t
visits_until_blocked(unsigned each, size_t first_answers,
    enum dial_result answer)
{
	struct egress e = { 0 };

	for (size_t i = 0; i < 1000; i++)
		if (!see(&e, i / each, SERVICE_SMTP,
		    i == first_answers ? answer : DIAL_TIMEOUT))
			return i + 1;
	return 1000;
}

static void
several_subjects_must_be_silent(void **state)
{
	static const struct {
		const char *row;
		unsigned each;		/* silent addresses of a subject */
		size_t first_answers;	/* 1000: none does */
		enum dial_result answer;
		size_t want;
	} rows[] = {
		{ "an address each", 1, 1000, DIAL_OK, 32 },
		{ "two each", 2, 1000, DIAL_OK, 32 },
		{ "four each", 4, 1000, DIAL_OK, 32 },
		{ "eight each, four of which count", 8, 1000, DIAL_OK, 60 },
		{ "all of one subject", 1000, 1000, DIAL_OK, 1000 },
		{ "the last one answers", 1, 31, DIAL_OK, 1000 },
		{ "with a reset, which is a sign of life", 1, 31,
		    DIAL_REFUSED, 1000 },
		{ "no way to any", 1, 0, DIAL_UNREACHABLE, 32 },
		{ "not tried", 1, 0, DIAL_NOT_PUBLIC, 33 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		size_t got = visits_until_blocked(rows[i].each,
		    rows[i].first_answers, rows[i].answer);

		if (got != rows[i].want)
			fail_msg("%s: %zu", rows[i].row, got);
	}
}

static void
other_ports_and_lost_visits_say_nothing(void **state)
{
	struct egress e = { 0 };
	struct visited lost = { .how = VISIT_CRASHED };

	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		lost.subject = i;
		assert_true(see(&e, i, SERVICE_IMAPS, DIAL_TIMEOUT));
		assert_true(egress_visited(&e, &lost));
	}
	assert_int_equal(e.silent, 0);
	assert_true(see(&e, 0, SERVICE_IMAPS, DIAL_OK));
	assert_false(e.answered);
}

static void
once_blocked_it_stays_so(void **state)
{
	struct egress e = { 0 };

	(void)state;
	for (uint64_t i = 0; i < EGRESS_SILENT; i++)
		see(&e, i, SERVICE_SMTP, DIAL_TIMEOUT);
	assert_true(e.blocked);
	assert_false(see(&e, 99, SERVICE_SMTP, DIAL_OK));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_subjects_must_be_silent),
		cmocka_unit_test(other_ports_and_lost_visits_say_nothing),
		cmocka_unit_test(once_blocked_it_stays_so),
	};

	return cmocka_run_group_tests_name("run_egress", tests, NULL, NULL);
}
