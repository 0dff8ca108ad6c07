/*
 * Compressed data (RFC 9580 section 5.6), read only: ZIP and ZLIB. Output is a
 * bomb when it is both more than a ceiling and more than 100 times its input;
 * inside of other compressed data, of what that was made of.
 */
#ifndef PGP_INFLATE_H
#define PGP_INFLATE_H

#include "pgp/packet.h"

struct inflate;

/* The ceiling, in octets, for who is not told another. */
enum { INFLATE_MAX = 1 << 30 };

/* The reason of PGP_LIMIT: who has an option for the ceiling can name it. */
extern const char inflate_over[];

/*
 * Make "out" read what the packet's body decompresses to. "outer" is what the
 * packet lies in, or NULL; it must live longer, and its ceiling holds. In what
 * is encrypted, octets behind a ZIP stream are padding; elsewhere they are an
 * error.
 */
struct inflate *inflate_open(struct packet *p, const struct inflate *outer,
    uint64_t ceiling, bool encrypted, struct in *out);
/* NULL is fine. */
void inflate_close(struct inflate *z);

#endif
