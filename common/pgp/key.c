/* Reading keys; see key.h. The secret part is read in key_unlock.c. */
#include "pgp/key.h"

#include "base/ascii.h"
#include "pgp/curve.h"
#include "pgp/mpi.h"

enum { RSA_BITS_MIN = 2048 };

/* Those whose numbers are just octets. */
static bool
raw_kind(unsigned algo, enum pk_kind *kind)
{
	static const struct {
		unsigned algo;
		enum pk_kind kind;
	} rows[] = {
		{ PGP_X25519, PK_X25519 }, { PGP_X448, PK_X448 },
		{ PGP_ED25519, PK_ED25519 }, { PGP_ED448, PK_ED448 },
		{ PGP_MLDSA65_ED25519, PK_MLDSA65_ED25519 },
		{ PGP_MLDSA87_ED448, PK_MLDSA87_ED448 },
		{ PGP_SLHDSA_128S, PK_SLHDSA_128S },
		{ PGP_SLHDSA_128F, PK_SLHDSA_128F },
		{ PGP_SLHDSA_256S, PK_SLHDSA_256S },
		{ PGP_MLKEM768_X25519, PK_MLKEM768_X25519 },
		{ PGP_MLKEM1024_X448, PK_MLKEM1024_X448 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].algo == algo) {
			*kind = rows[i].kind;
			return true;
		}
	return false;
}

/*
 * RFC 9980 section 3.5: version 6, but for a subkey that shall keep what is
 * encrypted to an older key from later decryption.
 */
static bool
version_fits(const struct pgp_key *k)
{
	return !algo_pk_is_post(k->algo) || k->version == 6 ||
	    (k->algo == PGP_MLKEM768_X25519 && k->subkey);
}

/* Section 5.5.5.6: a count of octets, 1, hash, cipher. */
static void
ecdh_kdf(struct cur *c, struct pgp_key *k)
{
	struct cur in = cur_of(cur_take(c, cur_u8(c)));
	unsigned one = cur_u8(&in);
	enum digest_alg alg;
	size_t n = 0;

	k->kdf_hash = cur_u8(&in);
	k->kdf_sym = cur_u8(&in);
	if (!cur_done(&in) || one != 1) {
		cur_fail(c);
		return;
	}
	if (!algo_hash_strong(k->kdf_hash) || !algo_hash(k->kdf_hash, &alg) ||
	    !algo_sym_is_aes(k->kdf_sym) || algo_sym(k->kdf_sym, &n) == NULL)
		k->supported = false;
}

/* OID and point; an OID that is not known leaves the key unsupported. */
static void
read_curve(struct cur *c, struct pgp_key *k)
{
	struct span oid = cur_take(c, cur_u8(c));

	k->supported = curve_of(k->algo, oid, &k->kind) &&
	    /* section 5.5.5.5 and 5.5.5.6.1: not in version 6 */
	    (k->version < 6 || !curve_is_legacy(k->kind));
	mpi_take(c, PK_RSA_BITS_MAX);
	if (k->algo == PGP_ECDH)
		ecdh_kdf(c, k);
}

/* The material's end is where the cursor stops. False: it is not known. */
static bool
read_material(struct cur *c, struct pgp_key *k)
{
	k->supported = true;
	switch (k->algo) {
	case PGP_RSA:
	case PGP_RSA_ENCRYPT:
	case PGP_RSA_SIGN:
		k->kind = PK_RSA;
		mpi_take(c, PK_RSA_BITS_MAX);
		mpi_take(c, 64);
		return true;
	case PGP_ECDH:
	case PGP_ECDSA:
	case PGP_EDDSA_LEGACY:
		read_curve(c, k);
		return true;
	default:
		k->supported = raw_kind(k->algo, &k->kind) && version_fits(k);
		if (k->supported)
			cur_take(c, pk_raw_size(k->kind));
		return k->supported;
	}
}

/*
 * The end of material that is not understood: known where something else
 * bounds it, and of algorithms that have a name and so many numbers, so that a
 * secret key can be told by it.
 */
static bool
pass_over_material(struct cur *c, unsigned algo, bool bounded)
{
	size_t n = algo == PGP_DSA ? 4 : algo == PGP_ELGAMAL ? 3 : 0;

	if (bounded) {
		c->at = c->in.n;
		return true;
	}
	for (size_t i = 0; i < n; i++)
		mpi_take(c, PK_RSA_BITS_MAX);
	return n > 0 && !c->bad;
}

/* Section 5.5.4. */
static void
fingerprint(struct pgp_key *k)
{
	struct buf form = BUF(2 * KEY_MATERIAL_MAX);

	key_hash_form(k, &form);
	if (k->version == 6) {
		k->fpr_n = 32;
		digest_of(DIGEST_SHA256, buf_get0(&form), k->fpr);
		memcpy(k->id, k->fpr, sizeof(k->id));
	} else {
		k->fpr_n = 20;
		digest_of(DIGEST_SHA1, buf_get0(&form), k->fpr);
		memcpy(k->id, k->fpr + 12, sizeof(k->id));
	}
	buf_free(&form);
}

enum pgp_result
key_read(struct span body, bool secret, bool subkey, struct pgp_key *out)
{
	struct cur c = cur_of(body), m;
	struct pgp_key k = { .version = cur_u8(&c), .subkey = subkey };
	size_t start = 0, declared = 0;
	/* where the material ends, even if it is not understood, is known */
	bool bounded = k.version == 6 || !secret;

	if (k.version != 4 && k.version != 6)
		return c.bad ? PGP_BAD : PGP_UNSUPPORTED;
	k.created = cur_u32(&c);
	k.algo = cur_u8(&c);
	if (k.version == 6)
		declared = cur_u32(&c);
	start = c.at;
	if (c.bad || declared > KEY_MATERIAL_MAX)
		return PGP_BAD;
	m = k.version == 6 ? cur_of(cur_take(&c, declared)) :
	    cur_of(cur_left(&c));
	if (c.bad)
		return PGP_BAD;
	if (!read_material(&m, &k) &&
	    !pass_over_material(&m, k.algo, bounded))
		return PGP_UNSUPPORTED;
	if (m.bad || (bounded && m.at != m.in.n))
		return PGP_BAD;
	k.material = span_first(m.in, m.at);
	k.pub = span_first(body, start + m.at);
	k.secret = span_from(body, start + m.at);
	if (k.material.n > KEY_MATERIAL_MAX || (secret && k.secret.n == 0) ||
	    (!secret && k.secret.n > 0))
		return PGP_BAD;
	k.has_secret = secret;
	fingerprint(&k);
	*out = k;
	return PGP_OK;
}

/* The point of a curve key: 0x40 and the octets for the 25519 ones. */
static struct pk *
curve_pk(const struct pgp_key *k)
{
	struct cur c = cur_of(k->material);
	struct span point = { NULL, 0 };

	cur_take(&c, cur_u8(&c));
	point = mpi_take(&c, PK_RSA_BITS_MAX);
	if (!curve_is_legacy(k->kind))
		return pk_ec(k->kind, point, (struct span){ NULL, 0 });
	if (point.n != 33 || point.p[0] != 0x40)
		return NULL;
	return pk_raw(k->kind, span_from(point, 1),
	    (struct span){ NULL, 0 });
}

static struct pk *
make_pk(const struct pgp_key *k)
{
	struct cur c = cur_of(k->material);
	struct span n = { NULL, 0 };

	switch (k->algo) {
	case PGP_RSA:
	case PGP_RSA_ENCRYPT:
	case PGP_RSA_SIGN:
		n = mpi_take(&c, PK_RSA_BITS_MAX);
		return pk_rsa(n, mpi_take(&c, 64), NULL);
	case PGP_ECDH:
	case PGP_ECDSA:
	case PGP_EDDSA_LEGACY:
		return curve_pk(k);
	default:
		return pk_raw(k->kind, k->material,
		    (struct span){ NULL, 0 });
	}
}

const struct pk *
key_pk(struct pgp_key *k)
{
	if (k->open == NULL && k->supported) {
		k->open = make_pk(k);
		k->supported = k->open != NULL;
	}
	return k->open;
}

bool
key_needs_library(struct pgp_key *k)
{
	return key_pk(k) == NULL && algo_pk_is_post(k->algo) &&
	    !pk_available(k->kind);
}

const char *
key_unsupported(struct pgp_key *k)
{
	if (key_pk(k) != NULL)
		return NULL;
	return key_needs_library(k) ?
	    "its algorithm needs OpenSSL 3.5" : algo_pk_refusal(k->algo);
}

bool
key_is_weak(struct pgp_key *k)
{
	const struct pk *pk = key_pk(k);

	return pk != NULL && pk_kind(pk) == PK_RSA &&
	    pk_bits(pk) < RSA_BITS_MIN;
}

const char *
key_refusal(struct pgp_key *k)
{
	if (key_unsupported(k) != NULL)
		return key_unsupported(k);
	return key_is_weak(k) ? "its RSA key has less than 2048 bits" : NULL;
}

char *
key_hex(const struct pgp_key *k, char out[static KEY_HEX])
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < k->fpr_n; i++) {
		out[2 * i] = digits[k->fpr[i] >> 4];
		out[2 * i + 1] = digits[k->fpr[i] & 15];
	}
	out[2 * k->fpr_n] = '\0';
	return out;
}

void
key_hash_form(const struct pgp_key *k, struct buf *out)
{
	if (k->version == 6) {
		buf_byte(out, 0x9b);
		buf_u32(out, (uint32_t)k->pub.n);
	} else {
		buf_byte(out, 0x99);
		buf_u16(out, (uint16_t)k->pub.n);
	}
	buf_span(out, k->pub);
}

void
key_close(struct pgp_key *k)
{
	if (k == NULL)
		return;
	pk_free(k->open);
	pk_free(k->unlocked);
	k->open = k->unlocked = NULL;
}
