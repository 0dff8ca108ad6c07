/* Places visited once, hosts one visit at a time, and whole runs of that. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/coord.h"
#include "run/visits.h"
#include "sys/file.h"

static const uint64_t seed[2] = { 1, 2 };

static void
collect(void *arg, void *who)
{
	buf_str(arg, who);
}

static void
each_place_once(void **state)
{
	struct visits *v = visits_new(seed, 0, file_unnamed());
	struct buf who = BUF(100), found = BUF(100);
	char a[] = "a", b[] = "b";
	struct span place = { NULL, 0 };
	size_t first = 0, second = 0, n = 0;

	(void)state;
	assert_true(visits_want(v, SPAN("h"), SPAN("p"), a, &first));
	assert_true(visits_want(v, SPAN("h"), SPAN("p"), b, &second));
	assert_int_equal(first, second);
	assert_true(visits_next(v, 0, &n, &place));
	assert_int_equal(n, first);
	assert_true(span_eq(place, SPAN("p")));
	assert_false(visits_next(v, 0, &n, &place));
	assert_true(visits_done(v, n, VISIT_MADE, SPAN("facts"), 0, collect,
	    &who));
	assert_true(span_eq(buf_get0(&who), SPAN("ab")));
	assert_false(visits_want(v, SPAN("h"), SPAN("p"), a, &second));
	assert_int_equal(visits_read(v, second, &found), VISIT_MADE);
	assert_true(span_eq(buf_get0(&found), SPAN("facts")));
	buf_free(&who);
	buf_free(&found);
	visits_free(v);
}

/* What is not there is told apart. */
static void
how_they_ended(void **state)
{
	static const enum visit_end ends[] = {
		VISIT_CRASHED, VISIT_TIMED_OUT, VISIT_NOT_MADE
	};
	struct visits *v = visits_new(seed, 0, file_unnamed());
	struct buf who = BUF(100), found = BUF(100);
	struct span place = { NULL, 0 };
	char name[] = "0";
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ROWS(ends); i++) {
		name[0] = (char)('0' + i);
		assert_true(visits_want(v, span_str(name), span_str(name),
		    name, &n));
		assert_true(visits_next(v, 0, &n, &place));
		assert_true(visits_done(v, n, ends[i], SPAN(""), 0, collect,
		    &who));
		assert_int_equal(visits_read(v, n, &found), ends[i]);
	}
	assert_int_equal(found.n, 0);
	buf_free(&who);
	visits_free(v);
}

/* A full disk is nobody's egress filter. */
static void
what_cannot_be_kept_is_lost(void **state)
{
	struct visits *v = visits_new(seed, 0,
	    open("/dev/full", O_RDWR | O_CLOEXEC));
	struct buf who = BUF(100), found = BUF(100);
	struct span place = { NULL, 0 };
	char a[] = "a";
	size_t n = 0;

	(void)state;
	assert_true(visits_want(v, SPAN("h"), SPAN("p"), a, &n));
	assert_true(visits_next(v, 0, &n, &place));
	assert_false(visits_done(v, n, VISIT_MADE, SPAN("facts"), 0, collect,
	    &who));
	assert_int_equal(visits_read(v, n, &found), VISIT_LOST);
	assert_int_equal(found.n, 0);
	buf_free(&who);
	visits_free(v);
}

/* Without a gap by four at a time. */
static void
a_host_is_visited_by_few(void **state)
{
	struct visits *v = visits_new(seed, 0, file_unnamed());
	struct buf who = BUF(100);
	char a[] = "a", name[] = "0";
	struct span place = { NULL, 0 };
	size_t n = 0, first = 0;

	(void)state;
	for (; name[0] < '6'; name[0]++)
		visits_want(v, SPAN("h"), span_str(name), a, &n);
	assert_true(visits_next(v, 0, &first, &place));
	for (int i = 0; i < 3; i++)
		assert_true(visits_next(v, 0, &n, &place));
	assert_false(visits_next(v, 0, &n, &place));
	visits_done(v, first, VISIT_MADE, SPAN(""), 0, collect, &who);
	assert_true(visits_next(v, 0, &n, &place));
	assert_true(span_eq(place, SPAN("4")));
	assert_false(visits_next(v, 0, &n, &place));
	buf_free(&who);
	visits_free(v);
}

static void
with_a_gap_a_host_is_visited_by_one(void **state)
{
	struct visits *v = visits_new(seed, 1000,
	    file_unnamed());
	struct buf who = BUF(100);
	char a[] = "a";
	struct span place = { NULL, 0 };
	size_t n = 0, one = 0;

	(void)state;
	visits_want(v, SPAN("h"), SPAN("1"), a, &one);
	visits_want(v, SPAN("h"), SPAN("2"), a, &n);
	visits_want(v, SPAN("other"), SPAN("3"), a, &n);
	assert_true(visits_next(v, 0, &one, &place));
	assert_true(span_eq(place, SPAN("1")));
	assert_true(visits_next(v, 0, &n, &place));
	assert_true(span_eq(place, SPAN("3")));
	assert_false(visits_next(v, 5000, &n, &place));
	visits_done(v, one, VISIT_MADE, SPAN(""), 5000, collect, &who);
	assert_false(visits_next(v, 5999, &n, &place));
	assert_true(visits_next(v, 6000, &n, &place));
	assert_true(span_eq(place, SPAN("2")));
	buf_free(&who);
	visits_free(v);
}

static void
many_places(void **state)
{
	struct visits *v = visits_new(seed, 0, file_unnamed());
	struct buf who = BUF(1 << 20), found = BUF(100);
	char a[] = "", text[20] = "";
	struct span place = { NULL, 0 };
	size_t n = 0, again = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		assert_true(visits_want(v, span_str(text), span_str(text), a,
		    &n));
		assert_true(visits_next(v, 0, &n, &place));
		visits_done(v, n, VISIT_MADE, span_str(text), 0, collect,
		    &who);
	}
	for (int i = 0; i < 10000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		assert_false(visits_want(v, SPAN("h"), span_str(text), a,
		    &again));
		buf_reset(&found);
		visits_read(v, again, &found);
		assert_true(span_eq(buf_get0(&found), span_str(text)));
	}
	buf_free(&who);
	buf_free(&found);
	visits_free(v);
}

/* --- whole runs; subjects are "NAME/HOST/HOST..." */

struct shared {
	_Atomic int visits, notes;
	_Atomic int before;	/* visits made before that to "mark" */
};

static struct shared *shared;

static void
plan(void *arg, void *state, const struct subject *s, struct plan *p)
{
	struct span rest = s->text, host = { NULL, 0 };

	(void)arg;
	(void)state;
	span_split(&rest, '/', &host);
	buf_span(&p->keep, host);
	while (span_split(&rest, '/', &host))
		plan_visit(p, host, host);
	/* what the DNS says has an end in each subject's memory */
	if (span_eq(buf_get0(&p->keep), SPAN("fat")))
		while (!p->keep.over)
			buf_byte(&p->keep, '.');
}

static void
visit(void *arg, void *state, struct span place, struct buf *found)
{
	(void)arg;
	(void)state;
	if (span_eq(place, SPAN("mark")))
		shared->before = shared->visits;
	shared->visits++;
	if (span_starts(place, SPAN("slow")))
		usleep(20000);
	if (span_eq(place, SPAN("crash"))) {
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	}
	if (span_eq(place, SPAN("hang")))
		for (;;)
			pause();
	buf_byte(found, '<');
	buf_span(found, place);
	buf_byte(found, '>');
	if (span_starts(place, SPAN("huge")))
		for (int i = 0; i < 9 << 20; i++)
			buf_byte(found, '.');
}

static int
finish(void *arg, void *state, const struct subject *s,
    const struct planned *p, struct reply *r)
{
	static const char *const ends[] = {
		"", "crashed", "late", "not", "left-out"
	};

	(void)arg;
	(void)state;
	if (p->keep.n > PLAN_KEEP_MAX)
		buf_str(&r->line, "too ");
	if (p->keep.n > s->text.n)
		buf_str(&r->line, "fat");
	else
		buf_span(&r->line, p->keep);
	for (size_t i = 0; i < p->n; i++) {
		buf_byte(&r->line, ' ');
		buf_str(&r->line, ends[p->v[i].how]);
		buf_span(&r->line, span_first(p->v[i].found,
		    span_chr(p->v[i].found, '.')));
	}
	buf_byte(&r->line, '\n');
	if (span_eq(p->keep, SPAN("noted")))
		buf_str(&r->note, "n");
	return 0;
}

static bool
visited(void *arg, const struct visited *v)
{
	(void)arg;
	return !span_eq(v->found, SPAN("<stop>"));
}

static void
note(void *arg, struct span octets)
{
	(void)arg;
	assert_true(span_eq(octets, SPAN("n")));
	shared->notes++;
}

static int
run(const char *in, const struct run_opts *o, unsigned jobs, struct buf *out)
{
	static const struct coord_ops ops = {
		.plan = plan, .visit = visit, .finish = finish,
		.visited = visited, .note = note,
	};
	int fds[2] = { file_unnamed(), file_unnamed() }, status = 0;
	pid_t pid = 0;

	assert_true(file_write_all(fds[0], span_str(in)));
	lseek(fds[0], 0, SEEK_SET);
	shared->visits = shared->notes = 0;
	if ((pid = fork()) == 0) {
		struct run r = { .opts = o, .jobs = jobs };
		const struct coord c = {
			.run = &r, .tool = "t", .schema = "t/1",
			.key = "domain", .scratch = file_unnamed(),
		};

		dup2(fds[0], STDIN_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		env_system(&r.env);
		_exit(coord_run(&c, &ops, NULL));
	}
	waitpid(pid, &status, 0);
	lseek(fds[1], 0, SEEK_SET);
	assert_int_equal(file_slurp_fd(fds[1], 1 << 20, out), FILE_OK);
	close(fds[0]);
	close(fds[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const struct {
	const char *name, *in, *want;
	int visits, notes;
} rows[] = {
	{ "none to visit", "a\nb\n", "a\nb\n", 0, 0 },
	{ "one each", "a/1\nb/2\n", "a <1>\nb <2>\n", 2, 0 },
	{ "shared ones once", "a/1/2\nb/2/1\nc/1\n",
	    "a <1> <2>\nb <2> <1>\nc <1>\n", 2, 0 },
	{ "the same one twice", "a/1/1\n", "a <1> <1>\n", 1, 0 },
	{ "a crash costs its place", "a/crash/1\nb/crash\nc/1\n",
	    "a crashed <1>\nb crashed\nc <1>\n", 2, 0 },
	{ "a hang too", "a/hang\nb/1\n", "a late\nb <1>\n", 2, 0 },
	{ "much to be found", "a/huge1/huge2/1\n",
	    "a <huge1> left-out <1>\n", 3, 0 },
	{ "much to be kept", "fat/1\na/2\n", "fat <1>\na <2>\n", 2, 0 },
	{ "notes reach the parent", "noted/1\nb/1\nnoted\n",
	    "noted <1>\nb <1>\nnoted\n", 1, 2 },
};

static void
runs(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;

	(void)state;
	o.ordered = true;
	o.timeout = 1;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(1 << 20);
		int status = run(rows[i].in, &o, 3, &out);

		buf_byte(&out, '\0');
		if (status != 0 || strcmp((char *)out.p, rows[i].want) != 0 ||
		    shared->visits != rows[i].visits ||
		    shared->notes != rows[i].notes)
			fail_msg("%s: status %d, %d visits, %d notes:\n%s",
			    rows[i].name, status, shared->visits,
			    shared->notes, (char *)out.p);
		buf_free(&out);
	}
}

/* Who has a hundred slow places waits for them, and nobody else does. */
static void
one_subject_leaves_room_for_others(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct buf out = BUF(1 << 20), in = BUF(1 << 20);

	(void)state;
	buf_str(&in, "many");
	for (int i = 0; i < 100; i++)
		buf_printf(&in, "/slow%d", i);
	buf_str(&in, "\na/1/2\nb/mark\n");
	buf_byte(&in, '\0');
	assert_int_equal(run((char *)in.p, &o, 3, &out), 0);
	assert_int_equal(shared->visits, 103);
	if (shared->before > 20)
		fail_msg("%d visits before the other's", shared->before);
	/* and gets what belongs to each */
	buf_byte(&out, '\0');
	assert_non_null(strstr((char *)out.p, "many <slow0> <slow1> <slow2>"));
	assert_non_null(strstr((char *)out.p, " <slow98> <slow99>\n"));
	buf_free(&in);
	buf_free(&out);
}

/* What is begun is still answered; what is not begun is not. */
static void
stopping(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct buf out = BUF(1 << 20), in = BUF(1 << 20);

	(void)state;
	o.ordered = true;
	buf_str(&in, "a/1/stop/2\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&in, "c%d/3\n", i);
	buf_byte(&in, '\0');
	assert_int_equal(run((char *)in.p, &o, 1, &out), 0);
	assert_true(span_starts(buf_get0(&out), SPAN("a <1> <stop> not\n")));
	assert_int_equal(shared->visits, 2);
	assert_int_equal(out.n, strlen("a <1> <stop> not\n"));
	buf_free(&in);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_place_once),
		cmocka_unit_test(how_they_ended),
		cmocka_unit_test(what_cannot_be_kept_is_lost),
		cmocka_unit_test(a_host_is_visited_by_few),
		cmocka_unit_test(with_a_gap_a_host_is_visited_by_one),
		cmocka_unit_test(many_places),
		cmocka_unit_test(runs),
		cmocka_unit_test(one_subject_leaves_room_for_others),
		cmocka_unit_test(stopping),
	};

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
