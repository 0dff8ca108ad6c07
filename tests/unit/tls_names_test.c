/* Names and grades: the tables against OpenSSL's, and against each other. */
#include "unit.h"

#include <openssl/bn.h>
#include <openssl/dh.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/core_names.h>

#include "tls/grade.h"
#include "tls/names.h"

static void
tables_are_in_order(void **state)
{
	(void)state;
	for (size_t i = 1; i < tls_suites_n; i++)
		if (tls_suites[i].code <= tls_suites[i - 1].code)
			fail_msg("%s", tls_suites[i].name);
	for (size_t i = 1; i < tls_groups_n; i++)
		if (tls_groups[i].code <= tls_groups[i - 1].code)
			fail_msg("%s", tls_groups[i].name);
	for (size_t i = 1; i < tls_schemes_n; i++)
		if (tls_schemes[i].code <= tls_schemes[i - 1].code)
			fail_msg("%s", tls_schemes[i].name);
	assert_in_range(tls_suites_n, 380, 400);
}

/* The version range of OpenSSL's suite, as an era. */
static enum tls_era
era_of(const SSL_CIPHER *c)
{
	const char *version = SSL_CIPHER_get_version(c);

	if (strcmp(version, "TLSv1.3") == 0)
		return TLS_ERA_1_3;
	return strcmp(version, "TLSv1.2") == 0 ? TLS_ERA_1_2 : TLS_ERA_OLD;
}

static enum tls_auth
auth_of(const SSL_CIPHER *c)
{
	static const struct {
		int nid;
		enum tls_auth auth;
	} rows[] = {
		{ NID_auth_any, TLS_AUTH_ANY },
		{ NID_auth_rsa, TLS_AUTH_RSA },
		{ NID_auth_ecdsa, TLS_AUTH_ECDSA },
		{ NID_auth_psk, TLS_AUTH_PSK },
		{ NID_auth_dss, TLS_AUTH_DSS },
		{ NID_auth_null, TLS_AUTH_anon },
		{ NID_auth_srp, TLS_AUTH_SRP },
		{ NID_auth_gost01, TLS_AUTH_GOST },
		{ NID_auth_gost12, TLS_AUTH_GOST },
	};

	for (size_t i = 0; i < ROWS(rows); i++)
		if (SSL_CIPHER_get_auth_nid(c) == rows[i].nid)
			return rows[i].auth;
	return TLS_AUTH_NULL;
}

static enum tls_kx
kx_of(const SSL_CIPHER *c)
{
	static const struct {
		int nid;
		enum tls_kx kx;
	} rows[] = {
		{ NID_kx_any, TLS_KX_ANY },
		{ NID_kx_rsa, TLS_KX_RSA },
		{ NID_kx_ecdhe, TLS_KX_ECDHE },
		{ NID_kx_dhe, TLS_KX_DHE },
		{ NID_kx_ecdhe_psk, TLS_KX_ECDHE },
		{ NID_kx_dhe_psk, TLS_KX_DHE },
		{ NID_kx_rsa_psk, TLS_KX_RSA_PSK },
		{ NID_kx_psk, TLS_KX_PSK },
		{ NID_kx_srp, TLS_KX_SRP },
		{ NID_kx_gost, TLS_KX_GOST },
	};

	for (size_t i = 0; i < ROWS(rows); i++)
		if (SSL_CIPHER_get_kx_nid(c) == rows[i].nid)
			return rows[i].kx;
	return TLS_KX_NULL;
}

static void
suites_are_as_openssl_has_them(void **state)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	STACK_OF(SSL_CIPHER) *all = NULL;
	char room[TLS_NAME_SIZE];

	(void)state;
	SSL_CTX_set_cipher_list(ctx, "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
	SSL_CTX_set_ciphersuites(ctx, "TLS_AES_256_GCM_SHA384:"
	    "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:"
	    "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256");
	all = SSL_CTX_get_ciphers(ctx);
	assert_in_range(sk_SSL_CIPHER_num(all), 100, 300);
	for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
		const SSL_CIPHER *c = sk_SSL_CIPHER_value(all, i);
		uint16_t code = SSL_CIPHER_get_protocol_id(c);
		const struct tls_suite *s = tls_suite(code);

		if (strcmp(tls_suite_name(room, code),
		    SSL_CIPHER_standard_name(c)) != 0)
			fail_msg("%04x: %s, not %s", code,
			    tls_suite_name(room, code),
			    SSL_CIPHER_standard_name(c));
		/* OpenSSL gives SRP with a certificate its kind of key */
		if (s->era != era_of(c) || s->kx != kx_of(c) ||
		    s->auth != auth_of(c))
			fail_msg("%s: era %d, kx %d, auth %d", s->name,
			    s->era, s->kx, s->auth);
		if ((strcmp(s->mac, "AEAD") == 0) !=
		    (SSL_CIPHER_is_aead(c) == 1))
			fail_msg("%s: mac %s", s->name, s->mac);
	}
	SSL_CTX_free(ctx);
}

static void
what_has_no_name_has_its_digits(void **state)
{
	char room[TLS_NAME_SIZE];

	(void)state;
	assert_string_equal(tls_version_name(room, TLS_1_0), "TLSv1.0");
	assert_string_equal(tls_version_name(room, 0x7f1c), "0x7f1c");
	assert_string_equal(tls_suite_name(room, 0x2a2a), "0x2a2a");
	assert_string_equal(tls_suite_name(room, 0xabcdef), "0xabcdef");
	assert_string_equal(tls_suite_name(room, 0x010080),
	    "SSL_CK_RC4_128_WITH_MD5");
	assert_string_equal(tls_group_name(room, 0x11ec), "X25519MLKEM768");
	assert_string_equal(tls_group_name(room, 0xffff), "0xffff");
	assert_string_equal(tls_scheme_name(room, 0x0804),
	    "rsa_pss_rsae_sha256");
	assert_string_equal(tls_scheme_name(room, 0), "0x0000");
	assert_string_equal(tls_alert_name(room, 40), "handshake_failure");
	assert_string_equal(tls_alert_name(room, 255), "0x00ff");
	assert_null(tls_suite(0x5600));
}

static void
grades_are_the_guidelines(void **state)
{
	size_t n[4] = { 0 };

	(void)state;
	for (size_t i = 0; i < tls_suites_n; i++)
		n[tls_grade_suite(tls_suites[i].code)]++;
	/* as many as the guideline's appendix B names */
	assert_int_equal(n[TLS_GRADE_GOOD], 2);
	assert_int_equal(n[TLS_GRADE_SUFFICIENT], 10);
	assert_int_equal(n[TLS_GRADE_PHASE_OUT], 35);
	/* none of them with what the guideline rules out */
	for (size_t i = 0; i < tls_suites_n; i++) {
		const struct tls_suite *s = &tls_suites[i];

		if (tls_grade_suite(s->code) == TLS_GRADE_INSUFFICIENT)
			continue;
		if (s->era < TLS_ERA_1_2 || strstr(s->cipher, "CCM_8") ||
		    s->kx == TLS_KX_RSA || s->auth == TLS_AUTH_anon)
			fail_msg("%s", s->name);
	}
	assert_int_equal(tls_grade_version(TLS_1_3), TLS_GRADE_GOOD);
	assert_int_equal(tls_grade_version(TLS_1_2), TLS_GRADE_SUFFICIENT);
	assert_int_equal(tls_grade_version(TLS_1_1), TLS_GRADE_INSUFFICIENT);
	assert_int_equal(tls_grade_renegotiations(0), TLS_GRADE_GOOD);
	assert_int_equal(tls_grade_renegotiations(1), TLS_GRADE_SUFFICIENT);
	assert_int_equal(tls_grade_renegotiations(10), TLS_GRADE_SUFFICIENT);
	assert_int_equal(tls_grade_renegotiations(11),
	    TLS_GRADE_INSUFFICIENT);
	assert_int_equal(tls_grade_group(TLS_GROUP_X25519), TLS_GRADE_GOOD);
	assert_int_equal(tls_grade_group(TLS_GROUP_SECP224R1),
	    TLS_GRADE_PHASE_OUT);
	assert_int_equal(tls_grade_group(TLS_GROUP_FFDHE3072),
	    TLS_GRADE_PHASE_OUT);
	assert_int_equal(tls_grade_group(TLS_GROUP_FFDHE2048),
	    TLS_GRADE_INSUFFICIENT);
	assert_int_equal(tls_grade_group(TLS_GROUP_SECP256K1),
	    TLS_GRADE_INSUFFICIENT);
	assert_int_equal(tls_grade_group(TLS_GROUP_X25519_MLKEM768),
	    TLS_GRADE_GOOD);
	assert_int_equal(tls_grade_hash(TLS_HASH_SHA1),
	    TLS_GRADE_INSUFFICIENT);
	assert_int_equal(tls_grade_hash(TLS_HASH_SHA224), TLS_GRADE_PHASE_OUT);
	assert_int_equal(tls_grade_hash(TLS_HASH_SHA256),
	    TLS_GRADE_SUFFICIENT);
	assert_int_equal(tls_grade_key(TLS_KEY_RSA, 2047, 0),
	    TLS_GRADE_INSUFFICIENT);
	assert_int_equal(tls_grade_key(TLS_KEY_RSA, 2048, 0),
	    TLS_GRADE_PHASE_OUT);
	assert_int_equal(tls_grade_key(TLS_KEY_RSA, 3072, 0), TLS_GRADE_GOOD);
	assert_int_equal(tls_grade_key(TLS_KEY_EC, 0, TLS_GROUP_SECP224R1),
	    TLS_GRADE_PHASE_OUT);
	assert_int_equal(tls_grade_key(TLS_KEY_ED25519, 0, 0),
	    TLS_GRADE_GOOD);
	assert_int_equal(tls_grade_key(TLS_KEY_DSA, 4096, 0),
	    TLS_GRADE_INSUFFICIENT);
}

/* The prime that OpenSSL knows by that name. */
static struct tls_dh
params_of(const char *group, enum dh_prime_kind kind)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, kind ==
	    DH_PRIME_RFC5114 ? "DHX" : "DH", NULL);
	EVP_PKEY *key = NULL;
	BIGNUM *p = NULL;
	unsigned char octets[1024];
	struct tls_dh dh = { .generator = 2, .prime = -1 };

	assert_true(EVP_PKEY_paramgen_init(ctx) > 0 &&
	    EVP_PKEY_CTX_ctrl_str(ctx, kind == DH_PRIME_RFC5114 ?
	    "dh_rfc5114" : "group", group) > 0 &&
	    EVP_PKEY_generate(ctx, &key) > 0 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &p) > 0);
	dh.bits = (uint16_t)BN_num_bits(p);
	dh.prime = (int16_t)dh_prime_find(span_of(octets,
	    (size_t)BN_bn2bin(p, octets)));
	BN_free(p);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	return dh;
}

static void
primes_of_rfcs_are_known(void **state)
{
	static const struct {
		const char *group, *name;
		enum dh_prime_kind kind;
		enum tls_grade grade;
	} rows[] = {
		{ "ffdhe2048", "ffdhe2048", DH_PRIME_RFC7919,
		    TLS_GRADE_INSUFFICIENT },
		{ "ffdhe3072", "ffdhe3072", DH_PRIME_RFC7919,
		    TLS_GRADE_PHASE_OUT },
		{ "ffdhe4096", "ffdhe4096", DH_PRIME_RFC7919,
		    TLS_GRADE_PHASE_OUT },
		{ "ffdhe6144", "ffdhe6144", DH_PRIME_RFC7919,
		    TLS_GRADE_PHASE_OUT },
		{ "ffdhe8192", "ffdhe8192", DH_PRIME_RFC7919,
		    TLS_GRADE_PHASE_OUT },
		{ "modp_1536", "Oakley group 5", DH_PRIME_RFC3526,
		    TLS_GRADE_INSUFFICIENT },
		{ "modp_2048", "Oakley group 14", DH_PRIME_RFC3526,
		    TLS_GRADE_INSUFFICIENT },
		{ "modp_3072", "Oakley group 15", DH_PRIME_RFC3526,
		    TLS_GRADE_INSUFFICIENT },
		{ "modp_4096", "Oakley group 16", DH_PRIME_RFC3526,
		    TLS_GRADE_INSUFFICIENT },
		{ "modp_6144", "Oakley group 17", DH_PRIME_RFC3526,
		    TLS_GRADE_INSUFFICIENT },
		{ "modp_8192", "Oakley group 18", DH_PRIME_RFC3526,
		    TLS_GRADE_INSUFFICIENT },
		{ "1", "1024-bit, 160-bit subgroup", DH_PRIME_RFC5114,
		    TLS_GRADE_INSUFFICIENT },
		{ "2", "2048-bit, 224-bit subgroup", DH_PRIME_RFC5114,
		    TLS_GRADE_INSUFFICIENT },
		{ "3", "2048-bit, 256-bit subgroup", DH_PRIME_RFC5114,
		    TLS_GRADE_INSUFFICIENT },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct tls_dh dh = params_of(rows[i].group, rows[i].kind);
		const struct dh_prime *p = &dh_primes[dh.prime];

		if (dh.prime < 0 || p->kind != rows[i].kind ||
		    strcmp(p->name, rows[i].name) != 0 ||
		    p->bits != dh.bits || tls_grade_dh(&dh) != rows[i].grade)
			fail_msg("row %s: %d", rows[i].group, dh.prime);
		dh.generator = 5;
		assert_int_equal(tls_grade_dh(&dh), TLS_GRADE_INSUFFICIENT);
	}
}

static void
old_oakley_groups_are_known(void **state)
{
	BIGNUM *(*const get[])(BIGNUM *) = {
		BN_get_rfc2409_prime_768, BN_get_rfc2409_prime_1024,
	};
	struct tls_dh own = { .bits = 4096, .generator = 2, .prime = -1 };

	(void)state;
	for (size_t i = 0; i < ROWS(get); i++) {
		BIGNUM *p = get[i](NULL);
		unsigned char octets[128];
		int n = BN_bn2bin(p, octets);
		int at = dh_prime_find(span_of(octets, (size_t)n));

		assert_true(at >= 0);
		assert_int_equal(dh_primes[at].kind, DH_PRIME_RFC2409);
		assert_int_equal(dh_primes[at].bits, BN_num_bits(p));
		octets[n - 1] ^= 2;
		assert_int_equal(dh_prime_find(span_of(octets, (size_t)n)),
		    -1);
		BN_free(p);
	}
	assert_int_equal(tls_grade_dh(&own), TLS_GRADE_INSUFFICIENT);
}

static void
every_prime_stands_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < dh_primes_n; i++) {
		assert_int_equal(strlen(dh_primes[i].digest), 32);
		for (size_t k = 0; k < i; k++)
			if (strcmp(dh_primes[i].digest,
			    dh_primes[k].digest) == 0)
				fail_msg("%s", dh_primes[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_in_order),
		cmocka_unit_test(suites_are_as_openssl_has_them),
		cmocka_unit_test(what_has_no_name_has_its_digits),
		cmocka_unit_test(grades_are_the_guidelines),
		cmocka_unit_test(primes_of_rfcs_are_known),
		cmocka_unit_test(old_oakley_groups_are_known),
		cmocka_unit_test(every_prime_stands_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
