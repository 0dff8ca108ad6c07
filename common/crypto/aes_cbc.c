/* AES-256-CBC; see aes_cbc.h. */
#include "crypto/aes_cbc.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/mem.h"
#include "crypto/lib.h"

/* One context for the life of the process, keyed anew each time. */
static EVP_CIPHER_CTX *
context(const unsigned char *key, const unsigned char *iv, int encrypt)
{
	static EVP_CIPHER *cipher;
	static EVP_CIPHER_CTX *ctx;

	if (ctx == NULL) {
		crypto_start();
		cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
		ctx = EVP_CIPHER_CTX_new();
	}
	if (cipher == NULL || ctx == NULL ||
	    EVP_CipherInit_ex2(ctx, cipher, key, iv, encrypt, NULL) != 1)
		mem_exhausted();
	return ctx;
}

/* Both directions; false when libcrypto does not like the padding. */
static bool
crypt_into(EVP_CIPHER_CTX *ctx, struct span in, struct buf *out)
{
	unsigned char *to = NULL;
	int n = 0, last = 0;
	bool ok = false;

	/* what libcrypto counts with an int */
	if (in.n > INT_MAX - AES_CBC_BLOCK)
		out->over = true;
	to = buf_room(out, in.n + AES_CBC_BLOCK);
	if (to == NULL)
		return false;
	ok = EVP_CipherUpdate(ctx, to, &n, in.p, (int)in.n) == 1 &&
	    EVP_CipherFinal_ex(ctx, to + n, &last) == 1;
	if (ok)
		out->n += (size_t)n + (size_t)last;
	else
		ERR_clear_error();
	return ok;
}

void
aes_cbc_seal(const unsigned char key[static AES_CBC_KEY],
    const unsigned char iv[static AES_CBC_BLOCK], struct span plain,
    struct buf *out)
{
	if (!crypt_into(context(key, iv, 1), plain, out))
		out->over = true;
}

bool
aes_cbc_open(const unsigned char key[static AES_CBC_KEY],
    const unsigned char iv[static AES_CBC_BLOCK], struct span cipher,
    struct buf *out)
{
	if (cipher.n == 0 || cipher.n % AES_CBC_BLOCK != 0)
		return false;
	return crypt_into(context(key, iv, 0), cipher, out);
}
