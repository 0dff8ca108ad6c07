/* What fuzz targets share: the entry point, and a property that must hold. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Every span that a parser gives lies in its input, or is empty. */
static inline void
inside(struct span part, struct span whole)
{
	must(part.n == 0 || (part.p >= whole.p &&
	    part.p + part.n <= whole.p + whole.n));
}

#endif
