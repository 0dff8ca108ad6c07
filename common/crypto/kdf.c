/* HKDF; see kdf.h. Written over HMAC: EVP_KDF takes longer to fetch. */
#include "crypto/kdf.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "base/mem.h"
#include "crypto/lib.h"

static void
hmac(enum digest_alg alg, struct span key, struct span s, unsigned char *out)
{
	/* an empty key is still a key */
	const void *k = key.n > 0 ? (const void *)key.p : "";

	if (HMAC(crypto_digest(alg), k, (int)key.n, s.p, s.n, out,
	    NULL) == NULL)
		mem_exhausted();
}

void
kdf_hkdf(enum digest_alg alg, struct span secret, struct span salt,
    struct span info, unsigned char *out, size_t n)
{
	size_t size = digest_size(alg);
	unsigned char prk[DIGEST_MAX], t[DIGEST_MAX], block = 1;
	struct buf in = BUF(DIGEST_MAX + info.n + 1);

	hmac(alg, salt, secret, prk);
	for (size_t t_n = 0; n > 0; t_n = size, block++) {
		size_t some = n < size ? n : size;

		buf_reset(&in);
		buf_add(&in, t, t_n);
		buf_span(&in, info);
		buf_byte(&in, block);
		hmac(alg, span_of(prk, size), buf_get0(&in), t);
		memcpy(out, t, some);
		out += some;
		n -= some;
	}
	OPENSSL_cleanse(prk, sizeof(prk));
	OPENSSL_cleanse(t, sizeof(t));
	buf_free_wipe(&in);
}
