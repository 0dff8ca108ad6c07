/* What opening and making of encrypted session keys share; see session.h. */
#include <openssl/crypto.h>

#include "crypto/kdf.h"
#include "pgp/curve.h"
#include "pgp/mpi.h"
#include "pgp/session.h"

/* Section 5.1.6: the secret is ephemeral || own || shared. */
static size_t
kek_montgomery(const struct pgp_key *k, struct span ephemeral,
    struct span own, struct span shared, unsigned char *out)
{
	bool x448 = k->algo == PGP_X448;
	struct buf in = BUF(3 * PK_SHARED_MAX);
	size_t n = x448 ? 32 : 16;

	buf_span(&in, ephemeral);
	buf_span(&in, own);
	buf_span(&in, shared);
	kdf_hkdf(x448 ? DIGEST_SHA512 : DIGEST_SHA256, buf_get0(&in),
	    (struct span){ NULL, 0 }, x448 ? SPAN("OpenPGP X448") :
	    SPAN("OpenPGP X25519"), out, n);
	buf_free_wipe(&in);
	return n;
}

/* Section 11.5: one block of a hash over counter, secret and parameters. */
static size_t
kek_ecdh(const struct pgp_key *k, struct span shared, unsigned char *out)
{
	struct buf in = BUF(256);
	struct span oid = curve_oid(k->kind);
	unsigned char hash[DIGEST_MAX];
	enum digest_alg alg;
	size_t n = 0;

	if (!algo_hash(k->kdf_hash, &alg) ||
	    algo_sym(k->kdf_sym, &n) == NULL || n > digest_size(alg))
		return 0;
	buf_u32(&in, 1);
	buf_span(&in, shared);
	buf_byte(&in, (unsigned char)oid.n);
	buf_span(&in, oid);
	buf_byte(&in, PGP_ECDH);
	buf_add(&in, "\x03\x01", 2);
	buf_byte(&in, (unsigned char)k->kdf_hash);
	buf_byte(&in, (unsigned char)k->kdf_sym);
	buf_str(&in, "Anonymous Sender    ");
	buf_add(&in, k->fpr, k->fpr_n);
	digest_of(alg, buf_get0(&in), hash);
	memcpy(out, hash, n);
	OPENSSL_cleanse(hash, sizeof(hash));
	buf_free_wipe(&in);
	return n;
}

size_t
session_kek(const struct pgp_key *k, struct span ephemeral, struct span own,
    struct span shared, unsigned char out[static CIPHER_KEY_MAX])
{
	return k->algo == PGP_ECDH ? kek_ecdh(k, shared, out) :
	    kek_montgomery(k, ephemeral, own, shared, out);
}

void
session_combine(const struct pgp_key *k, struct span ciphertext,
    struct span own, struct span shares,
    unsigned char out[static CIPHER_KEY_MAX])
{
	struct buf in = BUF(512);
	/* the curve's halves stand in front in both */
	size_t n = k->kind == PK_MLKEM1024_X448 ? pk_raw_size(PK_X448) :
	    pk_raw_size(PK_X25519);

	buf_span(&in, shares);
	buf_span(&in, span_first(ciphertext, n));
	buf_span(&in, span_first(own, n));
	buf_byte(&in, (unsigned char)k->algo);
	buf_str(&in, "OpenPGPCompositeKDFv1\x15");
	digest_of(DIGEST_SHA3_256, buf_get0(&in), out);
	buf_free_wipe(&in);
}

bool
session_of(struct span plain, bool algorithm, struct session *out)
{
	struct cur c = cur_of(plain);
	struct session s = { .sym = algorithm ? cur_u8(&c) : 0 };
	struct span key = { NULL, 0 };
	size_t n = 0;
	bool ok = false;

	if (plain.n < 3u + algorithm)
		return false;
	key = cur_take(&c, plain.n - 2 - algorithm);
	ok = cur_u16(&c) == mpi_sum(key) && cur_done(&c) &&
	    key.n <= sizeof(s.key) && (!algorithm ||
	    ((algo_sym(s.sym, &n) != NULL ||
	    algo_sym_refusal(s.sym, &n) != NULL) && n == key.n));
	if (ok) {
		s.n = key.n;
		memcpy(s.key, key.p, key.n);
		*out = s;
	}
	OPENSSL_cleanse(&s, sizeof(s));
	return ok;
}

void
session_plain(const struct session *s, bool algorithm, struct buf *out)
{
	if (algorithm)
		buf_byte(out, (unsigned char)s->sym);
	buf_add(out, s->key, s->n);
	buf_u16(out, mpi_sum(span_of(s->key, s->n)));
}
