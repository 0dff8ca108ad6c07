/* Fingerprints; see fingerprint.h. */
#include "seal/fingerprint.h"

#include <stdio.h>

#include "base/ascii.h"
#include "crypto/digest.h"

const char *
fingerprint(const unsigned char key[static X25519_SIZE],
    char out[static FINGERPRINT_SIZE])
{
	unsigned char digest[SHA256_SIZE];
	struct digest *h = digest_new(DIGEST_SHA256);
	size_t n = 0;

	digest_add(h, SPAN("msgsec letter-seal fingerprint 1\n"));
	digest_add(h, span_of(key, X25519_SIZE));
	digest_final(h, digest);
	digest_free(h);
	for (size_t i = 0; i < FINGERPRINT_GROUPS; i++)
		n += (size_t)snprintf(out + n, FINGERPRINT_SIZE - n,
		    "%s%05u", i > 0 ? " " : "",
		    digest[2 * i] * 256u + digest[2 * i + 1]);
	return out;
}

bool
fingerprint_same(const char *own, struct span digits)
{
	struct span want = span_str(own);
	size_t at = 0;

	for (size_t i = 0; i < digits.n; i++) {
		if (ascii_is_fws(digits.p[i]))
			continue;
		while (at < want.n && want.p[at] == ' ')
			at++;
		if (at == want.n || want.p[at++] != digits.p[i])
			return false;
	}
	return at == want.n;
}
