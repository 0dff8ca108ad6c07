/* HKDF; see kdf.h. Written over HMAC: EVP_KDF takes longer to fetch. */
#include "crypto/kdf.h"

#include <openssl/crypto.h>
#include <string.h>

#include "crypto/hmac.h"

void
kdf_hkdf(enum digest_alg alg, struct span secret, struct span salt,
    struct span info, unsigned char *out, size_t n)
{
	static const unsigned char zero[DIGEST_MAX];
	size_t size = digest_size(alg);
	unsigned char prk[DIGEST_MAX], block[DIGEST_MAX], i = 0;
	struct span parts[3] = { { block, 0 }, info, { &i, 1 } };

	hmac_parts(alg, salt.n > 0 ? salt : span_of(zero, size), &secret, 1,
	    prk);
	while (n > 0) {
		size_t take = n < size ? n : size;

		i++;
		hmac_parts(alg, span_of(prk, size), parts, 3, block);
		parts[0].n = size;
		memcpy(out, block, take);
		out += take;
		n -= take;
	}
	OPENSSL_cleanse(prk, sizeof(prk));
	OPENSSL_cleanse(block, sizeof(block));
}
