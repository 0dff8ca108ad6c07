/*
 * Private keys: PKCS #8 (RFC 5958) and PKCS #1 (RFC 8017 A.1.2), as PEM (RFC
 * 7468) or DER. Read here, since libcrypto's decoders cost more than the
 * signature itself; what these readers do not know is left to libcrypto.
 */
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdlib.h>

#include "base/mem.h"
#include "crypto/der.h"
#include "crypto/key_int.h"
#include "crypto/lib.h"
#include "crypto/pem.h"
#include "crypto/pkcs8.h"

enum { DER_MAX = 64 * 1024, RSA_PARTS = 8 };

/* RSAPrivateKey ::= SEQUENCE { 0, n, e, d, p, q, dp, dq, qinv } */
static EVP_PKEY *
rsa_private(struct span der)
{
	static const char *const names[RSA_PARTS] = {
		OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E,
		OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1,
		OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	};
	struct cur outer = cur_of(der);
	struct cur c = cur_of(der_take(&outer, 0x30));
	struct span version = der_unsigned(&c);
	unsigned char *own = xmalloc(der.n + 1), *to = own;
	OSSL_PARAM params[RSA_PARTS + 1];
	EVP_PKEY *pkey = NULL;
	size_t n = 0;

	for (; n < RSA_PARTS; n++) {
		struct span part = der_unsigned(&c);

		if (c.bad || part.n == 0)
			break;
		key_native(to, part);
		params[n] = OSSL_PARAM_construct_BN(names[n], to, part.n);
		to += part.n;
	}
	params[n] = OSSL_PARAM_construct_end();
	if (n == RSA_PARTS && version.n == 0 && cur_done(&c) &&
	    cur_done(&outer))
		pkey = crypto_pkey("RSA", EVP_PKEY_KEYPAIR, params);
	OPENSSL_cleanse(own, der.n + 1);
	free(own);
	return pkey;
}

static EVP_PKEY *
ed25519_private(struct span octets)
{
	struct cur c = cur_of(octets);
	struct span raw = der_take(&c, 0x04);

	if (!cur_done(&c) || raw.n != ED25519_SIZE)
		return NULL;
	return key_raw_private("ED25519", raw);
}

static EVP_PKEY *
pkcs8(struct span der)
{
	struct span alg = { NULL, 0 };
	struct span inside = pkcs8_private_key(der, &alg);

	if (span_starts(alg, OID_RSA))
		return rsa_private(inside);
	if (span_eq(alg, OID_ED25519))
		return ed25519_private(inside);
	return NULL;
}

/* The plain forms; NULL for all others. */
static EVP_PKEY *
plain_key(struct span file)
{
	struct buf der = BUF(DER_MAX);
	EVP_PKEY *pkey = NULL;

	/* room at once, so that no copy is left behind in freed memory */
	buf_room(&der, file.n < DER_MAX ? file.n : DER_MAX);
	der.over = false;
	if (pem_inside(file, SPAN("-----BEGIN PRIVATE KEY-----"),
	    SPAN("-----END PRIVATE KEY-----"), &der))
		pkey = pkcs8(buf_get0(&der));
	else if (pem_inside(file, SPAN("-----BEGIN RSA PRIVATE KEY-----"),
	    SPAN("-----END RSA PRIVATE KEY-----"), &der))
		pkey = rsa_private(buf_get0(&der));
	buf_free_wipe(&der);
	return pkey;
}

/* Asked for a passphrase: note it and give none, nobody may be prompted. */
static int
no_passphrase(char *to, int size, int writing, void *asked)
{
	(void)to;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

/* Every other form that libcrypto knows. */
static EVP_PKEY *
any_key(struct span file, bool *asked)
{
	BIO *in = BIO_new_mem_buf(file.p, (int)file.n);
	const unsigned char *der = file.p;
	EVP_PKEY *pkey = NULL;

	if (in == NULL)
		mem_exhausted();
	pkey = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, asked);
	if (pkey == NULL && !*asked)
		pkey = d2i_AutoPrivateKey(NULL, &der, (long)file.n);
	BIO_free(in);
	ERR_clear_error();
	return pkey;
}

enum key_load
key_private(struct span file, struct key **out)
{
	bool asked = false;
	EVP_PKEY *pkey = NULL;

	crypto_start();
	pkey = plain_key(file);
	if (pkey == NULL)
		pkey = any_key(file, &asked);
	if (pkey == NULL)
		return asked ? KEY_ENCRYPTED : KEY_NOT_A_KEY;
	if (EVP_PKEY_is_a(pkey, "RSA")) {
		*out = key_of(pkey, KEY_RSA);
	} else if (EVP_PKEY_is_a(pkey, "ED25519")) {
		*out = key_of(pkey, KEY_ED25519);
	} else {
		EVP_PKEY_free(pkey);
		return KEY_WRONG_TYPE;
	}
	return KEY_LOADED;
}
