/*
 * The files that operands stand for: themselves, and all below folders and
 * Maildirs. Folders are read as they come, so that a million files need no
 * more memory than one.
 */
#ifndef RUN_WALK_H
#define RUN_WALK_H

#include "sys/opt.h"

struct walk;

/* The operands are lent. "-" is handed on as it is. */
struct walk *walk_new(const struct opt_list *operands);

/*
 * The next path, owned; NULL when there is none. A folder that cannot be
 * read is said and passed over.
 */
char *walk_next(struct walk *w);

/*
 * Say that "path" cannot be read, errno being why; the status for it (66, 74
 * or 77) counts for walk_status.
 */
void walk_failed(struct walk *w, const char *path);

/* As walk_failed for a file that could be read, but is not what it should. */
void walk_malformed(struct walk *w, const char *path, const char *why);

/* The worst status of what could not be read, else 0. */
int walk_status(const struct walk *w);

void walk_free(struct walk *w);

#endif
