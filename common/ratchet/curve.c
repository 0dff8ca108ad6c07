/*
 * Curve25519; see curve.h. The arithmetic is libsodium's; the one formula
 * that it does not offer is in field.c.
 */
#include "ratchet/curve.h"

#include <sodium.h>

#include "base/mem.h"
#include "ratchet/field.h"

enum { POINT = 32, SCALAR = 32, HASH = 64 };

void
curve_start(void)
{
	if (sodium_init() < 0)
		mem_exhausted();
}

/*
 * The public key by way of the Edwards curve, whose base point has a table:
 * libsodium's own crypto_scalarmult_base may take a whole ladder.
 */
void
curve_pair_of(const unsigned char priv[static CURVE_PRIVATE],
    struct curve_pair *out)
{
	unsigned char point[POINT];

	memcpy(out->priv, priv, CURVE_PRIVATE);
	out->priv[0] &= 0xf8;
	out->priv[31] = (out->priv[31] & 0x7f) | 0x40;
	out->pub[0] = 5;
	crypto_scalarmult_ed25519_base_noclamp(point, out->priv);
	field_montgomery_u(point, out->pub + 1);
}

void
curve_pair_new(const struct env *env, struct curve_pair *out)
{
	unsigned char priv[CURVE_PRIVATE];

	env->random(env->arg, priv, sizeof(priv));
	curve_pair_of(priv, out);
	sodium_memzero(priv, sizeof(priv));
}

bool
curve_key_ok(struct span pub)
{
	const unsigned char *u = NULL;

	if (pub.n != CURVE_PUBLIC || pub.p[0] != 5)
		return false;
	u = pub.p + 1;
	if (u[31] > 0x7f)
		return false;
	/* 2^255 - 19 is ed ff .. ff 7f from the lowest octet on */
	for (int i = 31; i > 0; i--)
		if (u[i] != (i == 31 ? 0x7f : 0xff))
			return true;
	return u[0] < 0xed;
}

bool
curve_point_ok(struct span pub)
{
	unsigned char y[POINT];

	return curve_key_ok(pub) && field_edwards_y(pub.p + 1, y) &&
	    crypto_core_ed25519_is_valid_point(y) == 1;
}

bool
curve_dh(const unsigned char priv[static CURVE_PRIVATE],
    const unsigned char pub[static CURVE_PUBLIC],
    unsigned char out[static CURVE_SHARED])
{
	return crypto_scalarmult(out, priv, pub + 1) == 0;
}

/* SHA-512 of the parts, modulo the order of the base point. */
static void
hash_scalar(const struct span *parts, size_t n,
    unsigned char out[static SCALAR])
{
	crypto_hash_sha512_state st;
	unsigned char h[HASH];

	crypto_hash_sha512_init(&st);
	for (size_t i = 0; i < n; i++)
		crypto_hash_sha512_update(&st, parts[i].p, parts[i].n);
	crypto_hash_sha512_final(&st, h);
	crypto_core_ed25519_scalar_reduce(out, h);
	sodium_memzero(&st, sizeof(st));
	sodium_memzero(h, sizeof(h));
}

void
curve_sign(const struct env *env,
    const unsigned char priv[static CURVE_PRIVATE], struct span message,
    unsigned char out[static CURVE_SIGNATURE])
{
	/* XEdDSA section 2.5: hash_1 starts with 2^256 - 2 */
	unsigned char prefix[SCALAR], fresh[HASH], r[SCALAR], h[SCALAR],
	    point[POINT], wide[HASH] = { 0 }, a[SCALAR];
	struct span nonce[] = { { prefix, sizeof(prefix) },
	    { priv, CURVE_PRIVATE }, message, { fresh, sizeof(fresh) } };
	struct span challenge[] = { { out, POINT }, { point, POINT },
	    message };

	memset(prefix, 0xff, sizeof(prefix));
	prefix[0] = 0xfe;
	env->random(env->arg, fresh, sizeof(fresh));
	memcpy(wide, priv, CURVE_PRIVATE);
	crypto_core_ed25519_scalar_reduce(a, wide);
	crypto_scalarmult_ed25519_base_noclamp(point, a);
	hash_scalar(nonce, 4, r);
	crypto_scalarmult_ed25519_base_noclamp(out, r);
	hash_scalar(challenge, 3, h);
	crypto_core_ed25519_scalar_mul(h, h, a);
	crypto_core_ed25519_scalar_add(out + POINT, h, r);
	out[CURVE_SIGNATURE - 1] |= point[POINT - 1] & 0x80;
	sodium_memzero(wide, sizeof(wide));
	sodium_memzero(fresh, sizeof(fresh));
	sodium_memzero(r, sizeof(r));
	sodium_memzero(h, sizeof(h));
	sodium_memzero(a, sizeof(a));
}

bool
curve_verify(struct span pub, struct span message, struct span sig)
{
	unsigned char point[POINT], plain[CURVE_SIGNATURE];

	if (sig.n != CURVE_SIGNATURE || !curve_key_ok(pub) ||
	    !field_edwards_y(pub.p + 1, point))
		return false;
	memcpy(plain, sig.p, sizeof(plain));
	point[POINT - 1] |= plain[CURVE_SIGNATURE - 1] & 0x80;
	plain[CURVE_SIGNATURE - 1] &= 0x7f;
	if ((plain[CURVE_SIGNATURE - 1] & 0xe0) != 0)
		return false;
	return crypto_sign_verify_detached(plain, message.p, message.n,
	    point) == 0;
}
