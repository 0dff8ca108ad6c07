/* Files are read whole or not, and appear whole or not at all. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/child.h"
#include "sys/exit.h"
#include "sys/file.h"

static char folder[] = "/tmp/msgsec-file-XXXXXX";

static char *
path_of(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

static char *
make(const char *name, const char *content, mode_t mode)
{
	char *path = path_of(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_true(file_write_all(fd, span_str(content)));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static void
slurp_has_distinct_results(void **state)
{
	static const struct {
		size_t max;
		enum file_result want;
	} rows[] = {
		{ 4, FILE_TOO_BIG }, { 5, FILE_OK }, { 6, FILE_OK },
		{ 100000, FILE_OK },
	};
	char *path = make("five", "12345", 0644), *none = path_of("none");
	struct buf out = BUF(1000000);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum file_result r = file_slurp(path, rows[i].max, &out);

		if (r != rows[i].want || (r == FILE_OK &&
		    !span_eq(buf_get0(&out), SPAN("12345"))))
			fail_msg("row %zu: %d", i, r);
		buf_free(&out);
	}
	assert_int_equal(file_slurp(none, 10, &out), FILE_ABSENT);
	assert_int_equal(file_status(FILE_ABSENT), 66);
	assert_int_equal(file_slurp(folder, 10, &out), FILE_IO);
	assert_int_equal(file_slurp("/proc/self/status", 100, &out),
	    FILE_TOO_BIG);
	assert_int_equal(file_slurp("/proc/self/status", 1 << 20, &out),
	    FILE_OK);
	assert_true(out.n > 100);
	buf_free(&out);
	free(path);
	free(none);
}

static void
slurp_appends(void **state)
{
	char *path = make("five", "12345", 0644);
	struct buf out = BUF(8);

	(void)state;
	buf_str(&out, "ab");
	assert_int_equal(file_slurp(path, 100, &out), FILE_OK);
	assert_true(span_eq(buf_get0(&out), SPAN("ab12345")));
	assert_int_equal(file_slurp(path, 100, &out), FILE_TOO_BIG);
	assert_true(span_eq(buf_get0(&out), SPAN("ab12345")));
	buf_free(&out);
	free(path);
}

static void
keys_open_to_others_are_refused(void **state)
{
	static const struct {
		mode_t mode;
		enum file_result want;
	} rows[] = {
		{ 0600, FILE_OK }, { 0640, FILE_OK }, { 0400, FILE_OK },
		{ 0644, FILE_EXPOSED }, { 0602, FILE_EXPOSED },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *path = make("key", "k", rows[i].mode);
		struct buf out = BUF(100);

		if (file_slurp_key(path, 10, &out) != rows[i].want)
			fail_msg("mode %o", (unsigned)rows[i].mode);
		buf_free_wipe(&out);
		free(path);
	}
	assert_int_equal(file_status(FILE_EXPOSED), EXIT_PERMISSION);
}

static void
output_appears_whole(void **state)
{
	char *path = path_of("out");
	struct file_out out = { 0 };
	struct buf in = BUF(100);
	struct stat st = { 0 };

	(void)state;
	assert_int_equal(file_out_open(&out, path, 0600), FILE_OK);
	assert_true(file_write_all(out.fd, SPAN("one")));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(file_out_commit(&out, false), FILE_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	assert_int_equal(file_out_open(&out, path, 0600), FILE_OK);
	assert_int_equal(file_out_commit(&out, false), FILE_EXISTS);
	assert_int_equal(file_out_open(&out, path, 0600), FILE_OK);
	assert_true(file_write_all(out.fd, SPAN("two")));
	assert_int_equal(file_out_commit(&out, true), FILE_OK);
	assert_int_equal(file_slurp(path, 10, &in), FILE_OK);
	assert_true(span_eq(buf_get0(&in), SPAN("two")));
	buf_free(&in);
	unlink(path);

	assert_int_equal(file_out_open(&out, path, 0600), FILE_OK);
	file_out_abort(&out);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	assert_int_equal(file_out_open(&out, "/nowhere/x", 0600),
	    FILE_NOT_CREATED);
}

static void
write_errors_are_seen(void **state)
{
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_true(fd >= 0);
	assert_false(file_write_all(fd, SPAN("x")));
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

/* Run "sh -c script" as COMMAND with a message of n bytes. */
static int
command(const char *script, size_t n, bool start)
{
	char *argv[] = { xstrdup("sh"), xstrdup("-c"), xstrdup(script), NULL };
	char *message = xcalloc(n + 1, 1);
	struct child c = { 0 };
	int status = 0, file = file_unnamed();

	assert_true(child_prepare(&c, argv));
	assert_true(file_write_all(file, span_of(message, n)));
	if (start) {
		assert_true(child_start(&c, file));
		status = child_end(&c);
	} else {
		close(file);
		child_abandon(&c);
	}
	for (size_t i = 0; i < 3; i++)
		free(argv[i]);
	free(message);
	return status;
}

static void
command_gets_the_message(void **state)
{
	static const struct {
		const char *script;
		size_t n;
		int want;
	} rows[] = {
		{ "test `cat | wc -c` = 300000", 300000, 0 },
		{ "cat >/dev/null; exit 67", 10, 67 },
		{ "exit 0", 300000, 75 },
		{ "exit 0", 1, 75 },
		{ "head -c 1000 >/dev/null", 300000, 75 },
		{ "exit 69", 300000, 69 },
		{ "kill -9 $$", 10, 75 },
		{ "exec 0<&-; exit 0", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int got = command(rows[i].script, rows[i].n, true);

		if (got != rows[i].want)
			fail_msg("%s: %d", rows[i].script, got);
	}
}

static void
command_is_not_started_too_early(void **state)
{
	char *mark = path_of("mark");
	char *script = xasprintf("touch %s", mark);

	(void)state;
	command(script, 0, false);
	assert_int_equal(access(mark, F_OK), -1);
	command(script, 0, true);
	assert_int_equal(access(mark, F_OK), 0);
	unlink(mark);
	free(script);
	free(mark);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void
statuses_rank(void **state)
{
	/* from the worst to the best: each beats all that follow */
	static const int order[] = { 70, 73, 74, 77, 65, 66, 1, 75, 0 };

	(void)state;
	for (size_t i = 0; i < ROWS(order); i++)
		for (size_t j = 0; j < ROWS(order); j++) {
			int want = order[i < j ? i : j];

			if (exit_worse(order[i], order[j]) != want)
				fail_msg("%d, %d", order[i], order[j]);
		}
}

enum { MUCH = 1 << 20 };

/* MUCH octets, from memory or from a file. */
static bool
write_much(int fd, bool from_file)
{
	struct buf b = BUF(MUCH);
	int file = -1;

	memset(buf_room(&b, MUCH), 'x', MUCH);
	b.n = MUCH;
	if (!from_file)
		return file_write_all(fd, buf_get0(&b));
	file = memfd_create("much", 0);
	return file_write_all(file, buf_get0(&b)) &&
	    file_copy(file, MUCH, fd);
}

static void
others_may_not_want_to_block(void **state)
{
	(void)state;
	for (int from_file = 0; from_file < 2; from_file++) {
		int end[2] = { -1, -1 }, status = 0;
		unsigned char piece[4096];
		size_t all = 0;
		ssize_t n = 0;
		pid_t pid = -1;

		assert_int_equal(pipe2(end, O_NONBLOCK), 0);
		pid = fork();
		if (pid == 0) {
			close(end[0]);
			/* the reader comes first, and finds nothing */
			poll(NULL, 0, 50);
			_exit(!write_much(end[1], from_file));
		}
		close(end[1]);
		while ((n = file_read(end[0], piece, sizeof(piece))) > 0)
			all += (size_t)n;
		assert_int_equal(n, 0);
		assert_int_equal(all, MUCH);
		close(end[0]);
		waitpid(pid, &status, 0);
		assert_int_equal(status, 0);
	}
}

static void
one_at_a_time_has_it(void **state)
{
	char *path = path_of("out"), *other = make("five", "5", 0600);
	char *none = path_of("none/x");
	int one = -1, two = -1;

	(void)state;
	unlink(path);
	assert_int_equal(file_open_locked(path, O_RDWR, 0600, &one),
	    FILE_ABSENT);
	assert_int_equal(file_open_locked(none, O_RDWR | O_CREAT, 0600, &one),
	    FILE_ABSENT);
	assert_int_equal(file_open_locked("/dev/null", O_RDWR, 0600, &one),
	    FILE_IO);
	assert_int_equal(one, -1);
	assert_int_equal(file_open_locked(path, O_RDWR | O_CREAT, 0600, &one),
	    FILE_OK);
	assert_int_equal(file_open_locked(path, O_RDWR, 0600, &two),
	    FILE_LOCKED);
	assert_int_equal(file_status(FILE_LOCKED), EXIT_UNKNOWN);
	/* what has taken its place is another file */
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(file_open_locked(path, O_RDWR, 0600, &two), FILE_OK);
	close(one);
	assert_int_equal(file_open_locked(path, O_RDWR, 0600, &one),
	    FILE_LOCKED);
	close(two);
	free(path);
	free(other);
	free(none);
}

static int
enter(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
leave(void **state)
{
	static const char *const names[] = { "five", "key", "out" };

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++) {
		char *path = path_of(names[i]);

		unlink(path);
		free(path);
	}
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slurp_has_distinct_results),
		cmocka_unit_test(slurp_appends),
		cmocka_unit_test(keys_open_to_others_are_refused),
		cmocka_unit_test(output_appears_whole),
		cmocka_unit_test(write_errors_are_seen),
		cmocka_unit_test(others_may_not_want_to_block),
		cmocka_unit_test(one_at_a_time_has_it),
		cmocka_unit_test(command_gets_the_message),
		cmocka_unit_test(command_is_not_started_too_early),
		cmocka_unit_test(statuses_rank),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
