/* Writing encrypted data; see seipd.h. */
#include <openssl/crypto.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/kdf.h"
#include "pgp/seipd.h"

enum {
	PREFIX = CIPHER_BLOCK + 2,
	CHUNK_OCTET = 10,		/* 64 KiB */
	CHUNK = 65536,
	SALT = 32,
};

static void
encrypt(struct seipd_out *s, struct span plain)
{
	while (plain.n > 0) {
		struct span piece = span_first(plain, CHUNK);

		cfb_run(s->cfb, piece, s->own);
		sink_write(s->to, span_of(s->own, piece.n));
		plain = span_from(plain, piece.n);
	}
}

static void
write_v1(void *arg, struct span plain)
{
	struct seipd_out *s = arg;

	digest_add(s->sha1, plain);
	encrypt(s, plain);
}

static void
finish(struct seipd_out *s)
{
	cfb_free(s->cfb);
	digest_free(s->sha1);
	aead_free(s->aead);
	/* sealed in place: nothing in it is secret */
	free(s->own);
	sink_end(s->to);
}

static void
end_v1(void *arg)
{
	struct seipd_out *s = arg;
	unsigned char mdc[2 + DIGEST_MAX] = { 0xd3, 0x14 };

	digest_add(s->sha1, span_of(mdc, 2));
	digest_final(s->sha1, mdc + 2);
	encrypt(s, span_of(mdc, 22));
	finish(s);
}

static void
start_v1(struct seipd_out *s, const struct session *k,
    const struct env *env)
{
	static const unsigned char zero[CIPHER_BLOCK];
	unsigned char prefix[PREFIX];
	size_t n = 0;

	s->cfb = cfb_encrypt_new(algo_sym(k->sym, &n), span_of(k->key, k->n),
	    zero);
	s->sha1 = digest_new(DIGEST_SHA1);
	env->random(env->arg, prefix, CIPHER_BLOCK);
	memcpy(prefix + CIPHER_BLOCK, prefix + CIPHER_BLOCK - 2, 2);
	sink_write(s->to, SPAN("\x01"));
	write_v1(s, span_of(prefix, PREFIX));
}

static void
chunk_ad(const struct seipd_out *s, unsigned char ad[static 13])
{
	const unsigned char info[] = { 0xc0 | TAG_SEIPD, 2,
	    (unsigned char)s->sym, PGP_OCB, CHUNK_OCTET };

	memcpy(ad, info, sizeof(info));
}

/* Seal what is held, or with "final" the tag over the total. */
static void
seal(struct seipd_out *s, bool final)
{
	unsigned char ad[13], nonce[AEAD_NONCE_MAX];
	size_t n = aead_nonce_size(AEAD_OCB);

	chunk_ad(s, ad);
	memcpy(nonce, s->nonce, n);
	for (size_t i = 0; i < 8; i++) {
		nonce[n - 1 - i] = (unsigned char)(s->index >> (8 * i));
		ad[12 - i] = (unsigned char)(s->total >> (8 * i));
	}
	aead_seal(s->aead, nonce, span_of(ad, final ? 13 : 5),
	    span_of(s->own, s->n), s->own);
	sink_write(s->to, span_of(s->own, s->n + AEAD_TAG));
	s->index++;
	s->n = 0;
}

static void
write_v2(void *arg, struct span plain)
{
	struct seipd_out *s = arg;

	while (plain.n > 0) {
		size_t n = CHUNK - s->n;

		if (n > plain.n)
			n = plain.n;
		memcpy(s->own + s->n, plain.p, n);
		s->n += n;
		s->total += n;
		plain = span_from(plain, n);
		if (s->n == CHUNK)
			seal(s, false);
	}
}

static void
end_v2(void *arg)
{
	struct seipd_out *s = arg;

	if (s->n > 0)
		seal(s, false);
	seal(s, true);
	finish(s);
}

static void
start_v2(struct seipd_out *s, const struct session *k,
    const struct env *env)
{
	unsigned char ad[13], salt[SALT];
	unsigned char derived[CIPHER_KEY_MAX + AEAD_NONCE_MAX];
	size_t nonce_n = aead_nonce_size(AEAD_OCB) - 8;

	chunk_ad(s, ad);
	env->random(env->arg, salt, sizeof(salt));
	kdf_hkdf(DIGEST_SHA256, span_of(k->key, k->n), span_of(salt, SALT),
	    span_of(ad, 5), derived, k->n + nonce_n);
	memcpy(s->nonce, derived + k->n, nonce_n);
	s->aead = aead_new(AEAD_OCB, span_of(derived, k->n), true);
	OPENSSL_cleanse(derived, sizeof(derived));
	sink_write(s->to, span_of(ad + 1, 4));
	sink_write(s->to, span_of(salt, SALT));
}

void
seipd_start(struct seipd_out *s, unsigned version, const struct session *k,
    const struct env *env, struct sink *to, struct sink *out)
{
	*s = (struct seipd_out){ .to = to, .version = version,
	    .sym = k->sym, .own = xmalloc(CHUNK + AEAD_TAG) };
	if (version == 1)
		start_v1(s, k, env);
	else
		start_v2(s, k, env);
	*out = (struct sink){ version == 1 ? write_v1 : write_v2,
	    version == 1 ? end_v1 : end_v2, s };
}
