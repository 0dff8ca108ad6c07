/* From u to y, against big integers of libcrypto. */
#include "unit.h"

#include <openssl/bn.h>
#include <string.h>

#include "ratchet/field.h"
#include "sys/env.h"

static BIGNUM *p;
static BN_CTX *ctx;

/* (u - 1) / (u + 1) mod p the slow way; false where there is none. */
static bool
slow(const unsigned char *u, unsigned char *y)
{
	BIGNUM *a = BN_lebin2bn(u, 32, NULL), *b = BN_dup(a);
	bool ok = false;

	BN_sub_word(a, 1);
	BN_nnmod(a, a, p, ctx);
	BN_add_word(b, 1);
	BN_nnmod(b, b, p, ctx);
	ok = !BN_is_zero(b);
	if (ok) {
		BN_mod_inverse(b, b, p, ctx);
		BN_mod_mul(a, a, b, p, ctx);
		BN_bn2lebinpad(a, y, 32);
	}
	BN_free(a);
	BN_free(b);
	return ok;
}

static void
same(const unsigned char *u)
{
	unsigned char want[32] = { 0 }, got[32] = { 0 }, back[32];
	bool ok = slow(u, want);

	assert_int_equal(field_edwards_y(u, got), ok);
	if (!ok)
		return;
	assert_memory_equal(want, got, sizeof(got));
	got[31] |= 0x80;
	field_montgomery_u(got, back);
	/* in the one spelling, which u has below p */
	field_edwards_y(back, got);
	assert_memory_equal(want, got, sizeof(got));
}

static void
test_random(void **state)
{
	unsigned char u[32];
	struct env env;

	(void)state;
	env_system(&env);
	for (int i = 0; i < 2000; i++) {
		env.random(NULL, u, sizeof(u));
		u[31] &= 0x7f;
		same(u);
	}
}

/* 0 to 40, and as many around each power of two and below p. */
static void
test_edges(void **state)
{
	unsigned char u[32];
	BIGNUM *n = BN_new();

	(void)state;
	for (int bit = 0; bit <= 255; bit++)
		for (int away = -20; away <= 20; away++) {
			BN_set_word(n, 0);
			if (bit == 255)
				BN_copy(n, p);
			else
				BN_set_bit(n, bit);
			if (away < 0)
				BN_sub_word(n, (BN_ULONG)-away);
			else
				BN_add_word(n, (BN_ULONG)away);
			if (BN_is_negative(n) || BN_num_bits(n) > 255)
				continue;
			BN_bn2lebinpad(n, u, 32);
			same(u);
		}
	BN_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_edges),
	};
	int failed = 0;

	ctx = BN_CTX_new();
	p = BN_new();
	BN_set_bit(p, 255);
	BN_sub_word(p, 19);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	BN_free(p);
	BN_CTX_free(ctx);
	return failed;
}
