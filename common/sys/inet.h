/* Where to listen: an address and a port. */
#ifndef SYS_INET_H
#define SYS_INET_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * "HOST:PORT", "[V6]:PORT": an address or "localhost", since nothing is
 * resolved here. Port 0 leaves the choice to the kernel.
 */
bool inet_read(struct span text, struct sockaddr_storage *at, socklen_t *n);

/* Append it in that form. */
void inet_write(const struct sockaddr_storage *at, struct buf *out);

#endif
