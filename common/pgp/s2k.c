/* From a passphrase to a key; see s2k.h. */
#include "pgp/s2k.h"

#include <openssl/crypto.h>

#include "crypto/kdf.h"

enum {
	PIECE = 8192,		/* of salts and passphrases in a row */
	COUNT_CODED = 0xff,	/* 65,011,712 octets: 40 ms */
	CIPHER_ZEROS = 4,	/* contexts for 32 octets of any hash */
};

/* Section 3.7.1.3. */
static uint32_t
count_of(unsigned char coded)
{
	return (16u + (coded & 15)) << ((coded >> 4) + 6);
}

static unsigned char
coded_of(uint32_t count)
{
	unsigned char c = 0;

	while (c < 255 && count_of(c) < count)
		c++;
	return c;
}

enum pgp_result
s2k_read(struct cur *c, struct s2k *out)
{
	struct s2k s = { .type = cur_u8(c) };
	struct span salt = { NULL, 0 };
	enum digest_alg alg;

	if (s.type > S2K_ARGON2 || s.type == 2)
		return c->bad ? PGP_BAD : PGP_UNSUPPORTED;
	if (s.type == S2K_ARGON2) {
		salt = cur_take(c, S2K_ARGON2_SALT);
		s.t = cur_u8(c);
		s.p = cur_u8(c);
		s.m = cur_u8(c);
		/* section 3.7.1.4: m is at least 3 + log2(p), at most 31 */
		if (s.t == 0 || s.p == 0 || s.m > 31 ||
		    (8u * s.p) > (1u << s.m))
			cur_fail(c);
	} else {
		s.hash = cur_u8(c);
		if (s.type != S2K_SIMPLE)
			salt = cur_take(c, S2K_SALT);
		if (s.type == S2K_ITERATED)
			s.count = count_of(cur_u8(c));
	}
	if (c->bad)
		return PGP_BAD;
	if (salt.n > 0)
		memcpy(s.salt, salt.p, salt.n);
	if (s.type != S2K_ARGON2 && !algo_hash(s.hash, &alg))
		return PGP_UNSUPPORTED;
	*out = s;
	return PGP_OK;
}

void
s2k_write(const struct s2k *s, struct buf *out)
{
	buf_byte(out, (unsigned char)s->type);
	if (s->type == S2K_ARGON2) {
		buf_add(out, s->salt, S2K_ARGON2_SALT);
		buf_byte(out, (unsigned char)s->t);
		buf_byte(out, (unsigned char)s->p);
		buf_byte(out, (unsigned char)s->m);
		return;
	}
	buf_byte(out, (unsigned char)s->hash);
	if (s->type != S2K_SIMPLE)
		buf_add(out, s->salt, S2K_SALT);
	if (s->type == S2K_ITERATED)
		buf_byte(out, coded_of(s->count));
}

static void
fresh(enum s2k_type type, const struct env *env, struct s2k *out)
{
	/* RFC 9106 section 4, second choice: 3 passes over 64 MiB */
	*out = (struct s2k){ .type = type, .hash = HASH_SHA256,
	    .count = count_of(COUNT_CODED), .t = 3, .p = 4, .m = 16 };
	env->random(env->arg, out->salt, sizeof(out->salt));
}

/* "total" octets of salt and passphrase over and over. */
static void
hash_rounds(struct digest *d, struct span round, uint64_t total)
{
	struct buf many = BUF(PIECE + round.n);

	while (many.n + round.n <= PIECE || many.n == 0)
		buf_span(&many, round);
	for (; total > many.n; total -= many.n)
		digest_add(d, buf_get0(&many));
	digest_add(d, span_first(buf_get0(&many), (size_t)total));
	buf_free_wipe(&many);
}

/* Sections 3.7.1.1 to 3.7.1.3: as many contexts as the key needs. */
static void
derive_hashed(const struct s2k *s, struct span passphrase,
    unsigned char *out, size_t n)
{
	struct buf round = BUF(S2K_SALT + passphrase.n);
	unsigned char zeros[CIPHER_ZEROS] = { 0 }, part[DIGEST_MAX];
	enum digest_alg alg = DIGEST_SHA1;
	uint64_t total = 0;

	algo_hash(s->hash, &alg);
	if (s->type != S2K_SIMPLE)
		buf_add(&round, s->salt, S2K_SALT);
	buf_span(&round, passphrase);
	/* the whole of it is hashed at least once */
	total = s->type == S2K_ITERATED && s->count > round.n ? s->count :
	    round.n;
	for (size_t i = 0; n > 0; i++) {
		struct digest *d = digest_new(alg);
		size_t size = digest_size(alg), some = n < size ? n : size;

		digest_add(d, span_of(zeros, i));
		if (round.n > 0)
			hash_rounds(d, buf_get0(&round), total);
		digest_final(d, part);
		digest_free(d);
		memcpy(out, part, some);
		out += some;
		n -= some;
	}
	OPENSSL_cleanse(part, sizeof(part));
	buf_free_wipe(&round);
}

static enum pgp_result
over(struct s2k_budget *budget, const char *why)
{
	budget->why = why;
	return PGP_LIMIT;
}

static enum pgp_result
argon2(const struct s2k *s, struct span passphrase,
    struct s2k_budget *budget, unsigned char *out, size_t n)
{
	enum kdf_result r = KDF_TOO_LONG;

	if ((uint64_t)1 << s->m > budget->kib)
		return over(budget, "a passphrase asks for more memory than "
		    "is allowed");
	if (budget->argon2 == 0)
		return over(budget, "more passphrases ask for Argon2 than "
		    "are tried");
	budget->argon2--;
	if (budget->ms > 0)
		r = kdf_argon2id(passphrase, span_of(s->salt,
		    S2K_ARGON2_SALT), s->t, s->p, 1u << s->m,
		    &budget->ms, out, n);
	switch (r) {
	case KDF_DERIVED:
		return PGP_OK;
	case KDF_TOO_LONG:
		return over(budget, "a passphrase asks for more time than is "
		    "allowed");
	default:
		return over(budget, "a passphrase asks for more memory than "
		    "there is");
	}
}

enum pgp_result
s2k_derive(const struct s2k *s, struct span passphrase,
    struct s2k_budget *budget, unsigned char *out, size_t n)
{
	uint64_t cost = s->type == S2K_ITERATED ? s->count : 0;

	if (s->type == S2K_ARGON2)
		return argon2(s, passphrase, budget, out, n);
	if (cost > budget->hashed)
		return over(budget, "passphrases ask for more time than is "
		    "allowed");
	budget->hashed -= cost;
	derive_hashed(s, passphrase, out, n);
	return PGP_OK;
}

void
s2k_make(enum s2k_type type, struct span passphrase, const struct env *env,
    struct s2k *out, unsigned char *key, size_t n)
{
	struct s2k_budget budget = S2K_BUDGET;

	fresh(type, env, out);
	if (s2k_derive(out, passphrase, &budget, key, n) == PGP_OK)
		return;
	fresh(S2K_ITERATED, env, out);
	s2k_derive(out, passphrase, &budget, key, n);
}
