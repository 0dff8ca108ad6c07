/* Opening encrypted session keys; see session.h. */
#include "pgp/curve.h"

#include <openssl/crypto.h>

#include "crypto/cipher.h"
#include "pgp/locked.h"
#include "pgp/mpi.h"
#include "pgp/session.h"

enum { PLAIN_MAX = 512 };

enum pgp_result
pkesk_read(struct span body, struct pkesk *out)
{
	struct cur c = cur_of(body);
	struct pkesk p = { .version = cur_u8(&c) };
	static const unsigned char nobody[8];

	if (p.version == 3) {
		p.id = cur_take(&c, 8);
		if (span_eq(p.id, span_of(nobody, 8)))
			p.id.n = 0;
	} else if (p.version == 6) {
		struct cur key = cur_of(cur_take(&c, cur_u8(&c)));

		if (key.in.n > 0)
			cur_u8(&key);
		p.fpr = cur_left(&key);
	} else {
		return c.bad ? PGP_BAD : PGP_UNSUPPORTED;
	}
	p.algo = cur_u8(&c);
	p.value = cur_left(&c);
	if (c.bad)
		return PGP_BAD;
	*out = p;
	return PGP_OK;
}

bool
pkesk_names(const struct pkesk *p, const struct pgp_key *k)
{
	/* section 5.1: the two RSA numbers are one algorithm */
	bool rsa = p->algo <= PGP_RSA_ENCRYPT && k->algo <= PGP_RSA_ENCRYPT;

	if (p->algo != k->algo && !rsa)
		return false;
	if (p->version == 3)
		return p->id.n == 0 ||
		    span_eq(p->id, span_of(k->id, sizeof(k->id)));
	return p->fpr.n == 0 || span_eq(p->fpr, span_of(k->fpr, k->fpr_n));
}

static bool
open_rsa(const struct pkesk *p, const struct pgp_key *k, struct buf *plain)
{
	struct cur c = cur_of(p->value);
	unsigned char whole[PK_RSA_BITS_MAX / 8];
	size_t n = pk_size(k->unlocked);

	return n <= sizeof(whole) &&
	    mpi_pad(mpi_take(&c, PK_RSA_BITS_MAX), whole, n) &&
	    cur_done(&c) &&
	    pk_rsa_decrypt(k->unlocked, span_of(whole, n), plain);
}

/* Agree with the ephemeral key and unwrap under what comes of it. */
static bool
unwrap(const struct pgp_key *k, struct span ephemeral, struct span wrapped,
    struct buf *plain)
{
	struct buf shared = BUF(PK_SHARED_MAX), own = BUF(PK_SHARED_MAX * 2);
	unsigned char kek[CIPHER_KEY_MAX];
	size_t n = 0;
	bool ok = pk_agree(k->unlocked, ephemeral, &shared);

	pk_public(k->unlocked, &own);
	if (ok)
		n = session_kek(k, ephemeral, buf_get0(&own),
		    buf_get0(&shared), kek);
	ok = ok && n > 0 && aes_unwrap(span_of(kek, n), wrapped, plain);
	OPENSSL_cleanse(kek, sizeof(kek));
	buf_free_wipe(&shared);
	buf_free(&own);
	return ok;
}

/* Section 11.5: padded with so many octets of that value. */
static bool
cut_padding(struct buf *plain)
{
	unsigned char pad = plain->n > 0 ? plain->p[plain->n - 1] : 0;
	unsigned char wrong = 0;

	if (pad == 0 || pad > plain->n)
		return false;
	for (size_t i = plain->n - pad; i < plain->n; i++)
		wrong |= plain->p[i] ^ pad;
	plain->n -= pad;
	return wrong == 0;
}

static bool
open_ecdh(const struct pkesk *p, const struct pgp_key *k, struct buf *plain)
{
	struct cur c = cur_of(p->value);
	struct span point = mpi_take(&c, PK_RSA_BITS_MAX);
	struct span wrapped = cur_take(&c, cur_u8(&c));

	if (!cur_done(&c) || point.n == 0)
		return false;
	if (curve_is_legacy(k->kind)) {
		if (point.p[0] != 0x40)
			return false;
		point = span_from(point, 1);
	}
	return unwrap(k, point, wrapped, plain) && cut_padding(plain);
}

/* The same for a composite of RFC 9980 section 4.2. */
static bool
unwrap_composite(const struct pgp_key *k, struct span ciphertext,
    struct span wrapped, struct buf *plain)
{
	struct buf shares = BUF(PK_KEM_SHARES_MAX);
	unsigned char kek[CIPHER_KEY_MAX];
	bool ok = pk_decapsulate(k->unlocked, ciphertext, &shares);

	if (ok)
		session_combine(k, ciphertext, k->material,
		    buf_get0(&shares), kek);
	ok = ok && aes_unwrap(span_of(kek, sizeof(kek)), wrapped, plain);
	OPENSSL_cleanse(kek, sizeof(kek));
	buf_free_wipe(&shares);
	return ok;
}

/*
 * Sections 5.1.6, 5.1.7, and RFC 9980 section 4.3.1: the algorithm of version
 * 3 stands in the clear.
 */
static bool
open_montgomery(const struct pkesk *p, const struct pgp_key *k,
    struct session *out)
{
	struct cur c = cur_of(p->value);
	bool composite = algo_pk_is_post(p->algo);
	struct span ephemeral = cur_take(&c, composite ?
	    pk_kem_size(k->kind) : pk_size(k->unlocked));
	struct cur in = cur_of(cur_take(&c, cur_u8(&c)));
	struct session s = { .sym = p->version == 3 ? cur_u8(&in) : 0 };
	struct buf plain = BUF(PLAIN_MAX);
	size_t n = 0;
	bool ok = cur_done(&c) && !in.bad && (composite ?
	    unwrap_composite(k, ephemeral, cur_left(&in), &plain) :
	    unwrap(k, ephemeral, cur_left(&in), &plain)) &&
	    plain.n <= sizeof(s.key) && (p->version == 6 ||
	    (algo_sym_is_aes(s.sym) && algo_sym(s.sym, &n) != NULL &&
	    n == plain.n));

	if (ok) {
		s.n = plain.n;
		memcpy(s.key, plain.p, plain.n);
		*out = s;
	}
	OPENSSL_cleanse(&s, sizeof(s));
	buf_free_wipe(&plain);
	return ok;
}

bool
pkesk_open(const struct pkesk *p, const struct pgp_key *k,
    struct session *out)
{
	struct buf plain = BUF(PK_RSA_BITS_MAX / 8);
	bool ok = false;

	switch (p->algo) {
	case PGP_RSA:
	case PGP_RSA_ENCRYPT:
		ok = open_rsa(p, k, &plain);
		break;
	case PGP_ECDH:
		ok = open_ecdh(p, k, &plain);
		break;
	case PGP_X25519:
	case PGP_X448:
	case PGP_MLKEM768_X25519:
	case PGP_MLKEM1024_X448:
		return open_montgomery(p, k, out);
	}
	ok = ok && session_of(buf_get0(&plain), p->version == 3, out);
	buf_free_wipe(&plain);
	return ok;
}

unsigned
skesk_version(struct span body)
{
	return body.n > 0 ? body.p[0] : 0;
}

unsigned
skesk_cipher(struct span body)
{
	return skesk_version(body) == 4 && body.n > 1 ? body.p[1] : 0;
}

/* Section 5.3.1: without an encrypted key, the passphrase's is the key. */
static enum pgp_result
open_v4(struct cur *c, struct span pw, struct s2k_budget *budget,
    struct session *out)
{
	static const unsigned char zero[CIPHER_BLOCK];
	unsigned char plain[PGP_SESSION_MAX + 1];
	struct session s = { .sym = cur_u8(c) };
	struct s2k s2k;
	enum pgp_result r = s2k_read(c, &s2k);
	struct span esk = cur_left(c);
	struct cfb *cfb = NULL;
	const char *cipher = algo_sym(s.sym, &s.n);

	if (r != PGP_OK)
		return r;
	if (cipher == NULL)
		return PGP_UNSUPPORTED;
	if (esk.n > sizeof(plain))
		return PGP_BAD;
	r = s2k_derive(&s2k, pw, budget, s.key, s.n);
	if (r == PGP_OK && esk.n > 0) {
		cfb = cfb_decrypt_new(cipher, span_of(s.key, s.n), zero);
		r = cfb != NULL ? PGP_OK : PGP_UNSUPPORTED;
	}
	if (cfb != NULL) {
		cfb_run(cfb, esk, plain);
		cfb_free(cfb);
		s.sym = plain[0];
		if (algo_sym(s.sym, &s.n) == NULL || s.n != esk.n - 1)
			r = PGP_FORGED;
		else
			memcpy(s.key, plain + 1, s.n);
	}
	if (r == PGP_OK)
		*out = s;
	OPENSSL_cleanse(plain, sizeof(plain));
	OPENSSL_cleanse(&s, sizeof(s));
	return r;
}

struct sealed {
	unsigned char info[LOCKED_INFO];
	enum aead_mode mode;
	size_t key;
	struct s2k s2k;
	struct span nonce, esk;
};

/* Version 6 counts its fields; 5, LibrePGP's, does not. */
static enum pgp_result
sealed_read(struct cur *c, unsigned version, struct sealed *out)
{
	struct sealed s = { .info = { 0xc0 | TAG_SKESK } };
	struct cur f = version == 6 ? cur_of(cur_take(c, cur_u8(c))) : *c;
	enum pgp_result r = PGP_OK;
	size_t at = 0, n = 0;

	s.info[1] = (unsigned char)version;
	s.info[2] = cur_u8(&f);
	s.info[3] = cur_u8(&f);
	if (version == 6)
		n = cur_u8(&f);
	at = f.at;
	r = s2k_read(&f, &s.s2k);
	if (r != PGP_OK)
		return r;
	if (!algo_sym_is_aes(s.info[2]) || !algo_aead(s.info[3], &s.mode))
		return PGP_UNSUPPORTED;
	algo_sym(s.info[2], &s.key);
	if (version == 6 && f.at - at != n)
		return PGP_BAD;
	s.nonce = cur_take(&f, aead_nonce_size(s.mode));
	s.esk = version == 6 ? cur_left(c) : cur_left(&f);
	if (f.bad || c->bad || (version == 6 && !cur_done(&f)) ||
	    s.esk.n < AEAD_TAG || s.esk.n > PGP_SESSION_MAX + AEAD_TAG)
		return PGP_BAD;
	*out = s;
	return PGP_OK;
}

static enum pgp_result
open_sealed(struct cur *c, unsigned version, struct span pw,
    struct s2k_budget *budget, struct session *out)
{
	unsigned char stretched[CIPHER_KEY_MAX], key[CIPHER_KEY_MAX];
	struct session s = { .sym = 0 };
	struct sealed v;
	struct aead *a = NULL;
	enum pgp_result r = sealed_read(c, version, &v);

	if (r == PGP_OK)
		r = s2k_derive(&v.s2k, pw, budget, stretched, v.key);
	if (r != PGP_OK)
		return r;
	if (version == 6)
		locked_key(span_of(stretched, v.key), v.info, key);
	else
		memcpy(key, stretched, v.key);
	a = aead_new(v.mode, span_of(key, v.key), false);
	if (!aead_open(a, v.nonce.p, span_of(v.info, sizeof(v.info)), v.esk,
	    s.key))
		r = PGP_FORGED;
	aead_free(a);
	s.n = v.esk.n - AEAD_TAG;
	if (version == 5)
		s.sym = v.info[2];
	if (r == PGP_OK)
		*out = s;
	OPENSSL_cleanse(stretched, sizeof(stretched));
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(&s, sizeof(s));
	return r;
}

enum pgp_result
skesk_open(struct span body, struct span passphrase,
    struct s2k_budget *budget, struct session *out)
{
	struct cur c = cur_of(body);
	unsigned version = cur_u8(&c);

	if (c.bad)
		return PGP_BAD;
	if (version == 4)
		return open_v4(&c, passphrase, budget, out);
	if (version == 5 || version == 6)
		return open_sealed(&c, version, passphrase, budget, out);
	return PGP_UNSUPPORTED;
}
