/* Setting up libcrypto; see lib.h. */
#include "crypto/lib.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * The secure heap. Below 2 MiB, so that no huge page is made for it, and what
 * is not used costs no memory. Half of it is for our keys (75 of RSA-4096, or
 * 25 that have signed), the rest for what libcrypto puts there itself and
 * cannot do without.
 */
enum { HEAP = 512 * 1024, HEAP_BLOCK = 64, HEAP_KEYS = HEAP / 2,
	HEAP_FULL = HEAP / 8 * 7 };

/* Whether what libcrypto asks for is a secret. */
static bool secret;

/* Where the heap has no more room for keys, they lie in ordinary memory. */
static void *
secret_malloc(size_t n)
{
	void *p = CRYPTO_secure_used() < HEAP_KEYS ?
	    CRYPTO_secure_malloc(n, NULL, 0) : NULL;

	return p != NULL ? p : xmalloc(n);
}

/* libcrypto does not survive every lack of memory: it must not meet any. */
static void *
crypto_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return secret ? secret_malloc(n) : xmalloc(n);
}

static void
crypto_free(void *p, const char *file, int line)
{
	if (CRYPTO_secure_allocated(p))
		CRYPTO_secure_free(p, file, line);
	else
		free(p);
}

static void *
crypto_realloc(void *p, size_t n, const char *file, int line)
{
	size_t was = 0;
	void *to = NULL;

	if (!CRYPTO_secure_allocated(p))
		return xreallocarray(p, n, 1);
	was = CRYPTO_secure_actual_size(p);
	to = secret_malloc(n);
	memcpy(to, p, n < was ? n : was);
	CRYPTO_secure_free(p, file, line);
	return to;
}

/* What must be done before anything is fetched. */
static void
begin(void)
{
	static bool begun;

	if (begun)
		return;
	begun = true;
	CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free);
	/* texts and names that are never looked up would cost start-up */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ATEXIT |
	    OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS,
	    NULL);
	/* NIST SP 800-90A's other generator: ten times as quick to set up */
	RAND_set_DRBG_type(NULL, "HASH-DRBG", NULL, NULL, "SHA256");
}

void
crypto_start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	begin();
	/* what libcrypto sets up with its first fetch comes with it */
	crypto_digest(DIGEST_SHA256);
}

void
crypto_start_x509(void)
{
	begin();
	EVP_add_digest(EVP_md5());
	EVP_add_digest(EVP_sha1());
	EVP_add_digest(EVP_sha224());
	EVP_add_digest(EVP_sha256());
	EVP_add_digest(EVP_sha384());
	EVP_add_digest(EVP_sha512());
	crypto_start();
}

void
crypto_start_cms(void)
{
	begin();
	EVP_add_digest(EVP_sha3_256());
	EVP_add_digest(EVP_sha3_384());
	EVP_add_digest(EVP_sha3_512());
	crypto_start_x509();
	EVP_add_cipher(EVP_aes_128_gcm());
	EVP_add_cipher(EVP_aes_192_gcm());
	EVP_add_cipher(EVP_aes_256_gcm());
	EVP_add_cipher(EVP_aes_128_cbc());
	EVP_add_cipher(EVP_aes_192_cbc());
	EVP_add_cipher(EVP_aes_256_cbc());
	EVP_add_cipher(EVP_aes_128_wrap());
	EVP_add_cipher(EVP_aes_192_wrap());
	EVP_add_cipher(EVP_aes_256_wrap());
	EVP_add_cipher(EVP_des_ede3_cbc());
}

bool
crypto_secrets(void)
{
	begin();
	return CRYPTO_secure_malloc_init(HEAP, HEAP_BLOCK) == 1;
}

void
crypto_secret_begin(void)
{
	secret = CRYPTO_secure_malloc_initialized() == 1;
	/* libcrypto would take a lack of room for a bad key */
	if (secret && CRYPTO_secure_used() >= HEAP_FULL)
		mem_exhausted();
}

void
crypto_secret_end(void)
{
	secret = false;
}

EVP_PKEY *
crypto_pkey(const char *type, int selection, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;
	bool ok = ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1;

	if (selection == EVP_PKEY_KEYPAIR)
		crypto_secret_begin();
	ok = ok && EVP_PKEY_fromdata(ctx, &pkey, selection, params) == 1;
	crypto_secret_end();
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return ok ? pkey : NULL;
}

void
crypto_version(struct buf *out)
{
	buf_printf(out, "%s\n", OpenSSL_version(OPENSSL_VERSION));
}
