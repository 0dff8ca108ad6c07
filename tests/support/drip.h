/* Input that arrives a few octets at a time, for every kind of reader. */
#ifndef DRIP_H
#define DRIP_H

#include <sys/types.h>

#include "base/span.h"

struct drip {
	struct span left;
	size_t step;	/* at most so many octets a call */
};

/* As pgp/in.h wants it: what was read, 0 at the end. */
size_t drip_in(void *drip, unsigned char *p, size_t n);

/* The same as read(2) would say it. */
ssize_t drip_read(void *drip, void *p, size_t n);

#endif
