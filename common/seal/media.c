/* Sealed media; see media.h. */
#include "seal/media.h"

#include <stdlib.h>

#include "base/mem.h"
#include "crypto/aes.h"
#include "crypto/hmac.h"
#include "crypto/kdf.h"

enum { NONCE_SIZE = 12 };

struct media {
	struct aes *aes;
	struct hmac *hmac;
};

struct media *
media_new(const unsigned char material[static MEDIA_MATERIAL_SIZE])
{
	struct media *m = xcalloc(1, sizeof(*m));
	unsigned char okm[AES_KEY_SIZE + MEDIA_MAC_SIZE + NONCE_SIZE];
	unsigned char iv[AES_BLOCK_SIZE] = { 0 };

	kdf_hkdf(DIGEST_SHA256, span_of(material, MEDIA_MATERIAL_SIZE),
	    SPAN(""), SPAN("FileEncryption"), okm, sizeof(okm));
	memcpy(iv, okm + AES_KEY_SIZE + MEDIA_MAC_SIZE, NONCE_SIZE);
	m->aes = aes_new();
	aes_ctr_start(m->aes, okm, iv);
	m->hmac = hmac_new(span_of(okm + AES_KEY_SIZE, MEDIA_MAC_SIZE));
	explicit_bzero(okm, sizeof(okm));
	return m;
}

void
media_free(struct media *m)
{
	if (m == NULL)
		return;
	aes_free(m->aes);
	hmac_free(m->hmac);
	free(m);
}

void
media_seal(struct media *m, struct span plain, struct buf *out)
{
	size_t start = out->n;

	aes_ctr_add(m->aes, plain, out);
	hmac_add(m->hmac, span_from(buf_get0(out), start));
}

void
media_seal_end(struct media *m, unsigned char mac[static MEDIA_MAC_SIZE])
{
	hmac_final(m->hmac, mac);
}

void
media_check(struct media *m, struct span sealed)
{
	hmac_add(m->hmac, sealed);
}

bool
media_authentic(struct media *m,
    const unsigned char mac[static MEDIA_MAC_SIZE])
{
	unsigned char own[MEDIA_MAC_SIZE];

	hmac_final(m->hmac, own);
	return hmac_same(own, mac, sizeof(own));
}

void
media_open(struct media *m, struct span sealed, struct buf *out)
{
	aes_ctr_add(m->aes, sealed, out);
}
