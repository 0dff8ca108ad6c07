/* A spool gives back what it got, from memory and from its file. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/file.h"
#include "sys/spool.h"

enum { LIMIT = 65536 };

static unsigned char
octet(size_t i)
{
	return (unsigned char)(i * 31 + i / 256);
}

static bool
collect(void *arg, struct span piece)
{
	buf_span(arg, piece);
	return true;
}

static void
check_content(struct span got, size_t n)
{
	assert_int_equal(got.n, n);
	for (size_t i = 0; i < n; i++)
		if (got.p[i] != octet(i))
			fail_msg("of %zu octets, %zu differs", n, i);
}

static void
what_goes_in_comes_out(void **state)
{
	static const size_t sizes[] = {
		0, 1, LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT + 7, 1 << 20
	};
	static const size_t steps[] = { 1000, 65536, 200000 };

	(void)state;
	for (size_t i = 0; i < ROWS(sizes) * ROWS(steps); i++) {
		size_t n = sizes[i / ROWS(steps)];
		size_t step = steps[i % ROWS(steps)];
		struct spool s = { 0 };
		struct buf out = BUF(4 << 20);
		unsigned char *in = xmalloc(n);
		int fd = file_unnamed();

		for (size_t j = 0; j < n; j++)
			in[j] = octet(j);
		spool_init(&s, LIMIT);
		for (size_t at = 0; at < n; at += step)
			spool_add(&s, span_first(span_of(in + at, n - at),
			    step));
		assert_int_equal(s.n, n);
		assert_int_equal(s.fd >= 0, n > LIMIT);
		assert_int_equal(spool_copy(&s, fd), SPOOL_OK);
		assert_int_equal(spool_each(&s, collect, &out), SPOOL_OK);
		check_content(buf_get0(&out), n);
		buf_free(&out);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(file_slurp_fd(fd, 2 << 20, &out), FILE_OK);
		check_content(buf_get0(&out), n);
		buf_free(&out);
		close(fd);
		spool_free(&s);
		free(in);
	}
}

static void
fills_from_a_descriptor(void **state)
{
	struct spool from = { 0 }, to = { 0 };
	int fd = file_unnamed();

	(void)state;
	spool_init(&from, LIMIT);
	for (size_t i = 0; i < 3 * LIMIT; i++) {
		unsigned char c = octet(i);

		spool_add(&from, span_of(&c, 1));
	}
	assert_int_equal(spool_copy(&from, fd), SPOOL_OK);
	lseek(fd, 0, SEEK_SET);
	spool_init(&to, LIMIT);
	assert_int_equal(spool_fill(&to, fd), SPOOL_OK);
	assert_int_equal(to.n, 3 * LIMIT);
	spool_free(&from);
	spool_free(&to);
	close(fd);
}

static void
a_full_disk_is_its_own_result(void **state)
{
	struct rlimit old = { 0 }, small = { 0 };
	struct spool s = { 0 };
	unsigned char *in = xcalloc(4, LIMIT);

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = LIMIT;
	setrlimit(RLIMIT_FSIZE, &small);
	spool_init(&s, LIMIT);
	spool_add(&s, span_of(in, 4 * LIMIT));
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(s.state, SPOOL_NO_SPACE);
	assert_int_equal(spool_copy(&s, STDOUT_FILENO), SPOOL_NO_SPACE);
	spool_free(&s);
	free(in);
}

static void
output_errors_are_told_apart(void **state)
{
	struct spool s = { 0 };
	int full = open("/dev/full", O_WRONLY), fds[2] = { -1, -1 };

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	spool_init(&s, LIMIT);
	spool_add(&s, SPAN("x"));
	assert_int_equal(spool_copy(&s, full), SPOOL_NO_SPACE);
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	assert_int_equal(spool_copy(&s, fds[1]), SPOOL_IO);
	close(fds[1]);
	close(full);
	spool_free(&s);
}

static void
no_folder_for_it(void **state)
{
	struct spool s = { 0 };
	unsigned char *in = xcalloc(2, LIMIT);

	(void)state;
	setenv("TMPDIR", "/nonexistent", 1);
	spool_init(&s, LIMIT);
	spool_add(&s, span_of(in, LIMIT + 1));
	assert_int_equal(s.state, SPOOL_IO);
	unsetenv("TMPDIR");
	spool_free(&s);
	free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(fills_from_a_descriptor),
		cmocka_unit_test(a_full_disk_is_its_own_result),
		cmocka_unit_test(output_errors_are_told_apart),
		cmocka_unit_test(no_folder_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
