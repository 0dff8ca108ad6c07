/* Whole runs: what comes out, in which order, with which status. */
#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/coord.h"
#include "run/order.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/rec.h"

/* Subjects tell the worker what to do. */
static int
work(void *arg, void *state, const struct subject *s, struct reply *r)
{
	struct buf base = BUF(REC_MAX), name = BUF(REC_MAX);
	struct findings fs = { 0 };
	int status = 0;

	(void)arg;
	(void)state;
	subject_base(s, "domain", &base);
	if (!subject_domain(s, &name, &fs))
		status = 1;
	if (span_starts(buf_get0(&name), SPAN("crash"))) {
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	}
	if (span_starts(buf_get0(&name), SPAN("hang")))
		for (;;)
			pause();
	if (span_starts(buf_get0(&name), SPAN("slow")))
		usleep(30000);
	if (span_starts(buf_get0(&name), SPAN("fail")))
		status = EXIT_HOLDS_NOT;
	if (span_starts(buf_get0(&name), SPAN("unknown")))
		status = EXIT_UNKNOWN;
	status = exit_worse(status, subject_answer(s, buf_get0(&base), "t",
	    fs.n > 0 ? SPAN("{\"v\":2}") : status == EXIT_UNKNOWN ?
	    SPAN("{\"verdict\":\"unknown\"}") : SPAN("{\"v\":1}"), &r->line));
	buf_free(&base);
	buf_free(&name);
	findings_free(&fs);
	return status;
}

static const struct coord_ops ops = { .work = work };

/* One run in a process of its own: stdin is "in", stdout is caught. */
static int
run(const struct run_opts *o, const char *const *operands, size_t n,
    bool in_process, struct span in, struct buf *out)
{
	int fds[2] = { file_unnamed(), file_unnamed() }, status = 0;
	pid_t pid = 0;

	assert_true(file_write_all(fds[0], in));
	lseek(fds[0], 0, SEEK_SET);
	if ((pid = fork()) == 0) {
		struct run r = { .opts = o, .jobs = 3 };
		const struct coord c = {
			.run = &r, .tool = "t", .schema = "t/1",
			.key = "domain", .operands = operands, .n = n,
			.in_process = in_process,
		};

		dup2(fds[0], STDIN_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		env_fixed(&r.env, 0);
		_exit(coord_run(&c, &ops, NULL));
	}
	waitpid(pid, &status, 0);
	lseek(fds[1], 0, SEEK_SET);
	buf_reset(out);
	assert_int_equal(file_slurp_fd(fds[1], 32 << 20, out), FILE_OK);
	close(fds[0]);
	close(fds[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Lines in the order of the octets, so that two runs can be compared. */
static int
compare(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static char *
sorted(struct span text)
{
	struct span lines[100], line = { NULL, 0 };
	struct buf out = BUF(32 << 20);
	size_t n = 0;

	while (n < ROWS(lines) && span_split(&text, '\n', &line))
		if (line.n > 0)
			lines[n++] = line;
	qsort(lines, n, sizeof(lines[0]), compare);
	for (size_t i = 0; i < n; i++) {
		buf_span(&out, lines[i]);
		buf_byte(&out, '\n');
	}
	return buf_take_str(&out);
}

#define LOST(signal) \
	"{\"schema\":\"t/1\",\"version\":\"" MSGSEC_VERSION "\",\"time\":" \
	"\"1970-01-01T00:00:00Z\",\"verdict\":\"unknown\",\"findings\":[" \
	"{\"code\":\"run.crashed\",\"severity\":\"unknown\",\"clause\":" \
	"\"msgsec(7)\",\"where\":\"\",\"text\":\"the worker that judged " \
	"this subject ended abnormally: signal " signal "\",\"fix\":" \
	"\"run this subject alone and report what happens\"}]}"

static const struct {
	const char *name, *in, *want;
	int status;
} rows[] = {
	{ "nothing", "", "", 0 },
	{ "one", "a.example\n", "{\"domain\":\"a.example\",\"t\":{\"v\":1}}\n",
	    0 },
	{ "records keep their octets",
	    "{\"domain\":\"a.example\", \"n\": 1.0}\r\n",
	    "{\"domain\":\"a.example\", \"n\": 1.0,\"t\":{\"v\":1}}\n", 0 },
	{ "duplicates stay", "a\na\n", "{\"domain\":\"a\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"a\",\"t\":{\"v\":1}}\n", 0 },
	{ "a malformed record is copied", "{\"domain\":\n",
	    "{\"domain\":\n", 65 },
	{ "no domain", "1,a.example\n",
	    "{\"domain\":\"1,a.example\",\"t\":{\"v\":2}}\n", 1 },
	{ "a crash costs one", "a\ncrash\nb\n",
	    "{\"domain\":\"a\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"b\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"crash\",\"t\":" LOST("11") "}\n", 75 },
	{ "a definite answer outranks a missing one", "fail\nunknown\n",
	    "{\"domain\":\"fail\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"unknown\",\"t\":{\"verdict\":\"unknown\"}}\n", 1 },
	{ "without a line end", "a\nb", "{\"domain\":\"a\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"b\",\"t\":{\"v\":1}}\n", 0 },
};

static void
streams(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;

	(void)state;
	for (size_t i = 0; i < 2 * ROWS(rows); i++) {
		struct buf out = BUF(1 << 20);
		size_t row = i / 2;
		char *got = NULL;
		int status = 0;

		o.ordered = i % 2;
		status = run(&o, NULL, 0, false, span_str(rows[row].in),
		    &out);
		got = sorted(buf_get0(&out));
		if (status != rows[row].status ||
		    strcmp(got, rows[row].want) != 0)
			fail_msg("%s: %d, %s", rows[row].name, status, got);
		free(got);
		buf_free(&out);
	}
}

static void
in_this_process_it_is_the_same(void **state)
{
	static const char *const operand[] = { "{\"domain\":\"a\"}" };
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct buf out = BUF(1 << 20);

	(void)state;
	assert_int_equal(run(&o, NULL, 0, true, SPAN("b\nfail\n"), &out), 1);
	assert_true(span_eq(buf_get0(&out),
	    SPAN("{\"domain\":\"b\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"fail\",\"t\":{\"v\":1}}\n")));
	/* an operand is a subject, never a record */
	assert_int_equal(run(&o, operand, 1, true, SPAN(""), &out), 1);
	assert_true(span_eq(buf_get0(&out), SPAN("{\"domain\":"
	    "\"{\\\"domain\\\":\\\"a\\\"}\",\"t\":{\"v\":2}}\n")));
	buf_free(&out);
}

static void
operands_come_before_nothing_else(void **state)
{
	static const char *const two[] = { "a", "b" }, *const dash[] = { "-" };
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct buf out = BUF(1 << 20);

	(void)state;
	o.ordered = true;
	assert_int_equal(run(&o, two, 2, false, SPAN("c\n"), &out), 0);
	assert_true(span_eq(buf_get0(&out),
	    SPAN("{\"domain\":\"a\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"b\",\"t\":{\"v\":1}}\n")));
	assert_int_equal(run(&o, dash, 1, false, SPAN("c\n"), &out), 0);
	assert_true(span_eq(buf_get0(&out),
	    SPAN("{\"domain\":\"c\",\"t\":{\"v\":1}}\n")));
	buf_free(&out);
}

/* Slow ones and crashes among many: still in order, none lost. */
static void
order_is_kept(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct buf in = BUF(1 << 20), out = BUF(4 << 20);
	struct span left = { NULL, 0 }, line = { NULL, 0 };
	size_t n = 0;

	(void)state;
	o.ordered = true;
	for (int i = 0; i < 3000; i++)
		buf_printf(&in, "%s%d.example\n", i % 500 == 7 ? "slow" :
		    i % 700 == 9 ? "crash" : "d", i);
	assert_int_equal(run(&o, NULL, 0, false, buf_get0(&in), &out), 75);
	left = buf_get0(&out);
	while (span_split(&left, '\n', &line)) {
		char *want = xasprintf("{\"domain\":\"%s%zu.example\",",
		    n % 500 == 7 ? "slow" : n % 700 == 9 ? "crash" : "d", n);

		if (line.n > 0 && !span_starts(line, span_str(want)))
			fail_msg("line %zu: %.60s", n, line.p);
		n += line.n > 0;
		free(want);
	}
	assert_int_equal(n, 3000);
	buf_free(&in);
	buf_free(&out);
}

static void
a_hang_ends_with_its_time(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct buf out = BUF(1 << 20);

	(void)state;
	o.timeout = 1;
	o.fail_on = FAIL_ON_NEVER;
	assert_int_equal(run(&o, NULL, 0, false, SPAN("hang\na\n"), &out), 0);
	assert_non_null(memmem(out.p, out.n, "run.timeout", 11));
	assert_non_null(memmem(out.p, out.n, "\"domain\":\"a\"", 12));
	buf_free(&out);
}

/* One octet over the ceiling: through as it is, nothing written between. */
static void
long_lines_pass_through(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct buf in = BUF(8 << 20), out = BUF(8 << 20);
	unsigned char *to = NULL;

	(void)state;
	for (int ordered = 0; ordered < 2; ordered++) {
		o.ordered = ordered;
		buf_reset(&in);
		buf_str(&in, "slow1\nslow2\nslow3\n");
		to = buf_room(&in, 3 << 20);
		memset(to, '{', 3 << 20);
		in.n += 3 << 20;
		buf_str(&in, "\nafter");
		assert_int_equal(run(&o, NULL, 0, false, buf_get0(&in),
		    &out), 65);
		to = memmem(out.p, out.n, to, 3 << 20);
		assert_non_null(to);
		assert_int_equal(to[-1], '\n');
		assert_int_equal(to[3 << 20], '\n');
		assert_non_null(memmem(out.p, out.n, "\"after\"", 7));
	}
	buf_free(&in);
	buf_free(&out);
}

/* A record that has no room for a member keeps what it has. */
static void
full_records_are_copied(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct buf in = BUF(2 << 20), out = BUF(8 << 20);
	unsigned char *to = NULL;

	(void)state;
	buf_str(&in, "{\"domain\":\"a\",\"x\":\"");
	to = buf_room(&in, REC_MAX - in.n - 2);
	memset(to, 'x', REC_MAX - in.n - 2);
	in.n = REC_MAX - 2;
	buf_str(&in, "\"}");
	assert_int_equal(run(&o, NULL, 0, false, buf_get0(&in), &out), 65);
	assert_int_equal(out.n, in.n + 1);
	assert_memory_equal(out.p, in.p, in.n);
	buf_free(&in);
	buf_free(&out);
}

/* Lists by name, names that end with NUL, and one that is not there. */
static void
lists_are_read_in_turn(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	char one[] = "/tmp/msgsec-list-XXXXXX";
	const char *lists[] = { one, "-", "/nonexistent/list" };
	int fd = mkstemp(one);
	struct buf out = BUF(1 << 20);

	(void)state;
	assert_true(file_write_all(fd, SPAN("a\0#b\0")));
	o.files_from = (struct opt_list){ lists, 2, 2 };
	o.ordered = o.nul = true;
	assert_int_equal(run(&o, NULL, 0, false, SPAN("c\0{\0"), &out), 1);
	assert_true(span_eq(buf_get0(&out),
	    SPAN("{\"domain\":\"a\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"#b\",\"t\":{\"v\":2}}\n"
	    "{\"domain\":\"c\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"{\",\"t\":{\"v\":2}}\n")));
	o.files_from.n = 3;
	assert_int_equal(run(&o, NULL, 0, false, SPAN("c\0"), &out), 66);
	assert_non_null(memmem(out.p, out.n, "\"c\"", 3));
	buf_free(&out);
	close(fd);
	unlink(one);
}

/* A tool's own subjects: here the ordinals of one file. */
static bool
next_ordinal(void *arg, struct buf *text)
{
	int *n = arg;

	if (++*n > 3)
		return false;
	buf_printf(text, "%d", *n);
	return true;
}

static void
ordinal_base(void *arg, const struct subject *s, struct buf *out)
{
	(void)arg;
	buf_printf(out, "{\"message\":\"box\",\"n\":%.*s}", (int)s->text.n,
	    (const char *)s->text.p);
}

static int
ordinal_work(void *arg, void *state, const struct subject *s, struct reply *r)
{
	struct buf base = BUF(1000);
	int status = 0;

	(void)state;
	ordinal_base(arg, s, &base);
	status = subject_answer(s, buf_get0(&base), "t", SPAN("{}"), &r->line);
	buf_free(&base);
	return status;
}

static void
subjects_of_the_tools_own(void **state)
{
	static const struct coord_ops own = {
		.work = ordinal_work, .next = next_ordinal,
		.base = ordinal_base,
	};
	char path[] = "/tmp/msgsec-resume-XXXXXX";
	int fd = mkstemp(path), n = 0;
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct run r = { .opts = &o, .jobs = 1 };
	const struct coord c = {
		.run = &r, .tool = "t", .schema = "t/1", .key = "message",
	};
	struct buf out = BUF(10000);

	(void)state;
	o.resume = path;
	env_fixed(&r.env, 0);
	assert_true(file_write_all(fd,
	    SPAN("{\"message\":\"box\",\"n\":2}\n")));
	assert_int_equal(coord_run(&c, &own, &n), 0);
	assert_int_equal(file_slurp(path, 9999, &out), FILE_OK);
	assert_true(span_eq(buf_get0(&out),
	    SPAN("{\"message\":\"box\",\"n\":2}\n"
	    "{\"message\":\"box\",\"n\":1,\"t\":{}}\n"
	    "{\"message\":\"box\",\"n\":3,\"t\":{}}\n")));
	buf_free(&out);
	close(fd);
	unlink(path);
}

/* A signal from outside: whole lines, and the signal is what ends it. */
static void
a_signal_leaves_whole_lines(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	static const char *const operands[] = { "a", "hang", "hang2" };
	int fd = file_unnamed(), status = 0;
	struct buf out = BUF(10000);
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct run r = { .opts = &o, .jobs = 3 };
		const struct coord c = {
			.run = &r, .tool = "t", .schema = "t/1",
			.key = "domain", .operands = operands, .n = 3,
		};

		dup2(fd, STDOUT_FILENO);
		env_fixed(&r.env, 0);
		_exit(coord_run(&c, &ops, NULL));
	}
	usleep(200000);
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(file_slurp_fd(fd, 9999, &out), FILE_OK);
	assert_true(span_eq(buf_get0(&out),
	    SPAN("{\"domain\":\"a\",\"t\":{\"v\":1}}\n")));
	buf_free(&out);
	close(fd);
}

static void
a_full_disk_is_74(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	const char *const operands[] = { "a", "b" };
	pid_t pid = fork();
	int status = 0;

	(void)state;
	if (pid == 0) {
		struct run r = { .opts = &o, .jobs = 2 };
		const struct coord c = {
			.run = &r, .tool = "t", .schema = "t/1",
			.key = "domain", .operands = operands, .n = 2,
		};

		env_fixed(&r.env, 0);
		close(STDOUT_FILENO);
		_exit(coord_run(&c, &ops, NULL));
	}
	waitpid(pid, &status, 0);
	assert_int_equal(WEXITSTATUS(status), EXIT_IO);
}

static void
resuming_does_the_rest(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	char path[] = "/tmp/msgsec-resume-XXXXXX";
	int fd = mkstemp(path);
	struct buf out = BUF(1 << 20);
	char *got = NULL;

	(void)state;
	o.resume = path;
	assert_true(file_write_all(fd,
	    SPAN("{\"domain\":\"a\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"u\",\"t\":{\"verdict\":\"unknown\"}}\n"
	    "{\"domain\":\"b\",\"t\":")));
	/* two lines of "a", of which one is done; U-label, case and dot */
	assert_int_equal(run(&o, NULL, 0, false,
	    SPAN("A.\nb\na\nu\n{\"domain\":\"c\"}\n"), &out), 0);
	assert_int_equal(out.n, 0);
	assert_int_equal(file_slurp(path, 1 << 20, &out), FILE_OK);
	got = sorted(buf_get0(&out));
	assert_string_equal(got, "{\"domain\":\"a\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"a\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"b\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"c\",\"t\":{\"v\":1}}\n"
	    "{\"domain\":\"u\",\"t\":{\"verdict\":\"unknown\"}}\n");
	free(got);
	/* a second run finds nothing to do, unless the unknown is redone */
	buf_reset(&out);
	o.skip = path;
	o.resume = NULL;
	assert_int_equal(run(&o, NULL, 0, false, SPAN("a\nb\na\nu\nc\n"),
	    &out), 0);
	assert_int_equal(out.n, 0);
	o.retry_unknown = true;
	assert_int_equal(run(&o, NULL, 0, false, SPAN("a\nb\na\nu\nc\n"),
	    &out), 0);
	assert_true(span_eq(buf_get0(&out),
	    SPAN("{\"domain\":\"u\",\"t\":{\"v\":1}}\n")));
	buf_free(&out);
	close(fd);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams),
		cmocka_unit_test(in_this_process_it_is_the_same),
		cmocka_unit_test(operands_come_before_nothing_else),
		cmocka_unit_test(order_is_kept),
		cmocka_unit_test(a_hang_ends_with_its_time),
		cmocka_unit_test(long_lines_pass_through),
		cmocka_unit_test(full_records_are_copied),
		cmocka_unit_test(lists_are_read_in_turn),
		cmocka_unit_test(subjects_of_the_tools_own),
		cmocka_unit_test(a_signal_leaves_whole_lines),
		cmocka_unit_test(a_full_disk_is_74),
		cmocka_unit_test(resuming_does_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
