/*
 * Ciphers; see cipher.h. EVP's CFB takes block by block, and others of its
 * modes do the same work faster.
 *
 * Decrypting, P[i] = C[i] ^ E(C[i-1]): no block waits for another, so whole
 * pieces of ciphertext go through ECB at once.
 *
 * Encrypting, C[i] = P[i] ^ D[i-1] with D[i] = E(C[i]) = E(P[i] ^ D[i-1]):
 * the D are the plaintext in CBC, whose code keeps the chain in registers.
 */
#include "crypto/cipher.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/lib.h"

enum { PIECE = 16384, CIPHER_NAME = 32 };

struct cfb {
	EVP_CIPHER_CTX *ctx;	/* ECB, or CBC */
	/*
	 * What goes into the chain from the block begun last: its ciphertext
	 * when decrypting, its plaintext when encrypting.
	 */
	unsigned char last[CIPHER_BLOCK];
	unsigned char stream[PIECE + CIPHER_BLOCK];
	size_t used;		/* octets of that block that are done */
};

static EVP_CIPHER_CTX *
context(const char *cipher, const char *mode, struct span key,
    const unsigned char *iv, int encrypt)
{
	char name[CIPHER_NAME];
	EVP_CIPHER *c = NULL;
	EVP_CIPHER_CTX *ctx = NULL;

	crypto_start();
	snprintf(name, sizeof(name), "%s-%s", cipher, mode);
	c = EVP_CIPHER_fetch(NULL, name, NULL);
	ctx = EVP_CIPHER_CTX_new();
	if (ctx == NULL)
		mem_exhausted();
	if (c == NULL || (size_t)EVP_CIPHER_get_key_length(c) != key.n ||
	    EVP_CipherInit_ex2(ctx, c, key.p, iv, encrypt, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(ctx, 0) != 1) {
		EVP_CIPHER_CTX_free(ctx);
		ctx = NULL;
	}
	EVP_CIPHER_free(c);
	ERR_clear_error();
	return ctx;
}

static void
update(EVP_CIPHER_CTX *ctx, struct span in, unsigned char *out)
{
	int n = 0;

	if (in.n > 0 && (EVP_CipherUpdate(ctx, out, &n, in.p,
	    (int)in.n) != 1 || (size_t)n != in.n))
		mem_exhausted();
}

static struct cfb *
cfb_new(EVP_CIPHER_CTX *ctx, const unsigned char *iv, bool decrypt)
{
	static const unsigned char zero[CIPHER_BLOCK];
	struct cfb *c = NULL;

	if (ctx == NULL)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->ctx = ctx;
	/* either way the first key stream is E(IV) */
	update(ctx, span_of(decrypt ? iv : zero, CIPHER_BLOCK), c->stream);
	return c;
}

struct cfb *
cfb_encrypt_new(const char *cipher, struct span key,
    const unsigned char iv[static CIPHER_BLOCK])
{
	return cfb_new(context(cipher, "CBC", key, iv, 1), iv, false);
}

struct cfb *
cfb_decrypt_new(const char *cipher, struct span key,
    const unsigned char iv[static CIPHER_BLOCK])
{
	return cfb_new(context(cipher, "ECB", key, NULL, 1), iv, true);
}

/* Whole blocks, in words: the compiler must not mind that "to" may be "a". */
static void
xor_into(unsigned char *to, const unsigned char *a, const unsigned char *b,
    size_t n)
{
	for (size_t i = 0; i < n; i += CIPHER_BLOCK) {
		uint64_t x[2], y[2];

		memcpy(x, a + i, CIPHER_BLOCK);
		memcpy(y, b + i, CIPHER_BLOCK);
		x[0] ^= y[0];
		x[1] ^= y[1];
		memcpy(to + i, x, CIPHER_BLOCK);
	}
}

/*
 * Octets of the block that c->stream, its key stream, is there for; when it
 * is whole the next one's key stream takes its place.
 */
static size_t
part_block(struct cfb *c, struct span in, unsigned char *out)
{
	size_t n = 0;

	for (; n < in.n && c->used < CIPHER_BLOCK; n++) {
		unsigned char octet = in.p[n];

		out[n] = octet ^ c->stream[c->used];
		c->last[c->used++] = octet;
	}
	if (c->used == CIPHER_BLOCK) {
		update(c->ctx, span_of(c->last, CIPHER_BLOCK), c->stream);
		c->used = 0;
	}
	return n;
}

/*
 * Whole blocks, at most a piece of them: what comes in goes through the mode
 * and lies behind the first key stream; the last is kept for the next.
 */
static void
whole_blocks(struct cfb *c, struct span in, unsigned char *out)
{
	update(c->ctx, in, c->stream + CIPHER_BLOCK);
	xor_into(out, in.p, c->stream, in.n);
	memmove(c->stream, c->stream + in.n, CIPHER_BLOCK);
}

void
cfb_run(struct cfb *c, struct span in, unsigned char *out)
{
	while (in.n > 0) {
		size_t n = in.n & ~(size_t)(CIPHER_BLOCK - 1);

		if (n > PIECE)
			n = PIECE;
		if (c->used > 0 || n == 0)
			n = part_block(c, in, out);
		else
			whole_blocks(c, span_first(in, n), out);
		out += n;
		in = span_from(in, n);
	}
}

void
cfb_free(struct cfb *c)
{
	if (c == NULL)
		return;
	EVP_CIPHER_CTX_free(c->ctx);
	OPENSSL_cleanse(c, sizeof(*c));
	free(c);
}

struct ctr *
ctr_new(const unsigned char key[static CIPHER_KEY_MAX],
    const unsigned char iv[static CIPHER_BLOCK])
{
	EVP_CIPHER_CTX *ctx = context("AES-256", "CTR",
	    span_of(key, CIPHER_KEY_MAX), iv, 1);

	if (ctx == NULL)
		mem_exhausted();
	return (struct ctr *)ctx;
}

void
ctr_run(struct ctr *c, struct span in, unsigned char *out)
{
	update((EVP_CIPHER_CTX *)c, in, out);
}

void
ctr_free(struct ctr *c)
{
	EVP_CIPHER_CTX_free((EVP_CIPHER_CTX *)c);
}

static bool
wrap(struct span kek, struct span in, int encrypt, struct buf *out)
{
	char cipher[CIPHER_NAME];
	EVP_CIPHER_CTX *ctx = NULL;
	unsigned char *to = buf_room(out, in.n + 2 * CIPHER_BLOCK);
	int n = 0;
	bool ok = false;

	snprintf(cipher, sizeof(cipher), "AES-%u", (unsigned)kek.n * 8);
	if (to != NULL)
		ctx = context(cipher, "WRAP", kek, NULL, encrypt);
	ok = ctx != NULL && in.n > 0 && in.n % 8 == 0 &&
	    EVP_CipherUpdate(ctx, to, &n, in.p, (int)in.n) == 1;
	if (ok)
		out->n += (size_t)n;
	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

bool
aes_wrap(struct span kek, struct span in, struct buf *out)
{
	return wrap(kek, in, 1, out);
}

bool
aes_unwrap(struct span kek, struct span in, struct buf *out)
{
	return in.n > 8 && wrap(kek, in, 0, out);
}
