/* What a computation aside can come to, and that its time is really bounded. */
#include "unit.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/aside.h"
#include "sys/env.h"

static bool
answers(void *arg, unsigned char *out, size_t n)
{
	memset(out, *(const char *)arg, n);
	return true;
}

static bool
refuses(void *arg, unsigned char *out, size_t n)
{
	answers(arg, out, n);
	return false;
}

static bool
dies(void *arg, unsigned char *out, size_t n)
{
	(void)arg;
	(void)out;
	(void)n;
	return raise(SIGKILL) == 0;
}

static bool
works_for_ever(void *arg, unsigned char *out, size_t n)
{
	volatile unsigned char *to = out;

	while (*(const char *)arg != '\0')
		to[0] = (unsigned char)(to[0] + n);
	return false;
}

static bool
sleeps_for_ever(void *arg, unsigned char *out, size_t n)
{
	(void)out;
	(void)n;
	while (*(const char *)arg != '\0')
		pause();
	return false;
}

static const struct {
	const char *name;
	bool (*fn)(void *arg, unsigned char *out, size_t n);
	int64_t ms;
	enum aside_result want;
} rows[] = {
	{ "an answer", answers, 10000, ASIDE_DONE },
	{ "a refusal", refuses, 10000, ASIDE_FAILED },
	{ "a child that dies", dies, 10000, ASIDE_FAILED },
	{ "one that works for ever", works_for_ever, 50, ASIDE_TOO_LONG },
	{ "one that sleeps for ever", sleeps_for_ever, 20, ASIDE_TOO_LONG },
	{ "no time left", answers, 0, ASIDE_TOO_LONG },
};

static void
results(void **state)
{
	char letter = 'x';

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned char out[32] = { 0 };
		int64_t ms = rows[i].ms, start = env_monotonic_ms();

		if (aside_run(rows[i].fn, &letter, &ms, out, sizeof(out)) !=
		    rows[i].want)
			fail_msg("%s", rows[i].name);
		assert_int_equal(out[31], rows[i].want == ASIDE_DONE ? 'x' :
		    0);
		if (env_monotonic_ms() - start > 5000)
			fail_msg("%s: it took too long", rows[i].name);
		if (ms > rows[i].ms)
			fail_msg("%s: time was won", rows[i].name);
	}
	/* nobody is left to be waited for */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* Children that nobody is told of are nothing to wait for, either. */
static void
without_sigchld(void **state)
{
	char letter = 'x';
	unsigned char out[1];
	int64_t ms = 10000;

	(void)state;
	signal(SIGCHLD, SIG_IGN);
	alarm(60);
	assert_int_equal(aside_run(answers, &letter, &ms, out, 1),
	    ASIDE_DONE);
	alarm(0);
	signal(SIGCHLD, SIG_DFL);
}

/* What one uses, the next does not have. */
static void
time_is_shared(void **state)
{
	char letter = 'x';
	unsigned char out[1];
	int64_t ms = 60;

	(void)state;
	assert_int_equal(aside_run(works_for_ever, &letter, &ms, out, 1),
	    ASIDE_TOO_LONG);
	assert_true(ms <= 0);
	assert_int_equal(aside_run(answers, &letter, &ms, out, 1),
	    ASIDE_TOO_LONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results),
		cmocka_unit_test(without_sigchld),
		cmocka_unit_test(time_is_shared),
	};

	return cmocka_run_group_tests_name("sys_aside", tests, NULL, NULL);
}
