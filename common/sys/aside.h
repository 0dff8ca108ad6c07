/*
 * A computation that nothing but the end of its process ends, and whose
 * memory may be more than the machine has: done in a child, which is killed
 * when its time is over.
 */
#ifndef SYS_ASIDE_H
#define SYS_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ASIDE_MAX = 256 };

enum aside_result {
	ASIDE_DONE,
	ASIDE_TOO_LONG,
	ASIDE_FAILED,		/* by its own word, or it was ended */
};

/*
 * Let fn write n octets (at most ASIDE_MAX) to out, within *ms milliseconds
 * of the processor, and ten times as many of the clock. They are written only
 * with ASIDE_DONE; *ms loses what was used, and all with ASIDE_TOO_LONG,
 * whichever of the two was up.
 */
enum aside_result aside_run(bool (*fn)(void *arg, unsigned char *out,
    size_t n), void *arg, int64_t *ms, unsigned char *out, size_t n);

#endif
