/*
 * The vault gives back what was put in, whatever its size and pieces, as
 * often as it is asked; on the disk nobody finds it.
 */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/vault.h"
#include "sys/file.h"

enum { LONG = 3 << 20 };

static unsigned char data[LONG];
static struct env env;

struct seen {
	size_t n, stop;
	bool same;
};

static bool
compare(void *arg, struct span piece)
{
	struct seen *s = arg;

	s->same = s->same && s->n + piece.n <= LONG &&
	    memcmp(data + s->n, piece.p, piece.n) == 0;
	s->n += piece.n;
	return s->n < s->stop;
}

static struct vault
filled(size_t n, size_t piece, bool open)
{
	struct vault v;

	vault_init(&v, &env, open);
	for (size_t at = 0; at < n; at += piece)
		vault_add(&v, span_first(span_of(data + at, n - at), piece));
	return v;
}

static void
round_trips(void **state)
{
	static const size_t sizes[] = { 0, 1, 1 << 20, (1 << 20) + 1,
	    (2 << 20) + 5, LONG };
	static const size_t pieces[] = { 1000, 65536, 1 << 20, LONG };

	(void)state;
	for (size_t i = 0; i < ROWS(sizes); i++)
		for (size_t j = 0; j < 2 * ROWS(pieces); j++) {
			struct vault v = filled(sizes[i],
			    pieces[j / 2], j % 2);

			assert_int_equal(v.state, SPOOL_OK);
			for (size_t again = 0; again < 2; again++) {
				struct seen s = { 0, SIZE_MAX, true };

				assert_int_equal(vault_each(&v, compare, &s),
				    SPOOL_OK);
				if (!s.same || s.n != sizes[i])
					fail_msg("%zu by %zu", sizes[i],
					    pieces[j / 2]);
			}
			vault_free(&v);
		}
}

static bool
holds(int fd, size_t n)
{
	unsigned char got[4096];
	size_t at = 0;
	ssize_t r = 1;

	while ((r = pread(fd, got, sizeof(got), (off_t)at)) > 0) {
		if (at + (size_t)r > n || memcmp(got, data + at,
		    (size_t)r) != 0)
			return false;
		at += (size_t)r;
	}
	return r == 0 && at == n;
}

/* To a file, and to one that sendfile(2) refuses. */
static void
copies(void **state)
{
	static const size_t sizes[] = { 0, 1 << 20, (2 << 20) + 5, LONG };

	(void)state;
	for (size_t i = 0; i < 4 * ROWS(sizes); i++) {
		struct vault v = filled(sizes[i / 4], 65536, i % 2);
		int fd = file_unnamed();

		assert_true(fd >= 0);
		if (i / 2 % 2 == 1)
			assert_int_equal(fcntl(fd, F_SETFL, O_APPEND), 0);
		assert_int_equal(vault_copy(&v, fd), SPOOL_OK);
		if (!holds(fd, sizes[i / 4]))
			fail_msg("row %zu", i);
		close(fd);
		vault_free(&v);
	}
}

static void
stops_when_told(void **state)
{
	struct vault v = filled(LONG, 65536, false);
	struct seen s = { 0, 1, true };

	(void)state;
	assert_int_equal(vault_each(&v, compare, &s), SPOOL_OK);
	assert_true(s.n > 0 && s.n < LONG);
	vault_free(&v);
}

/* The data repeats itself, so that even a part of it would be seen. */
static void
the_disk_tells_nothing(void **state)
{
	(void)state;
	for (int open = 0; open < 2; open++) {
		struct vault v = filled(LONG, 65536, open);
		unsigned char disk[4096];
		bool found = false;

		assert_true(v.fd >= 0);
		for (off_t at = 0; pread(v.fd, disk, sizeof(disk), at) ==
		    (ssize_t)sizeof(disk); at += (off_t)sizeof(disk))
			for (size_t i = 0; i + 32 <= sizeof(disk); i++)
				found |= memcmp(disk + i, data, 32) == 0;
		assert_int_equal(found, open);
		vault_free(&v);
	}
}

static void
no_disk(void **state)
{
	struct vault v;

	(void)state;
	setenv("TMPDIR", "/nonexistent", 1);
	vault_init(&v, &env, false);
	vault_add(&v, span_of(data, LONG));
	assert_int_equal(v.state, SPOOL_IO);
	assert_true(v.error != 0);
	assert_int_equal(vault_copy(&v, STDOUT_FILENO), SPOOL_IO);
	vault_free(&v);
	unsetenv("TMPDIR");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips),
		cmocka_unit_test(copies),
		cmocka_unit_test(stops_when_told),
		cmocka_unit_test(the_disk_tells_nothing),
		cmocka_unit_test(no_disk),
	};

	env_system(&env);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i % 251);
	return cmocka_run_group_tests_name("crypto_vault", tests, NULL,
	    NULL);
}
