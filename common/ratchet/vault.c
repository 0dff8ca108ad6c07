/* The keys of a store; see vault.h. */
#include "ratchet/vault.h"

#include <sodium.h>

#include "crypto/kdf.h"

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	PASSES_MAX = 16,
	MEMORY_MAX = 1 << 30,
};

const struct vault_cost vault_cost = {
	crypto_pwhash_OPSLIMIT_INTERACTIVE,
	crypto_pwhash_MEMLIMIT_INTERACTIVE,
};

void
vault_of_secret(const unsigned char secret[static VAULT_SECRET],
    const unsigned char salt[static VAULT_SALT], struct vault *out)
{
	struct vault v;

	kdf_hkdf(DIGEST_SHA256, span_of(secret, VAULT_SECRET),
	    span_of(salt, VAULT_SALT), SPAN("msgsec ratchet-chat store"),
	    (unsigned char *)&v, sizeof(v));
	*out = v;
	vault_wipe(&v);
}

bool
vault_of_passphrase(struct span passphrase,
    const unsigned char salt[static VAULT_SALT],
    const struct vault_cost *cost, struct vault *out)
{
	unsigned char secret[VAULT_SECRET];
	bool ok = cost->passes >= 1 && cost->passes <= PASSES_MAX &&
	    cost->memory >= crypto_pwhash_MEMLIMIT_MIN &&
	    cost->memory <= MEMORY_MAX &&
	    crypto_pwhash(secret, sizeof(secret), (const char *)passphrase.p,
	    passphrase.n, salt, cost->passes, (size_t)cost->memory,
	    crypto_pwhash_ALG_ARGON2ID13) == 0;

	if (ok)
		vault_of_secret(secret, salt, out);
	sodium_memzero(secret, sizeof(secret));
	return ok;
}

void
vault_seal(const struct vault *v, const struct env *env, struct span about,
    struct span plain, struct buf *out)
{
	unsigned char *to = buf_room(out, plain.n + VAULT_OVERHEAD);

	if (to == NULL)
		return;
	/* 24 random octets never meet again */
	env->random(env->arg, to, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(to + NONCE, NULL, plain.p,
	    plain.n, about.p, about.n, NULL, to, v->seal);
	out->n += plain.n + VAULT_OVERHEAD;
}

bool
vault_open(const struct vault *v, struct span about, struct span sealed,
    struct buf *out)
{
	unsigned char *to = NULL;

	if (sealed.n < VAULT_OVERHEAD)
		return false;
	to = buf_room(out, sealed.n - VAULT_OVERHEAD);
	if (to == NULL || crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL,
	    NULL, sealed.p + NONCE, sealed.n - NONCE, about.p, about.n,
	    sealed.p, v->seal) != 0)
		return false;
	out->n += sealed.n - VAULT_OVERHEAD;
	return true;
}

void
vault_name(const struct vault *v, struct span text,
    unsigned char out[static VAULT_NAME])
{
	crypto_generichash(out, VAULT_NAME, text.p, text.n, v->name,
	    sizeof(v->name));
}

void
vault_code(const struct vault *v, struct span text,
    unsigned char out[static VAULT_CODE])
{
	crypto_generichash(out, VAULT_CODE, text.p, text.n, v->code,
	    sizeof(v->code));
}

void
vault_wipe(struct vault *v)
{
	sodium_memzero(v, sizeof(*v));
}
