/*
 * Compressed data (RFC 9580 section 5.6), read only: ZIP and ZLIB. Output
 * beyond 100 times the input is a bomb, once it is more than 64 MiB; inside
 * of other compressed data, of what that was made of.
 */
#ifndef PGP_INFLATE_H
#define PGP_INFLATE_H

#include "pgp/packet.h"

struct inflate;

/*
 * Make "out" read what the packet's body decompresses to. "outer" is what the
 * packet lies in, or NULL; it must live longer. In what is encrypted, octets
 * behind a ZIP stream are padding; elsewhere they are an error.
 */
struct inflate *inflate_open(struct packet *p, const struct inflate *outer,
    bool encrypted, struct in *out);
/* NULL is fine. */
void inflate_close(struct inflate *z);

#endif
