/*
 * The messages that records are about, each in a file of its own or in an
 * mbox, below one folder.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct origin;

/* NULL with errno set. The folder's name is lent. */
struct origin *origin_open(const char *folder);
/* NULL is fine. */
void origin_free(struct origin *o);

/*
 * Append the header of the n-th message (from 1) of a file, named as records
 * name it, from the folder's own name on. False with *why (static), and the
 * exit status. The last mbox stays open: reports about its messages cost one
 * reading of it, in whatever order.
 */
bool origin_header(struct origin *o, struct span path, uint64_t n,
    struct buf *out, const char **why, int *status);

#endif
