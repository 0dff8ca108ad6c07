/* X25519; see x25519.h. The wrappings are read and written here: RFC 8410
 * has one form only, and libcrypto's decoders leave copies behind. */
#include "crypto/x25519.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <stdlib.h>

#include "base/b64.h"
#include "base/mem.h"
#include "crypto/der.h"
#include "crypto/key_int.h"
#include "crypto/lib.h"
#include "crypto/pem.h"
#include "crypto/pkcs8.h"

enum { DER_MAX = 1024 };

#define OID_X25519 SPAN("\x06\x03\x2b\x65\x6e")
/* RFC 8410 section 7: everything in front of the 32 octets. */
#define PRIVATE_HEAD SPAN("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65" \
	"\x6e\x04\x22\x04\x20")

struct x25519 {
	EVP_PKEY *pkey;
};

struct x25519 *
x25519_of(const unsigned char secret[static X25519_SIZE])
{
	struct x25519 *k = xcalloc(1, sizeof(*k));
	unsigned char own[X25519_SIZE];

	crypto_start();
	memcpy(own, secret, X25519_SIZE);
	own[0] &= 248;
	own[31] &= 127;
	own[31] |= 64;
	k->pkey = key_raw_private("X25519", span_of(own, X25519_SIZE));
	OPENSSL_cleanse(own, sizeof(own));
	if (k->pkey == NULL)
		mem_exhausted();
	return k;
}

/* A CurvePrivateKey (RFC 8410 section 7). */
static enum key_load
pkcs8(struct span der, struct x25519 **out)
{
	struct span alg = { NULL, 0 };
	struct cur octets = cur_of(pkcs8_private_key(der, &alg));
	struct span raw = { NULL, 0 };

	if (alg.p == NULL)
		return KEY_NOT_A_KEY;
	if (!span_eq(alg, OID_X25519))
		return KEY_WRONG_TYPE;
	raw = der_take(&octets, 0x04);
	if (!cur_done(&octets) || raw.n != X25519_SIZE)
		return KEY_NOT_A_KEY;
	*out = x25519_of(raw.p);
	return KEY_LOADED;
}

/* Whether a line of the file starts so. */
static bool
has_line(struct span file, struct span start)
{
	while (file.n > 0 && !span_starts(file, start))
		file = span_from(file, span_chr(file, '\n') + 1);
	return file.n > 0;
}

enum key_load
x25519_private(struct span file, struct x25519 **out)
{
	struct buf raw = BUF(DER_MAX);
	enum key_load result = KEY_NOT_A_KEY;

	/* room at once, so that no copy is left behind in freed memory */
	buf_room(&raw, DER_MAX);
	if (pem_inside(file, SPAN("-----BEGIN PRIVATE KEY-----"),
	    SPAN("-----END PRIVATE KEY-----"), &raw)) {
		result = pkcs8(buf_get0(&raw), out);
	} else if (has_line(file, SPAN("-----BEGIN ENCRYPTED PRIVATE KEY"))) {
		result = KEY_ENCRYPTED;
	} else if (has_line(file, SPAN("-----BEGIN "))) {
		result = KEY_WRONG_TYPE;
	} else if (b64_decode(&raw, file) && raw.n == X25519_SIZE) {
		*out = x25519_of(raw.p);
		result = KEY_LOADED;
	}
	buf_free_wipe(&raw);
	return result;
}

/* Below 2^255 - 19, the last octet being the highest. */
static bool
is_canonical(const unsigned char u[static X25519_SIZE])
{
	if (u[31] != 0x7f)
		return u[31] < 0x7f;
	for (size_t i = 30; i > 0; i--)
		if (u[i] != 0xff)
			return true;
	return u[0] < 0xed;
}

bool
x25519_public_read(struct span file, unsigned char out[static X25519_SIZE])
{
	struct buf octets = BUF(DER_MAX);
	struct span raw = { NULL, 0 }, alg = OID_X25519;
	bool ok = false;

	if (pem_inside(file, SPAN("-----BEGIN PUBLIC KEY-----"),
	    SPAN("-----END PUBLIC KEY-----"), &octets))
		raw = der_spki(buf_get0(&octets), &alg);
	else if (b64_decode(&octets, file))
		raw = buf_get0(&octets);
	ok = raw.n == X25519_SIZE && span_eq(alg, OID_X25519) &&
	    is_canonical(raw.p);
	if (ok)
		memcpy(out, raw.p, X25519_SIZE);
	buf_free(&octets);
	return ok;
}

void
x25519_public(const struct x25519 *k, unsigned char out[static X25519_SIZE])
{
	size_t n = X25519_SIZE;

	if (EVP_PKEY_get_raw_public_key(k->pkey, out, &n) != 1)
		mem_exhausted();
}

void
x25519_private_raw(const struct x25519 *k, struct buf *out)
{
	size_t n = X25519_SIZE;
	unsigned char *to = buf_room(out, n);

	if (to == NULL)
		return;
	if (EVP_PKEY_get_raw_private_key(k->pkey, to, &n) != 1)
		mem_exhausted();
	out->n += n;
}

void
x25519_private_pem(const struct x25519 *k, struct buf *out)
{
	struct buf der = BUF(DER_MAX);

	buf_span(&der, PRIVATE_HEAD);
	x25519_private_raw(k, &der);
	/* 48 octets make one line of 64, RFC 7468's width */
	buf_str(out, "-----BEGIN PRIVATE KEY-----\n");
	b64_encode(out, buf_get0(&der));
	buf_str(out, "\n-----END PRIVATE KEY-----\n");
	buf_free_wipe(&der);
}

bool
x25519_shared(const struct x25519 *k,
    const unsigned char peer[static X25519_SIZE],
    unsigned char out[static X25519_SIZE])
{
	unsigned char shared[X25519_SIZE];
	EVP_PKEY *other = EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL,
	    peer, X25519_SIZE);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	size_t n = sizeof(shared);
	bool ok = false;

	if (other == NULL || ctx == NULL)
		mem_exhausted();
	ok = EVP_PKEY_derive_init(ctx) == 1 &&
	    EVP_PKEY_derive_set_peer(ctx, other) == 1 &&
	    EVP_PKEY_derive(ctx, shared, &n) == 1 && n == sizeof(shared);
	if (ok)
		memcpy(out, shared, sizeof(shared));
	OPENSSL_cleanse(shared, sizeof(shared));
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(other);
	ERR_clear_error();
	return ok;
}

void
x25519_free(struct x25519 *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}
