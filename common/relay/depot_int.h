/* What the files of the depot share. */
#ifndef RELAY_DEPOT_INT_H
#define RELAY_DEPOT_INT_H

#include <sqlite3.h>

#include "relay/depot.h"

enum { DAY = 24 * 3600, DEPOT_PAGE = 4096, DEPOT_LOG_PAGES = 2000 };

enum depot_sql {
	SQL_BEGIN, SQL_COMMIT, SQL_ROLLBACK,
	SQL_FIND, SQL_MAKE, SQL_DELETE, SQL_DELETE_MESSAGES,
	SQL_DELETE_BUNDLES, SQL_COUNTS, SQL_SEEN, SQL_TAKEN, SQL_LAST,
	SQL_POST, SQL_SAME, SQL_ACK, SQL_OLDEST, SQL_LEFT, SQL_ITEMS,
	SQL_HAVE, SQL_STOCK, SQL_STOCKED, SQL_NEXT, SQL_USE,
	SQL_LAST_LINE, SQL_ANY_LINE, SQL_ROWS, SQL_DROP, SQL_DISCOUNT,
	SQL_OLD_BUNDLES, SQL_IDLE, SQL_MAILBOXES, SQL_MESSAGES,
	SQL_STATEMENTS,
};

struct depot {
	struct env env;
	struct depot_config config;
	sqlite3 *db;
	sqlite3_stmt *s[SQL_STATEMENTS];
	bool begun;
	int64_t deleted;	/* since when the log may have octets that
				   were; 0: it has none */
	enum relay_error broken;	/* the transaction is lost to it */
	uint64_t mailboxes;
	int64_t swept;			/* the last message looked at */
	char *reserve;		/* the path of a file that takes up room */
	bool tight;		/* nothing new is taken in */
};

/* The statement, reset. */
sqlite3_stmt *depot_sql(struct depot *d, enum depot_sql which);
/*
 * Step it. SQLITE_ROW, SQLITE_DONE or SQLITE_CONSTRAINT; anything else has
 * broken the transaction.
 */
int depot_step(struct depot *d, sqlite3_stmt *s);
/* Step what gives no row, and end it. */
enum relay_error depot_do(struct depot *d, sqlite3_stmt *s);

/* Something is deleted: the log is to be cleared of it. */
void depot_deleted(struct depot *d);

/* Lend octets to a parameter until the statement is reset. */
void depot_put(sqlite3_stmt *s, int at, struct span octets);
/* The octets of a column, until the next step. */
struct span depot_octets(sqlite3_stmt *s, int column);

/* A number that a PRAGMA gives; -1 when it cannot. */
int64_t depot_pragma(struct depot *d, const char *sql);

/*
 * depot_tight.c: when the disk is full, even deleting needs room in the log.
 * So a file takes up as much as that needs; it is removed when a commit finds
 * no room, and from then on nothing new is taken in until there is room for
 * it again.
 */

/* Take up the room, or be tight from the start. */
void depot_tight_open(struct depot *d, const char *folder);
/* A commit found no room. */
void depot_tight_full(struct depot *d);
/* See whether there is room again. */
void depot_tight_look(struct depot *d);

/* Prepare all statements; false when one cannot. */
bool depot_prepare(struct depot *d);
extern const char depot_schema[];

#endif
