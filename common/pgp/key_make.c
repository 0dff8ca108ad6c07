/* Making keys and locking them; see key.h. */
#include <openssl/crypto.h>

#include "crypto/cipher.h"
#include "pgp/curve.h"
#include "pgp/key.h"
#include "pgp/locked.h"
#include "pgp/mpi.h"

/* From env's randomness where the secret is just octets. */
static struct pk *
generate(enum pk_kind kind, unsigned bits, const struct env *env)
{
	unsigned char octets[PK_SECRET_MAX];
	struct pk *pk = NULL;
	size_t n = pk_secret_size(kind);

	if (kind < PK_ED25519)
		return pk_generate(kind, bits);
	env->random(env->arg, octets, n);
	/* RFC 7748 section 5: what other readers expect of the legacy form */
	if (kind == PK_X25519) {
		octets[0] &= 0xf8;
		octets[31] = (octets[31] & 0x7f) | 0x40;
	}
	pk = pk_raw_secret(kind, span_of(octets, n));
	OPENSSL_cleanse(octets, sizeof(octets));
	return pk;
}

static void
rsa_material(const struct pk *pk, struct buf *pub, struct buf *secret)
{
	struct buf v[6];

	for (size_t i = 0; i < 6; i++)
		v[i] = BUF(PK_RSA_BITS_MAX / 8);
	pk_rsa_parts(pk, v);
	for (size_t i = 0; i < 6; i++) {
		if (pub != NULL || i >= 2)
			mpi_add(i < 2 ? pub : secret, buf_get0(&v[i]));
		buf_free_wipe(&v[i]);
	}
}

static void
curve_pub(const struct pk *pk, unsigned algo, struct buf *pub)
{
	struct buf point = BUF(2 * PK_SHARED_MAX + 1);
	struct span oid = curve_oid(pk_kind(pk));
	unsigned hash = 0, sym = 0;

	if (curve_is_legacy(pk_kind(pk)))
		buf_byte(&point, 0x40);
	pk_public(pk, &point);
	buf_byte(pub, (unsigned char)oid.n);
	buf_span(pub, oid);
	mpi_add(pub, buf_get0(&point));
	if (algo == PGP_ECDH) {
		curve_kdf(pk_kind(pk), &hash, &sym);
		buf_add(pub, "\x03\x01", 2);
		buf_byte(pub, (unsigned char)hash);
		buf_byte(pub, (unsigned char)sym);
	}
	buf_free(&point);
}

static void
curve_secret(const struct pk *pk, struct buf *secret)
{
	struct buf own = BUF(PK_SHARED_MAX);

	pk_secret(pk, &own);
	curve_turn_secret(pk_kind(pk), own.p, own.n);
	mpi_add(secret, buf_get0(&own));
	buf_free_wipe(&own);
}

/* "pub" may be NULL: only the secret numbers are wanted. */
static void
material(const struct pk *pk, unsigned algo, struct buf *pub,
    struct buf *secret)
{
	switch (algo) {
	case PGP_RSA:
	case PGP_RSA_ENCRYPT:
	case PGP_RSA_SIGN:
		rsa_material(pk, pub, secret);
		break;
	case PGP_ECDH:
	case PGP_ECDSA:
	case PGP_EDDSA_LEGACY:
		if (pub != NULL)
			curve_pub(pk, algo, pub);
		curve_secret(pk, secret);
		break;
	default:
		if (pub != NULL)
			pk_public(pk, pub);
		pk_secret(pk, secret);
	}
}

bool
key_make(const struct key_spec *spec, int64_t created,
    const struct env *env, struct buf *pub, struct buf *secret)
{
	struct pk *pk = generate(spec->kind, spec->rsa_bits, env);
	struct buf own = BUF(KEY_MATERIAL_MAX);

	if (pk == NULL)
		return false;
	buf_byte(pub, (unsigned char)spec->version);
	buf_u32(pub, (uint32_t)created);
	buf_byte(pub, (unsigned char)spec->algo);
	buf_room(secret, KEY_MATERIAL_MAX);
	material(pk, spec->algo, &own, secret);
	if (spec->version == 6)
		buf_u32(pub, (uint32_t)own.n);
	buf_span(pub, buf_get0(&own));
	buf_free(&own);
	pk_free(pk);
	return true;
}

void
key_secret_numbers(const struct pgp_key *k, struct buf *out)
{
	material(k->unlocked, k->algo, NULL, out);
}

static void
clear_part(const struct pgp_key *k, struct span secret, struct buf *out)
{
	buf_byte(out, USAGE_CLEAR);
	buf_span(out, secret);
	if (k->version == 4)
		buf_u16(out, mpi_sum(secret));
}

/* AES-256 in CFB over the numbers and their SHA-1. */
static void
cfb_part(struct span secret, struct span pw, const struct env *env,
    struct buf *out)
{
	unsigned char key[CIPHER_KEY_MAX], iv[CIPHER_BLOCK];
	unsigned char hash[DIGEST_MAX];
	size_t n = digest_size(DIGEST_SHA1);
	struct s2k s2k;
	struct cfb *c = NULL;
	unsigned char *to = NULL;

	s2k_make(S2K_ITERATED, pw, env, &s2k, key, sizeof(key));
	env->random(env->arg, iv, sizeof(iv));
	buf_byte(out, USAGE_CFB);
	buf_byte(out, SYM_AES256);
	s2k_write(&s2k, out);
	buf_add(out, iv, sizeof(iv));
	digest_of(DIGEST_SHA1, secret, hash);
	c = cfb_encrypt_new("AES-256", span_of(key, sizeof(key)), iv);
	to = buf_room(out, secret.n + n);
	if (to != NULL) {
		cfb_run(c, secret, to);
		cfb_run(c, span_of(hash, n), to + secret.n);
		out->n += secret.n + n;
	}
	cfb_free(c);
	OPENSSL_cleanse(key, sizeof(key));
}

static void
aead_part(const struct pgp_key *k, struct span secret, struct span pw,
    const struct env *env, struct buf *out)
{
	struct buf ad = BUF(2 * KEY_MATERIAL_MAX);

	key_lock_ad(k, &ad);
	locked_write(key_tag(k), USAGE_AEAD, buf_get0(&ad), secret, pw, env,
	    out);
	buf_free(&ad);
}

void
key_secret_write(const struct pgp_key *k, struct span secret,
    const struct span *passphrase, const struct env *env, struct buf *out)
{
	if (passphrase == NULL)
		clear_part(k, secret, out);
	else if (k->version == 6)
		aead_part(k, secret, *passphrase, env, out);
	else
		cfb_part(secret, *passphrase, env, out);
}
