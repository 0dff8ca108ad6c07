/* What is remembered: RFC 8461 sections 3.3 and 5.1. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "mtasts/memory.h"

static char folder[] = "/tmp/mtasts_memory_test.XXXXXX";
static char *path;

static int
set_up(void **state)
{
	(void)state;
	if (path == NULL) {
		if (mkdtemp(folder) == NULL)
			return 1;
		path = xasprintf("%s/memory.db", folder);
	}
	unlink(path);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	rmdir(folder);
	free(path);
	return 0;
}

static enum memory_result
apply(const struct memory_change *c, size_t n)
{
	struct buf b = BUF(1 << 20);
	enum memory_result r = MEMORY_OK;

	for (size_t i = 0; i < n; i++)
		memory_change_add(&b, &c[i]);
	r = memory_apply(path, buf_get0(&b));
	buf_free(&b);
	return r;
}

#define FETCH(name, i, text, when, age) { .kind = MEMORY_FETCHED, \
	.domain = SPAN(name), .id = SPAN(i), .body = SPAN(text), \
	.at = (when), .max_age = (age) }
#define MISS(name, i, when) { .kind = MEMORY_NOT_FETCHED, \
	.domain = SPAN(name), .id = SPAN(i), .at = (when) }
#define NONE(name, i, when) { .kind = MEMORY_NOT_FETCHED, \
	.domain = SPAN(name), .id = SPAN(i), .at = (when), \
	.why = TLSRPT_STS_WEBPKI_INVALID }

/* "id body fetched expires longest, failed id at why" */
static void
is(const char *domain, const char *want)
{
	struct buf got = BUF(1 << 17);
	struct memory_entry e = { .known = false };
	struct memory *m = NULL;

	assert_int_equal(memory_open(path, &m), MEMORY_OK);
	assert_int_equal(memory_get(m, span_str(domain), &e), MEMORY_OK);
	if (e.known)
		buf_printf(&got, "%s %.*s %lld %lld %lld", e.id,
		    (int)e.body.n, (const char *)e.body.p,
		    (long long)e.fetched, (long long)e.expires,
		    (long long)e.longest);
	if (e.failed)
		buf_printf(&got, " failed %s %lld", e.failed_id,
		    (long long)e.failed_at);
	if (e.failed_why != TLSRPT_NONE)
		buf_printf(&got, " %s", tlsrpt_result_name(e.failed_why));
	if (!span_eq(buf_get0(&got), span_str(want)))
		fail_msg("%s: %.*s, want %s", domain, (int)got.n,
		    (const char *)got.p, want);
	memory_entry_free(&e);
	memory_free(m);
	buf_free(&got);
}

static void
changes_come_one_after_the_other(void **state)
{
	static const struct memory_change first[] = {
		FETCH("a.test", "1", "one", 1000, 500),
		FETCH("b.test", "x", "bee", 1000, 86400),
	}, second[] = {
		FETCH("a.test", "2", "two", 1100, 100),
		MISS("b.test", "y", 1200),
		NONE("c.test", "z", 1200),
	}, late[] = {
		FETCH("a.test", "1", "one", 1050, 500),
		MISS("a.test", "3", 1050),
	}, again[] = {
		FETCH("b.test", "y", "bea", 1600, 10),
	}, forget[] = {
		{ .kind = MEMORY_FORGET, .domain = SPAN("b.test") },
		{ .kind = MEMORY_FORGET_EXPIRED, .at = 1499 },
	}, forget_more[] = {
		{ .kind = MEMORY_FORGET_EXPIRED, .at = 1799 },
	}, forget_failures[] = {
		{ .kind = MEMORY_FORGET_EXPIRED, .at = 1800 },
	};

	(void)state;
	assert_int_equal(apply(first, 2), MEMORY_OK);
	is("a.test", "1 one 1000 1500 1500");
	is("b.test", "x bee 1000 87400 87400");
	is("c.test", "");
	/* what was replaced may be remembered longer elsewhere */
	assert_int_equal(apply(second, 3), MEMORY_OK);
	is("a.test", "2 two 1100 1200 1500");
	is("b.test", "x bee 1000 87400 87400 failed y 1200");
	is("c.test", " failed z 1200 sts-webpki-invalid");
	assert_int_equal(apply(late, 2), MEMORY_OK);
	is("a.test", "2 two 1100 1200 1500");
	assert_int_equal(apply(again, 1), MEMORY_OK);
	is("b.test", "y bea 1600 1610 87400");
	assert_int_equal(apply(forget, 2), MEMORY_OK);
	is("b.test", "");
	is("a.test", "2 two 1100 1200 1500");
	assert_int_equal(apply(forget_more, 1), MEMORY_OK);
	is("a.test", "");
	/* ten minutes: longer than it is backed off */
	is("c.test", " failed z 1200 sts-webpki-invalid");
	assert_int_equal(apply(forget_failures, 1), MEMORY_OK);
	is("c.test", "");
}

/* A file of the form that did not say why a fetch failed. */
static void
an_old_form_is_brought_up_to_date(void **state)
{
	static const char old[] = "CREATE TABLE policy (domain TEXT PRIMARY "
	    "KEY NOT NULL, id TEXT, body BLOB, fetched INTEGER, expires "
	    "INTEGER, longest INTEGER, failed_id TEXT, failed_at INTEGER) "
	    "WITHOUT ROWID; PRAGMA application_id = 1836282995; "
	    "PRAGMA user_version = 1; INSERT INTO policy VALUES ('a.test', "
	    "'1', 'one', 1000, 1500, 1500, '2', 1100)";
	static const struct memory_change change = NONE("a.test", "3", 1200);
	struct memory_entry e = { .known = false };
	struct memory *before = NULL;
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, old, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	is("a.test", "1 one 1000 1500 1500 failed 2 1100");
	assert_int_equal(memory_open(path, &before), MEMORY_OK);
	assert_int_equal(apply(&change, 1), MEMORY_OK);
	is("a.test", "1 one 1000 1500 1500 failed 3 1200 "
	    "sts-webpki-invalid");
	/* who has it open reads on */
	assert_int_equal(memory_get(before, SPAN("a.test"), &e), MEMORY_OK);
	assert_string_equal(e.failed_id, "3");
	memory_entry_free(&e);
	memory_free(before);
}

static bool
count(void *arg, const struct memory_entry *e)
{
	size_t *n = arg;

	assert_true(e->known);
	return ++*n < 2;
}

static void
what_has_a_policy_is_listed(void **state)
{
	static const struct memory_change all[] = {
		FETCH("c.test", "1", "x", 1, 1), MISS("b.test", "1", 1),
		FETCH("a.test", "1", "x", 1, 1), FETCH("d.test", "1", "x", 1,
		    1),
	};
	struct memory *m = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(apply(all, 4), MEMORY_OK);
	assert_int_equal(memory_open(path, &m), MEMORY_OK);
	assert_int_equal(memory_each(m, count, &n), MEMORY_OK);
	assert_int_equal(n, 2);
	memory_free(m);
}

static void
absence_is_no_fault(void **state)
{
	struct memory *m = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(memory_open(path, &m), MEMORY_ABSENT);
	assert_null(m);
	assert_int_equal(memory_apply("/nonexistent/x.db", SPAN("")),
	    MEMORY_FAILED);
	assert_int_equal(memory_apply(path, SPAN("")), MEMORY_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	is("a.test", "");
}

static void
write_file(const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, n), (ssize_t)n);
	close(fd);
}

/* Reported, and left as it is. */
static void
a_damaged_file_is_not_replaced(void **state)
{
	static const struct memory_change one[] = {
		FETCH("a.test", "1", "x", 1, 1),
	};
	static const char text[] = "this is a letter to my grandmother";
	char got[sizeof(text)] = "";
	char hole[3000];
	struct memory *m = NULL;
	struct memory_entry e;
	int fd = -1;

	(void)state;
	write_file(text, sizeof(text));
	assert_int_equal(memory_open(path, &m), MEMORY_BROKEN);
	assert_int_equal(apply(one, 1), MEMORY_BROKEN);
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, got, sizeof(got)), sizeof(text));
	close(fd);
	assert_memory_equal(got, text, sizeof(text));
	/* pages that were overwritten */
	unlink(path);
	assert_int_equal(apply(one, 1), MEMORY_OK);
	memset(hole, 0x5a, sizeof(hole));
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, hole, sizeof(hole), 4096),
	    sizeof(hole));
	close(fd);
	if (memory_open(path, &m) == MEMORY_OK)
		assert_int_equal(memory_get(m, SPAN("a.test"), &e),
		    MEMORY_BROKEN);
	memory_free(m);
	assert_int_equal(apply(one, 1), MEMORY_BROKEN);
}

static void
broken_changes_change_nothing(void **state)
{
	static const struct memory_change one[] = {
		FETCH("a.test", "1", "x", 1, 1),
	};
	/* no time that can be reckoned with */
	static const struct memory_change ahead = FETCH("a.test", "1", "x",
	    INT64_MAX, 1), behind = MISS("a.test", "1", INT64_MIN);
	struct buf b = BUF(4096);

	(void)state;
	memory_change_add(&b, one);
	for (size_t cut = 1; cut < b.n; cut++) {
		struct buf two = BUF(4096);

		buf_span(&two, buf_get0(&b));
		buf_span(&two, span_first(buf_get0(&b), cut));
		assert_int_not_equal(memory_apply(path, buf_get0(&two)),
		    MEMORY_OK);
		buf_free(&two);
	}
	assert_int_not_equal(apply(&ahead, 1), MEMORY_OK);
	assert_int_not_equal(apply(&behind, 1), MEMORY_OK);
	assert_int_equal(memory_apply(path, SPAN("")), MEMORY_OK);
	is("a.test", "");
	buf_free(&b);
}

enum { WRITERS = 4, ROUNDS = 40 };

static void
write_rounds(int who)
{
	for (int i = 0; i < ROUNDS; i++) {
		char *name = xasprintf("w%d-%d.test", who, i);
		struct memory_change c = FETCH("", "1", "x", 1, 1);

		c.domain = span_str(name);
		if (apply(&c, 1) != MEMORY_OK)
			_exit(1);
		free(name);
	}
	_exit(0);
}

/* Several find no file and make it at one time: nobody finds half of one. */
static void
many_processes_begin(void **state)
{
	enum { FIRST_TIMES = 60 };

	(void)state;
	for (int round = 0; round < FIRST_TIMES; round++) {
		pid_t pid[WRITERS];
		int go[2] = { -1, -1 }, status = 0;
		char c = 0;

		unlink(path);
		assert_int_equal(pipe(go), 0);
		for (int i = 0; i < WRITERS; i++) {
			struct memory_change first = FETCH("a.test", "1", "x",
			    1, 1);

			if ((pid[i] = fork()) != 0)
				continue;
			close(go[1]);
			(void)!read(go[0], &c, 1);
			_exit(apply(&first, 1) == MEMORY_OK ? 0 : 1);
		}
		close(go[0]);
		close(go[1]);
		for (int i = 0; i < WRITERS; i++) {
			waitpid(pid[i], &status, 0);
			assert_int_equal(status, 0);
		}
	}
}

/* Several write at once, and one is killed in the middle of it. */
static void
many_processes_write(void **state)
{
	struct memory *m = NULL;
	struct memory_entry e;
	pid_t pid[WRITERS + 1];
	int status = 0;

	(void)state;
	for (int i = 0; i <= WRITERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			write_rounds(i);
	}
	usleep(20000);
	kill(pid[WRITERS], SIGKILL);
	for (int i = 0; i <= WRITERS; i++) {
		waitpid(pid[i], &status, 0);
		if (i < WRITERS)
			assert_int_equal(status, 0);
	}
	assert_int_equal(memory_open(path, &m), MEMORY_OK);
	for (int who = 0; who < WRITERS; who++)
		for (int i = 0; i < ROUNDS; i++) {
			char *name = xasprintf("w%d-%d.test", who, i);

			assert_int_equal(memory_get(m, span_str(name), &e),
			    MEMORY_OK);
			if (!e.known)
				fail_msg("%s is lost", name);
			memory_entry_free(&e);
			free(name);
		}
	memory_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(changes_come_one_after_the_other,
		    set_up),
		cmocka_unit_test_setup(an_old_form_is_brought_up_to_date,
		    set_up),
		cmocka_unit_test_setup(what_has_a_policy_is_listed, set_up),
		cmocka_unit_test_setup(absence_is_no_fault, set_up),
		cmocka_unit_test_setup(a_damaged_file_is_not_replaced,
		    set_up),
		cmocka_unit_test_setup(broken_changes_change_nothing, set_up),
		cmocka_unit_test_setup(many_processes_begin, set_up),
		cmocka_unit_test_setup(many_processes_write, set_up),
	};

	return cmocka_run_group_tests_name("mtasts_memory", tests, set_up,
	    tear_down);
}
