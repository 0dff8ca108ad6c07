/* The state on disk; see store.h. Opening it is in store_open.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ratchet/anchor.h"
#include "ratchet/store_int.h"

enum store_result
store_sqlite(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return STORE_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STORE_LOCKED;
	case SQLITE_NOMEM:
		mem_exhausted();
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return STORE_DAMAGED;
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		return STORE_DENIED;
	default:
		return STORE_FAILED;
	}
}

const char *
store_why(enum store_result r)
{
	switch (r) {
	case STORE_OK:
		return "ok";
	case STORE_ABSENT:
		return "there is no state";
	case STORE_EXISTS:
		return "there is a state already";
	case STORE_LOCKED:
		return "locked: another process works on it";
	case STORE_WRONG_KEY:
		return "the key or passphrase is not the one of this state";
	case STORE_BEHIND:
		return "it was rolled back: the anchor knows a newer one";
	case STORE_UNANCHORED:
		return "its anchor is gone: it may have been rolled back";
	case STORE_EXPOSED:
		return "others may read it (chmod 600)";
	case STORE_DENIED:
		return "permission denied";
	case STORE_DAMAGED:
		return "it is damaged";
	case STORE_FAILED:
		break;
	}
	return errno != 0 ? strerror(errno) : "the disk does not take it";
}

/* What binds a sealed value to its place. */
static struct span
about(enum store_kind kind, struct span id,
    unsigned char room[static STORE_ID_MAX + 1])
{
	room[0] = (unsigned char)kind;
	memcpy(room + 1, id.p, id.n);
	return span_of(room, id.n + 1);
}

enum store_result
store_bind(sqlite3_stmt *st, enum store_kind kind, struct span id)
{
	int rc = sqlite3_reset(st);

	if (id.n > STORE_ID_MAX)
		return STORE_FAILED;
	rc = sqlite3_bind_int(st, 1, (int)kind);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_blob(st, 2, id.n > 0 ? id.p :
		    (const unsigned char *)"", (int)id.n, SQLITE_STATIC);
	return store_sqlite(rc);
}

static struct span
column(sqlite3_stmt *st, int i)
{
	return span_of(sqlite3_column_blob(st, i),
	    (size_t)sqlite3_column_bytes(st, i));
}

/* Unseal a value; one that does not open was tampered with. */
static enum store_result
unseal(struct store *s, enum store_kind kind, struct span id,
    struct span value, struct buf *out)
{
	unsigned char room[STORE_ID_MAX + 1];

	if (id.n > STORE_ID_MAX)
		return STORE_DAMAGED;
	return vault_open(&s->vault, about(kind, id, room), value, out) ?
	    STORE_OK : STORE_DAMAGED;
}

enum store_result
store_get(struct store *s, enum store_kind kind, struct span id,
    struct buf *out)
{
	enum store_result r = store_bind(s->get, kind, id);
	int rc = SQLITE_DONE;

	if (r != STORE_OK)
		return r;
	rc = sqlite3_step(s->get);
	if (rc == SQLITE_DONE)
		r = STORE_ABSENT;
	else if (rc == SQLITE_ROW)
		r = unseal(s, kind, id, column(s->get, 0), out);
	else
		r = store_sqlite(rc);
	sqlite3_reset(s->get);
	return r;
}

bool
store_has(struct store *s, enum store_kind kind, struct span id)
{
	struct buf value = BUF(STORE_VALUE_MAX);
	bool has = store_get(s, kind, id, &value) == STORE_OK;

	buf_free_wipe(&value);
	return has;
}

/* Step a statement that gives no rows; its error sticks. */
static void
change(struct store *s, sqlite3_stmt *st, enum store_result r)
{
	if (r == STORE_OK)
		r = store_sqlite(sqlite3_step(st));
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	if (s->error == STORE_OK)
		s->error = r;
}

void
store_put_raw(struct store *s, enum store_kind kind, struct span id,
    struct span value)
{
	enum store_result r = store_bind(s->put, kind, id);

	if (r == STORE_OK)
		r = store_sqlite(sqlite3_bind_blob64(s->put, 3, value.p,
		    value.n, SQLITE_STATIC));
	change(s, s->put, r);
}

void
store_put(struct store *s, enum store_kind kind, struct span id,
    struct span value)
{
	unsigned char room[STORE_ID_MAX + 1];
	struct buf sealed = BUF(STORE_VALUE_MAX);

	if (id.n > STORE_ID_MAX) {
		s->error = STORE_FAILED;
		return;
	}
	vault_seal(&s->vault, s->env, about(kind, id, room), value, &sealed);
	if (sealed.over)
		s->error = STORE_FAILED;
	else
		store_put_raw(s, kind, id, buf_get0(&sealed));
	buf_free(&sealed);
}

void
store_drop(struct store *s, enum store_kind kind, struct span id)
{
	change(s, s->drop, store_bind(s->drop, kind, id));
}

/* The first id behind all that start with the prefix, by its length. */
static enum store_result
bind_range(sqlite3_stmt *st, enum store_kind kind, struct span prefix,
    unsigned char end[static STORE_ID_MAX])
{
	enum store_result r = store_bind(st, kind, prefix);

	if (r != STORE_OK)
		return r;
	memset(end, 0xff, STORE_ID_MAX);
	memcpy(end, prefix.p, prefix.n);
	return store_sqlite(sqlite3_bind_blob(st, 3, end, STORE_ID_MAX,
	    SQLITE_STATIC));
}

enum store_result
store_each(struct store *s, enum store_kind kind, struct span prefix,
    bool (*see)(void *arg, struct span id, struct span value), void *arg)
{
	unsigned char end[STORE_ID_MAX];
	enum store_result r = bind_range(s->each, kind, prefix, end);
	struct buf plain = BUF(STORE_VALUE_MAX);
	int rc = SQLITE_DONE;
	bool more = true;

	while (r == STORE_OK && more &&
	    (rc = sqlite3_step(s->each)) == SQLITE_ROW) {
		struct span id = column(s->each, 0);

		buf_reset(&plain);
		r = unseal(s, kind, id, column(s->each, 1), &plain);
		if (r == STORE_OK)
			more = see(arg, id, buf_get0(&plain));
	}
	if (r == STORE_OK)
		r = store_sqlite(rc);
	sqlite3_reset(s->each);
	sqlite3_clear_bindings(s->each);
	buf_free_wipe(&plain);
	return r;
}

enum store_result
store_each_id(struct store *s, enum store_kind kind, struct span prefix,
    bool (*see)(void *arg, struct span id), void *arg)
{
	unsigned char end[STORE_ID_MAX];
	enum store_result r = bind_range(s->ids, kind, prefix, end);
	int rc = SQLITE_DONE;
	bool more = true;

	while (r == STORE_OK && more &&
	    (rc = sqlite3_step(s->ids)) == SQLITE_ROW)
		more = see(arg, column(s->ids, 0));
	if (r == STORE_OK)
		r = store_sqlite(rc);
	sqlite3_reset(s->ids);
	sqlite3_clear_bindings(s->ids);
	return r;
}

enum store_result
store_size(struct store *s, enum store_kind kind, size_t *n,
    uint64_t *octets)
{
	int rc = sqlite3_reset(s->size);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int(s->size, 1, (int)kind);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s->size);
	if (rc == SQLITE_ROW) {
		*n = (size_t)sqlite3_column_int64(s->size, 0);
		*octets = (uint64_t)sqlite3_column_int64(s->size, 1);
	}
	sqlite3_reset(s->size);
	return store_sqlite(rc);
}

size_t
store_drop_all(struct store *s, enum store_kind kind, struct span prefix)
{
	unsigned char end[STORE_ID_MAX];

	change(s, s->drop_all, bind_range(s->drop_all, kind, prefix, end));
	return (size_t)sqlite3_changes(s->db);
}

static enum store_result
get_generation(struct store *s, uint64_t *out)
{
	struct buf b = BUF(64);
	enum store_result r = store_get(s, STORE_GENERATION, SPAN(""), &b);
	struct cur c = cur_of(buf_get0(&b));
	uint64_t v = (uint64_t)cur_u32(&c) << 32;

	v |= cur_u32(&c);
	if (r == STORE_ABSENT || (r == STORE_OK && !cur_done(&c)))
		r = STORE_DAMAGED;
	if (r == STORE_OK)
		*out = v;
	buf_free(&b);
	return r;
}

void
store_put_generation(struct store *s)
{
	struct buf b = BUF(8);

	buf_u32(&b, (uint32_t)(s->generation >> 32));
	buf_u32(&b, (uint32_t)s->generation);
	store_put(s, STORE_GENERATION, SPAN(""), buf_get0(&b));
	buf_free(&b);
}

/*
 * The state may be ahead: a crash came between commit and anchor. What it
 * holds may leave the process now, so the anchor comes first.
 */
static enum store_result
check_anchor(struct store *s)
{
	uint64_t anchored = 0;
	enum anchor_result a = ANCHOR_ABSENT;

	if (s->anchor < 0)
		return STORE_UNANCHORED;
	a = anchor_read(s->anchor, &s->vault, &anchored);
	if (a != ANCHOR_OK)
		return a == ANCHOR_ABSENT ? STORE_UNANCHORED : STORE_FAILED;
	s->anchored = anchored;
	if (s->generation < anchored)
		return STORE_BEHIND;
	if (s->generation > anchored && anchor_raise(s->anchor, &s->vault,
	    s->generation) != ANCHOR_OK)
		return STORE_FAILED;
	return STORE_OK;
}

enum store_result
store_begin(struct store *s, bool write, bool rolled_back)
{
	enum store_result r = store_sqlite(sqlite3_exec(s->db,
	    write ? "BEGIN IMMEDIATE" : "BEGIN", NULL, NULL, NULL));

	if (r != STORE_OK)
		return r;
	s->open = true;
	s->error = STORE_OK;
	r = get_generation(s, &s->generation);
	if (r == STORE_OK)
		r = check_anchor(s);
	if (rolled_back && (r == STORE_BEHIND || r == STORE_UNANCHORED)) {
		/* what comes must be ahead of what the anchor knows */
		if (r == STORE_BEHIND)
			s->generation = s->anchored;
		r = STORE_OK;
	}
	if (r != STORE_OK)
		store_abandon(s);
	return r;
}

void
store_abandon(struct store *s)
{
	if (s->open)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->open = false;
}

static enum store_result
commit(struct store *s)
{
	enum store_result r = s->error;

	if (r == STORE_OK)
		r = store_sqlite(sqlite3_exec(s->db, "COMMIT", NULL, NULL,
		    NULL));
	if (r == STORE_OK)
		s->open = false;
	else
		store_abandon(s);
	return r;
}

enum store_result
store_commit_light(struct store *s)
{
	return commit(s);
}

enum store_result
store_commit(struct store *s)
{
	enum store_result r = STORE_OK;
	enum anchor_result why = ANCHOR_OK;

	s->generation++;
	store_put_generation(s);
	r = commit(s);
	if (r != STORE_OK)
		return r;
	/* only the way out of a rolled-back state comes here without one */
	if (s->anchor < 0)
		s->anchor = anchor_open(s->anchor_path, true, &why);
	if (s->anchor < 0 || anchor_raise(s->anchor, &s->vault,
	    s->generation) != ANCHOR_OK)
		return STORE_FAILED;
	return STORE_OK;
}

void
store_name(const struct store *s, struct span text,
    unsigned char out[static 16])
{
	vault_name(&s->vault, text, out);
}

const char *
store_folder(const struct store *s)
{
	return s->folder;
}
