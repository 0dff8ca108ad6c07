/* Making keys and taking them apart; see pk.h. */
#include "crypto/pk.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/key_int.h"
#include "crypto/lib.h"
#include "crypto/pk_int.h"

static const struct {
	const char *name;
	size_t size;
} kinds[] = {
	[PK_RSA] = { "RSA", 0 },
	[PK_P256] = { "P-256", 32 },
	[PK_P384] = { "P-384", 48 },
	[PK_P521] = { "P-521", 66 },
	[PK_BRAINPOOL256] = { "brainpoolP256r1", 32 },
	[PK_BRAINPOOL384] = { "brainpoolP384r1", 48 },
	[PK_BRAINPOOL512] = { "brainpoolP512r1", 64 },
	[PK_ED25519] = { "ED25519", 32 },
	[PK_ED448] = { "ED448", 57 },
	[PK_X25519] = { "X25519", 32 },
	[PK_X448] = { "X448", 56 },
};

const char *
pk_name(enum pk_kind kind)
{
	return kinds[kind].name;
}

bool
pk_is_ec(enum pk_kind kind)
{
	return kind >= PK_P256 && kind <= PK_BRAINPOOL512;
}

struct pk *
pk_of(EVP_PKEY *pkey, enum pk_kind kind)
{
	struct pk *k = NULL;

	ERR_clear_error();
	if (pkey == NULL)
		return NULL;
	k = xcalloc(1, sizeof(*k));
	k->pkey = pkey;
	k->kind = kind;
	k->size = kind == PK_RSA ? (size_t)EVP_PKEY_get_size(pkey) :
	    kinds[kind].size;
	return k;
}

struct pk *
pk_raw(enum pk_kind kind, struct span pub, struct span secret)
{
	EVP_PKEY *pkey = NULL;
	unsigned char own[64];
	size_t n = sizeof(own);

	crypto_start();
	if (pub.n != kinds[kind].size)
		return NULL;
	if (secret.n == 0)
		return pk_of(EVP_PKEY_new_raw_public_key_ex(NULL,
		    kinds[kind].name, NULL, pub.p, pub.n), kind);
	if (secret.n != kinds[kind].size)
		return NULL;
	pkey = EVP_PKEY_new_raw_private_key_ex(NULL, kinds[kind].name, NULL,
	    secret.p, secret.n);
	/* a public half that was exchanged would give the secret away */
	if (pkey != NULL &&
	    (EVP_PKEY_get_raw_public_key(pkey, own, &n) != 1 ||
	    !span_eq(span_of(own, n), pub))) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	return pk_of(pkey, kind);
}

struct pk *
pk_raw_secret(enum pk_kind kind, struct span octets)
{
	crypto_start();
	return octets.n != kinds[kind].size ? NULL :
	    pk_of(EVP_PKEY_new_raw_private_key_ex(NULL, kinds[kind].name,
	    NULL, octets.p, octets.n), kind);
}

struct pk *
pk_generate(enum pk_kind kind, unsigned bits)
{
	EVP_PKEY *pkey = NULL;

	crypto_start();
	if (kind == PK_RSA)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
	else if (pk_is_ec(kind))
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", kinds[kind].name);
	else
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, kinds[kind].name);
	return pk_of(pkey, kind);
}

enum pk_kind
pk_kind(const struct pk *k)
{
	return k->kind;
}

unsigned
pk_bits(const struct pk *k)
{
	return (unsigned)EVP_PKEY_get_bits(k->pkey);
}

size_t
pk_size(const struct pk *k)
{
	return k->size;
}

size_t
pk_raw_size(enum pk_kind kind)
{
	return kinds[kind].size;
}

/* Append a number of the key, padded to "size" octets, or to its own. */
static void
number(const struct pk *k, const char *name, size_t size, struct buf *out)
{
	BIGNUM *bn = NULL;
	unsigned char *to = NULL;

	if (EVP_PKEY_get_bn_param(k->pkey, name, &bn) != 1)
		mem_exhausted();
	if (size == 0)
		size = (size_t)BN_num_bytes(bn);
	to = buf_room(out, size);
	if (to != NULL && BN_bn2binpad(bn, to, (int)size) >= 0)
		out->n += size;
	BN_clear_free(bn);
}

void
pk_public(const struct pk *k, struct buf *out)
{
	size_t n = k->size;
	unsigned char *to = NULL;

	if (pk_is_ec(k->kind)) {
		buf_byte(out, 4);
		number(k, OSSL_PKEY_PARAM_EC_PUB_X, n, out);
		number(k, OSSL_PKEY_PARAM_EC_PUB_Y, n, out);
		return;
	}
	to = buf_room(out, n);
	if (to == NULL)
		return;
	if (EVP_PKEY_get_raw_public_key(k->pkey, to, &n) != 1)
		mem_exhausted();
	out->n += n;
}

void
pk_secret(const struct pk *k, struct buf *out)
{
	size_t n = k->size;
	unsigned char *to = NULL;

	if (pk_is_ec(k->kind)) {
		number(k, OSSL_PKEY_PARAM_PRIV_KEY, n, out);
		return;
	}
	to = buf_room(out, n);
	if (to == NULL)
		return;
	if (EVP_PKEY_get_raw_private_key(k->pkey, to, &n) != 1)
		mem_exhausted();
	out->n += n;
}

/*
 * OpenPGP's p and q with u = p^-1 mod q are libcrypto's second and first
 * factor, whose coefficient is the inverse of the second modulo the first.
 */
void
pk_rsa_parts(const struct pk *k, struct buf parts[static 6])
{
	static const char *const names[] = {
		OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E,
		OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_FACTOR1,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	};

	for (size_t i = 0; i < 6; i++)
		number(k, names[i], 0, &parts[i]);
}

void
pk_free(struct pk *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}
