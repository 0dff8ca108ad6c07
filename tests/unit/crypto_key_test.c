/* Which numbers make a public RSA key (RFC 8017 section 3.1). */
#include "unit.h"

#include <string.h>

#include "crypto/key.h"

enum { MODULUS = 128 };

/* SEQUENCE { n, e }: n has 1,024 bits, "last" being its last octet. */
static struct key *
key_with(unsigned char last, struct span e)
{
	unsigned char n[MODULUS];
	struct buf der = BUF(256);
	struct key *k = NULL;

	memset(n, 0xc5, sizeof(n));
	n[MODULUS - 1] = last;
	buf_add(&der, "\x30\x81", 2);
	buf_byte(&der, (unsigned char)(4 + MODULUS + 2 + e.n));
	buf_add(&der, "\x02\x81\x81\x00", 4);
	buf_add(&der, n, sizeof(n));
	buf_byte(&der, 0x02);
	buf_byte(&der, (unsigned char)e.n);
	buf_span(&der, e);
	k = key_rsa_public(buf_get0(&der));
	buf_free(&der);
	return k;
}

static void
numbers_that_are_keys(void **state)
{
	static const struct {
		const char *name;
		unsigned char last;
		struct span e;
		bool good;
	} rows[] = {
		{ "65537", 0xc5, SPAN("\x01\x00\x01"), true },
		{ "3", 0xc5, SPAN("\x03"), true },
		/* padded by anybody, the digest is its own signature */
		{ "1", 0xc5, SPAN("\x01"), false },
		{ "0", 0xc5, SPAN("\x00"), false },
		{ "an even exponent", 0xc5, SPAN("\x01\x00\x00"), false },
		{ "2", 0xc5, SPAN("\x02"), false },
		{ "an even modulus", 0xc4, SPAN("\x01\x00\x01"), false },
		{ "64 bits", 0xc5, SPAN("\x7f\1\1\1\1\1\1\1"), true },
		{ "72 bits", 0xc5, SPAN("\x7f\1\1\1\1\1\1\1\1"), false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct key *k = key_with(rows[i].last, rows[i].e);

		if ((k != NULL) != rows[i].good)
			fail_msg("%s", rows[i].name);
		if (k != NULL)
			assert_int_equal(key_bits(k), 8 * MODULUS);
		key_free(k);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_that_are_keys),
	};

	return cmocka_run_group_tests_name("crypto_key", tests, NULL, NULL);
}
