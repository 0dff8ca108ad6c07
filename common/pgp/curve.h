/* Curves by their OIDs (RFC 9580 section 9.2); for this directory only. */
#ifndef PGP_CURVE_H
#define PGP_CURVE_H

#include "base/span.h"
#include "pgp/algo.h"

/*
 * The curve that an algorithm names with the OID; false when it is not known
 * or does not belong to the algorithm. Both 25519 curves are "legacy": they
 * may not stand in version 6 keys.
 */
bool curve_of(unsigned algo, struct span oid, enum pk_kind *kind);
/* The OID of a curve, without its length. */
struct span curve_oid(enum pk_kind kind);
/* What wraps a session key for the curve (section 11.5.1, table 30). */
void curve_kdf(enum pk_kind kind, unsigned *hash, unsigned *sym);
bool curve_is_legacy(enum pk_kind kind);
/*
 * From a secret number, in network order, to the octets of the curve, and
 * back: those of Curve25519Legacy stand in the other order (section 5.5.5.6).
 */
void curve_turn_secret(enum pk_kind kind, unsigned char *p, size_t n);

#endif
