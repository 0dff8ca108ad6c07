/* For calls of libcrypto that fail only for want of memory. */
#ifndef CRYPTO_MUST_H
#define CRYPTO_MUST_H

#include "base/mem.h"

/* Ends the process, as xmalloc does, unless it was OpenSSL's success, 1. */
static inline void
must(int ok)
{
	if (ok != 1)
		mem_exhausted();
}

#endif
