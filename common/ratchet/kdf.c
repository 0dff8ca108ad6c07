/* The derivations; see kdf.h. */
#include "ratchet/kdf.h"

#include "crypto/kdf.h"

static void
split(struct span ikm, struct span salt, struct span info,
    unsigned char *first, unsigned char *second)
{
	unsigned char okm[2 * KDF_KEY];

	kdf_hkdf(DIGEST_SHA256, ikm, salt, info, okm, sizeof(okm));
	memcpy(first, okm, KDF_KEY);
	memcpy(second, okm + KDF_KEY, KDF_KEY);
	explicit_bzero(okm, sizeof(okm));
}

void
kdf_start(struct span secret, unsigned char root[static KDF_KEY],
    unsigned char chain[static KDF_KEY])
{
	split(secret, SPAN(""), SPAN("WhisperText"), root, chain);
}

void
kdf_start_pq(struct span secret, unsigned char root[static KDF_KEY],
    unsigned char chain[static KDF_KEY], unsigned char pq[static KDF_KEY])
{
	unsigned char okm[3 * KDF_KEY];

	kdf_hkdf(DIGEST_SHA256, secret, SPAN(""),
	    SPAN("WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024"), okm,
	    sizeof(okm));
	memcpy(root, okm, KDF_KEY);
	memcpy(chain, okm + KDF_KEY, KDF_KEY);
	memcpy(pq, okm + 2 * KDF_KEY, KDF_KEY);
	explicit_bzero(okm, sizeof(okm));
}

void
kdf_root(unsigned char root[static KDF_KEY],
    const unsigned char dh[static KDF_KEY],
    unsigned char chain[static KDF_KEY])
{
	split(span_of(dh, KDF_KEY), span_of(root, KDF_KEY),
	    SPAN("WhisperRatchet"), root, chain);
}

void
kdf_seed(const unsigned char chain[static KDF_KEY],
    unsigned char seed[static KDF_KEY])
{
	const struct span one = SPAN("\x01");

	hmac_sha256(span_of(chain, KDF_KEY), &one, 1, seed);
}

void
kdf_next(unsigned char chain[static KDF_KEY])
{
	const struct span two = SPAN("\x02");

	hmac_sha256(span_of(chain, KDF_KEY), &two, 1, chain);
}

void
kdf_message_keys(const unsigned char seed[static KDF_KEY], struct span salt,
    struct message_keys *out)
{
	unsigned char okm[AES_CBC_KEY + HMAC_SIZE + AES_CBC_BLOCK];

	kdf_hkdf(DIGEST_SHA256, span_of(seed, KDF_KEY), salt,
	    SPAN("WhisperMessageKeys"), okm, sizeof(okm));
	memcpy(out->cipher, okm, AES_CBC_KEY);
	memcpy(out->mac, okm + AES_CBC_KEY, HMAC_SIZE);
	memcpy(out->iv, okm + AES_CBC_KEY + HMAC_SIZE, AES_CBC_BLOCK);
	explicit_bzero(okm, sizeof(okm));
}
