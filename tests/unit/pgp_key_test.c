/*
 * Keys and signatures over the samples of RFC 9580 appendix A.1 to A.5, and
 * that every octet of a secret part is guarded.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../support/pgp_files.h"
#include "pgp/armor.h"
#include "pgp/cert.h"
#include "pgp/packet.h"
#include "pgp/valid.h"

enum { NOW_2026 = 1795000000 };

static struct certs
load(const char *name, bool secret, enum pgp_result want)
{
	struct buf file = vector(name);
	struct pgp_error e = { PGP_OK, NULL };
	struct certs c = CERTS;
	const char *why = NULL;
	struct in in;

	in_of_span(&in, buf_get0(&file), &e);
	c.file = name;
	if (certs_read(&in, secret, &c, &why) != want)
		fail_msg("%s: %s", name, why ? why : "read");
	in_free(&in);
	buf_free(&file);
	return c;
}

static const struct {
	const char *name;
	bool secret;
	size_t components;
	const char *fpr;
} files[] = {
	{ "rfc9580/a1-v4.pub", false, 1,
	  "C959BDBAFA32A2F89A153B678CFDE12197965A9A" },
	{ "rfc9580/a3-v6.cert", false, 2, "CB186C4F0609A697E4D52DFA6C722B0C"
	  "1F1E27C18A56708F6525EC27BAD9ACC9" },
	{ "rfc9580/a4-v6.key", true, 2, "CB186C4F0609A697E4D52DFA6C722B0C"
	  "1F1E27C18A56708F6525EC27BAD9ACC9" },
	{ "rfc9580/a5-v6-locked.key", true, 2,
	  "CB186C4F0609A697E4D52DFA6C722B0C"
	  "1F1E27C18A56708F6525EC27BAD9ACC9" },
	{ "openpgpjs/security.cert", false, 3, NULL },
};

static void
fingerprints(void **state)
{
	char hex[KEY_HEX];

	(void)state;
	for (size_t i = 0; i < ROWS(files); i++) {
		struct certs c = load(files[i].name, files[i].secret, PGP_OK);

		assert_int_equal(c.n, 1);
		if (c.v[0].n != files[i].components)
			fail_msg("%s: %zu components", files[i].name,
			    c.v[0].n);
		if (files[i].fpr != NULL)
			assert_string_equal(key_hex(cert_primary(&c.v[0]),
			    hex), files[i].fpr);
		certs_free(&c);
	}
}

static void
secret_and_public_are_not_mixed_up(void **state)
{
	struct certs c = load("rfc9580/a4-v6.key", false, PGP_BAD);

	(void)state;
	certs_free(&c);
	c = load("rfc9580/a3-v6.cert", true, PGP_BAD);
	certs_free(&c);
	c = load("rfc9580/a2.sig", false, PGP_BAD);
	certs_free(&c);
}

/* A.2: made by hand over "OpenPGP"; the key has no self-signature. */
static void
version_4_signature(void **state)
{
	struct certs c = load("rfc9580/a1-v4.pub", false, PGP_OK);
	struct buf file = vector("rfc9580/a2.sig"), body = BUF(4096);
	struct buf data = vector("rfc9580/a2.data");
	struct pgp_error e = { PGP_OK, NULL };
	struct armor armor;
	struct in in, plain;
	struct packet p;
	struct sig s;
	struct digest *d = NULL;

	(void)state;
	in_of_span(&in, buf_get0(&file), &e);
	armor_open(&armor, &in, false, &plain);
	assert_true(packet_next(&plain, &p));
	assert_true(packet_body(&p, 4096, &body));
	assert_int_equal(sig_read(buf_get0(&body), &s), PGP_OK);
	assert_int_equal(s.created, 1442406293);
	assert_true(sig_names(&s, cert_primary(&c.v[0])));
	d = sig_digest(&s);
	digest_add(d, buf_get0(&data));
	assert_true(sig_check(&s, cert_primary(&c.v[0]), d));
	digest_add(d, SPAN("x"));
	assert_false(sig_check(&s, cert_primary(&c.v[0]), d));
	digest_free(d);
	in_free(&plain);
	buf_free(&file);
	buf_free(&body);
	buf_free(&data);
	certs_free(&c);
}

static void
version_6_is_valid(void **state)
{
	struct certs c = load("rfc9580/a3-v6.cert", false, PGP_OK);

	(void)state;
	assert_null(valid_key(&c.v[0], 0, NOW_2026, KEY_SIGN));
	assert_null(valid_key(&c.v[0], 1, NOW_2026, KEY_ENCRYPT_COMMS));
	assert_string_equal(valid_key(&c.v[0], 1, NOW_2026, KEY_SIGN),
	    "the subkey is not meant for that");
	assert_string_equal(valid_key(&c.v[0], 0, NOW_2026,
	    KEY_ENCRYPT_COMMS), "the key is not meant for that");
	/* before the key was made */
	assert_non_null(valid_key(&c.v[0], 0, 1600000000, KEY_SIGN));
	certs_free(&c);
}

static void
unlock(const char *name, size_t most, const char *pw, enum key_unlock want)
{
	struct certs c = load(name, true, PGP_OK);
	struct span v = span_str(pw);
	const struct passphrases one = { &v, 1 };
	struct s2k_budget budget = S2K_BUDGET;

	for (size_t i = 0; i < c.v[0].n && i < most; i++) {
		struct component *k = &c.v[0].v[i];

		if (k->kind != COMPONENT_PRIMARY &&
		    k->kind != COMPONENT_SUBKEY)
			continue;
		if (key_unlock(&k->key, &one, &budget) != want)
			fail_msg("%s, component %zu", name, i);
	}
	certs_free(&c);
}

static void
locks(void **state)
{
	(void)state;
	unlock("rfc9580/a4-v6.key", 2, "", KEY_UNLOCKED);
	/* one derivation of these takes 2 GiB */
	unlock("rfc9580/a5-v6-locked.key", 1,
	    "correct horse battery staple", KEY_UNLOCKED);
	unlock("openpgpjs/performance.key", 3, "", KEY_UNLOCKED);
	unlock("openpgpjs/security.key", 3, "", KEY_UNLOCKED);
}

static void
a_key_of(unsigned version, unsigned algo, enum pk_kind kind, bool lock)
{
	struct env env;
	struct buf pub = BUF(1 << 16), secret = BUF(1 << 16), body;
	struct pgp_key head = { .version = version }, k;
	struct span pw = SPAN("pass"), typed = SPAN("pass\n"),
	    other = SPAN("Pass");
	const struct passphrases one = { &typed, 1 }, wrong = { &other, 1 };
	struct buf numbers = BUF(1 << 16);
	const struct key_spec spec = { version, algo, kind, 2048 };

	env_system(&env);
	assert_true(key_make(&spec, 1700000000, &env, &pub, &secret));
	body = BUF(1 << 17);
	buf_span(&body, buf_get0(&pub));
	head.pub = buf_get0(&pub);
	key_secret_write(&head, buf_get0(&secret), lock ? &pw : NULL, &env,
	    &body);
	for (size_t i = 0; i <= body.n - pub.n; i++) {
		struct s2k_budget budget = { .kib = 1 << 20,
		    .argon2 = 1000000, .ms = 1 << 30, .hashed = 1ull << 40 };
		size_t at = pub.n + i;
		enum pgp_result r = PGP_OK;

		/* derivations and RSA take time: a sample is enough */
		if ((lock || kind == PK_RSA) && i > 2 && i % 41 != 0 &&
		    at != body.n)
			continue;
		if (at < body.n)
			body.p[at] ^= 1;
		r = key_read(buf_get0(&body), true, false, &k);
		if (at == body.n) {
			assert_int_equal(r, PGP_OK);
			assert_int_equal(key_unlock(&k, &wrong, &budget),
			    lock ? KEY_LOCKED : KEY_UNLOCKED);
			assert_int_equal(k.stays_locked, lock);
			k.stays_locked = false;
			/* fits when trimmed */
			assert_int_equal(key_unlock(&k, &one, &budget),
			    KEY_UNLOCKED);
			key_secret_numbers(&k, &numbers);
			assert_true(span_eq(buf_get0(&numbers),
			    buf_get0(&secret)));
		} else if (r == PGP_OK && key_unlock(&k, &one, &budget) ==
		    KEY_UNLOCKED) {
			/* X25519 ignores bits of its secret: same key */
			key_secret_numbers(&k, &numbers);
			if (!lock && kind != PK_X25519 && kind != PK_X448)
				fail_msg("version %u algorithm %u: octet "
				    "%zu of the secret part", version, algo,
				    i);
			buf_reset(&numbers);
		}
		if (at < body.n)
			body.p[at] ^= 1;
		if (r == PGP_OK)
			key_close(&k);
	}
	buf_free(&pub);
	buf_free_wipe(&secret);
	buf_free_wipe(&body);
	buf_free_wipe(&numbers);
}

static void
made_keys(void **state)
{
	(void)state;
	a_key_of(4, PGP_EDDSA_LEGACY, PK_ED25519, false);
	a_key_of(4, PGP_EDDSA_LEGACY, PK_ED25519, true);
	a_key_of(4, PGP_ECDH, PK_X25519, false);
	a_key_of(4, PGP_ECDSA, PK_P256, false);
	a_key_of(4, PGP_ECDH, PK_P521, false);
	a_key_of(4, PGP_RSA, PK_RSA, false);
	a_key_of(6, PGP_ED25519, PK_ED25519, false);
	a_key_of(6, PGP_ED25519, PK_ED25519, true);
	a_key_of(6, PGP_X448, PK_X448, false);
}

/* Each limit by itself, with its reason; and time that runs out within one. */
static void
limits(void **state)
{
	static const struct {
		const char *name;
		unsigned t, m;
		struct s2k_budget budget;
		const char *why;
	} rows[] = {
		{ "enough", 1, 10, { 1024, 1, 10000, 0, NULL }, NULL },
		{ "memory", 1, 10, { 1023, 1, 10000, 0, NULL },
		  "a passphrase asks for more memory than is allowed" },
		{ "number", 1, 10, { 1024, 0, 10000, 0, NULL },
		  "more passphrases ask for Argon2 than are tried" },
		{ "time", 255, 16, { 1 << 16, 1, 100, 0, NULL },
		  "a passphrase asks for more time than is allowed" },
		{ "no time left", 1, 10, { 1024, 1, 0, 0, NULL },
		  "a passphrase asks for more time than is allowed" },
	};
	unsigned char key[32];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct s2k_budget b = rows[i].budget;
		struct s2k s = { .type = S2K_ARGON2, .t = rows[i].t, .p = 1,
		    .m = rows[i].m };
		int64_t start = env_monotonic_ms();
		enum pgp_result r = s2k_derive(&s, SPAN("pass"), &b, key,
		    sizeof(key));

		assert_int_equal(r, rows[i].why == NULL ? PGP_OK : PGP_LIMIT);
		if (rows[i].why != NULL)
			assert_string_equal(b.why, rows[i].why);
		/* 255 passes over 64 MiB take half a minute */
		assert_true(env_monotonic_ms() - start < 5000);
	}
}

/* Section 5.5.5.5: the legacy curves may not stand in version 6. */
static void
no_legacy_curve_in_version_6(void **state)
{
	struct buf pub = BUF(1 << 16), secret = BUF(1 << 16);
	const struct key_spec spec = { 6, PGP_EDDSA_LEGACY, PK_ED25519, 0 };
	struct pgp_key k;
	struct env env;

	(void)state;
	env_system(&env);
	assert_true(key_make(&spec, 1700000000, &env, &pub, &secret));
	assert_int_equal(key_read(buf_get0(&pub), false, false, &k), PGP_OK);
	assert_false(k.supported);
	assert_null(key_pk(&k));
	/* cut anywhere, it is malformed */
	for (size_t n = 1; n < pub.n; n++)
		assert_int_equal(key_read(span_first(buf_get0(&pub), n),
		    false, false, &k), PGP_BAD);
	buf_free(&pub);
	buf_free_wipe(&secret);
}

/* Append a version 4 secret part of usage 254: CFB, and SHA-1 in it. */
static void
lock_by_cfb(const struct s2k *s2k, struct span secret, struct buf *out)
{
	static const unsigned char iv[CIPHER_BLOCK];
	struct s2k_budget budget = S2K_BUDGET;
	unsigned char key[CIPHER_KEY_MAX], hash[DIGEST_MAX], *to = NULL;
	struct cfb *c = NULL;

	assert_int_equal(s2k_derive(s2k, SPAN("pass"), &budget, key,
	    sizeof(key)), PGP_OK);
	buf_byte(out, 254);
	buf_byte(out, SYM_AES256);
	s2k_write(s2k, out);
	buf_add(out, iv, sizeof(iv));
	digest_of(DIGEST_SHA1, secret, hash);
	c = cfb_encrypt_new("AES-256", span_of(key, sizeof(key)), iv);
	to = buf_room(out, secret.n + 20);
	cfb_run(c, secret, to);
	cfb_run(c, span_of(hash, 20), to + secret.n);
	out->n += secret.n + 20;
	cfb_free(c);
}

/* What takes a hundred times its octets is counted. */
static void
parts(void **state)
{
	static const struct {
		const char *name;
		size_t keys, users;
		enum pgp_result want;
	} rows[] = {
		{ "a certificate", 1, CERT_PARTS_MAX - 1, PGP_OK },
		{ "one with too much", 1, CERT_PARTS_MAX, PGP_LIMIT },
		{ "many certificates", CERT_FILE_CERTS_MAX, 0, PGP_OK },
		{ "too many", CERT_FILE_CERTS_MAX + 1, 0, PGP_LIMIT },
		{ "many with too much together",
		  CERT_FILE_PARTS_MAX / CERT_PARTS_MAX + 1,
		  CERT_PARTS_MAX - 1, PGP_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf packets = BUF(1 << 24);
		struct pgp_error e = { PGP_OK, NULL };
		struct certs c = CERTS;
		const char *why = NULL;
		struct in in;

		for (size_t k = 0; k < rows[i].keys; k++) {
			packet_write(&packets, TAG_PUBLIC_KEY,
			    SPAN("\4kkkk\1\0\10\201\0\2\3"));
			for (size_t u = 0; u < rows[i].users; u++)
				packet_write(&packets, TAG_USER_ID,
				    SPAN(""));
		}
		in_of_span(&in, buf_get0(&packets), &e);
		if (certs_read(&in, false, &c, &why) != rows[i].want)
			fail_msg("%s: %s", rows[i].name, why ? why : "read");
		certs_free(&c);
		buf_free(&packets);
	}
}

/* Section 3.7.2.1: Argon2 goes with AEAD alone. */
static void
argon2_without_aead(void **state)
{
	static const struct {
		struct s2k s2k;
		enum key_unlock want;
	} rows[] = {
		{ { .type = S2K_ITERATED, .hash = HASH_SHA256,
		  .count = 1024 }, KEY_UNLOCKED },
		{ { .type = S2K_ARGON2, .t = 1, .p = 1, .m = 3 },
		  KEY_CANNOT },
	};
	struct span pw = SPAN("pass");
	const struct passphrases one = { &pw, 1 };

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf body = BUF(1 << 16), secret = BUF(1 << 16);
		struct s2k_budget budget = S2K_BUDGET;
		const struct key_spec spec = { 4, PGP_EDDSA_LEGACY,
		    PK_ED25519, 0 };
		struct pgp_key k;
		struct env env;

		env_system(&env);
		assert_true(key_make(&spec, 1700000000, &env, &body,
		    &secret));
		lock_by_cfb(&rows[i].s2k, buf_get0(&secret), &body);
		assert_int_equal(key_read(buf_get0(&body), true, false, &k),
		    PGP_OK);
		assert_int_equal(key_unlock(&k, &one, &budget),
		    rows[i].want);
		key_close(&k);
		buf_free(&body);
		buf_free_wipe(&secret);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fingerprints),
		cmocka_unit_test(secret_and_public_are_not_mixed_up),
		cmocka_unit_test(version_4_signature),
		cmocka_unit_test(version_6_is_valid),
		cmocka_unit_test(locks),
		cmocka_unit_test(made_keys),
		cmocka_unit_test(limits),
		cmocka_unit_test(no_legacy_curve_in_version_6),
		cmocka_unit_test(argon2_without_aead),
		cmocka_unit_test(parts),
	};

	return cmocka_run_group_tests_name("pgp_key", tests, NULL, NULL);
}
