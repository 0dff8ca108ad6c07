/* Workers that work, crash and hang: every job is reported exactly once. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/pool.h"

enum { JOBS = 3000, MEETING = 8 };

/* How many workers do a job of kind 'l' now; shared by all. */
static atomic_uint *met;

/* Jobs are "KIND NUMBER"; the kind for each number is what a test sets. */
struct test {
	const char *kinds;	/* repeated */
	size_t jobs, given, held;
	unsigned char seen[JOBS];
	enum pool_end how[JOBS];
	size_t results;		/* octets */
	int stop_after;
};

static int
work(void *arg, void *state, struct span job, struct buf *out)
{
	size_t n = 0;

	(void)arg;
	assert_ptr_equal(state, arg);
	memcpy(&n, job.p + 1, sizeof(n));
	switch (job.p[0]) {
	case 'c':
		/* cmocka would take it for a test that failed */
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		break;
	case 'x':
		_exit(0);
	case 'h':
		for (;;)
			pause();
	case 's':
		poll(NULL, 0, 20);
		break;
	case 'l':
		/* ends when as many do such a job at once; else, in time, as
		 * a worker that broke */
		atomic_fetch_add(met, 1);
		for (int i = 0; atomic_load(met) < MEETING; i++)
			if (poll(NULL, 0, 10) == 0 && i == 6000)
				_exit(0);
		break;
	case 'u':
		raise(SIGHUP);
		break;
	case 'b':
		memset(buf_room(out, 300000), 'b', 300000);
		out->n += 300000;
		break;
	default:
		break;
	}
	buf_add(out, &n, sizeof(n));
	return (int)(n % 7);
}

static void *
start(void *arg, unsigned slot)
{
	assert_in_range(slot, 0, 199);
	return arg;
}

static enum pool_next
next(void *arg, struct buf *job, uint64_t *id)
{
	struct test *t = arg;
	size_t n = t->given;

	if (n == t->jobs)
		return POOL_NO_MORE;
	buf_byte(job, (unsigned char)t->kinds[n % strlen(t->kinds)]);
	buf_add(job, &n, sizeof(n));
	*id = 1000 + n;
	t->given++;
	return POOL_JOB;
}

static bool
done(void *arg, const struct pool_done *d)
{
	struct test *t = arg;
	size_t n = (size_t)d->id - 1000, said = 0;

	assert_in_range(n, 0, t->jobs - 1);
	assert_int_equal(t->seen[n]++, 0);
	t->how[n] = d->how;
	t->results += d->result.n;
	memcpy(&said, d->job.p + 1, sizeof(said));
	assert_int_equal(said, n);
	if (d->how == POOL_WORKED) {
		assert_int_equal(d->status, n % 7);
		memcpy(&said, d->result.p + d->result.n - sizeof(said),
		    sizeof(said));
		assert_int_equal(said, n);
	}
	return t->stop_after == 0 || --t->stop_after > 0;
}

static bool
idle(void *arg)
{
	(void)arg;
	return true;
}

static const struct pool_ops ops = {
	.start = start, .work = work, .next = next, .done = done,
	.idle = idle,
};

static enum pool_result
run(struct test *t, unsigned workers, int64_t deadline)
{
	const struct pool_want want = {
		.workers = workers, .job_max = 100, .result_max = 1 << 20,
		.deadline = deadline, .input_fd = -1,
	};
	int signo = 0;
	enum pool_result r = pool_run(&want, &ops, t, &signo);

	/* no zombies, no workers left */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return r;
}

/* The fate of each kind of job, whatever stands beside it. */
static void
each_job_has_its_own_fate(void **state)
{
	static const struct {
		const char *name, *kinds;
		size_t jobs;
		unsigned workers;
		int64_t deadline;
	} rows[] = {
		{ "none", "w", 0, 2, 0 },
		{ "one", "w", 1, 4, 0 },
		{ "short ones", "w", JOBS, 2, 0 },
		{ "one worker", "w", JOBS, 1, 0 },
		{ "large results", "bw", 60, 2, 0 },
		{ "crashes among short ones", "wwwwwwwwwwwwwwwwwwwcw", 600, 2,
		    0 },
		{ "nothing but crashes", "c", 40, 2, 0 },
		{ "quiet exits", "wwwwwwwx", 80, 2, 0 },
		{ "a hang", "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwhwwww", 60, 2,
		    200000 },
		{ "all of it", "wswcwwbwswhwwxw", 45, 3, 200000 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct test *t = xcalloc(1, sizeof(*t));

		t->kinds = rows[i].kinds;
		t->jobs = rows[i].jobs;
		if (run(t, rows[i].workers, rows[i].deadline) !=
		    POOL_FINISHED)
			fail_msg("%s", rows[i].name);
		for (size_t n = 0; n < t->jobs; n++) {
			char kind = t->kinds[n % strlen(t->kinds)];
			enum pool_end want = kind == 'c' || kind == 'x' ?
			    POOL_CRASHED : kind == 'h' ? POOL_TIMED_OUT :
			    POOL_WORKED;

			if (t->seen[n] != 1 || t->how[n] != want)
				fail_msg("%s: job %zu (%c): %d", rows[i].name,
				    n, kind, t->how[n]);
		}
		free(t);
	}
}

static void
slow_jobs_are_spread(void **state)
{
	struct test t = { .kinds = "l", .jobs = MEETING };

	(void)state;
	met = mmap(NULL, sizeof(*met), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(met != MAP_FAILED);
	assert_int_equal(run(&t, MEETING, 0), POOL_FINISHED);
	for (size_t i = 0; i < t.jobs; i++)
		assert_int_equal(t.how[i], POOL_WORKED);
	munmap(met, sizeof(*met));
}

/* More workers than files may be open: those that start do the work. */
static void
few_descriptors_are_enough(void **state)
{
	const struct rlimit few = { 40, 40 };
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct test *t = xcalloc(1, sizeof(*t));

		t->kinds = "wwwws";
		t->jobs = 500;
		setrlimit(RLIMIT_NOFILE, &few);
		_exit(run(t, 200, 0) == POOL_FINISHED ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

/* nohup(1): a terminal that hangs up signals the workers as well. */
static void
what_is_ignored_stays_so_in_workers(void **state)
{
	struct test t = { .kinds = "u", .jobs = 4 };

	(void)state;
	signal(SIGHUP, SIG_IGN);
	assert_int_equal(run(&t, 2, 0), POOL_FINISHED);
	signal(SIGHUP, SIG_DFL);
	for (size_t i = 0; i < t.jobs; i++)
		assert_int_equal(t.how[i], POOL_WORKED);
}

static void
a_callback_can_stop_it(void **state)
{
	struct test *t = xcalloc(1, sizeof(*t));

	(void)state;
	t->kinds = "w";
	t->jobs = JOBS;
	t->stop_after = 10;
	assert_int_equal(run(t, 2, 0), POOL_STOPPED);
	free(t);
}

static void *
start_and_die(void *arg, unsigned slot)
{
	(void)arg;
	(void)slot;
	_exit(1);
}

static void
workers_that_never_start(void **state)
{
	struct pool_ops bad = ops;
	const struct pool_want want = {
		.workers = 2, .job_max = 100, .result_max = 100,
		.input_fd = -1,
	};
	struct test t = { .kinds = "w", .jobs = 5 };
	int signo = 0;

	(void)state;
	bad.start = start_and_die;
	assert_int_equal(pool_run(&want, &bad, &t, &signo), POOL_BROKEN);
}

/* A job that hangs, and a signal from outside: all processes end. */
static void
signals_end_it(void **state)
{
	struct test t = { .kinds = "h", .jobs = 4 };
	const struct pool_want want = {
		.workers = 2, .job_max = 100, .result_max = 100,
		.input_fd = -1,
	};
	int status = 0, signo = 0, alive[2] = { -1, -1 };
	char c = 0;
	pid_t pid = 0;

	(void)state;
	/* as long as any process of the run lives, the pipe has a writer */
	assert_int_equal(pipe(alive), 0);
	if ((pid = fork()) == 0) {
		enum pool_result r = pool_run(&want, &ops, &t, &signo);

		_exit(r == POOL_SIGNALLED && signo == SIGTERM ? 0 : 1);
	}
	close(alive[1]);
	poll(NULL, 0, 100);
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(read(alive[0], &c, 1), 0);
	close(alive[0]);
}

/* When the parent is killed outright, hanging workers do not stay. */
static void
no_orphans(void **state)
{
	struct test t = { .kinds = "h", .jobs = 4 };
	int alive[2] = { -1, -1 }, signo = 0;
	const struct pool_want want = {
		.workers = 2, .job_max = 100, .result_max = 100,
		.input_fd = -1,
	};
	struct pollfd ended = { 0 };
	pid_t pid = 0;

	(void)state;
	assert_int_equal(pipe(alive), 0);
	if ((pid = fork()) == 0)
		_exit(pool_run(&want, &ops, &t, &signo));
	close(alive[1]);
	poll(NULL, 0, 100);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ended = (struct pollfd){ .fd = alive[0], .events = POLLIN };
	assert_int_equal(poll(&ended, 1, 2000), 1);
	close(alive[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_job_has_its_own_fate),
		cmocka_unit_test(slow_jobs_are_spread),
		cmocka_unit_test(few_descriptors_are_enough),
		cmocka_unit_test(what_is_ignored_stays_so_in_workers),
		cmocka_unit_test(a_callback_can_stop_it),
		cmocka_unit_test(workers_that_never_start),
		cmocka_unit_test(signals_end_it),
		cmocka_unit_test(no_orphans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
