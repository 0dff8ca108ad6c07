/* Argon2id over libargon2, which both Debian releases have; see kdf.h. */
#include <argon2.h>

#include "crypto/kdf.h"

bool
kdf_argon2id(struct span password, struct span salt, unsigned t, unsigned p,
    unsigned kib, unsigned char *out, size_t n)
{
	return argon2id_hash_raw(t, kib, p, password.p, password.n, salt.p,
	    salt.n, out, n) == ARGON2_OK;
}
