/* RFC 7748 sections 5.2 and 6.1, RFC 8410 section 10, and what is no key. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../support/hex.h"
#include "base/b64.h"
#include "crypto/x25519.h"

static void
key_of(unsigned char out[static X25519_SIZE], const char *hex)
{
	struct buf b = unhex(hex);

	assert_int_equal(b.n, X25519_SIZE);
	memcpy(out, b.p, b.n);
	buf_free(&b);
}

static void
diffie_hellman(void **state)
{
	static const char *const secret[] = {
		"77076d0a7318a57d3c16c17251b26645"
		"df4c2f87ebc0992ab177fba51db92c2a",
		"5dab087e624a8a4b79e17f8b83800ee6"
		"6f3bb1292618b6fd1c2f8b27ff88e0eb",
	};
	static const char *const public[] = {
		"8520f0098930a754748b7ddcb43ef75a"
		"0dbf3a0d26381af4eba4a98eaa9b4e6a",
		"de9edb7d7b7dc1b4d35b61c2ece43537"
		"3f8343c85b78674dadfc7e146f882b4f",
	};
	unsigned char want[X25519_SIZE], got[X25519_SIZE], own[X25519_SIZE];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct x25519 *k = NULL;

		key_of(own, secret[i]);
		k = x25519_of(own);
		key_of(want, public[i]);
		x25519_public(k, got);
		assert_memory_equal(want, got, X25519_SIZE);
		key_of(own, public[1 - i]);
		assert_true(x25519_shared(k, own, got));
		key_of(want, "4a5d9d5ba4ce2de1728e3bf480350f25"
		    "e07e21c947d19e3376f09b3c1e161742");
		assert_memory_equal(want, got, X25519_SIZE);
		x25519_free(k);
	}
}

/* Every point of small order with a spelling below the prime. */
static void
small_orders_are_refused(void **state)
{
	static const char *const points[] = {
		"00000000000000000000000000000000"
		"00000000000000000000000000000000",
		"01000000000000000000000000000000"
		"00000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46a"
		"da098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b"
		"04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff7f",
	};
	unsigned char own[X25519_SIZE] = { 9 }, point[X25519_SIZE];
	unsigned char out[X25519_SIZE] = { 42 };
	struct x25519 *k = x25519_of(own);

	(void)state;
	for (size_t i = 0; i < ROWS(points); i++) {
		key_of(point, points[i]);
		assert_false(x25519_shared(k, point, out));
		assert_int_equal(out[0], 42);
	}
	x25519_free(k);
}

static const struct {
	const char *name, *text;
	enum key_load want;
} files[] = {
	{ "RFC 8410's Ed25519 key", "-----BEGIN PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
	    "-----END PRIVATE KEY-----\n", KEY_WRONG_TYPE },
	{ "PKCS #8", "-----BEGIN PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
	    "-----END PRIVATE KEY-----\n", KEY_LOADED },
	{ "text in front", "a key:\n-----BEGIN PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
	    "-----END PRIVATE KEY-----\n", KEY_LOADED },
	{ "cut short", "-----BEGIN PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVg=\n"
	    "-----END PRIVATE KEY-----\n", KEY_NOT_A_KEY },
	{ "base64", "1O5y2/kTWErVttjx92n4rTr+fCjL8dT74Jeoj0R1WEI=\n",
	    KEY_LOADED },
	{ "31 octets", "1O5y2/kTWErVttjx92n4rTr+fCjL8dT74Jeoj0R1WA==\n",
	    KEY_NOT_A_KEY },
	{ "33 octets", "1O5y2/kTWErVttjx92n4rTr+fCjL8dT74Jeoj0R1WEIA\n",
	    KEY_NOT_A_KEY },
	{ "hexadecimal", "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe0"
	    "97a88f44755842", KEY_NOT_A_KEY },
	{ "nothing", "", KEY_NOT_A_KEY },
	{ "a passphrase", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n", KEY_ENCRYPTED },
	{ "another PEM", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n"
	    "-----END RSA PRIVATE KEY-----\n", KEY_WRONG_TYPE },
};

static void
private_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(files); i++) {
		struct x25519 *k = NULL;
		enum key_load got = x25519_private(span_str(files[i].text),
		    &k);

		if (got != files[i].want || (k != NULL) !=
		    (got == KEY_LOADED))
			fail_msg("%s: %d", files[i].name, (int)got);
		x25519_free(k);
	}
}

/* What is written is read again, and has the octets of RFC 8410. */
static void
private_files_round_trip(void **state)
{
	unsigned char secret[X25519_SIZE] = { 1, 2, 3 };
	unsigned char a[X25519_SIZE], b[X25519_SIZE];
	struct x25519 *k = x25519_of(secret), *again = NULL;
	struct buf pem = BUF(1024), raw = BUF(64), text = BUF(128);

	(void)state;
	x25519_public(k, a);
	x25519_private_pem(k, &pem);
	assert_int_equal(x25519_private(buf_get0(&pem), &again), KEY_LOADED);
	x25519_public(again, b);
	assert_memory_equal(a, b, X25519_SIZE);
	x25519_free(again);
	x25519_private_raw(k, &raw);
	/* clamped: the same number to who clamps and to who does not */
	assert_int_equal(raw.n, X25519_SIZE);
	assert_int_equal(raw.p[0] & 7, 0);
	assert_int_equal(raw.p[31] & 0xc0, 0x40);
	b64_encode(&text, buf_get0(&raw));
	assert_int_equal(x25519_private(buf_get0(&text), &again), KEY_LOADED);
	x25519_public(again, b);
	assert_memory_equal(a, b, X25519_SIZE);
	x25519_free(again);
	x25519_free(k);
	buf_free(&pem);
	buf_free(&raw);
	buf_free(&text);
}

static const struct {
	const char *name, *text;
	bool ok;
} publics[] = {
	{ "base64", "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=", true },
	{ "a line", "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n", true },
	{ "SubjectPublicKeyInfo", "-----BEGIN PUBLIC KEY-----\n"
	    "MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n"
	    "-----END PUBLIC KEY-----\n", true },
	{ "an Ed25519 key", "-----BEGIN PUBLIC KEY-----\n"
	    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
	    "-----END PUBLIC KEY-----\n", false },
	{ "the prime less one", "7P///////////////////////////////////////38=",
	    true },
	{ "the prime", "7f///////////////////////////////////////38=", false },
	{ "the highest bit", "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTuo=",
	    false },
	{ "33 octets, a type in front",
	    "BYUg8AmJMKdUdIt93LQ+91oNvzoNJjga9OukqY6qm05q", false },
	{ "nothing", "", false },
};

static void
public_keys(void **state)
{
	unsigned char out[X25519_SIZE];

	(void)state;
	for (size_t i = 0; i < ROWS(publics); i++)
		if (x25519_public_read(span_str(publics[i].text), out) !=
		    publics[i].ok)
			fail_msg("%s", publics[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diffie_hellman),
		cmocka_unit_test(small_orders_are_refused),
		cmocka_unit_test(private_files),
		cmocka_unit_test(private_files_round_trip),
		cmocka_unit_test(public_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
