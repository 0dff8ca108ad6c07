/*
 * The safety number that two people compare: Signal's numeric fingerprint,
 * version 0 with 5,200 iterations, and its scannable form.
 */
#ifndef RATCHET_FINGERPRINT_H
#define RATCHET_FINGERPRINT_H

#include "base/buf.h"
#include "base/span.h"
#include "ratchet/curve.h"

enum {
	FINGERPRINT_HALF = 30,		/* digits of one side */
	FINGERPRINT_DIGITS = 60,
	FINGERPRINT_HASH = 32,
};

/* One side of it: some milliseconds of work. */
struct fingerprint {
	unsigned char hash[FINGERPRINT_HASH];
	char digits[FINGERPRINT_HALF + 1];
};

/* Of the identity key that the name goes with. */
void fingerprint_of(const unsigned char key[static CURVE_PUBLIC],
    struct span name, struct fingerprint *out);

/* The number that both sides see: the smaller half first. */
void fingerprint_join(const struct fingerprint *a,
    const struct fingerprint *b, char out[static FINGERPRINT_DIGITS + 1]);

/* Append what a QR code of it holds: "version" 1 for names as text. */
void fingerprint_scannable(const struct fingerprint *ours,
    const struct fingerprint *theirs, unsigned version, struct buf *out);

#endif
