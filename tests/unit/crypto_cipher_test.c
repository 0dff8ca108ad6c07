/*
 * Ciphers against the documents' own vectors, and the fast
 * CFB decryption against EVP's encryption, cut at every place.
 */
#include "unit.h"

#include <string.h>

#include "../support/hex.h"
#include "crypto/aead.h"
#include "crypto/cipher.h"

static void
same(struct span got, const char *want, const char *name)
{
	if (!hex_eq(got, want))
		fail_msg("%s", name);
}

static const struct {
	const char *name;
	enum aead_mode mode;
	const char *key, *nonce, *ad, *text, *sealed;
} aeads[] = {
	{ "EAX paper, empty", AEAD_EAX, "233952dee4d5ed5f9b9c6d6ff80ff478",
	  "62ec67f9c3a4a407fcb2a8c49031a8b3", "6bfb914fd07eae6b", "",
	  "e037830e8389f27b025a2d6527e79d01" },
	{ "EAX paper, 21 octets", AEAD_EAX,
	  "8395fcf1e95bebd697bd010bc766aac3",
	  "22e7add93cfc6393c57ec0b3c17d6b44", "126735fcc320d25a",
	  "ca40d7446e545ffaed3bd12a740a659ffbbb3ceab7",
	  "cb8920f87a6c75cff39627b56e3ed197c552d295a7"
	  "cfc46afc253b4652b1af3795b124ab6e" },
	{ "OCB with 15 octets of nonce", AEAD_OCB, "000102030405060708090a0b0c0d0e0f",
	  "bbaa99887766554433221100bbaa99", "", "", NULL },
	{ "GCM test case 4", AEAD_GCM, "feffe9928665731c6d6a8f9467308308",
	  "cafebabefacedbaddecaf888",
	  "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721"
	  "c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
	  "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
	  "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
	  "5bc94fbc3221a5db94fae95ae7121a47" },
};

static void
aead_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(aeads); i++) {
		struct buf key = unhex(aeads[i].key), n = unhex(aeads[i].nonce);
		struct buf ad = unhex(aeads[i].ad), in = unhex(aeads[i].text);
		struct aead *seal = aead_new(aeads[i].mode, buf_get0(&key),
		    true);
		struct aead *open = aead_new(aeads[i].mode, buf_get0(&key),
		    false);
		unsigned char out[256], back[256];

		aead_seal(seal, n.p, buf_get0(&ad), buf_get0(&in), out);
		if (aeads[i].sealed != NULL)
			same(span_of(out, in.n + AEAD_TAG), aeads[i].sealed,
			    aeads[i].name);
		assert_true(aead_open(open, n.p, buf_get0(&ad),
		    span_of(out, in.n + AEAD_TAG), back));
		assert_true(span_eq(span_of(back, in.n), buf_get0(&in)));
		for (size_t at = 0; at < in.n + AEAD_TAG; at++) {
			out[at] ^= 1;
			if (aead_open(open, n.p, buf_get0(&ad),
			    span_of(out, in.n + AEAD_TAG), back))
				fail_msg("%s: octet %zu", aeads[i].name, at);
			out[at] ^= 1;
		}
		aead_free(seal);
		aead_free(open);
		buf_free(&key);
		buf_free(&n);
		buf_free(&ad);
		buf_free(&in);
	}
}

/* The same octets whatever the length and however they are cut. */
static void
aeads_of_every_length(void **state)
{
	static const enum aead_mode modes[] = { AEAD_EAX, AEAD_OCB,
	    AEAD_GCM };
	unsigned char text[100], out[116], nonce[16] = "nonce";

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)(i * 7);
	for (size_t m = 0; m < ROWS(modes); m++)
		for (size_t n = 0; n <= sizeof(text); n++) {
			struct span key = SPAN("0123456789abcdef01234567");
			struct aead *seal = aead_new(modes[m], key, true);
			struct aead *open = aead_new(modes[m], key, false);

			memcpy(out, text, n);
			aead_seal(seal, nonce, SPAN("ad"), span_of(out, n),
			    out);
			assert_true(aead_open(open, nonce, SPAN("ad"),
			    span_of(out, n + AEAD_TAG), out));
			assert_memory_equal(out, text, n);
			aead_free(seal);
			aead_free(open);
		}
	assert_null(aead_new(AEAD_OCB, SPAN("short"), true));
}

/* NIST SP 800-38A F.3.13, CFB128-AES128. */
static void
cfb_vector(void **state)
{
	struct buf key = unhex("2b7e151628aed2a6abf7158809cf4f3c");
	struct buf iv = unhex("000102030405060708090a0b0c0d0e0f");
	struct buf in = unhex("6bc1bee22e409f96e93d7e117393172a"
	    "ae2d8a571e03ac9c9eb76fac45af8e51");
	unsigned char out[32];
	struct cfb *c = cfb_encrypt_new("AES-128", buf_get0(&key), iv.p);

	(void)state;
	cfb_run(c, buf_get0(&in), out);
	same(span_of(out, 32), "3b3fd92eb72dad20333449f8e83cfb4a"
	    "c8a64537a0b3a93fcde3cdad9f1ce58b", "CFB");
	cfb_free(c);
	buf_free(&key);
	buf_free(&iv);
	buf_free(&in);
}

static void
cfb_of_every_cut(void **state)
{
	static unsigned char text[40000], sealed[40000], out[40000];
	static const size_t cuts[] = { 0, 1, 15, 16, 17, 31, 100, 16383,
	    16384, 16385, 39999 };
	static const unsigned char iv[16];
	struct span key = SPAN("0123456789abcdef0123456789abcdef");
	struct cfb *c = cfb_encrypt_new("AES-256", key, iv);

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)(i * 31 >> 3);
	cfb_run(c, span_of(text, sizeof(text)), sealed);
	cfb_free(c);
	for (size_t i = 0; i < ROWS(cuts); i++)
		for (size_t j = i; j < ROWS(cuts); j++) {
			size_t a = cuts[i], b = cuts[j];

			c = cfb_decrypt_new("AES-256", key, iv);
			memcpy(out, sealed, sizeof(out));
			cfb_run(c, span_of(out, a), out);
			cfb_run(c, span_of(out + a, b - a), out + a);
			cfb_run(c, span_of(out + b, sizeof(out) - b),
			    out + b);
			assert_memory_equal(out, text, sizeof(text));
			cfb_free(c);
			c = cfb_encrypt_new("AES-256", key, iv);
			cfb_run(c, span_of(out, a), out);
			cfb_run(c, span_of(out + a, b - a), out + a);
			cfb_run(c, span_of(out + b, sizeof(out) - b),
			    out + b);
			assert_memory_equal(out, sealed, sizeof(sealed));
			cfb_free(c);
		}
	assert_null(cfb_encrypt_new("AES-256", SPAN("short"), iv));
	assert_null(cfb_encrypt_new("NOSUCH-256", key, iv));
}

static void
wrap_vector(void **state)
{
	struct buf kek = unhex("000102030405060708090a0b0c0d0e0f");
	struct buf in = unhex("00112233445566778899aabbccddeeff");
	struct buf out = BUF(256), back = BUF(256);

	(void)state;
	assert_true(aes_wrap(buf_get0(&kek), buf_get0(&in), &out));
	same(buf_get0(&out), "1fa68b0a8112b447aef34bd8fb5a7b82"
	    "9d3e862371d2cfe5", "RFC 3394 4.1");
	assert_true(aes_unwrap(buf_get0(&kek), buf_get0(&out), &back));
	assert_true(span_eq(buf_get0(&back), buf_get0(&in)));
	out.p[3] ^= 1;
	buf_reset(&back);
	assert_false(aes_unwrap(buf_get0(&kek), buf_get0(&out), &back));
	assert_int_equal(back.n, 0);
	assert_false(aes_wrap(buf_get0(&kek), SPAN("odd"), &back));
	buf_free(&kek);
	buf_free(&in);
	buf_free(&out);
	buf_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aead_vectors),
		cmocka_unit_test(aeads_of_every_length),
		cmocka_unit_test(cfb_vector),
		cmocka_unit_test(cfb_of_every_cut),
		cmocka_unit_test(wrap_vector),
	};

	return cmocka_run_group_tests_name("crypto_cipher", tests, NULL,
	    NULL);
}
