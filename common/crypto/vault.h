/*
 * Plaintext that may not be seen yet: kept in memory up to a limit, beyond
 * it encrypted under a key of this run in an unnamed file, and copied out
 * when every check has passed. Who finds the disk finds nothing.
 */
#ifndef CRYPTO_VAULT_H
#define CRYPTO_VAULT_H

#include "base/buf.h"
#include "sys/env.h"
#include "sys/spool.h"

struct vault {
	const struct env *env;
	struct buf mem;			/* what the file does not have yet */
	struct ctr *ctr;		/* NULL while memory is enough */
	unsigned char key[32];
	unsigned char *sealed;
	bool open;			/* not encrypted: it is no secret */
	int fd;
	uint64_t n;			/* octets in all */
	uint64_t reserved;		/* blocks of the file, in octets */
	enum spool_result state;	/* the first failure sticks */
	int error;			/* errno of it */
};

/*
 * An empty one. "env" is kept. With "open" the file is not encrypted: what is
 * in it may be public as soon as it is whole, like a ciphertext.
 */
void vault_init(struct vault *v, const struct env *env, bool open);

/* Append; after a failure nothing is kept, ask v->state. */
void vault_add(struct vault *v, struct span s);

/*
 * Hand the content to fn piece by piece from the start, any number of times;
 * fn returns false to stop. SPOOL_OK unless reading failed.
 */
enum spool_result vault_each(struct vault *v,
    bool (*fn)(void *arg, struct span piece), void *arg);

/* Copy it all to fd. SPOOL_IO with errno when writing failed. */
enum spool_result vault_copy(struct vault *v, int fd);

/* Wipe the memory, forget the file. */
void vault_free(struct vault *v);

#endif
