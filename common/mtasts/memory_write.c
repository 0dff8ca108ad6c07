/* The TOFU memory: changes, and applying them; see memory.h. */
#include <sys/stat.h>

#include "base/cur.h"
#include "mtasts/memory_sql.h"

/* --- changes as octets */

void
memory_change_add(struct buf *out, const struct memory_change *c)
{
	buf_byte(out, (unsigned char)c->kind);
	buf_byte(out, (unsigned char)c->why);
	buf_counted(out, c->domain);
	buf_counted(out, c->id);
	buf_counted(out, c->body);
	buf_u64(out, (uint64_t)c->at);
	buf_u32(out, c->max_age);
}

/* What is remembered has a time that can be reckoned with. */
static bool
is_timely(const struct memory_change *c)
{
	return (c->kind != MEMORY_FETCHED && c->kind != MEMORY_NOT_FETCHED) ||
	    (c->at >= -MEMORY_TIME_MAX &&
	    c->at <= MEMORY_TIME_MAX - STS_MAX_AGE_MAX);
}

/* From a worker, which may be anybody's by then. */
static struct memory_change
take_change(struct cur *c)
{
	struct memory_change change = { .kind = cur_u8(c) };

	change.why = cur_u8(c);
	change.domain = cur_counted(c);
	change.id = cur_counted(c);
	change.body = cur_counted(c);
	change.at = (int64_t)cur_u64(c);
	change.max_age = cur_u32(c);
	if (change.kind > MEMORY_FORGET_EXPIRED ||
	    change.why >= TLSRPT_RESULTS ||
	    change.domain.n > DNS_NAME_MAX || change.id.n > STS_ID_MAX ||
	    change.body.n > STS_BODY_MAX ||
	    change.max_age > STS_MAX_AGE_MAX || !is_timely(&change))
		cur_fail(c);
	return change;
}

/* --- applying them */

static const char make_sql[] =
    "CREATE TABLE policy (domain TEXT PRIMARY KEY NOT NULL, id TEXT,"
    " body BLOB, fetched INTEGER, expires INTEGER, longest INTEGER,"
    " failed_id TEXT, failed_at INTEGER, failed_why TEXT) WITHOUT ROWID;"
    "PRAGMA application_id = 1836282995;"
    "PRAGMA user_version = 2";
static const char renew_sql[] =
    "ALTER TABLE policy ADD COLUMN failed_why TEXT;"
    "PRAGMA user_version = 2";

_Static_assert(MEMORY_APPLICATION == 1836282995 && MEMORY_VERSION == 2,
    "what make_sql and renew_sql write");

/*
 * What is in the file and newer stands, but not what is a day ahead: no worker
 * is so late, and a clock that was wrong once must not keep a policy for good.
 */
#define NOT_OLDER " WHERE ifnull(fetched, 0) <= ?4 OR fetched > ?4 + 86400"

/* Each of ?1 domain, ?2 id, ?3 body, ?4 at, ?5 when it expires, ?6 why. */
static const char *const change_sql[] = {
	[MEMORY_FETCHED] = "INSERT INTO policy"
	    " (domain, id, body, fetched, expires, longest)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (domain) DO UPDATE"
	    " SET id = ?2, body = ?3, fetched = ?4, expires = ?5,"
	    " longest = max(?5, ifnull(longest, 0)), failed_id = NULL,"
	    " failed_at = NULL, failed_why = NULL" NOT_OLDER,
	[MEMORY_NOT_FETCHED] = "INSERT INTO policy"
	    " (domain, failed_id, failed_at, failed_why)"
	    " VALUES (?1, ?2, ?4, ?6) ON CONFLICT (domain) DO UPDATE"
	    " SET failed_id = ?2, failed_at = ?4, failed_why = ?6" NOT_OLDER,
	[MEMORY_FORGET] = "DELETE FROM policy WHERE domain = ?1",
	[MEMORY_FORGET_EXPIRED] = "DELETE FROM policy"
	    " WHERE ifnull(longest, 0) <= ?4"
	    /* longer than any back-off (inquiry.h) */
	    " AND ifnull(failed_at, 0) <= ?4 - 600",
};

static int64_t
expiry(const struct memory_change *c)
{
	return c->at > INT64_MAX - c->max_age ? INT64_MAX :
	    c->at + c->max_age;
}

static int
apply_one(sqlite3 *db, const struct memory_change *c)
{
	sqlite3_stmt *s = NULL;
	int r = sqlite3_prepare_v2(db, change_sql[c->kind], -1, &s, NULL);

	if (r != SQLITE_OK)
		return r;
	/* those that a statement does not have are out of range, and unused */
	sqlite3_bind_text(s, 1, (const char *)c->domain.p, (int)c->domain.n,
	    SQLITE_STATIC);
	sqlite3_bind_text(s, 2, (const char *)c->id.p, (int)c->id.n,
	    SQLITE_STATIC);
	sqlite3_bind_blob(s, 3, c->body.n > 0 ? (const char *)c->body.p : "",
	    (int)c->body.n, SQLITE_STATIC);
	sqlite3_bind_int64(s, 4, c->at);
	sqlite3_bind_int64(s, 5, expiry(c));
	sqlite3_bind_text(s, 6, tlsrpt_result_name(c->why), -1,
	    SQLITE_STATIC);
	r = sqlite3_step(s);
	sqlite3_finalize(s);
	return r == SQLITE_DONE ? SQLITE_OK : r;
}

/*
 * Make the table, or bring it up to date. Somebody else may have done so while
 * the lock was waited for.
 */
static int
make_table(sqlite3 *db)
{
	int version = 0, schema = 0;
	int r = memory_pragma(db, "PRAGMA user_version", &version);

	if (r == SQLITE_OK)
		r = memory_pragma(db, "PRAGMA schema_version", &schema);
	if (r != SQLITE_OK || version == MEMORY_VERSION)
		return r;
	if (version > MEMORY_VERSION || (version == 0 && schema != 0))
		return SQLITE_NOTADB;
	return sqlite3_exec(db, version == 0 ? make_sql : renew_sql, NULL,
	    NULL, NULL);
}

static int
apply_all(sqlite3 *db, struct span changes)
{
	struct cur c = cur_of(changes);
	int r = make_table(db);

	while (r == SQLITE_OK && cur_peek(&c) >= 0) {
		struct memory_change change = take_change(&c);

		r = c.bad ? SQLITE_INTERNAL : apply_one(db, &change);
	}
	return r;
}

enum memory_result
memory_apply(const char *path, struct span changes)
{
	sqlite3 *db = NULL;
	int version = 0;
	mode_t mask = umask(077);
	enum memory_result result = memory_connect(path,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db, &version);
	int r = SQLITE_OK;

	umask(mask);
	if (result != MEMORY_OK)
		return result;
	/* IMMEDIATE: a reader that turns writer could only fail */
	r = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (r == SQLITE_OK)
		r = apply_all(db, changes);
	if (r == SQLITE_OK)
		r = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	result = memory_result_of(db, r);
	if (r != SQLITE_OK)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(db);
	return result;
}
