/*
 * Argon2id over libargon2, which both Debian releases have; see kdf.h. The
 * lanes are filled one after the other: its threads end with pthread_exit,
 * which loads a library, and no file can be opened by then.
 */
#include <argon2.h>

#include "crypto/kdf.h"
#include "sys/aside.h"

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

static bool
derive(void *arg, unsigned char *out, size_t n)
{
	argon2_context *c = arg;

	c->out = out;
	c->outlen = (uint32_t)n;
	return argon2id_ctx(c) == ARGON2_OK;
}

enum kdf_result
kdf_argon2id(struct span password, struct span salt, unsigned t, unsigned p,
    unsigned kib, int64_t *ms, unsigned char *out, size_t n)
{
	argon2_context c = {
		.pwd = writable(password), .pwdlen = (uint32_t)password.n,
		.salt = writable(salt), .saltlen = (uint32_t)salt.n,
		.t_cost = t, .m_cost = kib, .lanes = p, .threads = 1,
		.version = ARGON2_VERSION_13, .flags = ARGON2_DEFAULT_FLAGS,
	};

	switch (aside_run(derive, &c, ms, out, n)) {
	case ASIDE_DONE:
		return KDF_DERIVED;
	case ASIDE_TOO_LONG:
		return KDF_TOO_LONG;
	default:
		return KDF_NO_MEMORY;
	}
}
