/* AES-256-CTR; see aes_ctr.h. */
#include "crypto/aes_ctr.h"

#include <limits.h>
#include <openssl/evp.h>

#include "base/mem.h"
#include "crypto/lib.h"

void
aes_ctr(const unsigned char key[static AES_CTR_KEY], struct span text,
    struct buf *out)
{
	static const unsigned char zero[16];
	EVP_CIPHER *cipher = NULL;
	EVP_CIPHER_CTX *ctx = NULL;
	unsigned char *to = NULL;
	int n = 0;

	crypto_start();
	/* what libcrypto counts with an int */
	if (text.n > INT_MAX)
		out->over = true;
	to = buf_room(out, text.n);
	if (to == NULL)
		return;
	cipher = EVP_CIPHER_fetch(NULL, "AES-256-CTR", NULL);
	ctx = EVP_CIPHER_CTX_new();
	if (cipher == NULL || ctx == NULL ||
	    EVP_EncryptInit_ex2(ctx, cipher, key, zero, NULL) != 1 ||
	    EVP_EncryptUpdate(ctx, to, &n, text.p, (int)text.n) != 1)
		mem_exhausted();
	out->n += (size_t)n;
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
}
