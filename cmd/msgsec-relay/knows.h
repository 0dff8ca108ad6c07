/* What the relay knows of a mailbox, told to its owner. */
#ifndef KNOWS_H
#define KNOWS_H

#include "msgsec-relay.h"

/* Octets of it: a hundred a message, and as many may be as --messages says. */
enum { KNOWS_MAX = 16 * 1024 * 1024 };

enum relay_error knows_write(struct server *s,
    const unsigned char id[static RELAY_ID], const struct depot_box *box,
    struct buf *out);

#endif
