/*
 * What the numbers of TLS are called: versions as CLI.md writes them, all
 * else by the names of IANA's "TLS Parameters" registry. What never was in
 * the registry, but is met (SSLv2, drafts), has the name its draft gave it.
 */
#ifndef TLS_NAMES_H
#define TLS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As a hello has them on the wire. */
enum tls_version {
	TLS_SSL2 = 0x0002,
	TLS_SSL3 = 0x0300,
	TLS_1_0 = 0x0301,
	TLS_1_1 = 0x0302,
	TLS_1_2 = 0x0303,
	TLS_1_3 = 0x0304,
};

enum { TLS_VERSIONS = 6 };

/* SSLv2, SSLv3 ... TLSv1.3 as 0 to 5; TLS_VERSIONS when it is none. */
size_t tls_version_index(uint16_t version);
/* The opposite. */
uint16_t tls_version_at(size_t index);

/* How the premaster secret comes about. TLS 1.3 leaves it to the group. */
enum tls_kx {
	TLS_KX_ANY,	/* TLS 1.3 */
	TLS_KX_RSA,
	TLS_KX_DH,	/* the certificate's own DH key */
	TLS_KX_DHE,
	TLS_KX_ECDH,
	TLS_KX_ECDHE,
	TLS_KX_PSK,
	TLS_KX_RSA_PSK,
	TLS_KX_SRP,
	TLS_KX_KRB5,
	TLS_KX_GOST,
	TLS_KX_ECCPWD,
	TLS_KX_NULL,
};

/* What proves who the server is. */
enum tls_auth {
	TLS_AUTH_ANY,	/* TLS 1.3 */
	TLS_AUTH_RSA,
	TLS_AUTH_DSS,
	TLS_AUTH_ECDSA,	/* and EdDSA: RFC 8422 section 5.10 */
	TLS_AUTH_DH,
	TLS_AUTH_ECDH,
	TLS_AUTH_anon,
	TLS_AUTH_PSK,
	TLS_AUTH_SRP,
	TLS_AUTH_KRB5,
	TLS_AUTH_GOST,
	TLS_AUTH_PWD,
	TLS_AUTH_NULL,
};

/* The versions that a suite may be chosen in. */
enum tls_era {
	TLS_ERA_SSL2,	/* SSLv2 alone; the code has 24 bits */
	TLS_ERA_OLD,	/* SSLv3 to TLS 1.2 */
	TLS_ERA_1_2,	/* TLS 1.2: AEAD and HMAC of SHA-2 */
	TLS_ERA_1_3,
};

struct tls_suite {
	uint32_t code;
	const char *name;	/* "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" */
	enum tls_kx kx;
	enum tls_auth auth;
	const char *cipher;	/* "AES_128_GCM", "NULL" */
	const char *mac;	/* "AEAD", "SHA256", "SHA1", "MD5" */
	enum tls_era era;
};

/* IANA's names are the constants of their codes. */
enum tls_suite_code {
#define SUITE(code, name, kx, auth, cipher, mac, era) name = code,
#include "tls/suites.def"
#undef SUITE
};

/* The whole table, in the order of the codes. */
extern const struct tls_suite tls_suites[];
extern const size_t tls_suites_n;

/* The entry of the code, or NULL. */
const struct tls_suite *tls_suite(uint32_t code);
/* Whether the suite may be chosen in that version. */
bool tls_suite_fits(const struct tls_suite *s, uint16_t version);

/* What a group is made of: they are asked for in different ways. */
enum tls_group_kind {
	TLS_GROUP_EC,		/* curves: TLS 1.0 and later */
	TLS_GROUP_EC13,		/* curves under a code of TLS 1.3 alone */
	TLS_GROUP_FFDHE,	/* RFC 7919 */
	TLS_GROUP_KEM,		/* ML-KEM, alone or joined with a curve */
};

struct tls_group {
	uint16_t code;
	const char *name;	/* "secp256r1", "X25519MLKEM768" */
	enum tls_group_kind kind;
	uint16_t bits;		/* of the field; of a hybrid's curve */
};

enum tls_group_code {
#define GROUP(code, name, id, kind, bits) TLS_GROUP_##id = code,
#include "tls/groups.def"
#undef GROUP
};

extern const struct tls_group tls_groups[];
extern const size_t tls_groups_n;
const struct tls_group *tls_group(uint16_t code);

/* Signature schemes; those of TLS 1.2 are hash and signature in one. */
enum tls_hash {
	TLS_HASH_NONE,		/* the scheme's own: EdDSA */
	TLS_HASH_MD5,
	TLS_HASH_SHA1,
	TLS_HASH_SHA224,
	TLS_HASH_SHA256,
	TLS_HASH_SHA384,
	TLS_HASH_SHA512,
	TLS_HASH_OTHER,
};

/* The kind of key that makes it, and so the kind of certificate. */
enum tls_key {
	TLS_KEY_NONE,
	TLS_KEY_RSA,
	TLS_KEY_RSA_PSS,	/* a key for RSASSA-PSS alone */
	TLS_KEY_DSA,
	TLS_KEY_EC,
	TLS_KEY_ED25519,
	TLS_KEY_ED448,
	TLS_KEY_ML_DSA,
	TLS_KEY_OTHER,
};

struct tls_scheme {
	uint16_t code;
	const char *name;	/* "ecdsa_secp256r1_sha256" */
	enum tls_key key;
	enum tls_hash hash;
	bool in13;		/* may sign a TLS 1.3 handshake */
};

enum tls_scheme_code {
#define SCHEME(code, name, key, hash, in13) TLS_SCHEME_##name = code,
#include "tls/schemes.def"
#undef SCHEME
};

extern const struct tls_scheme tls_schemes[];
extern const size_t tls_schemes_n;
const struct tls_scheme *tls_scheme(uint16_t code);

/*
 * Names for people and records, never NULL: "TLSv1.2", the tables' names,
 * "handshake_failure"; for a number that has no name its hexadecimal digits
 * ("0x7f1c"), written into "room".
 */
enum { TLS_NAME_SIZE = 12 };
const char *tls_version_name(char room[TLS_NAME_SIZE], uint16_t version);
const char *tls_suite_name(char room[TLS_NAME_SIZE], uint32_t code);
const char *tls_group_name(char room[TLS_NAME_SIZE], uint16_t code);
const char *tls_scheme_name(char room[TLS_NAME_SIZE], uint16_t code);
const char *tls_alert_name(char room[TLS_NAME_SIZE], uint8_t description);

/* "rsa", "rsa-pss", "dsa", "ec", "ed25519", "ed448", "ml-dsa", "other". */
const char *tls_key_name(enum tls_key key);

#endif
