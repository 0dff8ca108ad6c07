/*
 * The places that a run visits: each once, however many subjects need it. A
 * host is visited by four at a time, and with a gap by one. For coord*.c
 * only.
 *
 * What was found lies in an unlinked file; a place that was visited costs 44
 * bytes of memory (its entry, and its slot in the table).
 */
#ifndef RUN_VISITS_H
#define RUN_VISITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "run/plan.h"

struct visits;

/*
 * "gap": microseconds between two visits to one host. The seeds keep
 * subjects from choosing their hash. The file is the caller's. Never NULL.
 */
struct visits *visits_new(const uint64_t seed[static 2], int64_t gap,
    int file);

/*
 * The place's number. True when it is still to be visited: then "who" waits
 * for it, and visits_done will name it.
 */
bool visits_want(struct visits *v, struct span host, struct span place,
    void *who, size_t *number);

/*
 * The next visit that may begin at "now" (env_ticks); its place is lent until
 * it is done. False when there is none just now.
 */
bool visits_next(struct visits *v, int64_t now, size_t *number,
    struct span *place);

/*
 * A visit has ended. "ready" is called for each that waited for it. False
 * with errno when the file could not be written: it is then VISIT_LOST.
 */
bool visits_done(struct visits *v, size_t number, enum visit_end how,
    struct span found, int64_t now, void (*ready)(void *arg, void *who),
    void *arg);

/*
 * How the visit ended, with what was found appended to *found. A file that
 * cannot be read makes it VISIT_LOST.
 */
enum visit_end visits_read(const struct visits *v, size_t number,
    struct buf *found);

void visits_free(struct visits *v);

#endif
