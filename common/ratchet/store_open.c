/* Making, opening and closing a store; see store.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "ratchet/anchor.h"
#include "ratchet/pb.h"
#include "ratchet/store_int.h"
#include "sys/file.h"

enum { HEADER_VERSION = 1, HEADER_MAX = 256, FILE_MODE = 0600 };
enum { H_VERSION = 1, H_SALT, H_SECRET, H_PASSES, H_MEMORY, H_CHECK };

#define CHECK SPAN("this is the key")

/*
 * A rollback journal that is cut to nothing, not a write-ahead log: that one
 * keeps deleted keys until it is next copied back. FULL: COMMIT returns when
 * the disk has it.
 */
static const char pragmas[] =
    "PRAGMA journal_mode = TRUNCATE;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA trusted_schema = OFF;";

static const char schema[] =
    "CREATE TABLE item (kind INTEGER NOT NULL, id BLOB NOT NULL,"
    " value BLOB NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;";

static const char sql_get[] =
    "SELECT value FROM item WHERE kind = ? AND id = ?";
static const char sql_put[] =
    "INSERT OR REPLACE INTO item (kind, id, value) VALUES (?, ?, ?)";
static const char sql_drop[] = "DELETE FROM item WHERE kind = ? AND id = ?";
static const char sql_drop_all[] =
    "DELETE FROM item WHERE kind = ? AND id >= ? AND id <= ?";
static const char sql_each[] =
    "SELECT id, value FROM item WHERE kind = ? AND id >= ? AND id <= ?"
    " ORDER BY id DESC";
static const char sql_ids[] =
    "SELECT id FROM item WHERE kind = ? AND id >= ? AND id <= ?"
    " ORDER BY id DESC";
static const char sql_size[] =
    "SELECT count(*), ifnull(sum(length(value)), 0) FROM item WHERE kind = ?";

static void
hex_name(struct span s, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < s.n; i++) {
		*out++ = digits[s.p[i] >> 4];
		*out++ = digits[s.p[i] & 15];
	}
	*out = '\0';
}

/* The anchor is named after the salt, which no other state has. */
static void
name_anchor(struct store *s, const struct store_place *place)
{
	char name[2 * VAULT_SALT + 1];

	hex_name(span_of(s->salt, sizeof(s->salt)), name);
	s->anchor_path = xasprintf("%s/%s", place->anchors, name);
}

static enum store_result
prepare(struct store *s)
{
	const struct { const char *sql; sqlite3_stmt **st; } all[] = {
		{ sql_get, &s->get }, { sql_put, &s->put },
		{ sql_drop, &s->drop }, { sql_drop_all, &s->drop_all },
		{ sql_each, &s->each }, { sql_ids, &s->ids },
		{ sql_size, &s->size },
	};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) &&
	    rc == SQLITE_OK; i++)
		rc = sqlite3_prepare_v3(s->db, all[i].sql, -1,
		    SQLITE_PREPARE_PERSISTENT, all[i].st, NULL);
	return store_sqlite(rc);
}

/* Open the file that is there, empty or not. */
static enum store_result
open_file(struct store *s, const char *path, int patience)
{
	int rc = sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_PRIVATECACHE, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_extended_result_codes(s->db, 1);
		rc = sqlite3_busy_timeout(s->db, patience * 1000);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(s->db, pragmas, NULL, NULL, NULL);
	return store_sqlite(rc);
}

static struct store *
store_new(const struct store_place *place, const struct env *env)
{
	struct store *s = xcalloc(1, sizeof(*s));

	s->env = env;
	s->anchor = -1;
	s->folder = xstrdup(place->folder);
	return s;
}

/* Header { 1 version, 2 salt, 3 secret, 4 passes, 5 memory, 6 check } */
static void
put_header(struct store *s, enum store_secret how)
{
	struct buf b = BUF(HEADER_MAX), check = BUF(HEADER_MAX);

	vault_seal(&s->vault, s->env, SPAN("check"), CHECK, &check);
	pb_put_uint(&b, H_VERSION, HEADER_VERSION);
	pb_put_bytes(&b, H_SALT, span_of(s->salt, sizeof(s->salt)));
	pb_put_uint(&b, H_SECRET, how);
	pb_put_uint(&b, H_PASSES, s->cost.passes);
	pb_put_uint(&b, H_MEMORY, s->cost.memory);
	pb_put_bytes(&b, H_CHECK, buf_get0(&check));
	store_put_raw(s, STORE_HEADER, SPAN(""), buf_get0(&b));
	buf_free(&b);
	buf_free(&check);
}

/* The vault that the secret opens. */
static enum store_result
make_vault(struct store *s, enum store_secret how, struct span secret)
{
	if (how == STORE_PASSPHRASE)
		return vault_of_passphrase(secret, s->salt, &s->cost,
		    &s->vault) ? STORE_OK : STORE_FAILED;
	if (secret.n != VAULT_SECRET)
		return STORE_WRONG_KEY;
	vault_of_secret(secret.p, s->salt, &s->vault);
	return STORE_OK;
}

/* The anchor comes first: a state without one would be refused for ever. */
static enum store_result
fill(struct store *s, enum store_secret how)
{
	enum anchor_result why = ANCHOR_OK;
	enum store_result r = store_sqlite(sqlite3_exec(s->db,
	    "BEGIN IMMEDIATE", NULL, NULL, NULL));

	if (r == STORE_OK) {
		s->open = true;
		r = store_sqlite(sqlite3_exec(s->db, schema, NULL, NULL,
		    NULL));
	}
	if (r == STORE_OK)
		r = prepare(s);
	if (r != STORE_OK)
		return r;
	s->anchor = anchor_open(s->anchor_path, true, &why);
	if (s->anchor < 0 || anchor_raise(s->anchor, &s->vault, 0) !=
	    ANCHOR_OK)
		return STORE_FAILED;
	put_header(s, how);
	return store_commit(s);
}

static char *
state_path(const char *folder)
{
	return xasprintf("%s/state.db", folder);
}

/* An empty file in the making, for its owner alone from the first octet. */
static enum store_result
make_file(struct store *s)
{
	char *path = state_path(s->folder);
	bool taken = access(path, F_OK) == 0;
	enum store_result r = STORE_OK;
	int fd = -1;

	if (!taken && !file_make_folders(path))
		r = errno == EACCES ? STORE_DENIED : STORE_FAILED;
	free(path);
	if (taken || r != STORE_OK)
		return taken ? STORE_EXISTS : r;
	s->unpublished = xasprintf("%s/new-%ld.db", s->folder,
	    (long)getpid());
	/* what a killed process of the same number has left */
	unlink(s->unpublished);
	fd = open(s->unpublished, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return errno == EACCES ? STORE_DENIED : STORE_FAILED;
	close(fd);
	return STORE_OK;
}

enum store_result
store_make(const struct store_place *place, const struct env *env,
    enum store_secret how, struct span secret, struct store **out)
{
	struct store *s = store_new(place, env);
	enum store_result r = make_file(s);

	s->cost = vault_cost;
	env->random(env->arg, s->salt, sizeof(s->salt));
	name_anchor(s, place);
	if (r == STORE_OK)
		r = make_vault(s, how, secret);
	if (r == STORE_OK)
		r = open_file(s, s->unpublished, place->patience);
	if (r == STORE_OK)
		r = fill(s, how);
	if (r == STORE_OK)
		*out = s;
	else
		store_close(s);
	return r;
}

/* The making leaves no name behind, whatever came of it. */
static void
unlink_unpublished(struct store *s)
{
	char *journal = NULL;

	if (s->unpublished == NULL)
		return;
	journal = xasprintf("%s-journal", s->unpublished);
	unlink(s->unpublished);
	unlink(journal);
	free(journal);
	free(s->unpublished);
	s->unpublished = NULL;
}

enum store_result
store_publish(struct store *s)
{
	char *path = state_path(s->folder);
	enum store_result r = STORE_OK;

	if (link(s->unpublished, path) != 0)
		r = errno == EEXIST ? STORE_EXISTS : STORE_FAILED;
	else if (!file_sync_folder(s->folder))
		r = STORE_FAILED;
	free(path);
	store_close(s);
	return r;
}

static enum store_result
parse_header(struct store *s, struct span in, enum store_secret *how,
    struct buf *check)
{
	struct cur c = cur_of(in);
	struct pb_field f;
	struct span salt = { NULL, 0 };
	uint32_t version = 0, secret = 0;

	while (pb_next(&c, &f))
		switch (f.number) {
		case H_VERSION:
			version = pb_get_u32(&c, &f);
			break;
		case H_SALT:
			salt = pb_get_bytes(&c, &f, VAULT_SALT);
			break;
		case H_SECRET:
			secret = pb_get_u32(&c, &f);
			break;
		case H_PASSES:
			s->cost.passes = pb_get_u64(&c, &f);
			break;
		case H_MEMORY:
			s->cost.memory = pb_get_u64(&c, &f);
			break;
		case H_CHECK:
			buf_span(check, pb_get_bytes(&c, &f, HEADER_MAX));
			break;
		}
	if (!cur_done(&c) || version != HEADER_VERSION ||
	    salt.n != VAULT_SALT || secret > STORE_PASSPHRASE)
		return STORE_DAMAGED;
	memcpy(s->salt, salt.p, VAULT_SALT);
	*how = (enum store_secret)secret;
	return STORE_OK;
}

/* Read in a statement of its own, which is a transaction of its own. */
static enum store_result
get_header(struct store *s, enum store_secret *how, struct buf *check)
{
	enum store_result r = store_bind(s->get, STORE_HEADER, SPAN(""));
	int rc = SQLITE_DONE;

	if (r != STORE_OK)
		return r;
	rc = sqlite3_step(s->get);
	if (rc == SQLITE_ROW)
		r = parse_header(s, span_of(sqlite3_column_blob(s->get, 0),
		    (size_t)sqlite3_column_bytes(s->get, 0)), how, check);
	else
		r = rc == SQLITE_DONE ? STORE_DAMAGED : store_sqlite(rc);
	sqlite3_reset(s->get);
	return r;
}

static enum store_result
look_at_file(const char *path)
{
	struct stat st = { 0 };

	if (stat(path, &st) != 0)
		return errno == EACCES ? STORE_DENIED : STORE_ABSENT;
	return (st.st_mode & (S_IRWXG | S_IRWXO)) != 0 ? STORE_EXPOSED :
	    STORE_OK;
}

enum store_result
store_open(const struct store_place *place, const struct env *env,
    struct store **out, enum store_secret *how)
{
	struct store *s = store_new(place, env);
	char *path = state_path(place->folder);
	struct buf check = BUF(HEADER_MAX);
	enum store_result r = look_at_file(path);

	if (r == STORE_OK)
		r = open_file(s, path, place->patience);
	if (r == STORE_OK)
		r = prepare(s);
	if (r == STORE_OK)
		r = get_header(s, how, &check);
	if (r == STORE_OK) {
		enum anchor_result why = ANCHOR_OK;

		name_anchor(s, place);
		s->anchor = anchor_open(s->anchor_path, false, &why);
		if (s->anchor < 0 && why == ANCHOR_FAILED)
			r = STORE_FAILED;
	}
	if (r == STORE_OK)
		*out = s;
	else
		store_close(s);
	buf_free(&check);
	free(path);
	return r;
}

enum store_result
store_unlock(struct store *s, struct span secret)
{
	enum store_secret how = STORE_KEY_FILE;
	struct buf check = BUF(HEADER_MAX), plain = BUF(HEADER_MAX);
	enum store_result r = get_header(s, &how, &check);

	if (r == STORE_OK)
		r = make_vault(s, how, secret);
	if (r == STORE_OK && (!vault_open(&s->vault, SPAN("check"),
	    buf_get0(&check), &plain) || !span_eq(buf_get0(&plain), CHECK)))
		r = STORE_WRONG_KEY;
	buf_free(&check);
	buf_free(&plain);
	return r;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_abandon(s);
	sqlite3_finalize(s->get);
	sqlite3_finalize(s->put);
	sqlite3_finalize(s->drop);
	sqlite3_finalize(s->drop_all);
	sqlite3_finalize(s->each);
	sqlite3_finalize(s->ids);
	sqlite3_finalize(s->size);
	sqlite3_close(s->db);
	unlink_unpublished(s);
	if (s->anchor >= 0)
		close(s->anchor);
	vault_wipe(&s->vault);
	free(s->folder);
	free(s->anchor_path);
	free(s);
}
