/* AES-256; see aes.h. Encryption fails in EVP only for want of memory. */
#include "crypto/aes.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "crypto/must.h"

enum mode { GCM, CTR, ECB, MODES };

struct aes {
	EVP_CIPHER_CTX *ctx[MODES];	/* NULL until it is used */
};

static const EVP_CIPHER *
cipher(enum mode mode)
{
	static const char *const names[MODES] = {
		"AES-256-GCM", "AES-256-CTR", "AES-256-ECB",
	};
	static EVP_CIPHER *fetched[MODES];

	crypto_start();
	if (fetched[mode] == NULL)
		fetched[mode] = EVP_CIPHER_fetch(NULL, names[mode], NULL);
	if (fetched[mode] == NULL)
		mem_exhausted();
	return fetched[mode];
}

struct aes *
aes_new(void)
{
	return xcalloc(1, sizeof(struct aes));
}

void
aes_free(struct aes *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < MODES; i++)
		EVP_CIPHER_CTX_free(a->ctx[i]);
	free(a);
}

/* The mode's context with its cipher, which later keys and IVs reuse. */
static EVP_CIPHER_CTX *
context(struct aes *a, enum mode mode)
{
	if (a->ctx[mode] != NULL)
		return a->ctx[mode];
	a->ctx[mode] = EVP_CIPHER_CTX_new();
	if (a->ctx[mode] == NULL)
		mem_exhausted();
	must(EVP_CipherInit_ex2(a->ctx[mode], cipher(mode), NULL, NULL, 1,
	    NULL));
	return a->ctx[mode];
}

/* EVP counts in int: what is longer comes in pieces. */
static size_t
update(EVP_CIPHER_CTX *ctx, struct span in, unsigned char *to)
{
	size_t done = 0;

	for (; in.n > 0; in = span_from(in, INT_MAX / 2)) {
		struct span piece = span_first(in, INT_MAX / 2);
		int n = 0;

		must(EVP_CipherUpdate(ctx, to ? to + done : NULL, &n, piece.p,
		    (int)piece.n));
		done += (size_t)n;
	}
	return done;
}

static EVP_CIPHER_CTX *
gcm_start(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    struct span nonce, struct span aad, int encrypt)
{
	EVP_CIPHER_CTX *ctx = context(a, GCM);

	must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce.n,
	    NULL));
	must(EVP_CipherInit_ex2(ctx, NULL, key, nonce.p, encrypt, NULL));
	update(ctx, aad, NULL);
	return ctx;
}

void
aes_gcm_seal(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    struct span nonce, struct span aad, struct span plain, struct buf *out)
{
	EVP_CIPHER_CTX *ctx = gcm_start(a, key, nonce, aad, 1);
	unsigned char *to = buf_room(out, plain.n + AES_TAG_SIZE);
	int n = 0;

	if (to == NULL)
		return;
	update(ctx, plain, to);
	must(EVP_CipherFinal_ex(ctx, to + plain.n, &n));
	must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, AES_TAG_SIZE,
	    to + plain.n));
	out->n += plain.n + AES_TAG_SIZE;
}

bool
aes_gcm_open(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    struct span nonce, struct span aad, struct span sealed, struct buf *out)
{
	EVP_CIPHER_CTX *ctx = NULL;
	unsigned char tag[AES_TAG_SIZE], *to = NULL;
	size_t n = sealed.n - AES_TAG_SIZE;
	int last = 0;

	if (sealed.n < AES_TAG_SIZE || (to = buf_room(out, n)) == NULL)
		return false;
	ctx = gcm_start(a, key, nonce, aad, 0);
	update(ctx, span_first(sealed, n), to);
	memcpy(tag, sealed.p + n, sizeof(tag));
	must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, AES_TAG_SIZE,
	    tag));
	if (EVP_CipherFinal_ex(ctx, to + n, &last) == 1) {
		out->n += n;
		return true;
	}
	OPENSSL_cleanse(to, n);
	ERR_clear_error();
	return false;
}

void
aes_block(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    const unsigned char in[static AES_BLOCK_SIZE],
    unsigned char out[static AES_BLOCK_SIZE])
{
	EVP_CIPHER_CTX *ctx = context(a, ECB);

	must(EVP_CipherInit_ex2(ctx, NULL, key, NULL, 1, NULL));
	/* padding would only come at the end, which is not asked for */
	update(ctx, span_of(in, AES_BLOCK_SIZE), out);
}

void
aes_ctr_start(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    const unsigned char iv[static AES_BLOCK_SIZE])
{
	must(EVP_CipherInit_ex2(context(a, CTR), NULL, key, iv, 1, NULL));
}

void
aes_ctr_add(struct aes *a, struct span in, struct buf *out)
{
	unsigned char *to = buf_room(out, in.n);

	if (to != NULL)
		out->n += update(context(a, CTR), in, to);
}
