/*
 * The tables of the guideline, as grade.h says: by the level, then in the
 * guideline's order.
 */
#include "tls/grade.h"

struct graded {
	uint32_t code;
	unsigned char grade;
};

enum {
	GOOD = TLS_GRADE_GOOD,
	SUFFICIENT = TLS_GRADE_SUFFICIENT,
	PHASE_OUT = TLS_GRADE_PHASE_OUT,
};

/* Section 3.3.1 */
static const struct graded versions[] = {
	{ TLS_1_3, GOOD },
	{ TLS_1_2, SUFFICIENT },
};

/* Appendix B, out of sections 3.3.3 and 3.3.4 */
static const struct graded suites[] = {
	{ TLS_AES_256_GCM_SHA384, GOOD },
	{ TLS_CHACHA20_POLY1305_SHA256, GOOD },

	{ TLS_AES_128_GCM_SHA256, SUFFICIENT },
	{ TLS_AES_128_CCM_SHA256, SUFFICIENT },
	{ TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, SUFFICIENT },
	{ TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, SUFFICIENT },
	{ TLS_ECDHE_ECDSA_WITH_AES_256_CCM, SUFFICIENT },
	{ TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, SUFFICIENT },
	{ TLS_ECDHE_ECDSA_WITH_AES_128_CCM, SUFFICIENT },
	{ TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, SUFFICIENT },
	{ TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, SUFFICIENT },
	{ TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, SUFFICIENT },

	{ TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_GCM_SHA384, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_ARIA_256_CBC_SHA384, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_ARIA_128_CBC_SHA256, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, PHASE_OUT },
	{ TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_ARIA_128_CBC_SHA256, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, PHASE_OUT },
	{ TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_CAMELLIA_256_GCM_SHA384, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_CAMELLIA_128_GCM_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_ARIA_256_CBC_SHA384, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_ARIA_128_CBC_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_AES_256_CCM, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_AES_256_CBC_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_AES_128_CCM, PHASE_OUT },
	{ TLS_DHE_RSA_WITH_AES_128_CBC_SHA256, PHASE_OUT },
};

/*
 * Section 3.3.2.1 (curves), section 3.3.3.1 (finite fields). The codes that
 * TLS 1.3 gives the brainpool curves stand for the same curves.
 */
static const struct graded groups[] = {
	{ TLS_GROUP_SECP521R1, GOOD },
	{ TLS_GROUP_SECP384R1, GOOD },
	{ TLS_GROUP_SECP256R1, GOOD },
	{ TLS_GROUP_BRAINPOOL512, GOOD },
	{ TLS_GROUP_BRAINPOOL384, GOOD },
	{ TLS_GROUP_BRAINPOOL256, GOOD },
	{ TLS_GROUP_BRAINPOOL512_13, GOOD },
	{ TLS_GROUP_BRAINPOOL384_13, GOOD },
	{ TLS_GROUP_BRAINPOOL256_13, GOOD },
	{ TLS_GROUP_X25519, GOOD },
	{ TLS_GROUP_X448, GOOD },
	/* by their curves; see grade.h */
	{ TLS_GROUP_X25519_MLKEM768, GOOD },
	{ TLS_GROUP_SECP256R1_MLKEM768, GOOD },
	{ TLS_GROUP_SECP384R1_MLKEM1024, GOOD },
	{ TLS_GROUP_X25519_KYBER768, GOOD },
	{ TLS_GROUP_SECP256R1_KYBER768, GOOD },

	{ TLS_GROUP_SECP224R1, PHASE_OUT },
	{ TLS_GROUP_FFDHE8192, PHASE_OUT },
	{ TLS_GROUP_FFDHE6144, PHASE_OUT },
	{ TLS_GROUP_FFDHE4096, PHASE_OUT },
	{ TLS_GROUP_FFDHE3072, PHASE_OUT },
};

/* Section 3.3.5: of the key exchange, and of a certificate's signature */
static const struct graded hashes[] = {
	{ TLS_HASH_NONE, SUFFICIENT },	/* EdDSA */
	{ TLS_HASH_SHA512, SUFFICIENT },
	{ TLS_HASH_SHA384, SUFFICIENT },
	{ TLS_HASH_SHA256, SUFFICIENT },
	{ TLS_HASH_SHA224, PHASE_OUT },
};

/* Section 3.3.2.1: the curve of a certificate's key */
static const struct graded curves[] = {
	{ TLS_GROUP_SECP521R1, GOOD },
	{ TLS_GROUP_SECP384R1, GOOD },
	{ TLS_GROUP_SECP256R1, GOOD },
	{ TLS_GROUP_BRAINPOOL512, GOOD },
	{ TLS_GROUP_BRAINPOOL384, GOOD },
	{ TLS_GROUP_BRAINPOOL256, GOOD },
	{ TLS_GROUP_SECP224R1, PHASE_OUT },
};

/* Section 3.3.2.1: the bits of an RSA key */
enum {
	RSA_GOOD = 3072,
	RSA_PHASE_OUT = 2048,
};

#define IN(table, code) in(table, sizeof(table) / sizeof((table)[0]), code)

static enum tls_grade
in(const struct graded *table, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].code == code)
			return (enum tls_grade)table[i].grade;
	return TLS_GRADE_INSUFFICIENT;
}

enum tls_grade
tls_grade_version(uint16_t version)
{
	return IN(versions, version);
}

enum tls_grade
tls_grade_suite(uint32_t code)
{
	return IN(suites, code);
}

enum tls_grade
tls_grade_group(uint16_t code)
{
	return IN(groups, code);
}

enum tls_grade
tls_grade_dh(const struct tls_dh *dh)
{
	static const uint16_t codes[] = {
		TLS_GROUP_FFDHE3072, TLS_GROUP_FFDHE4096, TLS_GROUP_FFDHE6144,
		TLS_GROUP_FFDHE8192,
	};

	if (dh->prime < 0 || dh->generator != 2 ||
	    dh_primes[dh->prime].kind != DH_PRIME_RFC7919)
		return TLS_GRADE_INSUFFICIENT;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (tls_group(codes[i])->bits == dh->bits)
			return tls_grade_group(codes[i]);
	return TLS_GRADE_INSUFFICIENT;
}

enum tls_grade
tls_grade_hash(enum tls_hash hash)
{
	return IN(hashes, hash);
}

enum tls_grade
tls_grade_key(enum tls_key key, size_t bits, uint16_t curve)
{
	switch (key) {
	case TLS_KEY_RSA:
	case TLS_KEY_RSA_PSS:
		return bits >= RSA_GOOD ? TLS_GRADE_GOOD :
		    bits >= RSA_PHASE_OUT ? TLS_GRADE_PHASE_OUT :
		    TLS_GRADE_INSUFFICIENT;
	case TLS_KEY_EC:
		return IN(curves, curve);
	case TLS_KEY_ED25519:
	case TLS_KEY_ED448:
		return TLS_GRADE_GOOD;
	default:
		return TLS_GRADE_INSUFFICIENT;
	}
}

enum tls_grade
tls_grade_renegotiations(unsigned times)
{
	return times == 0 ? TLS_GRADE_GOOD : times < TLS_RENEGOTIATIONS ?
	    TLS_GRADE_SUFFICIENT : TLS_GRADE_INSUFFICIENT;
}
