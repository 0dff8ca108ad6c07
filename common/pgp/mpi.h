/*
 * Multiprecision integers (RFC 9580 section 3.2): a count of bits, then the
 * number without leading zeros.
 */
#ifndef PGP_MPI_H
#define PGP_MPI_H

#include "base/buf.h"
#include "base/cur.h"

/*
 * The octets of one of at most max_bits; a count that is not exact is an
 * error, as section 3.2 wants it.
 */
struct span mpi_take(struct cur *c, unsigned max_bits);

/*
 * The same with leading zeros put back to n octets in "to"; false when it is
 * longer.
 */
bool mpi_pad(struct span mpi, unsigned char *to, size_t n);

void mpi_add(struct buf *out, struct span number);

/*
 * The sum of all octets, modulo 65536, that stands behind secret numbers and
 * session keys (sections 5.5.3 and 5.1).
 */
uint16_t mpi_sum(struct span s);

#endif
