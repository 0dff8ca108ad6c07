/* What the relay keeps: quotas, times to live, acknowledgements, bundles. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/lib.h"
#include "relay/depot.h"

enum { NOW = 1700000000, KB = 1024 };

static int64_t now;
static char folder[] = "/tmp/msgsec-depot.XXXXXX";
static struct depot *d;
static struct env env;
static const unsigned char token[RELAY_TOKEN] = { 7 };
static const unsigned char other[RELAY_TOKEN] = { 8 };
static const unsigned char id[RELAY_ID] = { 1 };
static unsigned char body[RELAY_MESSAGE_MAX];

static const struct depot_config config = {
	.limits = { .ttl = 3600, .mailbox_ttl = 864000, .messages = 20,
	    .octets = 40 * KB, .stock = 3, .takes = 9 },
	.mailboxes = 3,
};

static int64_t
the_time(void *arg)
{
	return *(int64_t *)arg;
}

static void
clean(void)
{
	static const char *const names[] = { "relay.db", "relay.db-wal",
		"relay.reserve" };
	char path[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
}

static int
set_up(void **state)
{
	char *why = NULL;

	(void)state;
	clean();
	memset(body, 0, sizeof(body));
	now = NOW;
	d = depot_open(folder, &env, &config, &why);
	if (d == NULL)
		fail_msg("%s", why);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	depot_close(d);
	return 0;
}

/* Close without a commit and open again, as after a crash. */
static void
reopen(void)
{
	char *why = NULL;

	depot_close(d);
	d = depot_open(folder, &env, &config, &why);
	assert_non_null(d);
}

static struct depot_box
box_of(const unsigned char *which)
{
	struct depot_box box;

	assert_int_equal(depot_find(d, which, &box), RELAY_FINE);
	return box;
}

static void
make(unsigned char first)
{
	unsigned char name[RELAY_ID] = { first };
	bool made = false;

	depot_begin(d);
	assert_int_equal(depot_make(d, name, token, &made), RELAY_FINE);
	assert_true(made);
	assert_int_equal(depot_commit(d), RELAY_FINE);
}

static enum relay_error
post(unsigned number, size_t size)
{
	unsigned char name[RELAY_ID] = { 0, (unsigned char)number,
		(unsigned char)(number >> 8) };
	struct depot_box box = box_of(id);
	bool kept = false;
	enum relay_error e;

	depot_begin(d);
	body[0] = (unsigned char)number;
	e = depot_post(d, &box, name, span_of(body, size), &kept);
	assert_int_equal(depot_commit(d), RELAY_FINE);
	return e == RELAY_FINE && !kept ? RELAY_ERRORS : e;
}

/* Fetch up to "max"; how many came, their first octets in "got". */
static size_t
fetch(uint32_t max, char *got, uint32_t *left)
{
	struct buf bodies = BUF(RELAY_FETCH_OCTETS);
	struct depot_box box = box_of(id);
	struct relay_answer a;

	depot_begin(d);
	assert_int_equal(depot_fetch(d, &box, max, &bodies, &a), RELAY_FINE);
	assert_int_equal(depot_commit(d), RELAY_FINE);
	for (size_t i = 0; i < a.n; i++)
		got[i] = (char)a.v[i].body.p[0];
	got[a.n] = '\0';
	*left = a.left;
	buf_free(&bodies);
	return a.n;
}

static void
test_mailboxes(void **state)
{
	unsigned char name[RELAY_ID] = { 1 };
	struct depot_box box;
	bool made = false;

	(void)state;
	assert_int_equal(depot_find(d, id, &box), RELAY_NO_MAILBOX);
	make(1);
	box = box_of(id);
	assert_true(depot_is_owner(&box, token));
	assert_false(depot_is_owner(&box, other));
	assert_int_equal(box.created, NOW / 86400 * 86400);
	depot_begin(d);
	assert_int_equal(depot_make(d, name, token, &made), RELAY_FINE);
	assert_false(made);
	assert_int_equal(depot_make(d, name, other, &made), RELAY_TAKEN);
	depot_commit(d);
	make(2);
	make(3);
	name[0] = 4;
	depot_begin(d);
	assert_int_equal(depot_make(d, name, token, &made),
	    RELAY_RELAY_FULL);
	depot_delete(d, &box);
	assert_int_equal(depot_make(d, name, token, &made), RELAY_FINE);
	depot_commit(d);
	assert_int_equal(depot_find(d, id, &box), RELAY_NO_MAILBOX);
	reopen();
	depot_begin(d);
	name[0] = 5;
	assert_int_equal(depot_make(d, name, token, &made),
	    RELAY_RELAY_FULL);
}

static void
test_order_and_acks(void **state)
{
	struct relay_ask ask = { .n = 3, .ack = { { 0, 'b' }, { 0, 'x' },
	    { 0, 'b' } } };
	struct depot_box box;
	uint32_t acked = 0, left = 0;
	char got[RELAY_FETCH_MAX + 1];

	(void)state;
	make(1);
	for (const char *p = "qbza"; *p != '\0'; p++)
		assert_int_equal(post((unsigned char)*p, KB), RELAY_FINE);
	assert_int_equal(fetch(3, got, &left), 3);
	assert_string_equal(got, "qbz");
	assert_int_equal(left, 1);
	box = box_of(id);
	depot_begin(d);
	assert_int_equal(depot_ack(d, &box, &ask, &acked), RELAY_FINE);
	assert_int_equal(acked, 1);
	depot_commit(d);
	reopen();
	assert_int_equal(fetch(100, got, &left), 3);
	assert_string_equal(got, "qza");
	assert_int_equal(left, 0);
	box = box_of(id);
	assert_int_equal(box.messages, 3);
	assert_int_equal(box.octets, 3 * KB);
}

static void
test_again(void **state)
{
	unsigned char name[RELAY_ID] = { 0, 'a' };
	struct depot_box box;
	bool kept = true;

	(void)state;
	make(1);
	assert_int_equal(post('a', KB), RELAY_FINE);
	/* the same once more is not kept twice */
	assert_int_equal(post('a', KB), RELAY_ERRORS);
	box = box_of(id);
	assert_int_equal(box.messages, 1);
	body[0] = 'A';
	depot_begin(d);
	assert_int_equal(depot_post(d, &box, name, span_of(body, KB), &kept),
	    RELAY_TAKEN);
}

static void
test_quota(void **state)
{
	char got[RELAY_FETCH_MAX + 1];
	uint32_t left = 0;

	(void)state;
	make(1);
	for (unsigned char i = 0; i < 20; i++)
		assert_int_equal(post(i + 1, KB), RELAY_FINE);
	assert_int_equal(post(99, KB), RELAY_MAILBOX_FULL);
	assert_int_equal(fetch(100, got, &left), 20);
	clean();
	tear_down(NULL);
	set_up(NULL);
	make(1);
	assert_int_equal(post(1, 16 * KB), RELAY_FINE);
	assert_int_equal(post(2, 16 * KB), RELAY_FINE);
	assert_int_equal(post(3, 16 * KB), RELAY_MAILBOX_FULL);
	assert_int_equal(post(4, 64 * KB), RELAY_MAILBOX_FULL);
	assert_int_equal(post(5, 4 * KB), RELAY_FINE);
	assert_int_equal(post(6, 4 * KB), RELAY_FINE);
	assert_int_equal(post(7, KB), RELAY_MAILBOX_FULL);
}

static void
sweep(bool want_more)
{
	bool more = false;

	depot_begin(d);
	assert_int_equal(depot_sweep(d, &more), RELAY_FINE);
	assert_int_equal(depot_commit(d), RELAY_FINE);
	assert_int_equal(more, want_more);
}

/* Whether the octets are in one of the relay's files. */
static bool
is_in(const char *name, struct span octets)
{
	char path[128];
	struct buf b = BUF(64 << 20);
	FILE *f = NULL;
	bool found = false;
	int c = 0;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	while (f != NULL && (c = getc(f)) != EOF)
		buf_byte(&b, (unsigned char)c);
	if (f != NULL)
		fclose(f);
	/* a log that was cut is empty, or is not there */
	found = b.n > 0 && memmem(b.p, b.n, octets.p, octets.n) != NULL;
	buf_free(&b);
	return found;
}

static void
ack(unsigned char number)
{
	struct relay_ask ask = { .n = 1, .ack = { { 0, number } } };
	struct depot_box box = box_of(id);
	uint32_t acked = 0;

	depot_begin(d);
	assert_int_equal(depot_ack(d, &box, &ask, &acked), RELAY_FINE);
	assert_int_equal(acked, 1);
	assert_int_equal(depot_commit(d), RELAY_FINE);
}

/* Large enough to lie on pages of its own, which become free as a whole. */
static void
post_large(unsigned char number)
{
	memset(body, 'Q', sizeof(body));
	assert_int_equal(post(number, 16 * KB), RELAY_FINE);
}

static void
test_overwritten(void **state)
{
	struct span part = span_of(body + 9000, 64);

	(void)state;
	make(1);
	post_large('b');
	assert_true(is_in("relay.db-wal", part));
	/* what was copied back is overwritten, not in the log alone */
	reopen();
	assert_true(is_in("relay.db", part));
	post_large('c');
	ack('b');
	ack('c');
	/* to cut the log each second would cost those who send */
	now += 9;
	sweep(false);
	assert_true(is_in("relay.db-wal", part));
	now++;
	sweep(false);
	assert_false(is_in("relay.db", part));
	assert_false(is_in("relay.db-wal", part));
}

static void
test_clock_set_back(void **state)
{
	struct span part = span_of(body + 9000, 64);

	(void)state;
	make(1);
	post_large('b');
	ack('b');
	now -= 3600;
	sweep(false);
	assert_false(is_in("relay.db-wal", part));
}

/* What a relay that was killed had deleted is in the log that it left. */
static void
test_killed(void **state)
{
	struct span part = span_of(body + 9000, 64);
	int status = 0;
	pid_t child;

	(void)state;
	memset(body, 'Q', sizeof(body));
	depot_close(d);
	child = fork();
	if (child == 0) {
		set_up(NULL);
		make(1);
		post_large('b');
		ack('b');
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(is_in("relay.db-wal", part));
	d = depot_open(folder, &env, &config, NULL);
	assert_non_null(d);
	now += 10;
	sweep(false);
	assert_false(is_in("relay.db", part));
	assert_false(is_in("relay.db-wal", part));
}

static void
test_time_to_live(void **state)
{
	char got[RELAY_FETCH_MAX + 1];
	struct depot_box box;
	uint32_t left = 0;

	(void)state;
	make(1);
	assert_int_equal(post('a', KB), RELAY_FINE);
	now += 1800;
	assert_int_equal(post('b', KB), RELAY_FINE);
	now = NOW + 3599;
	sweep(false);
	assert_int_equal(fetch(9, got, &left), 2);
	now = NOW + 3600;
	/* not given any more, whether it was swept or not */
	assert_int_equal(fetch(9, got, &left), 1);
	assert_string_equal(got, "b");
	assert_int_equal(left, 0);
	assert_int_equal(box_of(id).messages, 2);
	sweep(false);
	assert_int_equal(box_of(id).messages, 1);
	assert_int_equal(box_of(id).octets, KB);
	/* and the mailbox, when it was not fetched for so long */
	now = NOW + config.limits.mailbox_ttl;
	sweep(false);
	assert_int_equal(depot_find(d, id, &box), RELAY_FINE);
	now += 86400 + 3600;
	sweep(true);
	assert_int_equal(depot_find(d, id, &box), RELAY_NO_MAILBOX);
	sweep(false);
}

/* A relay that is started with a shorter time: what is newer ends first. */
static void
test_shorter_time(void **state)
{
	struct depot_config shorter = config;
	char got[RELAY_FETCH_MAX + 1], *why = NULL;
	uint32_t left = 0;

	(void)state;
	make(1);
	for (unsigned c = 'a'; c < 'i'; c++)
		assert_int_equal(post(c, KB), RELAY_FINE);
	shorter.limits.ttl = 600;
	depot_close(d);
	d = depot_open(folder, &env, &shorter, &why);
	assert_non_null(d);
	assert_int_equal(post('i', KB), RELAY_FINE);
	now += 600;
	sweep(false);
	assert_int_equal(fetch(9, got, &left), 8);
	assert_int_equal(box_of(id).messages, 8);
}

/* So many that one sweep does not come to the end of them. */
static void
test_many_to_sweep(void **state)
{
	enum { MANY = 600 };
	struct depot_config shorter = config;
	char *why = NULL;

	(void)state;
	depot_close(d);
	shorter.limits.messages = 2 * MANY;
	shorter.limits.octets = 2 * MANY * KB;
	d = depot_open(folder, &env, &shorter, &why);
	assert_non_null(d);
	make(1);
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(post(i, KB), RELAY_FINE);
	shorter.limits.ttl = 600;
	depot_close(d);
	d = depot_open(folder, &env, &shorter, &why);
	assert_non_null(d);
	for (unsigned i = MANY; i < MANY + 300; i++)
		assert_int_equal(post(i, KB), RELAY_FINE);
	now += 600;
	for (int i = 0; i < 4; i++)
		sweep(false);
	assert_int_equal(box_of(id).messages, MANY);
	now = NOW + 3600;
	sweep(true);
	sweep(true);
	sweep(false);
	assert_int_equal(box_of(id).messages, 0);
}

static void
test_uncommitted(void **state)
{
	unsigned char name[RELAY_ID] = { 0, 'z' };
	struct depot_box box;
	bool kept = false;

	(void)state;
	make(1);
	box = box_of(id);
	depot_begin(d);
	assert_int_equal(depot_post(d, &box, name, span_of(body, KB), &kept),
	    RELAY_FINE);
	reopen();
	assert_int_equal(box_of(id).messages, 0);
	assert_int_equal(depot_commit(d), RELAY_FINE);
}

static enum relay_error
stock(const char *const *lines, size_t n, int64_t expires)
{
	struct depot_bundle v[8];
	struct depot_box box = box_of(id);
	enum relay_error e;

	for (size_t i = 0; i < n; i++)
		v[i] = (struct depot_bundle){ span_str(lines[i]),
		    lines[i][0] != 'L', expires };
	depot_begin(d);
	e = depot_stock(d, &box, v, n);
	assert_int_equal(depot_commit(d), RELAY_FINE);
	return e;
}

static void
take(bool spare, enum relay_error want, const char *line)
{
	struct depot_box box = box_of(id);
	struct buf b = BUF(64);

	depot_begin(d);
	assert_int_equal(depot_take(d, &box, spare, &b), want);
	assert_int_equal(depot_commit(d), RELAY_FINE);
	if (!span_eq(buf_get0(&b), span_str(line)))
		fail_msg("%.*s, not %s", (int)b.n, b.p, line);
	buf_free(&b);
}

static void
test_bundles(void **state)
{
	static const char *const first[] = { "1", "2" };
	static const char *const more[] = { "3", "4" };
	static const char *const again[] = { "1", "2", "3" };
	static const char *const last[] = { "L1" };
	static const char *const newer[] = { "L2" };
	uint32_t n = 0;
	struct depot_box box;

	(void)state;
	make(1);
	take(false, RELAY_NO_BUNDLE, "");
	assert_int_equal(stock(first, 2, NOW + 9), RELAY_FINE);
	assert_int_equal(stock(more, 2, NOW + 9), RELAY_STOCK_FULL);
	assert_int_equal(stock(again, 3, NOW + 9), RELAY_FINE);
	assert_int_equal(stock(again, 3, NOW + 9), RELAY_FINE);
	assert_int_equal(stock(last, 1, NOW + 99), RELAY_FINE);
	take(false, RELAY_FINE, "1");
	take(true, RELAY_FINE, "L1");
	/* what was taken does not come back */
	assert_int_equal(stock(again, 3, NOW + 9), RELAY_FINE);
	box = box_of(id);
	assert_int_equal(depot_stocked(d, &box, &n), RELAY_FINE);
	assert_int_equal(n, 2);
	assert_int_equal(box.taken, 1);
	assert_int_equal(box.last_taken, 1);
	assert_true(box.has_last);
	reopen();
	take(false, RELAY_FINE, "2");
	now = NOW + 9;
	take(false, RELAY_FINE, "L1");
	assert_int_equal(stock(newer, 1, NOW + 50), RELAY_FINE);
	take(false, RELAY_FINE, "L2");
	now = NOW + 50;
	take(false, RELAY_NO_BUNDLE, "");
	assert_false(box_of(id).has_last);
}

/* Acknowledge all that the test below has posted. */
static void
ack_all(uint32_t want)
{
	struct depot_box box = box_of(id);
	uint32_t acked = 0, sum = 0;

	depot_begin(d);
	for (unsigned char i = 1; i < 100; i++) {
		struct relay_ask ask = { .n = 4 };

		for (unsigned char k = 0; k < 4; k++) {
			ask.ack[k][1] = i;
			ask.ack[k][2] = k;
		}
		assert_int_equal(depot_ack(d, &box, &ask, &acked),
		    RELAY_FINE);
		sum += acked;
	}
	assert_int_equal(depot_commit(d), RELAY_FINE);
	assert_int_equal(sum, want);
}

/* A full disk: nothing of the turn is kept, and what was kept stays. */
static void
test_full(void **state)
{
	struct depot_config small = config;
	unsigned char name[RELAY_ID] = { 0 };
	uint32_t left = 0, kept_before = 0;
	char got[RELAY_FETCH_MAX + 1], *why = NULL;
	struct depot_box box;
	enum relay_error e = RELAY_FINE;
	bool kept = false;

	(void)state;
	make(1);
	depot_close(d);
	small.octets = 80 * KB;
	small.limits.messages = small.limits.octets = 1 << 30;
	d = depot_open(folder, &env, &small, &why);
	assert_non_null(d);
	for (unsigned char i = 1; i < 100 && e == RELAY_FINE; i++) {
		kept_before = box_of(id).messages;
		depot_begin(d);
		for (unsigned char k = 0; k < 4; k++) {
			box = box_of(id);
			name[1] = i;
			name[2] = k;
			body[0] = 'a';
			depot_post(d, &box, name, span_of(body, KB), &kept);
			if (depot_find(d, id, &box) != RELAY_FINE)
				break;
		}
		e = depot_commit(d);
	}
	assert_int_equal(e, RELAY_RELAY_FULL);
	assert_in_range(kept_before, 8, 80);
	assert_int_equal(box_of(id).messages, kept_before);
	assert_int_equal(fetch(100, got, &left), kept_before);
	assert_int_equal(depot_commit(d), RELAY_FINE);
	/* nothing new is taken in, and what is there can be acknowledged */
	sweep(false);
	assert_int_equal(post(200, KB), RELAY_RELAY_FULL);
	ack_all(kept_before);
	assert_int_equal(post(200, KB), RELAY_RELAY_FULL);
	sweep(false);
	assert_int_equal(post(200, KB), RELAY_FINE);
}

static void
test_foreign(void **state)
{
	char *why = NULL, path[128];
	FILE *f = NULL;

	(void)state;
	depot_close(d);
	clean();
	snprintf(path, sizeof(path), "%s/relay.db", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 4096; i++)
		fputs("no database", f);
	fclose(f);
	d = depot_open(folder, &env, &config, &why);
	assert_null(d);
	assert_non_null(strstr(why, "not a database"));
	free(why);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_mailboxes),
		TEST(test_order_and_acks),
		TEST(test_overwritten),
		TEST(test_clock_set_back),
		TEST(test_killed),
		TEST(test_again),
		TEST(test_quota),
		TEST(test_time_to_live),
		TEST(test_shorter_time),
		TEST(test_many_to_sweep),
		TEST(test_uncommitted),
		TEST(test_bundles),
		TEST(test_full),
		TEST(test_foreign),
	};
	int failed = 0;

	crypto_start();
	env_system(&env);
	env.now = the_time;
	env.arg = &now;
	if (mkdtemp(folder) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	clean();
	rmdir(folder);
	return failed;
}
