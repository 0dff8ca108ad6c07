/* HMAC and HKDF against RFC 4231 and RFC 5869, AES-CBC against SP 800-38A. */
#include "unit.h"

#include <string.h>

#include "crypto/aes_cbc.h"
#include "crypto/hmac.h"

static void
test_hmac(void **state)
{
	static const struct {
		const char *name;
		struct span key, data;
		const char *want;
	} rows[] = {
		{ "RFC 4231 test case 2", SPAN("Jefe"),
		    SPAN("what do ya want for nothing?"),
		    "\x5b\xdc\xc1\x46\xbf\x60\x75\x4e\x6a\x04\x24\x26\x08\x95"
		    "\x75\xc7\x5a\x00\x3f\x08\x9d\x27\x39\x83\x9d\xec\x58\xb9"
		    "\x64\xec\x38\x43" },
		{ "RFC 4231 test case 1", SPAN("\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		    "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"),
		    SPAN("Hi There"),
		    "\xb0\x34\x4c\x61\xd8\xdb\x38\x53\x5c\xa8\xaf\xce\xaf\x0b"
		    "\xf1\x2b\x88\x1d\xc2\x00\xc9\x83\x3d\xa7\x26\xe9\x37\x6c"
		    "\x2e\x32\xcf\xf7" },
	};
	unsigned char got[HMAC_SIZE];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span parts[2] = { span_first(rows[i].data, 3),
		    span_from(rows[i].data, 3) };

		hmac_sha256(rows[i].key, parts, 2, got);
		if (memcmp(got, rows[i].want, sizeof(got)) != 0)
			fail_msg("%s", rows[i].name);
	}
}

static void
test_hkdf(void **state)
{
	unsigned char ikm[22], got[42];

	(void)state;
	memset(ikm, 0x0b, sizeof(ikm));
	/* RFC 5869 A.1 and A.3 */
	hkdf_sha256(span_of(ikm, 22), SPAN("\0\1\2\3\4\5\6\7\x08\x09\x0a\x0b"
	    "\x0c"), SPAN("\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9"), got,
	    sizeof(got));
	assert_memory_equal(got, "\x3c\xb2\x5f\x25\xfa\xac\xd5\x7a\x90\x43\x4f"
	    "\x64\xd0\x36\x2f\x2a\x2d\x2d\x0a\x90\xcf\x1a\x5a\x4c\x5d\xb0\x2d"
	    "\x56\xec\xc4\xc5\xbf\x34\x00\x72\x08\xd5\xb8\x87\x18\x58\x65",
	    42);
	hkdf_sha256(span_of(ikm, 22), SPAN(""), SPAN(""), got, sizeof(got));
	assert_memory_equal(got, "\x8d\xa4\xe7\x75\xa5\x63\xc1\x8f\x71\x5f\x80"
	    "\x2a\x06\x3c\x5a\x31\xb8\xa1\x1f\x5c\x5e\xe1\x87\x9e\xc3\x45\x4e"
	    "\x5f\x3c\x73\x8d\x2d\x9d\x20\x13\x95\xfa\xa4\xb6\x1a\x96\xc8",
	    42);
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
