/*
 * Padding of plaintexts, as Signal's apps do it: 80 and zeros up to a multiple
 * of 160 octets, less the one that the cipher adds itself. The length then
 * tells little of a short text.
 */
#ifndef RATCHET_PAD_H
#define RATCHET_PAD_H

#include "base/buf.h"
#include "base/span.h"

enum { PAD_BLOCK = 160 };

/* Append it padded. */
void pad_add(struct span plain, struct buf *out);
/* Without its padding; what has none is as it is. */
struct span pad_strip(struct span padded);

#endif
