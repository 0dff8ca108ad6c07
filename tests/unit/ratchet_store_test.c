/*
 * The store: items, transactions, what is on the disk in the clear, rolled
 * back states, other processes, damage.
 */
#include "unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "ratchet/anchor.h"
#include "ratchet/curve.h"
#include "ratchet/store.h"
#include "sys/file.h"

static struct env env;
static char *base, *folder, *anchors;
static unsigned char secret[VAULT_SECRET] = { 1, 2, 3 };

#define SECRET span_of(secret, sizeof(secret))

static struct store_place
place(void)
{
	return (struct store_place){ folder, anchors, 0 };
}

/* A command of the shell; $1 is the scratch folder, $2 the state. */
static void
shell(const char *what)
{
	char *command = xasprintf("set -- '%s' '%s/state'; %s", base, base,
	    what);

	assert_int_equal(system(command), 0);
	free(command);
}

static int
setup(void **state)
{
	char name[] = "/tmp/msgsec-store.XXXXXX";
	struct store_place p;
	struct store *s = NULL;

	(void)state;
	base = xstrdup(mkdtemp(name));
	folder = xasprintf("%s/state", base);
	anchors = xasprintf("%s/data/anchor", base);
	p = place();
	if (store_make(&p, &env, STORE_KEY_FILE, SECRET, &s) != STORE_OK ||
	    store_publish(s) != STORE_OK)
		return -1;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	shell("rm -rf \"$1\"");
	free(base);
	free(folder);
	free(anchors);
	return 0;
}

static enum store_result
try_open(struct store **s, struct span with)
{
	struct store_place p = place();
	enum store_secret how = STORE_PASSPHRASE;
	enum store_result r = store_open(&p, &env, s, &how);

	if (r == STORE_OK) {
		r = store_unlock(*s, with);
		if (r != STORE_OK) {
			store_close(*s);
			*s = NULL;
		}
	}
	return r;
}

static struct store *
opened(void)
{
	struct store *s = NULL;

	assert_int_equal(try_open(&s, SECRET), STORE_OK);
	return s;
}

static void
put(struct store *s, const char *id, const char *value)
{
	assert_int_equal(store_begin(s, true, false), STORE_OK);
	store_put(s, STORE_PEER, span_str(id), span_str(value));
	assert_int_equal(store_commit(s), STORE_OK);
}

static void
holds(struct store *s, const char *id, const char *want)
{
	struct buf b = BUF(1000);

	assert_int_equal(store_begin(s, false, false), STORE_OK);
	assert_int_equal(store_get(s, STORE_PEER, span_str(id), &b),
	    want != NULL ? STORE_OK : STORE_ABSENT);
	if (want != NULL)
		assert_true(span_eq(buf_get0(&b), span_str(want)));
	store_abandon(s);
	buf_free(&b);
}

static bool
collect(void *arg, struct span id, struct span value)
{
	struct buf *b = arg;

	buf_span(b, id);
	buf_byte(b, '=');
	buf_span(b, value);
	buf_byte(b, ' ');
	return b->n < 12;
}

static bool
collect_id(void *arg, struct span id)
{
	struct buf *b = arg;

	buf_span(b, id);
	buf_byte(b, ' ');
	return b->n < 5;
}

static void
test_items(void **state)
{
	struct store *s = opened();
	struct buf b = BUF(100);

	(void)state;
	put(s, "aa", "1");
	put(s, "ab", "2");
	put(s, "b", "3");
	put(s, "ab", "4");
	holds(s, "aa", "1");
	holds(s, "ab", "4");
	holds(s, "a", NULL);
	assert_int_equal(store_begin(s, true, false), STORE_OK);
	assert_int_equal(store_each(s, STORE_PEER, SPAN("a"), collect, &b),
	    STORE_OK);
	assert_true(span_eq(buf_get0(&b), SPAN("ab=4 aa=1 ")));
	buf_reset(&b);
	assert_int_equal(store_each(s, STORE_PEER, SPAN(""), collect, &b),
	    STORE_OK);
	/* it said that it has enough */
	assert_true(span_eq(buf_get0(&b), SPAN("b=3 ab=4 aa=1 ")));
	assert_int_equal(store_each(s, STORE_SESSION, SPAN(""), collect, &b),
	    STORE_OK);
	buf_reset(&b);
	assert_int_equal(store_each_id(s, STORE_SESSION, SPAN(""),
	    collect_id, &b), STORE_OK);
	assert_int_equal(store_each_id(s, STORE_PEER, SPAN("aa"),
	    collect_id, &b), STORE_OK);
	assert_true(span_eq(buf_get0(&b), SPAN("aa ")));
	buf_reset(&b);
	assert_int_equal(store_each_id(s, STORE_PEER, SPAN(""), collect_id,
	    &b), STORE_OK);
	assert_true(span_eq(buf_get0(&b), SPAN("b ab ")));
	store_drop(s, STORE_PEER, SPAN("b"));
	assert_int_equal(store_drop_all(s, STORE_PEER, SPAN("a")), 2);
	store_abandon(s);
	holds(s, "ab", "4");
	buf_free(&b);
	store_close(s);
	s = opened();
	holds(s, "ab", "4");
	store_close(s);
}

/* How many and how large they are, one kind alone. */
static void
test_size(void **state)
{
	static const unsigned char large[100000];
	struct store *s = opened();
	size_t n = 1;
	uint64_t octets = 1;

	(void)state;
	put(s, "a", "1");
	assert_int_equal(store_begin(s, true, false), STORE_OK);
	assert_int_equal(store_size(s, STORE_TRUST, &n, &octets), STORE_OK);
	assert_true(n == 0 && octets == 0);
	store_put(s, STORE_PEER, SPAN("b"), span_of(large, sizeof(large)));
	assert_int_equal(store_size(s, STORE_PEER, &n, &octets), STORE_OK);
	assert_true(n == 2 && octets > sizeof(large) &&
	    octets < sizeof(large) + 200);
	store_close(s);
}

/* Neither names nor values can be read from the files. */
static void
test_at_rest(void **state)
{
	struct store *s = opened();
	unsigned char id[VAULT_NAME];
	struct buf file = BUF(1 << 20);
	char *path = xasprintf("%s/state.db", folder);
	struct stat st;

	(void)state;
	store_name(s, SPAN("a peer's name"), id);
	assert_int_equal(store_begin(s, true, false), STORE_OK);
	store_put(s, STORE_PEER, span_of(id, sizeof(id)),
	    SPAN("a very secret value"));
	assert_int_equal(store_commit(s), STORE_OK);
	assert_int_equal(file_slurp(path, 1 << 20, &file), FILE_OK);
	assert_null(memmem(file.p, file.n, "secret value", 12));
	assert_null(memmem(file.p, file.n, "peer's name", 11));
	assert_non_null(memmem(file.p, file.n, id, sizeof(id)));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	store_close(s);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(try_open(&s, SECRET), STORE_EXPOSED);
	assert_int_equal(chmod(path, 0600), 0);
	free(path);
	buf_free(&file);
}

/* Whether one of the state's files has 16 of the octets in a row. */
static bool
on_disk(struct span octets)
{
	static const char *const names[] = { "state.db", "state.db-journal" };
	bool found = false;

	for (size_t i = 0; i < ROWS(names); i++) {
		char *path = xasprintf("%s/%s", folder, names[i]);
		struct buf file = BUF(1 << 20);

		if (file_slurp(path, 1 << 20, &file) == FILE_OK)
			for (size_t k = 0; k + 16 <= octets.n; k++)
				found |= memmem(file.p, file.n, octets.p + k,
				    16) != NULL;
		buf_free(&file);
		free(path);
	}
	return found;
}

/* Section 5 item 13: what was deleted or replaced is gone from the files. */
static void
test_erased(void **state)
{
	struct buf sealed = BUF(1000);
	struct store *s = opened();
	char *path = xasprintf("%s/state.db", folder), long_key[500];
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;

	(void)state;
	memset(long_key, 'k', sizeof(long_key) - 1);
	long_key[sizeof(long_key) - 1] = '\0';
	put(s, "x", long_key);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_prepare_v2(db, "SELECT value FROM item WHERE id = x'78'", -1,
	    &st, NULL);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	buf_add(&sealed, sqlite3_column_blob(st, 0),
	    (size_t)sqlite3_column_bytes(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
	assert_true(on_disk(buf_get0(&sealed)));
	put(s, "x", "another");
	assert_false(on_disk(buf_get0(&sealed)));
	buf_free(&sealed);
	free(path);
	store_close(s);
}

/* Section 5 item 12: an item moved to another place does not open. */
static void
test_tampered(void **state)
{
	struct store *s = opened();
	struct buf b = BUF(100);
	sqlite3 *db = NULL;
	char *path = NULL;

	(void)state;
	put(s, "x", "1");
	put(s, "y", "2");
	store_close(s);
	path = xasprintf("%s/state.db", folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE item SET value = (SELECT "
	    "value FROM item WHERE id = x'78') WHERE id = x'79'", NULL, NULL,
	    NULL), SQLITE_OK);
	sqlite3_close(db);
	free(path);
	s = opened();
	assert_int_equal(store_begin(s, false, false), STORE_OK);
	assert_int_equal(store_get(s, STORE_PEER, SPAN("x"), &b), STORE_OK);
	assert_int_equal(store_get(s, STORE_PEER, SPAN("y"), &b),
	    STORE_DAMAGED);
	assert_int_equal(store_each(s, STORE_PEER, SPAN("y"), collect, &b),
	    STORE_DAMAGED);
	/* which shows that this does not read it */
	buf_reset(&b);
	assert_int_equal(store_each_id(s, STORE_PEER, SPAN("y"), collect_id,
	    &b), STORE_OK);
	assert_true(span_eq(buf_get0(&b), SPAN("y ")));
	store_close(s);
	buf_free(&b);
}

static void
test_keys(void **state)
{
	struct store *s = NULL, *second = NULL;
	struct store_place p = place();
	unsigned char other[VAULT_SECRET] = { 9 };
	enum store_secret how = STORE_KEY_FILE;

	(void)state;
	assert_int_equal(try_open(&s, span_of(other, 32)), STORE_WRONG_KEY);
	assert_int_equal(try_open(&s, span_of(secret, 31)), STORE_WRONG_KEY);
	assert_int_equal(store_make(&p, &env, STORE_KEY_FILE, SECRET, &s),
	    STORE_EXISTS);
	shell("rm -rf \"$2\"");
	assert_int_equal(try_open(&s, SECRET), STORE_ABSENT);
	assert_int_equal(store_make(&p, &env, STORE_PASSPHRASE,
	    SPAN("correct horse"), &s), STORE_OK);
	/* before it is published there is none */
	assert_int_equal(store_open(&p, &env, &second, &how), STORE_ABSENT);
	store_close(s);
	shell("rm -rf \"$2\"");
	assert_int_equal(store_make(&p, &env, STORE_PASSPHRASE,
	    SPAN("correct horse"), &s), STORE_OK);
	assert_int_equal(store_publish(s), STORE_OK);
	assert_int_equal(store_open(&p, &env, &s, &how), STORE_OK);
	assert_int_equal(how, STORE_PASSPHRASE);
	assert_int_equal(store_unlock(s, SPAN("battery")), STORE_WRONG_KEY);
	assert_int_equal(store_unlock(s, SPAN("correct horse")), STORE_OK);
	put(s, "a", "1");
	store_close(s);
}

/* Section 5 item 9: a state that was put back is refused. */
static void
test_rolled_back(void **state)
{
	struct store *s = opened();

	(void)state;
	put(s, "a", "old");
	store_close(s);
	shell("cp -R \"$2\" \"$1/copy\"");
	s = opened();
	put(s, "a", "new");
	store_close(s);
	shell("rm -rf \"$2\"");
	shell("cp -R \"$1/copy\" \"$2\"");
	s = opened();
	assert_int_equal(store_begin(s, true, false), STORE_BEHIND);
	assert_int_equal(store_begin(s, false, false), STORE_BEHIND);
	/* the way out leads ahead of the anchor */
	assert_int_equal(store_begin(s, true, true), STORE_OK);
	assert_int_equal(store_commit(s), STORE_OK);
	holds(s, "a", "old");
	put(s, "a", "again");
	store_close(s);
	/* and the copy is as far behind as before */
	shell("rm -rf \"$2\"");
	shell("cp -R \"$1/copy\" \"$2\"");
	s = opened();
	assert_int_equal(store_begin(s, true, false), STORE_BEHIND);
	store_close(s);
	shell("rm -rf \"$1/data\"");
	s = opened();
	assert_int_equal(store_begin(s, true, false), STORE_UNANCHORED);
	assert_int_equal(store_begin(s, true, true), STORE_OK);
	assert_int_equal(store_commit(s), STORE_OK);
	store_close(s);
	s = opened();
	holds(s, "a", "old");
	store_close(s);
}

/* A crash between commit and anchor leaves the state ahead: that is fine. */
static void
test_ahead(void **state)
{
	struct store *s = opened();

	(void)state;
	put(s, "a", "1");
	store_close(s);
	shell("cp -R \"$1/data\" \"$1/data.old\"");
	s = opened();
	put(s, "a", "2");
	store_close(s);
	shell("rm -rf \"$1/data\"");
	shell("cp -R \"$1/data.old\" \"$1/data\"");
	s = opened();
	holds(s, "a", "2");
	put(s, "a", "3");
	holds(s, "a", "3");
	store_close(s);
}

static void
test_anchor(void **state)
{
	struct vault v = { .code = { 1 } }, other = { .code = { 2 } };
	char *path = xasprintf("%s/x/y/z", base);
	enum anchor_result why = ANCHOR_OK;
	uint64_t g = 0;
	int fd = anchor_open(path, false, &why), blind = -1;

	(void)state;
	assert_true(fd < 0 && why == ANCHOR_ABSENT);
	fd = anchor_open(path, true, &why);
	assert_true(fd >= 0);
	assert_int_equal(anchor_read(fd, &v, &g), ANCHOR_ABSENT);
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(anchor_raise(fd, &v, i << 40), ANCHOR_OK);
		assert_int_equal(anchor_read(fd, &v, &g), ANCHOR_OK);
		assert_true(g == i << 40);
	}
	/* never down, and nothing for who lacks the key */
	assert_int_equal(anchor_raise(fd, &v, 7), ANCHOR_OK);
	assert_int_equal(anchor_read(fd, &v, &g), ANCHOR_OK);
	assert_true(g == (uint64_t)4 << 40);
	assert_int_equal(anchor_read(fd, &other, &g), ANCHOR_ABSENT);
	/* what cannot be read is neither gone nor raised */
	blind = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(anchor_read(blind, &v, &g), ANCHOR_FAILED);
	assert_int_equal(anchor_raise(blind, &v, UINT64_MAX), ANCHOR_FAILED);
	close(blind);
	/* the newest place torn: the one before it counts */
	assert_int_equal(pwrite(fd, "torn", 4, 0), 4);
	assert_int_equal(anchor_read(fd, &v, &g), ANCHOR_OK);
	assert_true(g == (uint64_t)3 << 40);
	close(fd);
	free(path);
}

/* Section 5 item 11: a second process waits, or is told. */
static void
test_locked(void **state)
{
	struct store *s = opened(), *second = opened();
	struct store_place p = place();
	enum store_secret how = STORE_KEY_FILE;
	int status = 0;
	pid_t pid = 0;

	(void)state;
	assert_int_equal(store_begin(s, true, false), STORE_OK);
	assert_int_equal(store_begin(second, true, false), STORE_LOCKED);
	store_abandon(s);
	assert_int_equal(store_begin(second, true, false), STORE_OK);
	store_close(second);
	p.patience = 20;
	/* four processes, each counts up 25 times */
	put(s, "n", "0");
	store_close(s);
	for (int i = 0; i < 4; i++) {
		pid = fork();
		if (pid != 0)
			continue;
		for (int k = 0; k < 25; k++) {
			struct buf b = BUF(100);
			char text[24];

			if (store_open(&p, &env, &s, &how) != STORE_OK ||
			    store_unlock(s, SECRET) != STORE_OK ||
			    store_begin(s, true, false) != STORE_OK ||
			    store_get(s, STORE_PEER, SPAN("n"), &b) !=
			    STORE_OK)
				_exit(1);
			buf_byte(&b, '\0');
			snprintf(text, sizeof(text), "%ld",
			    strtol((char *)b.p, NULL, 10) + 1);
			store_put(s, STORE_PEER, SPAN("n"), span_str(text));
			if (store_commit(s) != STORE_OK)
				_exit(2);
			store_close(s);
			buf_free(&b);
		}
		_exit(0);
	}
	for (int i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	s = opened();
	holds(s, "n", "100");
	store_close(s);
}

static void
test_damaged(void **state)
{
	struct store *s = NULL;

	(void)state;
	shell("echo 'no database, whatever it looks like' >\"$2/state.db\"");
	assert_int_equal(try_open(&s, SECRET), STORE_DAMAGED);
	shell(": >\"$2/state.db\"");
	assert_true(try_open(&s, SECRET) != STORE_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_items),
		TEST(test_size),
		TEST(test_at_rest),
		TEST(test_erased),
		TEST(test_tampered),
		TEST(test_keys),
		TEST(test_rolled_back),
		TEST(test_ahead),
		TEST(test_anchor),
		TEST(test_locked),
		TEST(test_damaged),
	};

	env_system(&env);
	curve_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
