/* Curves; see curve.h. */
#include "pgp/curve.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	enum pk_kind kind;
	const char *oid;
	size_t n;
	unsigned hash, sym;
} curves[] = {
	{ PK_ED25519, "\x2b\x06\x01\x04\x01\xda\x47\x0f\x01", 9, 0, 0 },
	{ PK_X25519, "\x2b\x06\x01\x04\x01\x97\x55\x01\x05\x01", 10,
	  HASH_SHA256, SYM_AES128 },
	{ PK_P256, "\x2a\x86\x48\xce\x3d\x03\x01\x07", 8,
	  HASH_SHA256, SYM_AES128 },
	{ PK_P384, "\x2b\x81\x04\x00\x22", 5, HASH_SHA384, SYM_AES192 },
	{ PK_P521, "\x2b\x81\x04\x00\x23", 5, HASH_SHA512, SYM_AES256 },
	{ PK_BRAINPOOL256, "\x2b\x24\x03\x03\x02\x08\x01\x01\x07", 9,
	  HASH_SHA256, SYM_AES128 },
	{ PK_BRAINPOOL384, "\x2b\x24\x03\x03\x02\x08\x01\x01\x0b", 9,
	  HASH_SHA384, SYM_AES192 },
	{ PK_BRAINPOOL512, "\x2b\x24\x03\x03\x02\x08\x01\x01\x0d", 9,
	  HASH_SHA512, SYM_AES256 },
};

bool
curve_is_legacy(enum pk_kind kind)
{
	return kind == PK_ED25519 || kind == PK_X25519;
}

static bool
belongs(unsigned algo, enum pk_kind kind)
{
	if (algo == PGP_EDDSA_LEGACY)
		return kind == PK_ED25519;
	return kind != PK_ED25519 && (algo == PGP_ECDH ||
	    kind != PK_X25519);
}

bool
curve_of(unsigned algo, struct span oid, enum pk_kind *kind)
{
	for (size_t i = 0; i < ROWS(curves); i++)
		if (span_eq(oid, span_of(curves[i].oid, curves[i].n)) &&
		    belongs(algo, curves[i].kind)) {
			*kind = curves[i].kind;
			return true;
		}
	return false;
}

struct span
curve_oid(enum pk_kind kind)
{
	for (size_t i = 0; i < ROWS(curves); i++)
		if (curves[i].kind == kind)
			return span_of(curves[i].oid, curves[i].n);
	return (struct span){ NULL, 0 };
}

void
curve_kdf(enum pk_kind kind, unsigned *hash, unsigned *sym)
{
	for (size_t i = 0; i < ROWS(curves); i++)
		if (curves[i].kind == kind) {
			*hash = curves[i].hash;
			*sym = curves[i].sym;
		}
}

void
curve_turn_secret(enum pk_kind kind, unsigned char *p, size_t n)
{
	for (size_t i = 0; kind == PK_X25519 && i < n / 2; i++) {
		unsigned char swap = p[i];

		p[i] = p[n - 1 - i];
		p[n - 1 - i] = swap;
	}
}
