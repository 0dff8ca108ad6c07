/* HMAC and HKDF against RFC 4231 and RFC 5869, AES-CBC against SP 800-38A. */
#include "unit.h"

#include <string.h>

#include "../support/hex.h"
#include "crypto/aes_cbc.h"
#include "crypto/hmac.h"
#include "crypto/kdf.h"

static void
same(struct span got, const char *hex)
{
	assert_true(hex_eq(got, hex));
}

/* RFC 4231 test cases 1, 2 and 6 (a key longer than a block). */
static void
test_hmac(void **state)
{
	unsigned char long_key[131], out[HMAC_SIZE];
	struct buf key = unhex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	struct hmac *h = NULL;

	(void)state;
	hmac_sha256(buf_get0(&key), (const struct span[]){ SPAN("Hi"),
	    SPAN(" There") }, 2, out);
	same(span_of(out, sizeof(out)), "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	h = hmac_new(SPAN("Jefe"));
	hmac_add(h, SPAN("what do ya want "));
	hmac_add(h, SPAN("for nothing?"));
	hmac_final(h, out);
	hmac_free(h);
	same(span_of(out, sizeof(out)), "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	memset(long_key, 0xaa, sizeof(long_key));
	hmac_sha256(span_of(long_key, sizeof(long_key)),
	    (const struct span[]){ SPAN("Test Using Larger Than "
	    "Block-Size Key - Hash Key First") }, 1, out);
	same(span_of(out, sizeof(out)), "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
	buf_free(&key);
}

/* RFC 5869 A.1, A.2 and A.3 (neither salt nor info). */
static void
test_hkdf(void **state)
{
	struct buf ikm = unhex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	struct buf salt = unhex("000102030405060708090a0b0c");
	struct buf info = unhex("f0f1f2f3f4f5f6f7f8f9");
	unsigned char out[82], octets[3][80];

	(void)state;
	kdf_hkdf(DIGEST_SHA256, buf_get0(&ikm), buf_get0(&salt),
	    buf_get0(&info), out, 42);
	same(span_of(out, 42), "3cb25f25faacd57a90434f64d0362f2a"
	    "2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
	for (int i = 0; i < 80; i++) {
		octets[0][i] = (unsigned char)i;
		octets[1][i] = (unsigned char)(0x60 + i);
		octets[2][i] = (unsigned char)(0xb0 + i);
	}
	kdf_hkdf(DIGEST_SHA256, span_of(octets[0], 80), span_of(octets[1], 80),
	    span_of(octets[2], 80), out, 82);
	same(span_of(out, 82), "b11e398dc80327a1c8e7f78c596a4934"
	    "4f012eda2d4efad8a050cc4c19afa97c"
	    "59045a99cac7827271cb41c65e590e09"
	    "da3275600c2f09b8367793a9aca3db71"
	    "cc30c58179ec3e87c14c01d5c1f3434f1d87");
	kdf_hkdf(DIGEST_SHA256, buf_get0(&ikm), SPAN(""), SPAN(""), out, 42);
	same(span_of(out, 42), "8da4e775a563c18f715f802a063c5a31"
	    "b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
	buf_free(&ikm);
	buf_free(&salt);
	buf_free(&info);
}

static void
test_cbc(void **state)
{
	/* SP 800-38A F.2.5, first block */
	static const unsigned char key[] = {
		0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73,
		0xae, 0xf0, 0x85, 0x7d, 0x77, 0x81, 0x1f, 0x35, 0x2c, 0x07,
		0x3b, 0x61, 0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14,
		0xdf, 0xf4,
	}, iv[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	const struct span plain = SPAN("\x6b\xc1\xbe\xe2\x2e\x40\x9f\x96\xe9"
	    "\x3d\x7e\x11\x73\x93\x17\x2a");
	struct buf sealed = BUF(64), open = BUF(64), small = BUF(31);

	(void)state;
	aes_cbc_seal(key, iv, plain, &sealed);
	assert_int_equal(sealed.n, 32);
	assert_memory_equal(sealed.p, "\xf5\x8c\x4c\x04\xd6\xe5\xf1\xba\x77"
	    "\x9e\xab\xfb\x5f\x7b\xfb\xd6", 16);
	assert_true(aes_cbc_open(key, iv, buf_get0(&sealed), &open));
	assert_true(span_eq(buf_get0(&open), plain));
	sealed.p[31] ^= 1;
	assert_false(aes_cbc_open(key, iv, buf_get0(&sealed), &open));
	assert_false(aes_cbc_open(key, iv, span_of(sealed.p, 17), &open));
	assert_false(aes_cbc_open(key, iv, span_of(sealed.p, 0), &open));
	assert_int_equal(open.n, 16);
	aes_cbc_seal(key, iv, plain, &small);
	assert_true(small.over);
	/* empty text is one block of padding */
	buf_reset(&sealed);
	buf_reset(&open);
	aes_cbc_seal(key, iv, SPAN(""), &sealed);
	assert_int_equal(sealed.n, 16);
	assert_true(aes_cbc_open(key, iv, buf_get0(&sealed), &open));
	assert_int_equal(open.n, 0);
	buf_free(&sealed);
	buf_free(&open);
	buf_free(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_hkdf),
		cmocka_unit_test(test_cbc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
