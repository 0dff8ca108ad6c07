/*
 * The numbers of RFC 9580 section 9 and 5, and what this implementation
 * makes of them. What is not in a table is not known.
 */
#ifndef PGP_ALGO_H
#define PGP_ALGO_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/aead.h"
#include "crypto/digest.h"
#include "crypto/pk.h"

/* Packet type IDs (section 5). */
enum pgp_tag {
	TAG_PKESK = 1,
	TAG_SIGNATURE = 2,
	TAG_SKESK = 3,
	TAG_ONE_PASS = 4,
	TAG_SECRET_KEY = 5,
	TAG_PUBLIC_KEY = 6,
	TAG_SECRET_SUBKEY = 7,
	TAG_COMPRESSED = 8,
	TAG_SED = 9,
	TAG_MARKER = 10,
	TAG_LITERAL = 11,
	TAG_TRUST = 12,
	TAG_USER_ID = 13,
	TAG_PUBLIC_SUBKEY = 14,
	TAG_USER_ATTRIBUTE = 17,
	TAG_SEIPD = 18,
	TAG_MDC = 19,
	TAG_AEAD = 20,		/* LibrePGP's: read only */
	TAG_PADDING = 21,
	TAG_NONCRITICAL = 40,	/* from here on unknown ones are ignored */
};

/* Public-key algorithms (section 9.1). */
enum pgp_pk {
	PGP_RSA = 1,
	PGP_RSA_ENCRYPT = 2,
	PGP_RSA_SIGN = 3,
	PGP_ELGAMAL = 16,	/* this one and DSA have a name alone */
	PGP_DSA = 17,
	PGP_ECDH = 18,
	PGP_ECDSA = 19,
	PGP_EDDSA_LEGACY = 22,
	PGP_X25519 = 25,
	PGP_X448 = 26,
	PGP_ED25519 = 27,
	PGP_ED448 = 28,
	/* RFC 9980 section 2.1 */
	PGP_MLDSA65_ED25519 = 30,
	PGP_MLDSA87_ED448 = 31,
	PGP_SLHDSA_128S = 32,
	PGP_SLHDSA_128F = 33,
	PGP_SLHDSA_256S = 34,
	PGP_MLKEM768_X25519 = 35,
	PGP_MLKEM1024_X448 = 36,
};

/* Symmetric ciphers (section 9.3). */
enum pgp_sym {
	SYM_AES128 = 7,
	SYM_AES192 = 8,
	SYM_AES256 = 9,
};

/* AEAD modes (section 9.6). */
enum pgp_aead {
	PGP_EAX = 1,
	PGP_OCB = 2,
	PGP_GCM = 3,
};

/* Hash algorithms (section 9.5). */
enum pgp_hash {
	HASH_SHA1 = 2,
	HASH_SHA256 = 8,
	HASH_SHA384 = 9,
	HASH_SHA512 = 10,
	HASH_SHA224 = 11,
	HASH_SHA3_256 = 12,
	HASH_SHA3_512 = 14,
};

/* Signature types (section 5.2.1). */
enum pgp_sig_type {
	SIG_BINARY = 0x00,
	SIG_TEXT = 0x01,
	SIG_CERT_GENERIC = 0x10,
	SIG_CERT_PERSONA = 0x11,
	SIG_CERT_CASUAL = 0x12,
	SIG_CERT_POSITIVE = 0x13,
	SIG_SUBKEY = 0x18,
	SIG_PRIMARY_BINDING = 0x19,
	SIG_DIRECT_KEY = 0x1f,
	SIG_KEY_REVOCATION = 0x20,
	SIG_SUBKEY_REVOCATION = 0x28,
	SIG_CERT_REVOCATION = 0x30,
};

/* Key flags (section 5.2.3.29). */
enum {
	KEY_CERTIFY = 0x01,
	KEY_SIGN = 0x02,
	KEY_ENCRYPT_COMMS = 0x04,
	KEY_ENCRYPT_STORAGE = 0x08,
};

/* Features (section 5.2.3.32). */
enum {
	FEATURE_SEIPD1 = 0x01,
	FEATURE_SEIPD2 = 0x08,
};

enum { PGP_FPR_MAX = 32, PGP_SALT_MAX = 32, PGP_SESSION_MAX = 32 };

/* A hash that may be read; false when it is not known or never allowed. */
bool algo_hash(unsigned id, enum digest_alg *out);
/* Strong enough to sign data and certificates (SHA-1 and SHA-224 are not). */
bool algo_hash_strong(unsigned id);
/* Octets of the salt of a v6 signature with this hash; 0 for unknown. */
size_t algo_hash_salt(unsigned id);
/* "sha256", as micalg and SOP name it; "" for unknown. */
const char *algo_hash_name(unsigned id);

/* libcrypto's name without the mode, octets of the key; NULL if unknown. */
const char *algo_sym(unsigned id, size_t *key);
/*
 * That what is encrypted with a cipher of 64-bit blocks, or with Twofish, is
 * not read, with its name (static text), and the octets of its key; NULL for
 * all others.
 */
const char *algo_sym_refusal(unsigned id, size_t *key);
/* Whether it may stand in AEAD: AES. */
bool algo_sym_is_aes(unsigned id);

bool algo_aead(unsigned id, enum aead_mode *out);

/* Whether it is one of RFC 9980's. */
static inline bool
algo_pk_is_post(unsigned id)
{
	return id >= PGP_MLDSA65_ED25519 && id <= PGP_MLKEM1024_X448;
}

/* Whether the public-key algorithm can sign, or encrypt. */
bool algo_pk_signs(unsigned id);
bool algo_pk_encrypts(unsigned id);
/* One that is not supported could do anything. */
static inline bool
algo_pk_signs_only(unsigned id)
{
	return algo_pk_signs(id) && !algo_pk_encrypts(id);
}
/* "Ed25519", for people; "an unknown algorithm". */
const char *algo_pk_name(unsigned id);
/*
 * That a key or signature cannot be used because of its algorithm, with its
 * name if it has one: the same static text each time.
 */
const char *algo_pk_refusal(unsigned id);

/* The same of a version of keys and signatures that is not 4 or 6. */
const char *algo_version_refusal(unsigned version);

#endif
