/* The depot's statements; see depot_int.h. */
#include "relay/depot_int.h"

/*
 * "n" grows with each message, so that its order is that of arrival; as all
 * are kept equally long by one run, it mostly is that of expiry too. A
 * bundle's line is null once it was taken: its hash stays until it expires,
 * so that it is never taken again.
 */
const char depot_schema[] =
    "CREATE TABLE mailbox(n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,"
    " owner BLOB NOT NULL, created INT NOT NULL, seen INT NOT NULL,"
    " messages INT NOT NULL DEFAULT 0, octets INT NOT NULL DEFAULT 0,"
    " taken INT NOT NULL DEFAULT 0, last_taken INT NOT NULL DEFAULT 0,"
    " last_expires INT, last BLOB);"
    "CREATE INDEX mailbox_seen ON mailbox(seen);"
    "CREATE TABLE message(n INTEGER PRIMARY KEY, mailbox INT NOT NULL,"
    " id BLOB NOT NULL, expires INT NOT NULL, body BLOB NOT NULL);"
    "CREATE UNIQUE INDEX message_id ON message(mailbox, id);"
    "CREATE TABLE bundle(n INTEGER PRIMARY KEY, mailbox INT NOT NULL,"
    " hash BLOB NOT NULL, expires INT NOT NULL, line BLOB);"
    "CREATE UNIQUE INDEX bundle_hash ON bundle(mailbox, hash);"
    "CREATE INDEX bundle_stock ON bundle(mailbox, n)"
    " WHERE line IS NOT NULL;"
    "CREATE INDEX bundle_expires ON bundle(expires);";

static const char *const statements[SQL_STATEMENTS] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_FIND] = "SELECT n, owner, created, seen, messages, octets,"
	    " taken, last_taken, last IS NOT NULL AND last_expires > ?2"
	    " FROM mailbox WHERE id = ?1",
	[SQL_MAKE] = "INSERT INTO mailbox(id, owner, created, seen)"
	    " VALUES(?1, ?2, ?3, ?3)",
	[SQL_DELETE] = "DELETE FROM mailbox WHERE n = ?1",
	[SQL_DELETE_MESSAGES] = "DELETE FROM message WHERE mailbox = ?1",
	[SQL_DELETE_BUNDLES] = "DELETE FROM bundle WHERE mailbox = ?1",
	[SQL_COUNTS] = "UPDATE mailbox SET messages = ?2, octets = ?3"
	    " WHERE n = ?1",
	[SQL_SEEN] = "UPDATE mailbox SET seen = ?2 WHERE n = ?1",
	[SQL_TAKEN] = "UPDATE mailbox SET taken = taken + ?2,"
	    " last_taken = last_taken + ?3 WHERE n = ?1",
	[SQL_LAST] = "UPDATE mailbox SET last = ?2, last_expires = ?3"
	    " WHERE n = ?1",
	[SQL_POST] = "INSERT INTO message(mailbox, id, expires, body)"
	    " VALUES(?1, ?2, ?3, ?4)",
	[SQL_SAME] = "SELECT body = ?3 FROM message"
	    " WHERE mailbox = ?1 AND id = ?2",
	[SQL_ACK] = "DELETE FROM message WHERE mailbox = ?1 AND id = ?2"
	    " RETURNING length(body)",
	[SQL_OLDEST] = "SELECT id, expires, body FROM message"
	    " WHERE mailbox = ?1 AND expires > ?2 ORDER BY n LIMIT ?3",
	[SQL_ITEMS] = "SELECT id, length(body), expires FROM message"
	    " WHERE mailbox = ?1 AND expires > ?2 ORDER BY n",
	[SQL_LEFT] = "SELECT count(*) FROM message"
	    " WHERE mailbox = ?1 AND expires > ?2",
	[SQL_HAVE] = "SELECT 1 FROM bundle WHERE mailbox = ?1 AND hash = ?2",
	[SQL_STOCK] = "INSERT INTO bundle(mailbox, hash, expires, line)"
	    " VALUES(?1, ?2, ?3, ?4)",
	[SQL_STOCKED] = "SELECT count(*) FROM bundle"
	    " WHERE mailbox = ?1 AND line IS NOT NULL AND expires > ?2",
	[SQL_NEXT] = "SELECT n, line FROM bundle WHERE mailbox = ?1"
	    " AND line IS NOT NULL AND expires > ?2 ORDER BY n LIMIT 1",
	[SQL_USE] = "UPDATE bundle SET line = NULL WHERE n = ?1",
	[SQL_LAST_LINE] = "SELECT last FROM mailbox WHERE n = ?1"
	    " AND last IS NOT NULL AND last_expires > ?2",
	[SQL_ANY_LINE] = "SELECT line FROM bundle WHERE mailbox = ?1"
	    " AND line IS NOT NULL ORDER BY n DESC LIMIT 1",
	[SQL_ROWS] = "SELECT n, mailbox, length(body), expires"
	    " FROM message WHERE n > ?1 ORDER BY n LIMIT ?2",
	[SQL_DROP] = "DELETE FROM message WHERE n = ?1",
	[SQL_DISCOUNT] = "UPDATE mailbox SET messages = messages - 1,"
	    " octets = octets - ?2 WHERE n = ?1",
	[SQL_OLD_BUNDLES] = "DELETE FROM bundle WHERE n IN"
	    " (SELECT n FROM bundle WHERE expires <= ?1 LIMIT ?2)",
	[SQL_IDLE] = "SELECT n FROM mailbox WHERE seen < ?1 LIMIT 1",
	[SQL_MAILBOXES] = "SELECT count(*) FROM mailbox",
	[SQL_MESSAGES] = "SELECT sum(messages) FROM mailbox",
};

bool
depot_prepare(struct depot *d)
{
	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		if (sqlite3_prepare_v3(d->db, statements[i], -1,
		    SQLITE_PREPARE_PERSISTENT, &d->s[i], NULL) != SQLITE_OK)
			return false;
	return true;
}

sqlite3_stmt *
depot_sql(struct depot *d, enum depot_sql which)
{
	sqlite3_reset(d->s[which]);
	sqlite3_clear_bindings(d->s[which]);
	return d->s[which];
}

int
depot_step(struct depot *d, sqlite3_stmt *s)
{
	int r = d->broken == RELAY_FINE ? sqlite3_step(s) : SQLITE_ABORT;

	switch (r & 0xff) {
	case SQLITE_ROW: case SQLITE_DONE: case SQLITE_CONSTRAINT:
		return r & 0xff;
	case SQLITE_FULL:
		d->broken = RELAY_RELAY_FULL;
		break;
	default:
		if (d->broken == RELAY_FINE)
			d->broken = RELAY_TRY_AGAIN;
	}
	return SQLITE_ABORT;
}

enum relay_error
depot_do(struct depot *d, sqlite3_stmt *s)
{
	while (depot_step(d, s) == SQLITE_ROW)
		;
	/* its locks, and what was lent to it, end here */
	sqlite3_reset(s);
	return d->broken;
}

void
depot_put(sqlite3_stmt *s, int at, struct span octets)
{
	sqlite3_bind_blob64(s, at, octets.p, octets.n, SQLITE_STATIC);
}

struct span
depot_octets(sqlite3_stmt *s, int column)
{
	const void *p = sqlite3_column_blob(s, column);

	return span_of(p, (size_t)sqlite3_column_bytes(s, column));
}
