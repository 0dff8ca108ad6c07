/* Secrets under a passphrase; see locked.h. */
#include "pgp/locked.h"

#include <openssl/crypto.h>

#include "crypto/kdf.h"
#include "pgp/s2k.h"

void
locked_key(struct span stretched,
    const unsigned char info[static LOCKED_INFO],
    unsigned char out[static CIPHER_KEY_MAX])
{
	kdf_hkdf(DIGEST_SHA256, stretched, (struct span){ NULL, 0 },
	    span_of(info, LOCKED_INFO), out, stretched.n);
}

/* Counts of octets stand in front of all of it, and of the specifier. */
static void
put_how(const struct s2k *s, struct span nonce, struct buf *out)
{
	struct buf spec = BUF(64);

	s2k_write(s, &spec);
	buf_byte(out, (unsigned char)(3 + spec.n + nonce.n));
	buf_byte(out, SYM_AES256);
	buf_byte(out, PGP_OCB);
	buf_byte(out, (unsigned char)spec.n);
	buf_span(out, buf_get0(&spec));
	buf_span(out, nonce);
	buf_free(&spec);
}

void
locked_write(unsigned tag, unsigned first, struct span ad,
    struct span secret, struct span passphrase, const struct env *env,
    struct buf *out)
{
	const unsigned char info[LOCKED_INFO] = {
	    (unsigned char)(0xc0 | tag), 6, SYM_AES256, PGP_OCB };
	unsigned char stretched[CIPHER_KEY_MAX], key[CIPHER_KEY_MAX];
	unsigned char nonce[AEAD_NONCE_MAX], *to = NULL;
	size_t nonce_n = aead_nonce_size(AEAD_OCB);
	struct s2k s2k;
	struct aead *a = NULL;

	s2k_make(S2K_ARGON2, passphrase, env, &s2k, stretched,
	    sizeof(stretched));
	locked_key(span_of(stretched, sizeof(stretched)), info, key);
	env->random(env->arg, nonce, nonce_n);
	buf_byte(out, (unsigned char)first);
	put_how(&s2k, span_of(nonce, nonce_n), out);
	a = aead_new(AEAD_OCB, span_of(key, sizeof(key)), true);
	to = buf_room(out, secret.n + AEAD_TAG);
	if (to != NULL) {
		aead_seal(a, nonce, ad, secret, to);
		out->n += secret.n + AEAD_TAG;
	}
	aead_free(a);
	OPENSSL_cleanse(stretched, sizeof(stretched));
	OPENSSL_cleanse(key, sizeof(key));
}
