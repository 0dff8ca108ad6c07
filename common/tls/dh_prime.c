/* The primes that are known by name; see dh_prime.h. */
#include "tls/dh_prime.h"

#include <string.h>

#include "crypto/digest.h"

const struct dh_prime dh_primes[] = {
#define PRIME(kind, name, bits, digest) \
	{ DH_PRIME_##kind, name, bits, digest },
#include "tls/dh_primes.def"
#undef PRIME
};
const size_t dh_primes_n = sizeof(dh_primes) / sizeof(dh_primes[0]);

int
dh_prime_find(struct span p)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[SHA256_SIZE];
	char half[SHA256_SIZE + 1] = "";

	digest_of(DIGEST_SHA256, p, digest);
	for (size_t i = 0; i < SHA256_SIZE / 2; i++) {
		half[2 * i] = digits[digest[i] >> 4];
		half[2 * i + 1] = digits[digest[i] & 15];
	}
	for (size_t i = 0; i < dh_primes_n; i++)
		if (strcmp(dh_primes[i].digest, half) == 0)
			return (int)i;
	return -1;
}
