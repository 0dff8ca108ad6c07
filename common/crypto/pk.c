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

/* Octets; of a composite the sum of both halves. */
static const struct {
	const char *name;	/* a composite's curve */
	size_t size, secret, sig;
} kinds[] = {
	[PK_RSA] = { "RSA", 0, 0, 0 },
	[PK_P256] = { "P-256", 32, 32, 0 },
	[PK_P384] = { "P-384", 48, 48, 0 },
	[PK_P521] = { "P-521", 66, 66, 0 },
	[PK_BRAINPOOL256] = { "brainpoolP256r1", 32, 32, 0 },
	[PK_BRAINPOOL384] = { "brainpoolP384r1", 48, 48, 0 },
	[PK_BRAINPOOL512] = { "brainpoolP512r1", 64, 64, 0 },
	[PK_ED25519] = { "ED25519", 32, 32, 64 },
	[PK_ED448] = { "ED448", 57, 57, 114 },
	[PK_X25519] = { "X25519", 32, 32, 0 },
	[PK_X448] = { "X448", 56, 56, 0 },
	[PK_MLDSA65_ED25519] = { "ED25519", 32 + 1952, 32 + 32, 64 + 3309 },
	[PK_MLDSA87_ED448] = { "ED448", 57 + 2592, 57 + 32, 114 + 4627 },
	[PK_SLHDSA_128S] = { "SLH-DSA-SHAKE-128s", 32, 64, 7856 },
	[PK_SLHDSA_128F] = { "SLH-DSA-SHAKE-128f", 32, 64, 17088 },
	[PK_SLHDSA_256S] = { "SLH-DSA-SHAKE-256s", 64, 128, 29792 },
	[PK_MLKEM768_X25519] = { "X25519", 32 + 1184, 32 + 64, 0 },
	[PK_MLKEM1024_X448] = { "X448", 56 + 1568, 56 + 64, 0 },
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

bool
pk_is_raw(enum pk_kind kind)
{
	return kind >= PK_ED25519;
}

/* Join the other half of a composite to the curve's; NULL when it is bad. */
static struct pk *
with_post(struct pk *k, enum pk_kind kind, EVP_PKEY *post)
{
	if (k == NULL || post == NULL) {
		EVP_PKEY_free(post);
		pk_free(k);
		return NULL;
	}
	k->post = post;
	k->kind = kind;
	k->size = kinds[kind].size;
	return k;
}

static struct pk *
raw_public(enum pk_kind kind, struct span pub)
{
	size_t n = kinds[pk_curve(kind)].size;
	struct pk *k = pk_of(EVP_PKEY_new_raw_public_key_ex(NULL,
	    kinds[kind].name, NULL, pub.p, n), pk_curve(kind));

	return pk_post_name(kind) == NULL ? k : with_post(k, kind,
	    pk_post_public(kind, span_from(pub, n)));
}

struct pk *
pk_raw_secret(enum pk_kind kind, struct span octets)
{
	size_t n = kinds[pk_curve(kind)].secret;
	struct pk *k = NULL;

	crypto_start();
	if (octets.n != kinds[kind].secret)
		return NULL;
	k = pk_of(key_raw_private(kinds[kind].name, span_first(octets, n)),
	    pk_curve(kind));
	return pk_post_name(kind) == NULL ? k : with_post(k, kind,
	    pk_post_secret(kind, span_from(octets, n)));
}

struct pk *
pk_raw(enum pk_kind kind, struct span pub, struct span secret)
{
	struct pk *k = NULL;
	struct buf own = BUF(kinds[kind].size);

	crypto_start();
	if (pub.n != kinds[kind].size)
		return NULL;
	if (secret.n == 0)
		return raw_public(kind, pub);
	k = pk_raw_secret(kind, secret);
	if (k != NULL)
		pk_public(k, &own);
	/* a public half that was exchanged would give the secret away */
	if (k != NULL && !span_eq(buf_get0(&own), pub)) {
		pk_free(k);
		k = NULL;
	}
	buf_free(&own);
	return k;
}

bool
pk_available(enum pk_kind kind)
{
	const char *name = pk_post_name(kind);
	EVP_KEYMGMT *m = NULL;

	crypto_start();
	if (name == NULL)
		name = pk_is_ec(kind) ? "EC" : kinds[kind].name;
	m = EVP_KEYMGMT_fetch(NULL, name, NULL);
	EVP_KEYMGMT_free(m);
	ERR_clear_error();
	return m != NULL;
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

size_t
pk_secret_size(enum pk_kind kind)
{
	return kinds[kind].secret;
}

size_t
pk_sig_size(enum pk_kind kind)
{
	return kinds[kind].sig;
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

/* A half of a key that is just octets, and of a composite's other one. */
static void
raw_octets(const struct pk *k, bool secret, struct buf *out)
{
	enum pk_kind curve = pk_curve(k->kind);
	size_t n = secret ? kinds[curve].secret : kinds[curve].size;
	unsigned char *to = buf_room(out, n);

	if (to == NULL)
		return;
	if ((secret ? EVP_PKEY_get_raw_private_key(k->pkey, to, &n) :
	    EVP_PKEY_get_raw_public_key(k->pkey, to, &n)) != 1)
		mem_exhausted();
	out->n += n;
	if (k->post != NULL && !pk_post_octets(k, secret, out))
		mem_exhausted();
}

void
pk_public(const struct pk *k, struct buf *out)
{
	size_t n = k->size;

	if (pk_is_ec(k->kind)) {
		buf_byte(out, 4);
		number(k, OSSL_PKEY_PARAM_EC_PUB_X, n, out);
		number(k, OSSL_PKEY_PARAM_EC_PUB_Y, n, out);
		return;
	}
	raw_octets(k, false, out);
}

void
pk_secret(const struct pk *k, struct buf *out)
{
	if (pk_is_ec(k->kind))
		number(k, OSSL_PKEY_PARAM_PRIV_KEY, k->size, out);
	else
		raw_octets(k, true, out);
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
	EVP_PKEY_free(k->post);
	free(k);
}
