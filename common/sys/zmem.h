/*
 * zlib as the house wants it: out of memory ends the process, here as
 * everywhere, and input is lent. Header only: who includes it links zlib.
 */
#ifndef SYS_ZMEM_H
#define SYS_ZMEM_H

#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/span.h"

static inline voidpf
zmem_alloc(voidpf opaque, uInt n, uInt size)
{
	(void)opaque;
	return xcalloc(n, size);
}

static inline void
zmem_free(voidpf opaque, voidpf p)
{
	(void)opaque;
	free(p);
}

/* A stream that allocates so. */
#define ZMEM_STREAM { .zalloc = zmem_alloc, .zfree = zmem_free }

/* Lend it input; zlib's struct has no const, but does not write there. */
static inline void
zmem_feed(z_stream *z, struct span s)
{
	union {
		const unsigned char *lent;
		unsigned char *zlib;
	} p = { s.p };

	z->next_in = p.zlib;
	z->avail_in = (uInt)s.n;
}

#endif
