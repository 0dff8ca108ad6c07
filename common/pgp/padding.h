/*
 * Padding packets (RFC 9580 section 5.14), which hide the length of what is
 * encrypted: sizes are rounded up so that only their highest bits show, as
 * Padme does, which costs 12 per cent at most and less for what is long.
 */
#ifndef PGP_PADDING_H
#define PGP_PADDING_H

#include <stdint.h>

#include "pgp/sink.h"
#include "sys/env.h"

/* Octets of a whole packet behind so many; one of such a size can be made. */
uint64_t padding_size(uint64_t behind);

/* Write one of that size. */
void padding_write(uint64_t behind, const struct env *env, struct sink *to);

#endif
