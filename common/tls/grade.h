/*
 * The levels of the guideline "ICT-beveiligingsrichtlijnen voor Transport
 * Layer Security (TLS)" of the NCSC-NL, version 2025-05. Each kind of choice
 * has one table in grade.c, written so that it can be held against the
 * guideline's own. What a table does not name is insufficient, as there.
 */
#ifndef TLS_GRADE_H
#define TLS_GRADE_H

#include <stddef.h>
#include <stdint.h>

#include "tls/dh_prime.h"
#include "tls/names.h"

/* In the order of weight. */
enum tls_grade {
	TLS_GRADE_GOOD,
	TLS_GRADE_SUFFICIENT,
	TLS_GRADE_PHASE_OUT,
	TLS_GRADE_INSUFFICIENT,
};

enum tls_grade tls_grade_version(uint16_t version);
enum tls_grade tls_grade_suite(uint32_t code);
/*
 * A group of key exchange. A hybrid of ML-KEM and a curve, which the
 * guideline's table does not name, is graded by its curve: it is no weaker.
 */
enum tls_grade tls_grade_group(uint16_t code);
/* What a ServerKeyExchange of DHE brought: only RFC 7919's primes pass. */
enum tls_grade tls_grade_dh(const struct tls_dh *dh);
/* The hash that signs the key exchange, or a certificate. */
enum tls_grade tls_grade_hash(enum tls_hash hash);
/* A certificate's key: "bits" counts for RSA, "curve" (a group) for EC. */
enum tls_grade tls_grade_key(enum tls_key key, size_t bits, uint16_t curve);
/*
 * How often a server went along when the client asked for renegotiation: ten
 * times are no harm yet, so that who wants to know asks eleven times.
 */
enum { TLS_RENEGOTIATIONS = 11 };
enum tls_grade tls_grade_renegotiations(unsigned times);

#endif
