/* What the files about the store share; for this directory only. */
#ifndef RATCHET_STORE_INT_H
#define RATCHET_STORE_INT_H

#include <sqlite3.h>

#include "base/cur.h"
#include "ratchet/store.h"
#include "ratchet/vault.h"

struct store {
	const struct env *env;
	char *folder, *anchor_path;
	char *unpublished;		/* its path until it has its name */
	sqlite3 *db;
	sqlite3_stmt *get, *put, *drop, *drop_all, *each, *ids, *size;
	struct vault vault;
	struct vault_cost cost;		/* of a passphrase */
	unsigned char salt[VAULT_SALT];
	int anchor;			/* -1: there is none */
	uint64_t generation, anchored;
	bool open;			/* a transaction is */
	enum store_result error;	/* the first one in it */
};

enum store_result store_sqlite(int rc);
enum store_result store_bind(sqlite3_stmt *st, enum store_kind kind,
    struct span id);
/* As store_put for what is not sealed. */
void store_put_raw(struct store *s, enum store_kind kind, struct span id,
    struct span value);
void store_put_generation(struct store *s);

#endif
