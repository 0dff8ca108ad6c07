/*
 * The algorithms of certificates: OIDs of RFC 3279, 4055, 5480, 5758, 8410
 * and 9881, and what they say of key and hash.
 */
#include "crypto/der.h"
#include "tls/cert_int.h"

#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define X962 "\x2a\x86\x48\xce\x3d"
#define NIST "\x60\x86\x48\x01\x65\x03\x04"

struct sigalg {
	struct span oid;
	const char *name;
	enum tls_hash hash;
};

static const struct sigalg sigalgs[] = {
	{ SPAN(PKCS1 "\x0b"), "sha256WithRSAEncryption", TLS_HASH_SHA256 },
	{ SPAN(X962 "\x04\x03\x02"), "ecdsa-with-SHA256", TLS_HASH_SHA256 },
	{ SPAN(X962 "\x04\x03\x03"), "ecdsa-with-SHA384", TLS_HASH_SHA384 },
	{ SPAN(X962 "\x04\x03\x04"), "ecdsa-with-SHA512", TLS_HASH_SHA512 },
	{ SPAN(X962 "\x04\x03\x01"), "ecdsa-with-SHA224", TLS_HASH_SHA224 },
	{ SPAN(X962 "\x04\x01"), "ecdsa-with-SHA1", TLS_HASH_SHA1 },
	{ SPAN(PKCS1 "\x0c"), "sha384WithRSAEncryption", TLS_HASH_SHA384 },
	{ SPAN(PKCS1 "\x0d"), "sha512WithRSAEncryption", TLS_HASH_SHA512 },
	{ SPAN(PKCS1 "\x0e"), "sha224WithRSAEncryption", TLS_HASH_SHA224 },
	{ SPAN(PKCS1 "\x05"), "sha1WithRSAEncryption", TLS_HASH_SHA1 },
	{ SPAN(PKCS1 "\x04"), "md5WithRSAEncryption", TLS_HASH_MD5 },
	/* its hash stands in the parameters */
	{ SPAN(PKCS1 "\x0a"), "rsassaPss", TLS_HASH_SHA1 },
	{ SPAN("\x2b\x65\x70"), "ED25519", TLS_HASH_NONE },
	{ SPAN("\x2b\x65\x71"), "ED448", TLS_HASH_NONE },
	{ SPAN("\x2a\x86\x48\xce\x38\x04\x03"), "dsa-with-SHA1",
	    TLS_HASH_SHA1 },
	{ SPAN(NIST "\x03\x02"), "dsa_with_SHA256", TLS_HASH_SHA256 },
	{ SPAN(NIST "\x03\x11"), "ML-DSA-44", TLS_HASH_NONE },
	{ SPAN(NIST "\x03\x12"), "ML-DSA-65", TLS_HASH_NONE },
	{ SPAN(NIST "\x03\x13"), "ML-DSA-87", TLS_HASH_NONE },
};

/* RFC 4055 section 2.1 */
static const struct { struct span oid; enum tls_hash hash; } hashes[] = {
	{ SPAN("\x2b\x0e\x03\x02\x1a"), TLS_HASH_SHA1 },
	{ SPAN(NIST "\x02\x04"), TLS_HASH_SHA224 },
	{ SPAN(NIST "\x02\x01"), TLS_HASH_SHA256 },
	{ SPAN(NIST "\x02\x02"), TLS_HASH_SHA384 },
	{ SPAN(NIST "\x02\x03"), TLS_HASH_SHA512 },
};

static const struct {
	struct span oid;
	enum tls_key key;
	unsigned bits;		/* 0: the key itself says */
} keys[] = {
	{ SPAN(PKCS1 "\x01"), TLS_KEY_RSA, 0 },
	{ SPAN(PKCS1 "\x0a"), TLS_KEY_RSA_PSS, 0 },
	{ SPAN(X962 "\x02\x01"), TLS_KEY_EC, 0 },
	{ SPAN("\x2b\x65\x70"), TLS_KEY_ED25519, 256 },
	{ SPAN("\x2b\x65\x71"), TLS_KEY_ED448, 456 },
	{ SPAN("\x2a\x86\x48\xce\x38\x04\x01"), TLS_KEY_DSA, 0 },
	{ SPAN(NIST "\x03\x11"), TLS_KEY_ML_DSA, 44 },
	{ SPAN(NIST "\x03\x12"), TLS_KEY_ML_DSA, 65 },
	{ SPAN(NIST "\x03\x13"), TLS_KEY_ML_DSA, 87 },
};

static const struct {
	struct span oid;
	const char *name;
	unsigned bits;
} curves[] = {
	{ SPAN(X962 "\x03\x01\x07"), "secp256r1", 256 },
	{ SPAN("\x2b\x81\x04\x00\x22"), "secp384r1", 384 },
	{ SPAN("\x2b\x81\x04\x00\x23"), "secp521r1", 521 },
	{ SPAN("\x2b\x81\x04\x00\x21"), "secp224r1", 224 },
	{ SPAN("\x2b\x81\x04\x00\x0a"), "secp256k1", 256 },
	{ SPAN(X962 "\x03\x01\x01"), "secp192r1", 192 },
	{ SPAN("\x2b\x24\x03\x03\x02\x08\x01\x01\x07"), "brainpoolP256r1",
	    256 },
	{ SPAN("\x2b\x24\x03\x03\x02\x08\x01\x01\x0b"), "brainpoolP384r1",
	    384 },
	{ SPAN("\x2b\x24\x03\x03\x02\x08\x01\x01\x0d"), "brainpoolP512r1",
	    512 },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Base 128 as decimal digits: an arc may be a UUID of 128 bits (X.667). */
static bool
put_arc(struct span arc, struct buf *out)
{
	enum { ARC_MAX = 19 };		/* octets: 133 bits, 41 digits */
	unsigned char digits[3 * ARC_MAX] = { 0 };
	size_t n = 1;

	if (arc.n > ARC_MAX)
		return false;
	for (size_t i = 0; i < arc.n; i++) {
		unsigned carry = arc.p[i] & 0x7f;

		for (size_t k = 0; k < n || carry > 0; k++) {
			carry += digits[k] * 128u;
			digits[k] = (unsigned char)(carry % 10);
			carry /= 10;
			n = k < n ? n : k + 1;
		}
	}
	buf_byte(out, '.');
	while (n-- > 0)
		buf_byte(out, (unsigned char)('0' + digits[n]));
	return true;
}

/* The first two in one: 40 times the first and the second. */
static bool
put_first_arcs(struct span arc, struct buf *out)
{
	uint64_t v = 0;
	unsigned top = 0;

	if (arc.n > sizeof(v))
		return false;
	for (size_t i = 0; i < arc.n; i++)
		v = v << 7 | (arc.p[i] & 0x7f);
	top = v < 40 ? 0 : v < 80 ? 1 : 2;
	buf_printf(out, "%u.%llu", top, (unsigned long long)(v - top * 40));
	return true;
}

/* X.690 section 8.19 */
bool
cert_oid_text(struct span oid, struct buf *out)
{
	size_t from = 0;

	if (oid.n == 0 || (oid.p[oid.n - 1] & 0x80) != 0)
		return false;
	for (size_t i = 0; i < oid.n; i++) {
		struct span arc = span_first(span_from(oid, from),
		    i + 1 - from);

		if ((oid.p[i] & 0x80) != 0)
			continue;
		if (!(from == 0 ? put_first_arcs : put_arc)(arc, out))
			return false;
		from = i + 1;
	}
	return true;
}

/* RFC 4055 section 3.1: [0] is the hash, SHA-1 when it is not there. */
static enum tls_hash
pss_hash(struct span parameters)
{
	struct cur c = cur_of(parameters);
	struct cur params = cur_of(der_take(&c, DER_SEQUENCE));
	struct cur tagged = { { NULL, 0 }, 0, false };
	struct cur alg = tagged;
	struct span oid = { NULL, 0 };

	if (!der_is(&params, 0xa0))
		return c.bad ? TLS_HASH_OTHER : TLS_HASH_SHA1;
	tagged = cur_of(der_take(&params, 0xa0));
	alg = cur_of(der_take(&tagged, DER_SEQUENCE));
	oid = der_take(&alg, DER_OID);
	for (size_t i = 0; i < COUNT(hashes); i++)
		if (span_eq(hashes[i].oid, oid))
			return hashes[i].hash;
	return TLS_HASH_OTHER;
}

static void
put_text(char *to, size_t size, struct span s)
{
	size_t n = s.n < size - 1 ? s.n : size - 1;

	if (n > 0)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

void
cert_read_sigalg(struct span alg, struct cert *out)
{
	struct cur c = cur_of(alg);
	struct span oid = der_take(&c, DER_OID);
	struct buf text = BUF(sizeof(out->sigalg));

	out->hash = TLS_HASH_OTHER;
	for (size_t i = 0; i < COUNT(sigalgs); i++) {
		if (!span_eq(sigalgs[i].oid, oid))
			continue;
		put_text(out->sigalg, sizeof(out->sigalg),
		    span_str(sigalgs[i].name));
		out->hash = span_eq(oid, SPAN(PKCS1 "\x0a")) ?
		    pss_hash(cur_left(&c)) : sigalgs[i].hash;
		return;
	}
	if (!cert_oid_text(oid, &text))
		buf_str(&text, "?");
	put_text(out->sigalg, sizeof(out->sigalg), buf_get0(&text));
	buf_free(&text);
}

static unsigned
bits_of(struct span integer)
{
	unsigned bits = (unsigned)integer.n * 8;

	if (integer.n == 0)
		return 0;
	for (unsigned top = integer.p[0]; (top & 0x80) == 0; top <<= 1)
		bits--;
	return bits;
}

/* RSAPublicKey's modulus (RFC 8017 A.1.1). */
static unsigned
rsa_bits(struct span key)
{
	struct cur c = cur_of(key);
	struct cur inside = cur_of(der_take(&c, DER_SEQUENCE));
	struct span n = der_unsigned(&inside);

	return inside.bad ? 0 : bits_of(n);
}

/* Dss-Parms' p (RFC 3279 section 2.3.2). */
static unsigned
dsa_bits(struct span params)
{
	return rsa_bits(params);
}

/* RFC 5480 section 2.1.1: a named curve; else the point's length tells. */
static void
ec_facts(struct span params, struct span point, struct cert *out)
{
	struct cur c = cur_of(params);
	struct span oid = der_take(&c, DER_OID);

	for (size_t i = 0; i < COUNT(curves); i++) {
		if (c.bad || !span_eq(curves[i].oid, oid))
			continue;
		out->curve = curves[i].name;
		out->key_bits = curves[i].bits;
		return;
	}
	if (point.n > 1)
		out->key_bits = (unsigned)(point.n - 1) * 8 /
		    (point.p[0] == 4 ? 2 : 1);
}

void
cert_read_key(struct span spki, struct cert *out)
{
	struct cur outer = cur_of(spki);
	struct cur c = cur_of(der_take(&outer, DER_SEQUENCE));
	struct cur alg = cur_of(der_take(&c, DER_SEQUENCE));
	struct span bits = der_take(&c, DER_BIT_STRING);
	struct span oid = der_take(&alg, DER_OID), params = cur_left(&alg);
	size_t i = 0;

	while (i < COUNT(keys) && !span_eq(keys[i].oid, oid))
		i++;
	if (c.bad || alg.bad || bits.n == 0 || bits.p[0] != 0 ||
	    i == COUNT(keys))
		return;
	bits = span_from(bits, 1);
	out->key = keys[i].key;
	out->key_bits = keys[i].bits;
	if (out->key == TLS_KEY_RSA || out->key == TLS_KEY_RSA_PSS)
		out->key_bits = rsa_bits(bits);
	else if (out->key == TLS_KEY_DSA)
		out->key_bits = dsa_bits(params);
	else if (out->key == TLS_KEY_EC)
		ec_facts(params, bits, out);
}
