/* Authenticated encryption; see aead.h. */
#include "crypto/aead.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/aead_eax.h"
#include "crypto/lib.h"
#include "crypto/must.h"

struct aead {
	enum aead_mode mode;
	EVP_CIPHER_CTX *ctx;	/* OCB, GCM */
	struct eax *eax;
};

size_t
aead_nonce_size(enum aead_mode mode)
{
	static const size_t sizes[] = {
		[AEAD_EAX] = 16, [AEAD_OCB] = 15, [AEAD_GCM] = 12,
	};

	return sizes[mode];
}

static EVP_CIPHER_CTX *
context(enum aead_mode mode, struct span key, bool seal)
{
	char name[32];
	EVP_CIPHER *cipher = NULL;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

	crypto_start();
	snprintf(name, sizeof(name), "AES-%zu-%s", key.n * 8,
	    mode == AEAD_OCB ? "OCB" : "GCM");
	cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	must(cipher != NULL && ctx != NULL);
	must(EVP_CipherInit_ex2(ctx, cipher, NULL, NULL, seal, NULL));
	must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN,
	    (int)aead_nonce_size(mode), NULL));
	must(EVP_CipherInit_ex2(ctx, NULL, key.p, NULL, seal, NULL));
	EVP_CIPHER_free(cipher);
	return ctx;
}

struct aead *
aead_new(enum aead_mode mode, struct span key, bool seal)
{
	struct aead *a = NULL;

	if (key.n != 16 && key.n != 24 && key.n != 32)
		return NULL;
	a = xcalloc(1, sizeof(*a));
	a->mode = mode;
	if (mode == AEAD_EAX)
		a->eax = eax_new(key);
	else
		a->ctx = context(mode, key, seal);
	return a;
}

/* Nonce and associated data in, then the text through. */
static void
run(EVP_CIPHER_CTX *ctx, const unsigned char *nonce, struct span ad,
    struct span in, unsigned char *out)
{
	int n = 0;

	must(EVP_CipherInit_ex2(ctx, NULL, NULL, nonce, -1, NULL));
	must(ad.n == 0 ||
	    EVP_CipherUpdate(ctx, NULL, &n, ad.p, (int)ad.n) == 1);
	n = 0;
	/* OCB keeps a last part of a block back until the end */
	must(in.n == 0 ||
	    EVP_CipherUpdate(ctx, out, &n, in.p, (int)in.n) == 1);
}

void
aead_seal(struct aead *a, const unsigned char *nonce, struct span ad,
    struct span in, unsigned char *out)
{
	struct span non = span_of(nonce, aead_nonce_size(a->mode));
	size_t whole = in.n & ~(size_t)15;
	int n = 0;

	if (a->mode == AEAD_EAX) {
		eax_crypt(a->eax, non, in, out);
		eax_tag(a->eax, non, ad, span_of(out, in.n), out + in.n);
		return;
	}
	run(a->ctx, nonce, ad, in, out);
	if (a->mode == AEAD_GCM)
		whole = in.n;
	must(EVP_CipherFinal_ex(a->ctx, out + whole, &n));
	must(EVP_CIPHER_CTX_ctrl(a->ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG,
	    out + in.n));
}

static bool
open_eax(struct eax *e, struct span nonce, struct span ad, struct span in,
    const unsigned char *tag, unsigned char *out)
{
	unsigned char want[AEAD_TAG];

	eax_tag(e, nonce, ad, in, want);
	if (CRYPTO_memcmp(want, tag, AEAD_TAG) != 0)
		return false;
	eax_crypt(e, nonce, in, out);
	return true;
}

bool
aead_open(struct aead *a, const unsigned char *nonce, struct span ad,
    struct span in, unsigned char *out)
{
	unsigned char tag[AEAD_TAG];
	size_t whole = 0;
	int n = 0;
	bool ok = false;

	if (in.n < AEAD_TAG)
		return false;
	in.n -= AEAD_TAG;
	memcpy(tag, in.p + in.n, AEAD_TAG);
	if (a->mode == AEAD_EAX)
		return open_eax(a->eax, span_of(nonce, 16), ad, in, tag, out);
	run(a->ctx, nonce, ad, in, out);
	whole = a->mode == AEAD_GCM ? in.n : in.n & ~(size_t)15;
	ok = EVP_CIPHER_CTX_ctrl(a->ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG,
	    tag) == 1 && EVP_CipherFinal_ex(a->ctx, out + whole, &n) == 1;
	if (!ok)
		OPENSSL_cleanse(out, in.n);
	ERR_clear_error();
	return ok;
}

void
aead_free(struct aead *a)
{
	if (a == NULL)
		return;
	EVP_CIPHER_CTX_free(a->ctx);
	if (a->eax != NULL)
		eax_free(a->eax);
	free(a);
}
