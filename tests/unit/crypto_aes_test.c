/*
 * AES-256 against the tables of its standards: SP 800-38A appendix F, the GCM
 * specification's appendix B.
 */
#include "unit.h"

#include <string.h>

#include "../support/hex.h"
#include "crypto/aes.h"
#include "crypto/aes_cbc.h"

static void
same(struct span got, const char *hex)
{
	assert_true(hex_eq(got, hex));
}

static const char key_38a[] =
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
static const char plain_38a[] =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";

/* F.1.5, the first block. */
static void
one_block(void **state)
{
	struct aes *a = aes_new();
	struct buf key = unhex(key_38a), plain = unhex(plain_38a);
	unsigned char out[AES_BLOCK_SIZE];

	(void)state;
	for (int i = 0; i < 2; i++) {
		aes_block(a, key.p, plain.p, out);
		same(span_of(out, sizeof(out)),
		    "f3eed1bdb5d2a03c064b5a7e3db181f8");
	}
	aes_free(a);
	buf_free(&key);
	buf_free(&plain);
}

/* F.2.5, two blocks; the third is padding. */
static void
cbc(void **state)
{
	struct buf key = unhex(key_38a), plain = unhex(plain_38a);
	struct buf iv = unhex("000102030405060708090a0b0c0d0e0f");
	struct buf out = BUF(64), back = BUF(64);

	(void)state;
	aes_cbc_seal(key.p, iv.p, buf_get0(&plain), &out);
	assert_int_equal(out.n, 48);
	same(span_first(buf_get0(&out), 32),
	    "f58c4c04d6e5f1ba779eabfb5f7bfbd6"
	    "9cfc4e967edb808d679f777bc6702c7d");
	assert_true(aes_cbc_open(key.p, iv.p, buf_get0(&out), &back));
	assert_true(span_eq(buf_get0(&back), buf_get0(&plain)));
	/* two blocks alone end in no padding, half a block is none */
	buf_reset(&back);
	assert_false(aes_cbc_open(key.p, iv.p,
	    span_first(buf_get0(&out), 32), &back));
	assert_false(aes_cbc_open(key.p, iv.p,
	    span_first(buf_get0(&out), 40), &back));
	assert_false(aes_cbc_open(key.p, iv.p, SPAN(""), &back));
	assert_int_equal(back.n, 0);
	buf_free(&key);
	buf_free(&plain);
	buf_free(&iv);
	buf_free(&out);
	buf_free(&back);
}

/* F.5.5, cut at every octet. */
static void
ctr(void **state)
{
	struct aes *a = aes_new();
	struct buf key = unhex(key_38a), plain = unhex(plain_38a);
	struct buf iv = unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");

	(void)state;
	for (size_t cut = 0; cut <= plain.n; cut++) {
		struct buf out = BUF(64);

		aes_ctr_start(a, key.p, iv.p);
		aes_ctr_add(a, span_first(buf_get0(&plain), cut), &out);
		aes_ctr_add(a, span_from(buf_get0(&plain), cut), &out);
		same(buf_get0(&out), "601ec313775789a5b7a7f504bbf3d228"
		    "f443e3ca4d62b59aca84e990cacaf5c5");
		buf_free(&out);
	}
	aes_free(a);
	buf_free(&key);
	buf_free(&plain);
	buf_free(&iv);
}

/* Test cases 16 (96 bits of IV) and 18 (60 octets), one context for both. */
static void
gcm(void **state)
{
	static const struct {
		const char *iv, *sealed;
	} rows[] = {
		{ "cafebabefacedbaddecaf888",
		    "522dc1f099567d07f47f37a32a84427d"
		    "643a8cdcbfe5c0c97598a2bd2555d1aa"
		    "8cb08e48590dbb3da7b08b1056828838"
		    "c5f61e6393ba7a0abcc9f662"
		    "76fc6ece0f4e1768cddf8853bb2d551b" },
		{ "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a31"
		    "8a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637"
		    "b39b",
		    "5a8def2f0c9e53f1f75d7853659e2a20"
		    "eeb2b22aafde6419a058ab4f6f746bf4"
		    "0fc0c3b780f244452da3ebf1c5d82cde"
		    "a2418997200ef82e44ae7e3f"
		    "a44a8266ee1c8eb0c8b5d4cf5ae9f19a" },
	};
	struct buf key = unhex("feffe9928665731c6d6a8f9467308308"
	    "feffe9928665731c6d6a8f9467308308");
	struct buf aad = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
	struct buf plain = unhex("d9313225f88406e5a55909c5aff5269a"
	    "86a7a9531534f7da2e4c303d8a318a72"
	    "1c3c0c95956809532fcf0e2449a6b525"
	    "b16aedf5aa0de657ba637b39");
	struct aes *a = aes_new();

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf iv = unhex(rows[i].iv), out = BUF(128);
		struct buf back = BUF(128);

		aes_gcm_seal(a, key.p, buf_get0(&iv), buf_get0(&aad),
		    buf_get0(&plain), &out);
		same(buf_get0(&out), rows[i].sealed);
		assert_true(aes_gcm_open(a, key.p, buf_get0(&iv),
		    buf_get0(&aad), buf_get0(&out), &back));
		assert_true(span_eq(buf_get0(&back), buf_get0(&plain)));
		buf_reset(&back);
		/* every bit counts: of the text, of the tag, of the AAD */
		for (size_t at = 0; at < out.n; at++) {
			out.p[at] ^= 1;
			assert_false(aes_gcm_open(a, key.p, buf_get0(&iv),
			    buf_get0(&aad), buf_get0(&out), &back));
			out.p[at] ^= 1;
		}
		assert_false(aes_gcm_open(a, key.p, buf_get0(&iv),
		    span_from(buf_get0(&aad), 1), buf_get0(&out), &back));
		assert_false(aes_gcm_open(a, key.p, buf_get0(&iv),
		    buf_get0(&aad), span_first(buf_get0(&out), 15), &back));
		assert_int_equal(back.n, 0);
		buf_free(&iv);
		buf_free(&out);
		buf_free(&back);
	}
	aes_free(a);
	buf_free(&key);
	buf_free(&aad);
	buf_free(&plain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_block),
		cmocka_unit_test(cbc),
		cmocka_unit_test(ctr),
		cmocka_unit_test(gcm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
