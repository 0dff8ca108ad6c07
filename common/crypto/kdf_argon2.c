/*
 * Argon2id over libargon2, which both Debian releases have; see kdf.h. The
 * lanes are filled one after the other: its threads end with pthread_exit,
 * which loads a library, and no file can be opened by then.
 */
#include <argon2.h>

#include "crypto/kdf.h"

/* libargon2's struct has no const for what it does not write. */
static uint8_t *
writable(struct span s)
{
	union {
		const unsigned char *lent;
		uint8_t *argon2;
	} p = { s.p };

	return p.argon2;
}

bool
kdf_argon2id(struct span password, struct span salt, unsigned t, unsigned p,
    unsigned kib, unsigned char *out, size_t n)
{
	argon2_context c = {
		.out = out, .outlen = (uint32_t)n,
		.pwd = writable(password), .pwdlen = (uint32_t)password.n,
		.salt = writable(salt), .saltlen = (uint32_t)salt.n,
		.t_cost = t, .m_cost = kib, .lanes = p, .threads = 1,
		.version = ARGON2_VERSION_13, .flags = ARGON2_DEFAULT_FLAGS,
	};

	return argon2id_ctx(&c) == ARGON2_OK;
}
