/* Making encrypted session keys; see session.h. */
#include <openssl/crypto.h>

#include "crypto/cipher.h"
#include "pgp/curve.h"
#include "pgp/locked.h"
#include "pgp/mpi.h"
#include "pgp/packet.h"
#include "pgp/session.h"

enum { PLAIN_MAX = 64 };

static bool
put_rsa(struct pgp_key *k, struct span plain, struct buf *out)
{
	struct buf sealed = BUF(PK_RSA_BITS_MAX / 8);
	bool ok = pk_rsa_encrypt(key_pk(k), plain, &sealed);

	if (ok)
		mpi_add(out, buf_get0(&sealed));
	buf_free(&sealed);
	return ok;
}

/*
 * An ephemeral key of the curve, from env where its secret is just octets,
 * and what the session key is wrapped to under their agreement.
 */
static bool
wrap(struct pgp_key *k, struct span plain, const struct env *env,
    struct buf *ephemeral, struct buf *wrapped)
{
	unsigned char octets[PK_SHARED_MAX], kek[CIPHER_KEY_MAX];
	struct buf own = BUF(2 * PK_SHARED_MAX + 1), shared = BUF(80);
	size_t size = pk_raw_size(k->kind), n = 0;
	struct pk *e = NULL;
	bool ok = false;

	env->random(env->arg, octets, size);
	e = k->kind < PK_ED25519 ? pk_generate(k->kind, 0) :
	    pk_raw_secret(k->kind, span_of(octets, size));
	pk_public(key_pk(k), &own);
	ok = e != NULL && pk_agree(e, buf_get0(&own), &shared);
	if (ok) {
		pk_public(e, ephemeral);
		n = session_kek(k, buf_get0(ephemeral), buf_get0(&own),
		    buf_get0(&shared), kek);
	}
	ok = ok && n > 0 && aes_wrap(span_of(kek, n), plain, wrapped);
	OPENSSL_cleanse(octets, sizeof(octets));
	OPENSSL_cleanse(kek, sizeof(kek));
	pk_free(e);
	buf_free(&own);
	buf_free_wipe(&shared);
	return ok;
}

/* Section 11.5: padded to 40 octets, so that the key's size is hidden. */
static bool
put_ecdh(struct pgp_key *k, struct buf *plain, const struct env *env,
    struct buf *out)
{
	struct buf ephemeral = BUF(2 * PK_SHARED_MAX + 1);
	struct buf point = BUF(2 * PK_SHARED_MAX + 2), wrapped = BUF(128);
	size_t pad = 40 - plain->n;
	bool ok = false;

	for (size_t i = 0; i < pad; i++)
		buf_byte(plain, (unsigned char)pad);
	ok = wrap(k, buf_get0(plain), env, &ephemeral, &wrapped);
	if (curve_is_legacy(k->kind))
		buf_byte(&point, 0x40);
	buf_span(&point, buf_get0(&ephemeral));
	mpi_add(out, buf_get0(&point));
	buf_byte(out, (unsigned char)wrapped.n);
	buf_span(out, buf_get0(&wrapped));
	buf_free(&ephemeral);
	buf_free(&point);
	buf_free(&wrapped);
	return ok;
}

/* The same for a composite of RFC 9980 section 4.2. */
static bool
wrap_composite(struct pgp_key *k, struct span plain, const struct env *env,
    struct buf *ciphertext, struct buf *wrapped)
{
	struct buf shares = BUF(PK_KEM_SHARES_MAX);
	unsigned char kek[CIPHER_KEY_MAX];
	bool ok = pk_encapsulate(key_pk(k), env, ciphertext, &shares);

	if (ok)
		session_combine(k, buf_get0(ciphertext), k->material,
		    buf_get0(&shares), kek);
	ok = ok && aes_wrap(span_of(kek, sizeof(kek)), plain, wrapped);
	OPENSSL_cleanse(kek, sizeof(kek));
	buf_free_wipe(&shares);
	return ok;
}

static bool
put_montgomery(unsigned version, struct pgp_key *k, const struct session *s,
    const struct env *env, struct buf *out)
{
	struct buf ephemeral = BUF(ESK_MAX), wrapped = BUF(64);
	struct span key = span_of(s->key, s->n);
	bool ok = algo_pk_is_post(k->algo) ?
	    wrap_composite(k, key, env, &ephemeral, &wrapped) :
	    wrap(k, key, env, &ephemeral, &wrapped);

	buf_span(out, buf_get0(&ephemeral));
	buf_byte(out, (unsigned char)(wrapped.n + (version == 3)));
	if (version == 3)
		buf_byte(out, (unsigned char)s->sym);
	buf_span(out, buf_get0(&wrapped));
	buf_free(&ephemeral);
	buf_free(&wrapped);
	return ok;
}

static bool
put_value(unsigned version, struct pgp_key *k, const struct session *s,
    const struct env *env, struct buf *out)
{
	struct buf plain = BUF(PLAIN_MAX);
	bool ok = false;

	if (k->algo == PGP_X25519 || k->algo == PGP_X448 ||
	    algo_pk_is_post(k->algo))
		return put_montgomery(version, k, s, env, out);
	buf_room(&plain, PLAIN_MAX);
	session_plain(s, version == 3, &plain);
	ok = k->algo == PGP_ECDH ? put_ecdh(k, &plain, env, out) :
	    put_rsa(k, buf_get0(&plain), out);
	buf_free_wipe(&plain);
	return ok;
}

/* Whose it is; an ID of zeros, or a fingerprint of no octets: nobody says. */
static void
put_recipient(unsigned version, const struct pgp_key *k, bool hidden,
    struct buf *body)
{
	static const unsigned char nobody[sizeof(k->id)];

	if (version != 6) {
		buf_add(body, hidden ? nobody : k->id, sizeof(k->id));
	} else if (hidden) {
		buf_byte(body, 0);
	} else {
		buf_byte(body, (unsigned char)(k->fpr_n + 1));
		buf_byte(body, (unsigned char)k->version);
		buf_add(body, k->fpr, k->fpr_n);
	}
}

bool
pkesk_write(unsigned version, struct pgp_key *k, bool hidden,
    const struct session *s, const struct env *env, struct buf *out)
{
	struct buf body = BUF(ESK_MAX);
	bool ok = false;

	if (key_pk(k) == NULL || !algo_pk_encrypts(k->algo))
		return false;
	buf_byte(&body, (unsigned char)version);
	put_recipient(version, k, hidden, &body);
	buf_byte(&body, (unsigned char)k->algo);
	ok = put_value(version, k, s, env, &body);
	if (ok)
		packet_write(out, TAG_PKESK, buf_get0(&body));
	buf_free(&body);
	return ok;
}

/* Section 5.3.1: the session key under the passphrase's. */
static void
put_v4(struct span pw, const struct session *s, const struct env *env,
    struct buf *body)
{
	static const unsigned char zero[CIPHER_BLOCK];
	unsigned char key[CIPHER_KEY_MAX], *to = NULL;
	unsigned char sym = (unsigned char)s->sym;
	struct s2k s2k;
	struct cfb *c = NULL;

	s2k_make(S2K_ITERATED, pw, env, &s2k, key, sizeof(key));
	buf_byte(body, 4);
	buf_byte(body, SYM_AES256);
	s2k_write(&s2k, body);
	to = buf_room(body, s->n + 1);
	c = cfb_encrypt_new("AES-256", span_of(key, sizeof(key)), zero);
	if (to != NULL) {
		cfb_run(c, span_of(&sym, 1), to);
		cfb_run(c, span_of(s->key, s->n), to + 1);
		body->n += s->n + 1;
	}
	cfb_free(c);
	OPENSSL_cleanse(key, sizeof(key));
}

/* Section 5.3.2. */
static void
put_v6(struct span pw, const struct session *s, const struct env *env,
    struct buf *body)
{
	static const unsigned char ad[] = { 0xc0 | TAG_SKESK, 6, SYM_AES256,
	    PGP_OCB };

	locked_write(TAG_SKESK, 6, span_of(ad, sizeof(ad)),
	    span_of(s->key, s->n), pw, env, body);
}

void
skesk_write(unsigned version, struct span passphrase,
    const struct session *s, const struct env *env, struct buf *out)
{
	struct buf body = BUF(ESK_MAX);

	if (version == 6)
		put_v6(passphrase, s, env, &body);
	else
		put_v4(passphrase, s, env, &body);
	packet_write(out, TAG_SKESK, buf_get0(&body));
	buf_free(&body);
}
