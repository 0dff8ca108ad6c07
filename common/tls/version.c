/* What the OpenSSL at hand lacks; see version.h. */
#include "tls/version.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/mem.h"
#include "crypto/lib.h"

static void
group(SSL_CTX *ctx, const char *name, const char *since, struct buf *out)
{
	/* as SSL_CTX_set1_groups_list, whose cast some compilers mind */
	if (SSL_CTX_ctrl(ctx, SSL_CTRL_SET_GROUPS_LIST, 0,
	    (void *)(uintptr_t)name) != 1)
		buf_printf(out, "%s: needs OpenSSL %s\n", name, since);
}

static void
signature(const char *name, const char *since, struct buf *out)
{
	EVP_SIGNATURE *s = EVP_SIGNATURE_fetch(NULL, name, NULL);

	if (s == NULL)
		buf_printf(out, "%s: needs OpenSSL %s\n", name, since);
	EVP_SIGNATURE_free(s);
}

void
tls_version(struct buf *out)
{
	SSL_CTX *ctx = NULL;

	crypto_start_x509();
	crypto_version(out);
	ctx = SSL_CTX_new(TLS_client_method());
	if (ctx == NULL)
		mem_exhausted();
	group(ctx, "X25519MLKEM768", "3.5", out);
	signature("ML-DSA-65", "3.5", out);
	SSL_CTX_free(ctx);
	ERR_clear_error();
}
