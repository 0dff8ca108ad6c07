/*
 * The secret part of a key (RFC 9580 section 5.5.3): reading its lock, and
 * opening it.
 */
#include <openssl/crypto.h>

#include "crypto/cipher.h"
#include "pgp/curve.h"
#include "pgp/key.h"
#include "pgp/locked.h"
#include "pgp/mpi.h"

/* gpg's kind of s2k: the secret is elsewhere, or nowhere. */
enum { GNU_STUB = 101 };

struct lock {
	unsigned usage, sym, aead;
	struct s2k s2k;
	struct span iv, data;
};

/* IV or nonce, then the locked numbers. */
static enum pgp_result
lock_rest(struct lock *l, struct cur *c)
{
	enum aead_mode mode = AEAD_OCB;
	size_t n = CIPHER_BLOCK, key = 0;

	if (algo_sym(l->sym, &key) == NULL || (l->usage == USAGE_AEAD &&
	    (!algo_aead(l->aead, &mode) || !algo_sym_is_aes(l->sym))))
		return PGP_UNSUPPORTED;
	if (l->usage == USAGE_AEAD)
		n = aead_nonce_size(mode);
	l->iv = cur_take(c, n);
	return c->bad ? PGP_BAD : PGP_OK;
}

/* What says how it is locked; in version 6 the specifier has a count. */
static enum pgp_result
lock_fields(bool v6, struct cur *c, struct lock *l)
{
	enum pgp_result r = PGP_OK;
	size_t s2k_n = 0, at = 0;

	l->sym = cur_u8(c);
	if (l->usage == USAGE_AEAD)
		l->aead = cur_u8(c);
	if (v6)
		s2k_n = cur_u8(c);
	at = c->at;
	r = s2k_read(c, &l->s2k);
	if (r != PGP_OK)
		return r;
	if (v6 && c->at - at != s2k_n)
		return PGP_BAD;
	/* section 3.7.2.1 */
	if (l->s2k.type == S2K_ARGON2 && l->usage != USAGE_AEAD)
		return PGP_BAD;
	return lock_rest(l, c);
}

/* In version 6 a count stands in front of the fields: both must be exact. */
static enum pgp_result
lock_read(const struct pgp_key *k, struct lock *out)
{
	struct cur c = cur_of(k->secret), counted = cur_of(SPAN(""));
	struct lock l = { .usage = cur_u8(&c) };
	enum pgp_result r = PGP_OK;
	bool v6 = k->version == 6;

	if (l.usage != USAGE_CLEAR && (l.usage < USAGE_AEAD ||
	    (v6 && l.usage == USAGE_SUM)))
		return PGP_UNSUPPORTED;
	if (v6 && l.usage != USAGE_CLEAR)
		counted = cur_of(cur_take(&c, cur_u8(&c)));
	if (l.usage != USAGE_CLEAR)
		r = lock_fields(v6, v6 ? &counted : &c, &l);
	if (r != PGP_OK)
		return r;
	if (c.bad || !cur_done(&counted))
		return PGP_BAD;
	l.data = cur_left(&c);
	*out = l;
	return PGP_OK;
}

bool
key_is_locked(const struct pgp_key *k)
{
	return k->secret.n > 0 && k->secret.p[0] != USAGE_CLEAR;
}

/* Whether it is gpg's stub, whose secret is on a card or was taken away. */
static bool
is_stub(const struct pgp_key *k)
{
	return k->version == 4 && k->secret.n > 3 &&
	    k->secret.p[0] >= USAGE_CFB && k->secret.p[2] == GNU_STUB;
}

void
key_lock_ad(const struct pgp_key *k, struct buf *out)
{
	buf_byte(out, (unsigned char)(0xc0 | key_tag(k)));
	buf_span(out, k->pub);
}

static bool
open_aead(const struct pgp_key *k, const struct lock *l,
    struct span stretched, struct buf *out)
{
	unsigned char key[CIPHER_KEY_MAX];
	const unsigned char info[LOCKED_INFO] = { (unsigned char)(0xc0 |
	    key_tag(k)), (unsigned char)k->version, (unsigned char)l->sym,
	    (unsigned char)l->aead };
	struct buf ad = BUF(2 * KEY_MATERIAL_MAX);
	enum aead_mode mode = AEAD_OCB;
	struct aead *a = NULL;
	unsigned char *to = buf_room(out, l->data.n);
	bool ok = false;

	algo_aead(l->aead, &mode);
	locked_key(stretched, info, key);
	key_lock_ad(k, &ad);
	a = aead_new(mode, span_of(key, stretched.n), false);
	ok = to != NULL && a != NULL && aead_open(a, l->iv.p, buf_get0(&ad),
	    l->data, to);
	if (ok)
		out->n += l->data.n - AEAD_TAG;
	aead_free(a);
	OPENSSL_cleanse(key, sizeof(key));
	buf_free(&ad);
	return ok;
}

/* Cut the sum of all octets off; false when it is not theirs. */
static bool
cut_sum(struct buf *out)
{
	unsigned want = 0;

	if (out->n < 2)
		return false;
	out->n -= 2;
	want = (unsigned)out->p[out->n] << 8 | out->p[out->n + 1];
	return mpi_sum(buf_get0(out)) == want;
}

static bool
cut_hash(struct buf *out)
{
	unsigned char hash[DIGEST_MAX];
	size_t n = digest_size(DIGEST_SHA1);

	if (out->n < n)
		return false;
	out->n -= n;
	digest_of(DIGEST_SHA1, buf_get0(out), hash);
	return CRYPTO_memcmp(hash, out->p + out->n, n) == 0;
}

static bool
open_cfb(const struct lock *l, struct span key, struct buf *out)
{
	size_t n = 0;
	struct cfb *c = cfb_decrypt_new(algo_sym(l->sym, &n), key, l->iv.p);
	unsigned char *to = buf_room(out, l->data.n);

	if (c == NULL || to == NULL) {
		cfb_free(c);
		return false;
	}
	cfb_run(c, l->data, to);
	cfb_free(c);
	out->n += l->data.n;
	return l->usage == USAGE_CFB ? cut_hash(out) : cut_sum(out);
}

/* Try one passphrase; the numbers go to out, which is empty otherwise. */
static enum key_unlock
try_one(const struct pgp_key *k, const struct lock *l, struct span pw,
    struct s2k_budget *budget, struct buf *out)
{
	unsigned char stretched[CIPHER_KEY_MAX];
	size_t n = 0;
	bool ok = false;

	algo_sym(l->sym, &n);
	if (s2k_derive(&l->s2k, pw, budget, stretched, n) != PGP_OK)
		return KEY_LIMITED;
	buf_reset(out);
	ok = l->usage == USAGE_AEAD ?
	    open_aead(k, l, span_of(stretched, n), out) :
	    open_cfb(l, span_of(stretched, n), out);
	OPENSSL_cleanse(stretched, sizeof(stretched));
	return ok ? KEY_UNLOCKED : KEY_LOCKED;
}

static enum key_unlock
try_all(struct pgp_key *k, const struct lock *l,
    const struct passphrases *pw, struct s2k_budget *budget,
    struct buf *out)
{
	enum key_unlock r = KEY_LOCKED;

	for (size_t i = 0; i < pw->n && r == KEY_LOCKED; i++) {
		struct span trimmed = passphrase_trim(pw->v[i]);

		k->passphrase = pw->v[i];
		r = try_one(k, l, pw->v[i], budget, out);
		if (r == KEY_LOCKED && trimmed.n != pw->v[i].n) {
			k->passphrase = trimmed;
			r = try_one(k, l, trimmed, budget, out);
		}
	}
	return r;
}

static struct pk *
rsa_pk(const struct pgp_key *k, struct cur *c)
{
	struct cur m = cur_of(k->material);
	struct span n = mpi_take(&m, PK_RSA_BITS_MAX);
	struct span e = mpi_take(&m, 64);
	struct pk_rsa s = { .d = mpi_take(c, PK_RSA_BITS_MAX) };

	s.p = mpi_take(c, PK_RSA_BITS_MAX);
	s.q = mpi_take(c, PK_RSA_BITS_MAX);
	s.u = mpi_take(c, PK_RSA_BITS_MAX);
	return cur_done(c) ? pk_rsa(n, e, &s) : NULL;
}

static struct pk *
curve_secret(struct pgp_key *k, struct cur *c)
{
	unsigned char own[PK_SHARED_MAX];
	size_t n = pk_raw_size(k->kind);
	struct buf pub = BUF(2 * PK_SHARED_MAX + 1);
	struct span number = mpi_take(c, (unsigned)n * 8);
	struct pk *pk = NULL;

	if (cur_done(c) && key_pk(k) != NULL && mpi_pad(number, own, n)) {
		pk_public(k->open, &pub);
		curve_turn_secret(k->kind, own, n);
		pk = curve_is_legacy(k->kind) ?
		    pk_raw(k->kind, buf_get0(&pub), span_of(own, n)) :
		    pk_ec(k->kind, buf_get0(&pub), span_of(own, n));
	}
	OPENSSL_cleanse(own, sizeof(own));
	buf_free(&pub);
	return pk;
}

static struct pk *
secret_pk(struct pgp_key *k, struct span numbers)
{
	struct cur c = cur_of(numbers);

	switch (k->algo) {
	case PGP_RSA:
	case PGP_RSA_ENCRYPT:
	case PGP_RSA_SIGN:
		return rsa_pk(k, &c);
	case PGP_ECDH:
	case PGP_ECDSA:
	case PGP_EDDSA_LEGACY:
		return curve_secret(k, &c);
	default:
		return pk_raw(k->kind, k->material, numbers);
	}
}

enum key_unlock
key_unlock(struct pgp_key *k, const struct passphrases *pw,
    struct s2k_budget *budget)
{
	struct lock l = { 0 };
	struct buf numbers = BUF(KEY_MATERIAL_MAX);
	enum key_unlock r = KEY_UNLOCKED;

	if (k->unlocked != NULL)
		return KEY_UNLOCKED;
	if (k->stays_locked)
		return KEY_LOCKED;
	if (!k->has_secret || is_stub(k))
		return KEY_NO_SECRET;
	if (!k->supported || lock_read(k, &l) != PGP_OK ||
	    l.data.n > KEY_MATERIAL_MAX)
		return KEY_CANNOT;
	/* room at once, so that no copy is left behind in freed memory */
	buf_room(&numbers, l.data.n);
	if (l.usage != USAGE_CLEAR)
		r = try_all(k, &l, pw, budget, &numbers);
	else
		buf_span(&numbers, l.data);
	if (l.usage == USAGE_CLEAR && k->version == 4 && !cut_sum(&numbers))
		r = KEY_CANNOT;
	k->stays_locked = r == KEY_LOCKED;
	if (r == KEY_UNLOCKED) {
		k->unlocked = secret_pk(k, buf_get0(&numbers));
		if (k->unlocked == NULL)
			r = KEY_CANNOT;
	}
	buf_free_wipe(&numbers);
	return r;
}
