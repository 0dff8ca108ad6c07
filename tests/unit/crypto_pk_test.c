/*
 * Public-key operations: what a key of its own parts does, and that halves
 * which do not belong together make no key.
 */
#include "unit.h"

#include <string.h>

#include "crypto/pk.h"

#define NONE ((struct span){ NULL, 0 })

static const struct {
	const char *name;
	enum pk_kind kind;
	bool signs;
} kinds[] = {
	{ "P-256", PK_P256, true }, { "P-384", PK_P384, true },
	{ "P-521", PK_P521, true },
	{ "brainpoolP256r1", PK_BRAINPOOL256, true },
	{ "brainpoolP384r1", PK_BRAINPOOL384, true },
	{ "brainpoolP512r1", PK_BRAINPOOL512, true },
	{ "Ed25519", PK_ED25519, true }, { "Ed448", PK_ED448, true },
	{ "X25519", PK_X25519, false }, { "X448", PK_X448, false },
};

static struct pk *
of_parts(enum pk_kind kind, struct span pub, struct span secret)
{
	return kind <= PK_BRAINPOOL512 ? pk_ec(kind, pub, secret) :
	    pk_raw(kind, pub, secret);
}

static void
check_signature(const struct pk *secret, const struct pk *pub,
    const char *name)
{
	unsigned char digest[32];
	struct span d = span_of(digest, sizeof(digest));
	struct buf sig = BUF(4096);

	digest_of(DIGEST_SHA256, SPAN("text"), digest);
	assert_true(pk_sign(secret, DIGEST_SHA256, d, &sig));
	if (!pk_verify(pub, DIGEST_SHA256, d, buf_get0(&sig)))
		fail_msg("%s: verify", name);
	sig.p[sig.n / 2] ^= 1;
	assert_false(pk_verify(pub, DIGEST_SHA256, d, buf_get0(&sig)));
	sig.p[sig.n / 2] ^= 1;
	digest[0] ^= 1;
	assert_false(pk_verify(pub, DIGEST_SHA256, d, buf_get0(&sig)));
	assert_false(pk_verify(pub, DIGEST_SHA256, d, SPAN("short")));
	buf_free(&sig);
}

static void
check_agreement(const struct pk *a, const char *name)
{
	struct pk *b = pk_generate(pk_kind(a), 0);
	struct buf pa = BUF(200), pb = BUF(200), one = BUF(80),
	    two = BUF(80);

	pk_public(a, &pa);
	pk_public(b, &pb);
	assert_true(pk_agree(a, buf_get0(&pb), &one));
	assert_true(pk_agree(b, buf_get0(&pa), &two));
	if (!span_eq(buf_get0(&one), buf_get0(&two)))
		fail_msg("%s: agree", name);
	/* RFC 7748 section 6: a point of small order gives nothing */
	memset(pb.p, 0, pb.n);
	buf_reset(&one);
	assert_false(pk_agree(a, buf_get0(&pb), &one));
	assert_int_equal(one.n, 0);
	buf_free(&pa);
	buf_free(&pb);
	buf_free_wipe(&one);
	buf_free_wipe(&two);
	pk_free(b);
}

static void
curves(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(kinds); i++) {
		struct pk *made = pk_generate(kinds[i].kind, 0);
		struct pk *foreign = pk_generate(kinds[i].kind, 0);
		struct buf pub = BUF(200), secret = BUF(200);
		struct buf other = BUF(200);
		struct pk *whole = NULL, *half = NULL;

		pk_public(made, &pub);
		pk_secret(made, &secret);
		pk_secret(foreign, &other);
		whole = of_parts(kinds[i].kind, buf_get0(&pub),
		    buf_get0(&secret));
		half = of_parts(kinds[i].kind, buf_get0(&pub), NONE);
		if (whole == NULL || half == NULL)
			fail_msg("%s: of its parts", kinds[i].name);
		if (kinds[i].signs)
			check_signature(whole, half, kinds[i].name);
		if (kinds[i].kind <= PK_BRAINPOOL512 || !kinds[i].signs)
			check_agreement(whole, kinds[i].name);
		/* another's secret half */
		assert_null(of_parts(kinds[i].kind, buf_get0(&pub),
		    buf_get0(&other)));
		assert_null(of_parts(kinds[i].kind,
		    span_from(buf_get0(&pub), 1), NONE));
		pk_free(made);
		pk_free(foreign);
		pk_free(whole);
		pk_free(half);
		buf_free(&pub);
		buf_free_wipe(&secret);
		buf_free_wipe(&other);
	}
}

static void
no_point_of_the_curve(void **state)
{
	unsigned char point[65] = { 4, 1, 2, 3 };

	(void)state;
	assert_null(pk_ec(PK_P256, span_of(point, sizeof(point)), NONE));
}

static void
rsa(void **state)
{
	struct pk *made = pk_generate(PK_RSA, 2048), *whole = NULL,
	    *half = NULL;
	struct buf v[6], sealed = BUF(512), back = BUF(512);
	struct pk_rsa secret;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		v[i] = BUF(1024);
	pk_rsa_parts(made, v);
	secret = (struct pk_rsa){ buf_get0(&v[2]), buf_get0(&v[3]),
	    buf_get0(&v[4]), buf_get0(&v[5]) };
	whole = pk_rsa(buf_get0(&v[0]), buf_get0(&v[1]), &secret);
	half = pk_rsa(buf_get0(&v[0]), buf_get0(&v[1]), NULL);
	assert_non_null(whole);
	assert_non_null(half);
	assert_int_equal(pk_bits(half), 2048);
	check_signature(whole, half, "RSA");
	assert_true(pk_rsa_encrypt(half, SPAN("key"), &sealed));
	assert_true(pk_rsa_decrypt(whole, buf_get0(&sealed), &back));
	assert_true(span_eq(buf_get0(&back), SPAN("key")));
	/* exponents that hide nothing, or are none */
	assert_null(pk_rsa(buf_get0(&v[0]), SPAN("\x01"), NULL));
	assert_null(pk_rsa(buf_get0(&v[0]), SPAN("\x01\x02"), NULL));
	v[0].p[v[0].n - 1] ^= 1;
	assert_null(pk_rsa(buf_get0(&v[0]), buf_get0(&v[1]), NULL));
	v[0].p[v[0].n - 1] ^= 1;
	/* the inverse of the other factor */
	secret.p = buf_get0(&v[4]);
	secret.q = buf_get0(&v[3]);
	assert_null(pk_rsa(buf_get0(&v[0]), buf_get0(&v[1]), &secret));
	for (size_t i = 0; i < 6; i++)
		buf_free_wipe(&v[i]);
	buf_free(&sealed);
	buf_free(&back);
	pk_free(made);
	pk_free(whole);
	pk_free(half);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curves),
		cmocka_unit_test(no_point_of_the_curve),
		cmocka_unit_test(rsa),
	};

	return cmocka_run_group_tests_name("crypto_pk", tests, NULL, NULL);
}
