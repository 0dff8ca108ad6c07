/* The TOFU memory: reading; see memory.h. */
#include "mtasts/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "mtasts/memory_sql.h"

struct memory {
	sqlite3 *db;
	sqlite3_stmt *get, *each;
};

#define COLUMNS "domain, id, body, fetched, expires, longest, " \
	"failed_id, failed_at, "

enum column {
	C_DOMAIN, C_ID, C_BODY, C_FETCHED, C_EXPIRES, C_LONGEST,
	C_FAILED_ID, C_FAILED_AT, C_FAILED_WHY
};

const char *
memory_why(enum memory_result r)
{
	static const char *const words[] = {
		[MEMORY_OK] = "all is well",
		[MEMORY_ABSENT] = "there is no such file",
		[MEMORY_BROKEN] = "it is damaged, or no memory of mtasts-check",
		[MEMORY_BUSY] = "other processes keep it locked",
		[MEMORY_FULL] = "the disk is full",
		[MEMORY_DENIED] = "this user may not use it",
		[MEMORY_FAILED] = "it cannot be read or written",
	};

	return words[r];
}

static enum memory_result
of_errno(int error)
{
	switch (error) {
	case EACCES: case EPERM: case EROFS:
		return MEMORY_DENIED;
	case ENOSPC: case EDQUOT:
		return MEMORY_FULL;
	default:
		return MEMORY_FAILED;
	}
}

enum memory_result
memory_result_of(sqlite3 *db, int sqlite)
{
	switch (sqlite & 0xff) {
	case SQLITE_OK: case SQLITE_ROW: case SQLITE_DONE:
		return MEMORY_OK;
	case SQLITE_CORRUPT: case SQLITE_NOTADB: case SQLITE_FORMAT:
	case SQLITE_ERROR: case SQLITE_SCHEMA: case SQLITE_MISMATCH:
		return MEMORY_BROKEN;
	case SQLITE_BUSY: case SQLITE_LOCKED:
		return MEMORY_BUSY;
	case SQLITE_FULL:
		return MEMORY_FULL;
	case SQLITE_PERM: case SQLITE_READONLY: case SQLITE_AUTH:
		return MEMORY_DENIED;
	case SQLITE_NOMEM:
		mem_exhausted();
	default:
		return of_errno(sqlite3_system_errno(db));
	}
}

int
memory_pragma(sqlite3 *db, const char *sql, int *out)
{
	sqlite3_stmt *s = NULL;
	int r = sqlite3_prepare_v2(db, sql, -1, &s, NULL);

	if (r == SQLITE_OK)
		r = sqlite3_step(s);
	if (r == SQLITE_ROW)
		*out = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return r == SQLITE_ROW ? SQLITE_OK : r;
}

/*
 * An empty file has no application; anybody else's is not touched. The pages
 * are counted first: once there are some, the transaction that made them has
 * said whose they are. The other way round, a file that another process makes
 * in between would look like somebody else's.
 */
static enum memory_result
check_form(sqlite3 *db, int *version)
{
	int application = 0, form = 0, pages = 0;
	int r = memory_pragma(db, "PRAGMA page_count", &pages);

	if (r == SQLITE_OK)
		r = memory_pragma(db, "PRAGMA application_id", &application);
	if (r == SQLITE_OK)
		r = memory_pragma(db, "PRAGMA user_version", &form);
	if (r != SQLITE_OK)
		return memory_result_of(db, r);
	*version = pages == 0 ? 0 : form;
	return pages == 0 || (application == MEMORY_APPLICATION &&
	    form >= 1 && form <= MEMORY_VERSION) ? MEMORY_OK : MEMORY_BROKEN;
}

enum memory_result
memory_connect(const char *path, int flags, sqlite3 **out, int *version)
{
	sqlite3 *db = NULL;
	enum memory_result result = MEMORY_OK;
	int r = 0;

	r = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (r == SQLITE_OK) {
		sqlite3_busy_timeout(db, MEMORY_WAIT_MS);
		r = sqlite3_exec(db, "PRAGMA cell_size_check = ON;"
		    "PRAGMA temp_store = MEMORY;"
		    "PRAGMA trusted_schema = OFF", NULL, NULL, NULL);
	}
	result = r == SQLITE_OK ? check_form(db, version) :
	    memory_result_of(db, r);
	if (result == MEMORY_OK)
		*out = db;
	else
		sqlite3_close(db);
	return result;
}

static enum memory_result
prepare(struct memory *m, int version)
{
	static const char *const get[] = {
		"SELECT " COLUMNS "NULL FROM policy WHERE domain = ?1",
		"SELECT " COLUMNS "failed_why FROM policy WHERE domain = ?1",
	};
	int r = sqlite3_prepare_v2(m->db, get[version > 1], -1, &m->get,
	    NULL);

	if (r == SQLITE_OK)
		r = sqlite3_prepare_v2(m->db, "SELECT " COLUMNS "NULL "
		    "FROM policy WHERE id IS NOT NULL ORDER BY domain", -1,
		    &m->each, NULL);
	return memory_result_of(m->db, r);
}

enum memory_result
memory_open(const char *path, struct memory **out)
{
	struct memory *m = NULL;
	sqlite3 *db = NULL;
	int version = 0;
	enum memory_result r = MEMORY_OK;

	*out = NULL;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return MEMORY_ABSENT;
	r = memory_connect(path, SQLITE_OPEN_READONLY, &db, &version);
	if (r != MEMORY_OK)
		return r;
	if (version == 0) {
		sqlite3_close(db);
		return MEMORY_ABSENT;
	}
	m = xcalloc(1, sizeof(*m));
	m->db = db;
	r = prepare(m, version);
	if (r == MEMORY_OK)
		*out = m;
	else
		memory_free(m);
	return r;
}

void
memory_free(struct memory *m)
{
	if (m == NULL)
		return;
	sqlite3_finalize(m->get);
	sqlite3_finalize(m->each);
	sqlite3_close(m->db);
	free(m);
}

/* --- rows, of which nothing is believed */

static struct span
column(sqlite3_stmt *s, enum column c)
{
	const void *p = sqlite3_column_blob(s, c);

	return span_of(p, p ? (size_t)sqlite3_column_bytes(s, c) : 0);
}

static bool
copy_text(struct span from, char *to, size_t size)
{
	if (from.n >= size || span_chr(from, '\0') < from.n)
		return false;
	if (from.n > 0)
		memcpy(to, from.p, from.n);
	to[from.n] = '\0';
	return true;
}

static bool
copy_id(struct span from, char to[static STS_ID_MAX + 1])
{
	return sts_is_id(from) && copy_text(from, to, STS_ID_MAX + 1);
}

static bool
copy_time(sqlite3_stmt *s, enum column c, int64_t *to)
{
	*to = sqlite3_column_int64(s, c);
	return *to >= -MEMORY_TIME_MAX && *to <= MEMORY_TIME_MAX;
}

static bool
copy_policy(sqlite3_stmt *s, struct memory_entry *e)
{
	e->known = true;
	buf_span(&e->body, column(s, C_BODY));
	return copy_time(s, C_FETCHED, &e->fetched) &&
	    copy_time(s, C_EXPIRES, &e->expires) &&
	    copy_time(s, C_LONGEST, &e->longest) &&
	    copy_id(column(s, C_ID), e->id) && !e->body.over;
}

static bool
copy_row(sqlite3_stmt *s, struct memory_entry *out)
{
	struct memory_entry e = { .body = BUF(STS_BODY_MAX) };
	bool ok = copy_text(column(s, C_DOMAIN), e.domain, sizeof(e.domain));

	if (sqlite3_column_type(s, C_ID) != SQLITE_NULL)
		ok = ok && copy_policy(s, &e);
	if (sqlite3_column_type(s, C_FAILED_ID) != SQLITE_NULL) {
		e.failed = true;
		e.failed_why = tlsrpt_result_named(column(s, C_FAILED_WHY));
		ok = ok && copy_time(s, C_FAILED_AT, &e.failed_at) &&
		    copy_id(column(s, C_FAILED_ID), e.failed_id);
	}
	if (ok)
		*out = e;
	else
		memory_entry_free(&e);
	return ok;
}

enum memory_result
memory_get(struct memory *m, struct span domain, struct memory_entry *out)
{
	enum memory_result result = MEMORY_OK;
	int r = 0;

	sqlite3_bind_text(m->get, 1, (const char *)domain.p, (int)domain.n,
	    SQLITE_STATIC);
	r = sqlite3_step(m->get);
	if (r == SQLITE_DONE)
		*out = (struct memory_entry){ .known = false };
	else if (r != SQLITE_ROW)
		result = memory_result_of(m->db, r);
	else if (!copy_row(m->get, out))
		result = MEMORY_BROKEN;
	/* gives up the lock, and the lent domain */
	sqlite3_reset(m->get);
	sqlite3_clear_bindings(m->get);
	return result;
}

void
memory_entry_free(struct memory_entry *e)
{
	buf_free(&e->body);
	*e = (struct memory_entry){ .known = false };
}

enum memory_result
memory_each(struct memory *m, bool (*fn)(void *arg,
    const struct memory_entry *e), void *arg)
{
	enum memory_result result = MEMORY_OK;
	bool go_on = true;
	int r = 0;

	while (go_on && (r = sqlite3_step(m->each)) == SQLITE_ROW) {
		struct memory_entry e;

		if (!copy_row(m->each, &e)) {
			result = MEMORY_BROKEN;
			break;
		}
		go_on = fn(arg, &e);
		memory_entry_free(&e);
	}
	sqlite3_reset(m->each);
	return result != MEMORY_OK ? result : memory_result_of(m->db, r);
}
