/*
 * --resume=FILE and --skip=FILE: which subjects an earlier run has answered.
 * Sixteen bytes a subject: 96 bits of its key's hash and a count, since a
 * subject that stands there n times skips n lines.
 */
#ifndef RUN_RESUME_H
#define RUN_RESUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct resume_entry {
	uint32_t hash[3];
	uint32_t left;		/* lines to skip yet */
};

struct resume {
	int fd;			/* FILE, locked, to append to; -1: none */
	uint64_t seed[2];
	struct resume_entry *v;	/* sorted by hash */
	size_t n, cap;
};

/* What makes a record of FILE count. */
struct resume_rule {
	const char *key;	/* the subject's member: "domain" */
	const char *tool;	/* whose verdict counts */
	bool retry_unknown;	/* an unknown verdict does not */
};

enum resume_result {
	RESUME_OK,
	RESUME_LOCKED,		/* another run writes it */
	RESUME_FAILED,		/* errno says what */
};

/* An empty set; the seed keeps subjects from choosing their hash. */
void resume_init(struct resume *r, uint64_t seed0, uint64_t seed1);

/*
 * Open FILE (made if it is not there; regular), lock it, cut a torn last line
 * off, read it, and keep it open in r->fd for appending.
 */
enum resume_result resume_open(struct resume *r, const char *path,
    const struct resume_rule *rule);

/* Only read FILE. */
enum resume_result resume_read(struct resume *r, const char *path,
    const struct resume_rule *rule);

/* Whether the line with this key is answered already; uses one up. */
bool resume_skips(struct resume *r, struct span key);

/* Closes r->fd, which unlocks it. */
void resume_free(struct resume *r);

#endif
