/* Opening the depot, its transactions, and mailboxes; see depot.h. */
#include "relay/depot_int.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "crypto/digest.h"

enum {
	APPLICATION = 0x6d736472,	/* "msdr" */
	FORM = 1,
	CACHE_KB = 65536,
	/*
	 * A log that was cut is slow while it grows again, as the disk is told
	 * its size each time: so it is cut seldom, and promised no sooner.
	 */
	CLEAR_SECONDS = 10,
};

static bool
run_sql(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

int64_t
depot_pragma(struct depot *d, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(d->db, sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

/*
 * FULL: what a transaction did is on the disk when COMMIT returns. ON: octets
 * that were deleted are overwritten; FAST would leave those of all pages that
 * become free, which is where a large message lies.
 */
static bool
set_up(struct depot *d)
{
	char *sql = xasprintf("PRAGMA locking_mode = EXCLUSIVE;"
	    "PRAGMA page_size = %d; PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
	    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -%d;"
	    "PRAGMA wal_autocheckpoint = %d;"
	    "PRAGMA journal_size_limit = %d;", DEPOT_PAGE, CACHE_KB,
	    DEPOT_LOG_PAGES,
	    DEPOT_LOG_PAGES * DEPOT_PAGE);
	bool ok = run_sql(d->db, sql);

	free(sql);
	if (!ok || d->config.octets == 0)
		return ok;
	sql = xasprintf("PRAGMA max_page_count = %llu;",
	    (unsigned long long)(d->config.octets / DEPOT_PAGE + 1));
	ok = run_sql(d->db, sql);
	free(sql);
	return ok;
}

static bool
make_tables(sqlite3 *db)
{
	char *sql = xasprintf("BEGIN; %s PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d; COMMIT;", depot_schema, APPLICATION,
	    FORM);
	bool ok = run_sql(db, sql);

	free(sql);
	return ok;
}

/* What is wrong, or NULL. */
static const char *
open_database(struct depot *d, const char *path)
{
	if (sqlite3_open_v2(path, &d->db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE, NULL) != SQLITE_OK)
		return sqlite3_errmsg(d->db);
	sqlite3_extended_result_codes(d->db, 1);
	if (!set_up(d))
		return sqlite3_errmsg(d->db);
	/* nothing was ever made in it */
	if (depot_pragma(d, "PRAGMA schema_version") == 0 &&
	    !make_tables(d->db))
		return sqlite3_errmsg(d->db);
	if (depot_pragma(d, "PRAGMA application_id") != APPLICATION ||
	    depot_pragma(d, "PRAGMA user_version") != FORM)
		return "it is no relay's database of this version";
	return depot_prepare(d) ? NULL : sqlite3_errmsg(d->db);
}

static bool
count_mailboxes(struct depot *d)
{
	sqlite3_stmt *s = depot_sql(d, SQL_MAILBOXES);

	if (depot_step(d, s) == SQLITE_ROW)
		d->mailboxes = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return d->broken == RELAY_FINE;
}

struct depot *
depot_open(const char *folder, const struct env *env,
    const struct depot_config *config, char **why)
{
	struct depot *d = xcalloc(1, sizeof(*d));
	char *path = xasprintf("%s/relay.db", folder);
	mode_t old = umask(077);
	const char *wrong = NULL;

	d->env = *env;
	d->config = *config;
	/* one that was killed may have left its log */
	depot_deleted(d);
	wrong = open_database(d, path);
	umask(old);
	if (wrong == NULL && !count_mailboxes(d))
		wrong = sqlite3_errmsg(d->db);
	if (wrong != NULL) {
		*why = xasprintf("%s: %s", path, wrong);
		depot_close(d);
		d = NULL;
	}
	free(path);
	if (d != NULL)
		depot_tight_open(d, folder);
	return d;
}

void
depot_close(struct depot *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		sqlite3_finalize(d->s[i]);
	sqlite3_close(d->db);
	free(d->reserve);
	free(d);
}

void
depot_begin(struct depot *d)
{
	if (d->begun)
		return;
	d->begun = true;
	depot_do(d, depot_sql(d, SQL_BEGIN));
}

void
depot_deleted(struct depot *d)
{
	if (d->deleted == 0)
		d->deleted = env_now(&d->env);
}

/*
 * Copy the log back and cut it to nothing, when deleted octets have stood
 * there long enough. What fails is tried again when as long has passed.
 */
static void
clear_log(struct depot *d)
{
	int64_t now = env_now(&d->env), since = now - d->deleted;

	/* a clock may be set back */
	if (d->deleted == 0 || (since >= 0 && since < CLEAR_SECONDS))
		return;
	d->deleted = sqlite3_wal_checkpoint_v2(d->db, NULL,
	    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK ? 0 : now;
}

static void
roll_back(struct depot *d)
{
	/* sqlite may have done so by itself */
	if (!sqlite3_get_autocommit(d->db)) {
		sqlite3_step(depot_sql(d, SQL_ROLLBACK));
		sqlite3_reset(d->s[SQL_ROLLBACK]);
	}
	d->broken = RELAY_FINE;
	count_mailboxes(d);
}

enum relay_error
depot_commit(struct depot *d)
{
	enum relay_error e = RELAY_FINE;

	if (!d->begun)
		return RELAY_FINE;
	if (d->broken == RELAY_FINE)
		depot_do(d, depot_sql(d, SQL_COMMIT));
	e = d->broken;
	d->begun = false;
	if (e != RELAY_FINE)
		roll_back(d);
	if (e == RELAY_RELAY_FULL)
		depot_tight_full(d);
	if (e == RELAY_FINE)
		clear_log(d);
	return e;
}

/* --- mailboxes */

static int64_t
today(const struct depot *d)
{
	return env_now(&d->env) / DAY * DAY;
}

static void
read_box(sqlite3_stmt *s, struct depot_box *out)
{
	struct span owner = depot_octets(s, 1);

	*out = (struct depot_box){
		.row = sqlite3_column_int64(s, 0),
		.created = sqlite3_column_int64(s, 2),
		.seen = sqlite3_column_int64(s, 3),
		.messages = (uint32_t)sqlite3_column_int64(s, 4),
		.octets = (uint32_t)sqlite3_column_int64(s, 5),
		.taken = (uint32_t)sqlite3_column_int64(s, 6),
		.last_taken = (uint32_t)sqlite3_column_int64(s, 7),
		.has_last = sqlite3_column_int(s, 8) != 0,
	};
	if (owner.n == sizeof(out->owner))
		memcpy(out->owner, owner.p, owner.n);
}

enum relay_error
depot_find(struct depot *d, const unsigned char id[static RELAY_ID],
    struct depot_box *out)
{
	sqlite3_stmt *s = depot_sql(d, SQL_FIND);
	enum relay_error e = RELAY_NO_MAILBOX;

	depot_put(s, 1, span_of(id, RELAY_ID));
	sqlite3_bind_int64(s, 2, env_now(&d->env));
	if (depot_step(d, s) == SQLITE_ROW) {
		read_box(s, out);
		e = RELAY_FINE;
	}
	sqlite3_reset(s);
	return d->broken != RELAY_FINE ? d->broken : e;
}

bool
depot_is_owner(const struct depot_box *box,
    const unsigned char token[static RELAY_TOKEN])
{
	unsigned char hash[SHA256_SIZE];

	digest_of(DIGEST_SHA256, span_of(token, RELAY_TOKEN), hash);
	return CRYPTO_memcmp(hash, box->owner, sizeof(hash)) == 0;
}

enum relay_error
depot_make(struct depot *d, const unsigned char id[static RELAY_ID],
    const unsigned char token[static RELAY_TOKEN], bool *made)
{
	unsigned char hash[SHA256_SIZE];
	struct depot_box box;
	sqlite3_stmt *s = NULL;
	enum relay_error e = depot_find(d, id, &box);

	*made = e == RELAY_NO_MAILBOX;
	if (e == RELAY_FINE)
		return depot_is_owner(&box, token) ? RELAY_FINE : RELAY_TAKEN;
	if (e != RELAY_NO_MAILBOX)
		return e;
	if (d->tight || d->mailboxes >= d->config.mailboxes)
		return RELAY_RELAY_FULL;
	digest_of(DIGEST_SHA256, span_of(token, RELAY_TOKEN), hash);
	s = depot_sql(d, SQL_MAKE);
	depot_put(s, 1, span_of(id, RELAY_ID));
	depot_put(s, 2, span_of(hash, sizeof(hash)));
	sqlite3_bind_int64(s, 3, today(d));
	d->mailboxes++;
	return depot_do(d, s);
}

/* A statement that deletes. */
static enum relay_error
with_box(struct depot *d, enum depot_sql which, int64_t row)
{
	sqlite3_stmt *s = depot_sql(d, which);

	depot_deleted(d);
	sqlite3_bind_int64(s, 1, row);
	return depot_do(d, s);
}

enum relay_error
depot_delete(struct depot *d, const struct depot_box *box)
{
	with_box(d, SQL_DELETE_MESSAGES, box->row);
	with_box(d, SQL_DELETE_BUNDLES, box->row);
	d->mailboxes--;
	return with_box(d, SQL_DELETE, box->row);
}

enum relay_error
depot_totals(struct depot *d, struct depot_totals *out)
{
	sqlite3_stmt *s = depot_sql(d, SQL_MESSAGES);

	if (depot_step(d, s) == SQLITE_ROW)
		*out = (struct depot_totals){
			d->mailboxes, (uint64_t)sqlite3_column_int64(s, 0)
		};
	sqlite3_reset(s);
	return d->broken;
}

/* --- what has expired */

enum { SWEEP_MESSAGES = 256, SWEEP_BUNDLES = 64 };

/*
 * A mailbox that nobody fetches from: with all its messages, which are at
 * most as many as its limit.
 */
static enum relay_error
sweep_mailbox(struct depot *d, bool *more)
{
	sqlite3_stmt *s = depot_sql(d, SQL_IDLE);
	struct depot_box box = { .row = 0 };

	sqlite3_bind_int64(s, 1, today(d) -
	    (int64_t)d->config.limits.mailbox_ttl);
	if (depot_step(d, s) == SQLITE_ROW)
		box.row = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	if (box.row == 0)
		return d->broken;
	*more = true;
	return depot_delete(d, &box);
}

static enum relay_error
drop(struct depot *d, int64_t n, int64_t row, int64_t octets)
{
	sqlite3_stmt *s = depot_sql(d, SQL_DISCOUNT);

	sqlite3_bind_int64(s, 1, row);
	sqlite3_bind_int64(s, 2, octets);
	depot_do(d, s);
	return with_box(d, SQL_DROP, n);
}

/* Of the rows behind *at; *at is then the last one looked at, 0 at the end. */
static size_t
sweep_rows(struct depot *d, int64_t now, int64_t *at)
{
	sqlite3_stmt *s = depot_sql(d, SQL_ROWS);
	int64_t v[SWEEP_MESSAGES][3];
	size_t seen = 0, n = 0;

	sqlite3_bind_int64(s, 1, *at);
	sqlite3_bind_int64(s, 2, SWEEP_MESSAGES);
	for (; depot_step(d, s) == SQLITE_ROW; seen++) {
		*at = sqlite3_column_int64(s, 0);
		if (sqlite3_column_int64(s, 3) > now)
			continue;
		for (int i = 0; i < 3; i++)
			v[n][i] = sqlite3_column_int64(s, i);
		n++;
	}
	sqlite3_reset(s);
	for (size_t i = 0; i < n; i++)
		drop(d, v[i][0], v[i][1], v[i][2]);
	if (seen < SWEEP_MESSAGES)
		*at = 0;
	return n;
}

/*
 * The oldest expire first, unless the relay was started with a shorter time
 * since they came: so all are looked at in turn, too.
 */
static enum relay_error
sweep_messages(struct depot *d, int64_t now, bool *more)
{
	int64_t oldest = 0;

	if (sweep_rows(d, now, &oldest) == SWEEP_MESSAGES)
		*more = true;
	else if (d->swept == 0)
		d->swept = oldest;
	else if (sweep_rows(d, now, &d->swept) == SWEEP_MESSAGES)
		*more = true;
	return d->broken;
}

enum relay_error
depot_sweep(struct depot *d, bool *more)
{
	int64_t now = env_now(&d->env);
	sqlite3_stmt *s = depot_sql(d, SQL_OLD_BUNDLES);

	*more = false;
	depot_tight_look(d);
	sqlite3_bind_int64(s, 1, now);
	sqlite3_bind_int64(s, 2, SWEEP_BUNDLES);
	depot_do(d, s);
	*more = sqlite3_changes(d->db) == SWEEP_BUNDLES;
	sweep_messages(d, now, more);
	return sweep_mailbox(d, more);
}
