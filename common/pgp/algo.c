/* Tables of algorithms; see algo.h. */
#include "pgp/algo.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	unsigned id;
	enum digest_alg alg;
	bool strong;
	size_t salt;		/* RFC 9580 section 9.5, table 23 */
	const char *name;
} hashes[] = {
	{ HASH_SHA1, DIGEST_SHA1, false, 0, "sha1" },
	{ HASH_SHA256, DIGEST_SHA256, true, 16, "sha256" },
	{ HASH_SHA384, DIGEST_SHA384, true, 24, "sha384" },
	{ HASH_SHA512, DIGEST_SHA512, true, 32, "sha512" },
	{ HASH_SHA224, DIGEST_SHA224, false, 16, "sha224" },
	{ HASH_SHA3_256, DIGEST_SHA3_256, true, 16, "sha3-256" },
	{ HASH_SHA3_512, DIGEST_SHA3_512, true, 32, "sha3-512" },
};

static const struct {
	unsigned id;
	const char *name;
	size_t key;
} ciphers[] = {
	{ SYM_AES128, "AES-128", 16 },
	{ SYM_AES192, "AES-192", 24 },
	{ SYM_AES256, "AES-256", 32 },
	{ 11, "CAMELLIA-128", 16 },
	{ 12, "CAMELLIA-192", 24 },
	{ 13, "CAMELLIA-256", 32 },
};

static const struct {
	unsigned id;
	bool signs, encrypts;
	const char *name;
} pks[] = {
	{ PGP_RSA, true, true, "RSA" },
	{ PGP_RSA_ENCRYPT, false, true, "RSA" },
	{ PGP_RSA_SIGN, true, false, "RSA" },
	{ PGP_ELGAMAL, false, false, "ElGamal" },
	{ PGP_DSA, false, false, "DSA" },
	{ PGP_ECDH, false, true, "ECDH" },
	{ PGP_ECDSA, true, false, "ECDSA" },
	{ PGP_EDDSA_LEGACY, true, false, "Ed25519Legacy" },
	{ PGP_X25519, false, true, "X25519" },
	{ PGP_X448, false, true, "X448" },
	{ PGP_ED25519, true, false, "Ed25519" },
	{ PGP_ED448, true, false, "Ed448" },
	{ PGP_MLDSA65_ED25519, true, false, "ML-DSA-65+Ed25519" },
	{ PGP_MLDSA87_ED448, true, false, "ML-DSA-87+Ed448" },
	{ PGP_SLHDSA_128S, true, false, "SLH-DSA-SHAKE-128s" },
	{ PGP_SLHDSA_128F, true, false, "SLH-DSA-SHAKE-128f" },
	{ PGP_SLHDSA_256S, true, false, "SLH-DSA-SHAKE-256s" },
	{ PGP_MLKEM768_X25519, false, true, "ML-KEM-768+X25519" },
	{ PGP_MLKEM1024_X448, false, true, "ML-KEM-1024+X448" },
};

/* The row with the id, or the number of rows. */
#define FIND(table, wanted, at) \
	for ((at) = 0; (at) < ROWS(table) && (table)[at].id != (wanted); \
	    (at)++)

bool
algo_hash(unsigned id, enum digest_alg *out)
{
	size_t i = 0;

	FIND(hashes, id, i);
	if (i == ROWS(hashes))
		return false;
	*out = hashes[i].alg;
	return true;
}

bool
algo_hash_strong(unsigned id)
{
	size_t i = 0;

	FIND(hashes, id, i);
	return i < ROWS(hashes) && hashes[i].strong;
}

size_t
algo_hash_salt(unsigned id)
{
	size_t i = 0;

	FIND(hashes, id, i);
	return i < ROWS(hashes) ? hashes[i].salt : 0;
}

const char *
algo_hash_name(unsigned id)
{
	size_t i = 0;

	FIND(hashes, id, i);
	return i < ROWS(hashes) ? hashes[i].name : "";
}

const char *
algo_sym(unsigned id, size_t *key)
{
	size_t i = 0;

	FIND(ciphers, id, i);
	if (i == ROWS(ciphers))
		return NULL;
	*key = ciphers[i].key;
	return ciphers[i].name;
}

#define NOT_READ(cipher) \
	"it is encrypted with " cipher ", which is not read (gpg reads it)"

const char *
algo_sym_refusal(unsigned id, size_t *key)
{
	static const struct {
		unsigned id;
		size_t key;
		const char *why;
	} rows[] = {
		{ 1, 16, NOT_READ("IDEA") },
		{ 2, 24, NOT_READ("3DES") },
		{ 3, 16, NOT_READ("CAST5") },
		{ 4, 16, NOT_READ("Blowfish") },
		{ 10, 32, NOT_READ("Twofish") },
	};
	size_t i = 0;

	FIND(rows, id, i);
	if (i == ROWS(rows))
		return NULL;
	*key = rows[i].key;
	return rows[i].why;
}

bool
algo_sym_is_aes(unsigned id)
{
	return id >= SYM_AES128 && id <= SYM_AES256;
}

bool
algo_aead(unsigned id, enum aead_mode *out)
{
	switch (id) {
	case PGP_EAX:
		*out = AEAD_EAX;
		return true;
	case PGP_OCB:
		*out = AEAD_OCB;
		return true;
	case PGP_GCM:
		*out = AEAD_GCM;
		return true;
	default:
		return false;
	}
}

bool
algo_pk_signs(unsigned id)
{
	size_t i = 0;

	FIND(pks, id, i);
	return i < ROWS(pks) && pks[i].signs;
}

bool
algo_pk_encrypts(unsigned id)
{
	size_t i = 0;

	FIND(pks, id, i);
	return i < ROWS(pks) && pks[i].encrypts;
}

const char *
algo_pk_name(unsigned id)
{
	size_t i = 0;

	FIND(pks, id, i);
	return i < ROWS(pks) ? pks[i].name : "an unknown algorithm";
}

const char *
algo_pk_refusal(unsigned id)
{
	switch (id) {
	case PGP_ELGAMAL:
		return "its algorithm, ElGamal, is not supported";
	case PGP_DSA:
		return "its algorithm, DSA, is not supported";
	default:
		return "its algorithm is not supported";
	}
}

const char *
algo_version_refusal(unsigned version)
{
	switch (version) {
	case 2:
		return "its version, 2, is not supported";
	case 3:
		return "its version, 3, is not supported";
	case 5:
		return "its version, LibrePGP's 5, is not supported";
	default:
		return "its version is not supported";
	}
}
