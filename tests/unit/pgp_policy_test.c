/*
 * Which signatures and keys count: certificates built for one flaw each, and
 * data that is changed under each form of encryption.
 */
#include "unit.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pgp/decrypt.h"
#include "pgp/keygen.h"
#include "pgp/packet.h"
#include "pgp/packet_out.h"
#include "pgp/selfsig.h"
#include "pgp/valid.h"
#include "pgp/verify.h"

enum { NOW = 1795000000, YEAR = 365 * 86400, BORN = NOW - 2 * YEAR };

static struct env env;

/* A key of its own and what holds its octets. */
struct made {
	struct buf body;
	struct pgp_key key;
};

static struct made
make_key(bool subkey, unsigned algo, enum pk_kind kind)
{
	struct made m = { .body = BUF(SECRET_BODY_MAX) };
	const struct key_spec spec = { 4, algo, kind, 0 };

	assert_true(keygen_key(&spec, subkey, BORN, &env, &m.body, &m.key));
	return m;
}

static void
free_key(struct made *m)
{
	key_close(&m->key);
	buf_free_wipe(&m->body);
}

static struct selfsig
say(unsigned flags, int64_t when, int64_t lifetime)
{
	return (struct selfsig){ .flags = flags, .lifetime = lifetime,
	    .now = when, .env = &env };
}

static struct certs
read_cert(struct span packets)
{
	struct pgp_error e = { PGP_OK, NULL };
	struct certs c = CERTS;
	const char *why = NULL;
	struct in in;

	in_of_span(&in, packets, &e);
	c.file = "cert";
	assert_int_equal(certs_read(&in, false, &c, &why), PGP_OK);
	return c;
}

/* The packets of a primary key that certifies and signs. */
static void
begin_cert(struct made *primary, int64_t lifetime, struct buf *out)
{
	struct selfsig s = say(KEY_CERTIFY | KEY_SIGN, BORN, lifetime);

	packet_write(out, TAG_PUBLIC_KEY, primary->key.pub);
	assert_true(selfsig_direct(&primary->key, &s, out));
}

/* Sign "data", let "change" add to it, judge it; the reason or NULL. */
static const char *
judge(struct certs *c, struct made *signer, int64_t when,
    void (*change)(struct sig_new *s), const struct verifier *bounds)
{
	struct verifier v = { .files = c, .n = 1, .now = NOW,
	    .not_before = INT64_MIN, .not_after = INT64_MAX };
	struct sig_new s;
	struct sig read;
	struct buf body = BUF(SIG_BODY_MAX);
	struct digest *d = NULL, *plain = digest_new(DIGEST_SHA256);
	struct verdict verdict;

	if (bounds != NULL) {
		v.not_before = bounds->not_before;
		v.not_after = bounds->not_after;
		v.encrypted = bounds->encrypted;
		v.recipient = bounds->recipient;
	}
	sig_new_start(&s, &signer->key, SIG_BINARY, HASH_SHA256, when, &env);
	if (change != NULL)
		change(&s);
	d = sig_new_digest(&s);
	digest_add(d, SPAN("data"));
	digest_add(plain, SPAN("data"));
	assert_true(sig_new_write(&s, d, &body));
	assert_int_equal(sig_read(buf_get0(&body), &read), PGP_OK);
	verify_sig(&v, &read, plain, &verdict);
	digest_free(d);
	digest_free(plain);
	buf_free(&body);
	return verdict.why;
}

static struct pgp_key *reader;

static void
unknown_critical(struct sig_new *s)
{
	sig_sub(&s->hashed, 101, true, SPAN("x"));
}

static void
unknown(struct sig_new *s)
{
	sig_sub(&s->hashed, 101, false, SPAN("x"));
}

static void
unhashed_critical(struct sig_new *s)
{
	sig_sub(&s->unhashed, 101, true, SPAN("x"));
}

static void
notation(struct sig_new *s)
{
	sig_sub(&s->hashed, SUB_NOTATION, false,
	    SPAN("\0\0\0\0\0\1\0\1nv"));
}

static void
notation_critical(struct sig_new *s)
{
	sig_sub(&s->hashed, SUB_NOTATION, true, SPAN("\0\0\0\0\0\1\0\1nv"));
}

static void
expired(struct sig_new *s)
{
	sig_sub_u32(&s->hashed, SUB_EXPIRES, true, 60);
}

static void
for_reader(struct sig_new *s)
{
	struct buf body = BUF(64);

	buf_byte(&body, 4);
	buf_add(&body, reader->fpr, reader->fpr_n);
	sig_sub(&s->hashed, SUB_RECIPIENT, false, buf_get0(&body));
	buf_free(&body);
}

/* A subpacket that is cut short must not mean "never". */
static void
expires_oddly(struct sig_new *s)
{
	sig_sub(&s->hashed, SUB_EXPIRES, true, SPAN("\0\0\1"));
}

static void
for_forty(struct sig_new *s)
{
	unsigned char other[21] = { 4 };

	for (unsigned char i = 0; i < 39; i++) {
		other[1] = i;
		sig_sub(&s->hashed, SUB_RECIPIENT, false,
		    span_of(other, sizeof(other)));
	}
	for_reader(s);
}

static void
malformed(struct sig_new *s)
{
	buf_str(&s->hashed, "\x09");
}

/* Its length counts the octet that says what it is. */
static void
empty(struct sig_new *s)
{
	buf_byte(&s->hashed, 0);
}

static const struct {
	const char *name;
	void (*change)(struct sig_new *s);
	int64_t when;
	const char *why;
} sigs[] = {
	{ "plain", NULL, NOW, NULL },
	{ "a minute of skew", NULL, NOW + 60, NULL },
	{ "from the future", NULL, NOW + 61, "it is from the future" },
	{ "before the key was made", NULL, BORN - 1,
	  "the key is from the future" },
	{ "an unknown critical subpacket", unknown_critical, NOW,
	  "a critical subpacket is not known" },
	{ "one that is not critical", unknown, NOW, NULL },
	{ "one that is not hashed", unhashed_critical, NOW, NULL },
	{ "a notation", notation, NOW, NULL },
	{ "a critical notation", notation_critical, NOW,
	  "a critical notation is not understood" },
	{ "expired", expired, NOW - 60, "it has expired" },
	{ "not expired yet", expired, NOW - 59, NULL },
	{ "an expiry of three octets", expires_oddly, NOW,
	  "a time in it is malformed" },
	{ "malformed subpackets", malformed, NOW,
	  "its subpackets are malformed" },
	{ "an empty subpacket at the end", empty, NOW,
	  "its subpackets are malformed" },
};

static void
signatures(void **state)
{
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct buf packets = BUF(1 << 16);
	struct certs c;

	(void)state;
	begin_cert(&primary, 0, &packets);
	c = read_cert(buf_get0(&packets));
	for (size_t i = 0; i < ROWS(sigs); i++) {
		const char *why = judge(&c, &primary, sigs[i].when,
		    sigs[i].change, NULL);

		if ((why == NULL) != (sigs[i].why == NULL) ||
		    (why != NULL && strcmp(why, sigs[i].why) != 0))
			fail_msg("%s: %s", sigs[i].name, why ? why : "counts");
	}
	certs_free(&c);
	buf_free(&packets);
	free_key(&primary);
}

/* Why one over the hash does not count, octet "at" of its numbers changed. */
static const char *
judge_hash(struct certs *c, struct made *signer, unsigned hash, int at)
{
	struct verifier v = { .files = c, .n = 1, .now = NOW,
	    .not_before = INT64_MIN, .not_after = INT64_MAX };
	struct sig_new s;
	struct sig read;
	struct buf body = BUF(SIG_BODY_MAX);
	struct digest *d = NULL;
	struct verdict verdict;

	sig_new_start(&s, &signer->key, SIG_BINARY, hash, NOW, &env);
	d = sig_new_digest(&s);
	digest_add(d, SPAN("data"));
	assert_true(sig_new_write(&s, d, &body));
	assert_int_equal(sig_read(buf_get0(&body), &read), PGP_OK);
	if (at >= 0)
		body.p[body.n - read.value.n + (size_t)at] ^= 0x80;
	verify_sig(&v, &read, d, &verdict);
	digest_free(d);
	buf_free(&body);
	return verdict.why;
}

/* Section 5.2.3.2; for P-521 those of 64 octets are enough. */
static void
hashes_fit_the_curve(void **state)
{
	static const struct {
		enum pk_kind kind;
		unsigned hash;
		bool counts;
	} rows[] = {
		{ PK_P256, HASH_SHA256, true },
		{ PK_P384, HASH_SHA256, false },
		{ PK_P384, HASH_SHA3_256, false },
		{ PK_P384, HASH_SHA384, true },
		{ PK_BRAINPOOL384, HASH_SHA256, false },
		{ PK_BRAINPOOL384, HASH_SHA512, true },
		{ PK_P521, HASH_SHA384, false },
		{ PK_P521, HASH_SHA512, true },
		{ PK_P521, HASH_SHA3_512, true },
		{ PK_BRAINPOOL512, HASH_SHA384, false },
		{ PK_BRAINPOOL512, HASH_SHA512, true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct made primary = make_key(false, PGP_ECDSA,
		    rows[i].kind);
		struct buf packets = BUF(1 << 16);
		struct certs c;
		const char *why = NULL;

		begin_cert(&primary, 0, &packets);
		c = read_cert(buf_get0(&packets));
		why = judge_hash(&c, &primary, rows[i].hash, -1);
		if (rows[i].counts)
			assert_null(why);
		else
			assert_string_equal(why,
			    "its hash is too short for the curve");
		certs_free(&c);
		buf_free(&packets);
		free_key(&primary);
	}
}

/* Section 3.2: a count of bits that is another than the number's. */
static void
malformed_numbers(void **state)
{
	struct made primary = make_key(false, PGP_ECDSA, PK_BRAINPOOL256);
	struct buf packets = BUF(1 << 16);
	struct certs c;

	(void)state;
	begin_cert(&primary, 0, &packets);
	c = read_cert(buf_get0(&packets));
	assert_string_equal(judge_hash(&c, &primary, HASH_SHA256, 0),
	    "its numbers are malformed");
	assert_string_equal(judge_hash(&c, &primary, HASH_SHA256, 10),
	    "it is not authentic");
	certs_free(&c);
	buf_free(&packets);
	free_key(&primary);
}

/* One of that time, said to be of whom "issuer" says, before "n" files. */
static void
expect_reason(struct certs *files, size_t n, struct made *signer,
    int64_t when, bool issuer, const char *want)
{
	struct verifier v = { .files = files, .n = n, .now = NOW,
	    .not_before = BORN, .not_after = INT64_MAX };
	struct sig_new s;
	struct sig read;
	struct buf body = BUF(SIG_BODY_MAX), reason = BUF(1024);
	struct digest *d = NULL;
	struct verdict verdict;

	sig_new_start(&s, &signer->key, SIG_BINARY, 0, when, &env);
	if (!issuer) {
		buf_reset(&s.hashed);
		buf_reset(&s.unhashed);
		sig_sub_u32(&s.hashed, SUB_CREATED, true, (uint32_t)when);
	}
	d = sig_new_digest(&s);
	assert_true(sig_new_write(&s, d, &body));
	assert_int_equal(sig_read(buf_get0(&body), &read), PGP_OK);
	/* not what was signed */
	digest_add(d, SPAN("x"));
	verify_sig(&v, &read, d, &verdict);
	verdict_reason(&verdict, &reason);
	buf_byte(&reason, '\0');
	assert_string_equal((const char *)reason.p, want);
	digest_free(d);
	buf_free(&body);
	buf_free(&reason);
}

/* Whose it says to be stands beside every reason. */
static void
reasons_name_the_key(void **state)
{
	static const struct {
		int64_t when;
		const char *why;	/* with its certificate */
		const char *alone;	/* without it */
	} rows[] = {
		{ NOW + 3600, "it is from the future by 3600 s",
		  "it is from the future by 3600 s" },
		{ BORN - 1, "it is older than allowed",
		  "it is older than allowed" },
		{ NOW, "it is not authentic",
		  "no certificate of its issuer was given" },
	};
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct made other = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct buf packets = BUF(1 << 16);
	char hex[KEY_HEX], want[256];
	struct certs files[2];

	(void)state;
	begin_cert(&other, 0, &packets);
	files[0] = read_cert(buf_get0(&packets));
	buf_reset(&packets);
	begin_cert(&primary, 0, &packets);
	files[1] = read_cert(buf_get0(&packets));
	key_hex(&primary.key, hex);
	for (size_t i = 0; i < ROWS(rows); i++) {
		snprintf(want, sizeof(want), ", of %s, does not count: %s",
		    hex, rows[i].why);
		expect_reason(files, 2, &primary, rows[i].when, true, want);
		snprintf(want, sizeof(want), ", of %s (not given), does "
		    "not count: %s", hex, rows[i].alone);
		expect_reason(files, 1, &primary, rows[i].when, true, want);
	}
	expect_reason(files, 2, &primary, NOW, false,
	    ", of nobody that it names, does not count: it is not authentic");
	certs_free(&files[0]);
	certs_free(&files[1]);
	buf_free(&packets);
	free_key(&primary);
	free_key(&other);
}

static void
bounds_and_recipients(void **state)
{
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct made other = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct buf packets = BUF(1 << 16);
	struct component keys[] = { { .key = primary.key },
	    { .kind = COMPONENT_SUBKEY, .key = other.key } };
	const struct cert us = { .v = keys, .n = 2 };
	const struct cert not_us = { .v = keys, .n = 1 };
	struct verifier v = { .not_before = NOW, .not_after = NOW };
	struct certs c;

	(void)state;
	begin_cert(&primary, 0, &packets);
	c = read_cert(buf_get0(&packets));
	assert_null(judge(&c, &primary, NOW, NULL, &v));
	assert_string_equal(judge(&c, &primary, NOW - 1, NULL, &v),
	    "it is older than allowed");
	assert_string_equal(judge(&c, &primary, NOW + 1, NULL, &v),
	    "it is newer than allowed");
	/* section 5.2.3.36 */
	reader = &other.key;
	v.encrypted = true;
	v.recipient = &us;
	assert_null(judge(&c, &primary, NOW, for_reader, &v));
	assert_null(judge(&c, &primary, NOW, for_forty, &v));
	assert_null(judge(&c, &primary, NOW, NULL, &v));
	v.recipient = &not_us;
	assert_string_equal(judge(&c, &primary, NOW, for_reader, &v),
	    "it was made for other recipients");
	assert_string_equal(judge(&c, &primary, NOW, for_forty, &v),
	    "it was made for other recipients");
	v.recipient = NULL;
	assert_null(judge(&c, &primary, NOW, for_reader, &v));
	/* not encrypted at all: somebody passed it on */
	v.encrypted = false;
	assert_string_equal(judge(&c, &primary, NOW, for_reader, &v),
	    "it was made for the recipients of an encrypted message");
	assert_null(judge(&c, &primary, NOW, NULL, &v));
	certs_free(&c);
	buf_free(&packets);
	free_key(&primary);
	free_key(&other);
}

/* A binding without the subkey's own word, or with a word that has more. */
static void
bind(struct made *primary, struct made *subkey, bool back, bool nested,
    struct buf *out)
{
	struct sig_new sig, inner;
	struct buf body = BUF(SIG_BODY_MAX);
	struct digest *d = NULL;

	sig_new_start(&sig, &primary->key, SIG_SUBKEY, 0, BORN, &env);
	sig_sub(&sig.hashed, SUB_KEY_FLAGS, true, SPAN("\x02"));
	if (back) {
		sig_new_start(&inner, &subkey->key, SIG_PRIMARY_BINDING, 0,
		    BORN, &env);
		if (nested)
			sig_sub(&inner.hashed, SUB_EMBEDDED, false,
			    SPAN("\x04"));
		d = sig_new_digest(&inner);
		sig_hash_key(d, &primary->key);
		sig_hash_key(d, &subkey->key);
		assert_true(sig_new_write(&inner, d, &body));
		sig_sub(&sig.hashed, SUB_EMBEDDED, false, buf_get0(&body));
		digest_free(d);
	}
	d = sig_new_digest(&sig);
	sig_hash_key(d, &primary->key);
	sig_hash_key(d, &subkey->key);
	buf_reset(&body);
	assert_true(sig_new_write(&sig, d, &body));
	packet_write(out, TAG_SIGNATURE, buf_get0(&body));
	digest_free(d);
	buf_free(&body);
}

static void
subkeys_that_sign(void **state)
{
	static const struct {
		bool back, nested;
		const char *why;
	} rows[] = {
		{ true, false, NULL },
		{ false, false,
		  "the subkey does not say that it belongs to the key" },
		{ true, true,
		  "the subkey does not say that it belongs to the key" },
	};
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct made subkey = make_key(true, PGP_EDDSA_LEGACY, PK_ED25519);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf packets = BUF(1 << 16);
		const char *why = NULL;
		struct certs c;

		begin_cert(&primary, 0, &packets);
		packet_write(&packets, TAG_PUBLIC_SUBKEY, subkey.key.pub);
		bind(&primary, &subkey, rows[i].back, rows[i].nested,
		    &packets);
		c = read_cert(buf_get0(&packets));
		why = judge(&c, &subkey, NOW, NULL, NULL);
		if ((why == NULL) != (rows[i].why == NULL) ||
		    (why != NULL && strcmp(why, rows[i].why) != 0))
			fail_msg("row %zu: %s", i, why ? why : "counts");
		certs_free(&c);
		buf_free(&packets);
	}
	free_key(&primary);
	free_key(&subkey);
}

/* A soft revocation counts from its time on, a hard one for all times. */
static void
revocations(void **state)
{
	static const struct {
		const char *name;
		unsigned reason;
		int64_t at, signed_at;
		bool counts;
	} rows[] = {
		{ "soft, before it", 1, NOW, NOW - 10, true },
		{ "soft, after it", 1, NOW - 20, NOW - 10, false },
		{ "retired, before it", 3, NOW, NOW - 10, true },
		{ "hard, before it", 2, NOW, NOW - 10, false },
		{ "no reason, before it", 0, NOW, NOW - 10, false },
	};
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf packets = BUF(1 << 16);
		struct certs c;

		begin_cert(&primary, 0, &packets);
		assert_true(selfsig_revocation(&primary.key, NULL,
		    rows[i].reason, rows[i].at, &env, &packets));
		c = read_cert(buf_get0(&packets));
		if ((judge(&c, &primary, rows[i].signed_at, NULL, NULL) ==
		    NULL) != rows[i].counts)
			fail_msg("%s", rows[i].name);
		certs_free(&c);
		buf_free(&packets);
	}
	free_key(&primary);
}

/* Over a hash that nothing else may be signed with. */
static void
weak_signature(struct made *by, struct made *primary, struct made *subkey,
    unsigned type, struct buf *out)
{
	struct sig_new s;
	struct buf body = BUF(SIG_BODY_MAX);
	struct digest *d = NULL;

	sig_new_start(&s, &by->key, type, HASH_SHA1, NOW - 20, &env);
	d = sig_new_digest(&s);
	sig_hash_key(d, &primary->key);
	if (subkey != NULL)
		sig_hash_key(d, &subkey->key);
	assert_true(sig_new_write(&s, d, &body));
	packet_write(out, TAG_SIGNATURE, buf_get0(&body));
	digest_free(d);
	buf_free(&body);
}

/* No flaw of its form brings a revoked key back to life. */
static void
odd_revocations(void **state)
{
	static const struct {
		const char *name;
		bool weak, behind, forged, counts;
	} rows[] = {
		{ "over SHA-1", true, false, false, false },
		{ "over SHA-1, another's", true, false, true, true },
		{ "behind a subkey", false, true, false, false },
		{ "behind a subkey, another's", false, true, true, true },
	};
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct made eve = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct made subkey = make_key(true, PGP_ECDH, PK_X25519);
	struct selfsig s = say(KEY_ENCRYPT_COMMS, BORN, 0);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct made *by = rows[i].forged ? &eve : &primary;
		struct buf packets = BUF(1 << 16);
		struct certs c;

		begin_cert(&primary, 0, &packets);
		if (rows[i].behind) {
			packet_write(&packets, TAG_PUBLIC_SUBKEY,
			    subkey.key.pub);
			assert_true(selfsig_subkey(&primary.key, &subkey.key,
			    &s, &packets));
		}
		if (rows[i].weak)
			weak_signature(by, &primary, NULL,
			    SIG_KEY_REVOCATION, &packets);
		else
			assert_true(selfsig_revocation(&by->key, NULL, 0,
			    NOW - 20, &env, &packets));
		c = read_cert(buf_get0(&packets));
		if ((judge(&c, &primary, NOW - 10, NULL, NULL) == NULL) !=
		    rows[i].counts)
			fail_msg("%s", rows[i].name);
		certs_free(&c);
		buf_free(&packets);
	}
	free_key(&primary);
	free_key(&eve);
	free_key(&subkey);
}

/* Who floods a certificate makes it useless, but does not revoke it. */
static void
flood_of_revocations(void **state)
{
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct buf packets = BUF(1 << 16), body = BUF(SIG_BODY_MAX);
	struct digest *d = NULL;
	struct sig_new s;
	struct certs c;

	(void)state;
	begin_cert(&primary, 0, &packets);
	for (size_t i = 0; i < 33; i++) {
		/* the owner's name, and not over this key */
		sig_new_start(&s, &primary.key, SIG_KEY_REVOCATION, 0, NOW,
		    &env);
		d = sig_new_digest(&s);
		buf_reset(&body);
		assert_true(sig_new_write(&s, d, &body));
		digest_free(d);
		c = read_cert(buf_get0(&packets));
		if (i == 32)
			assert_null(valid_key(&c.v[0], 0, NOW, KEY_SIGN));
		certs_free(&c);
		packet_write(&packets, TAG_SIGNATURE, buf_get0(&body));
	}
	c = read_cert(buf_get0(&packets));
	assert_string_equal(valid_key(&c.v[0], 0, NOW, KEY_SIGN),
	    "too many revocations to look at");
	certs_free(&c);
	buf_free(&packets);
	buf_free(&body);
	free_key(&primary);
}

/* What the owner never signed is not the owner's, whoever it names. */
static void
bound_once(void **state)
{
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct made eve = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct made subkey = make_key(true, PGP_ECDH, PK_X25519);
	struct selfsig s = say(KEY_ENCRYPT_COMMS, BORN, 1);
	struct buf packets = BUF(1 << 16);
	struct certs c;
	struct sig said;

	(void)state;
	begin_cert(&primary, 0, &packets);
	packet_write(&packets, TAG_PUBLIC_SUBKEY, subkey.key.pub);
	assert_true(selfsig_subkey(&primary.key, &subkey.key, &s, &packets));
	packet_write(&packets, TAG_PUBLIC_SUBKEY, subkey.key.pub);
	weak_signature(&primary, &primary, &subkey, SIG_SUBKEY, &packets);
	packet_write(&packets, TAG_PUBLIC_SUBKEY, subkey.key.pub);
	weak_signature(&eve, &primary, &subkey, SIG_SUBKEY, &packets);
	packet_write(&packets, TAG_PUBLIC_SUBKEY, subkey.key.pub);
	weak_signature(&primary, &primary, &subkey, SIG_PRIMARY_BINDING,
	    &packets);
	c = read_cert(buf_get0(&packets));
	assert_int_equal(c.v[0].n, 5);
	/* expired long ago, and bound all the same */
	assert_true(valid_bound_once(&c.v[0], 1, false, &said));
	assert_int_equal(said.flags, KEY_ENCRYPT_COMMS);
	assert_false(valid_bound_once(&c.v[0], 2, false, &said));
	assert_true(valid_bound_once(&c.v[0], 2, true, &said));
	assert_string_equal(valid_key(&c.v[0], 2, NOW, KEY_ENCRYPT_COMMS),
	    "no self-signature in force holds");
	assert_false(valid_bound_once(&c.v[0], 3, true, &said));
	/* made by the owner, but it binds nothing */
	assert_false(valid_bound_once(&c.v[0], 4, true, &said));
	certs_free(&c);
	buf_free(&packets);
	free_key(&primary);
	free_key(&eve);
	free_key(&subkey);
}

static void
expiry(void **state)
{
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct buf packets = BUF(1 << 16);
	struct selfsig again = say(KEY_CERTIFY | KEY_SIGN, NOW - 100,
	    2 * YEAR + 50);
	struct certs c;

	(void)state;
	begin_cert(&primary, YEAR, &packets);
	c = read_cert(buf_get0(&packets));
	assert_null(judge(&c, &primary, BORN + YEAR - 1, NULL, NULL));
	assert_string_equal(judge(&c, &primary, BORN + YEAR, NULL, NULL),
	    "the primary key has expired");
	certs_free(&c);
	/* renewed later: in between it was expired, and stays so */
	assert_true(selfsig_direct(&primary.key, &again, &packets));
	c = read_cert(buf_get0(&packets));
	assert_non_null(judge(&c, &primary, BORN + YEAR, NULL, NULL));
	assert_null(judge(&c, &primary, NOW - 50, NULL, NULL));
	assert_null(judge(&c, &primary, BORN + 1, NULL, NULL));
	certs_free(&c);
	buf_free(&packets);
	free_key(&primary);
}

/*
 * Version 4 says it in the direct-key signature or in that of the user ID,
 * and other programs renew only one of them: the newer one counts.
 */
static void
two_that_speak(void **state)
{
	static const struct {
		const char *name;
		int64_t direct, user;	/* lifetimes */
		int64_t at;		/* when the user ID's was made */
		int64_t lasts;
	} rows[] = {
		{ "both the same", YEAR, YEAR, BORN, YEAR },
		{ "shortened in the newer one", YEAR, 60, BORN + 5, 60 },
		{ "prolonged in it", 60, YEAR, BORN + 5, YEAR },
		{ "not in the newer one", 60, 0, BORN + 5, 60 },
		{ "not in the older one", 0, 60, BORN, 60 },
	};
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct selfsig s = say(KEY_CERTIFY | KEY_SIGN, rows[i].at,
		    rows[i].user);
		struct buf packets = BUF(1 << 16);
		struct certs c;

		begin_cert(&primary, rows[i].direct, &packets);
		packet_write(&packets, TAG_USER_ID, SPAN("Anna"));
		assert_true(selfsig_user(&primary.key, SPAN("Anna"), &s,
		    &packets));
		c = read_cert(buf_get0(&packets));
		if (judge(&c, &primary, BORN + rows[i].lasts - 1, NULL,
		    NULL) != NULL || judge(&c, &primary, BORN +
		    rows[i].lasts, NULL, NULL) == NULL)
			fail_msg("%s", rows[i].name);
		certs_free(&c);
		buf_free(&packets);
	}
	free_key(&primary);
}

/* A certification for its maker's own use is not handed out. */
static void
local_signatures(void **state)
{
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct buf packets = BUF(1 << 16), body = BUF(SIG_BODY_MAX);
	struct buf out = BUF(1 << 16);
	struct selfsig s = say(KEY_CERTIFY, BORN, 0);
	struct digest *d = digest_new(DIGEST_SHA256);
	struct sig_new local;
	struct certs c;
	size_t n = 0;

	(void)state;
	begin_cert(&primary, 0, &packets);
	packet_write(&packets, TAG_USER_ID, SPAN("Anna"));
	assert_true(selfsig_user(&primary.key, SPAN("Anna"), &s, &packets));
	n = packets.n;
	sig_new_start(&local, &primary.key, SIG_CERT_POSITIVE, 0, NOW, &env);
	sig_sub(&local.hashed, SUB_EXPORTABLE, true, SPAN("\0"));
	assert_true(sig_new_write(&local, d, &body));
	packet_write(&packets, TAG_SIGNATURE, buf_get0(&body));
	c = read_cert(buf_get0(&packets));
	cert_write_public(&c.v[0], &out);
	assert_true(span_eq(buf_get0(&out), span_first(buf_get0(&packets),
	    n)));
	digest_free(d);
	certs_free(&c);
	buf_free(&packets);
	buf_free(&body);
	buf_free(&out);
	free_key(&primary);
}

/* A self-signature that has expired says nothing any more. */
static void
self_signature_expires(void **state)
{
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct buf packets = BUF(1 << 16), body = BUF(SIG_BODY_MAX);
	struct sig_new s;
	struct digest *d = NULL;
	struct certs c;

	(void)state;
	packet_write(&packets, TAG_PUBLIC_KEY, primary.key.pub);
	sig_new_start(&s, &primary.key, SIG_DIRECT_KEY, 0, BORN, &env);
	sig_sub(&s.hashed, SUB_KEY_FLAGS, true, SPAN("\x03"));
	sig_sub_u32(&s.hashed, SUB_EXPIRES, true, YEAR);
	d = sig_new_digest(&s);
	sig_hash_key(d, &primary.key);
	assert_true(sig_new_write(&s, d, &body));
	packet_write(&packets, TAG_SIGNATURE, buf_get0(&body));
	c = read_cert(buf_get0(&packets));
	assert_null(valid_key(&c.v[0], 0, BORN + YEAR - 1, KEY_SIGN));
	assert_non_null(valid_key(&c.v[0], 0, BORN + YEAR, KEY_SIGN));
	digest_free(d);
	certs_free(&c);
	buf_free(&packets);
	buf_free(&body);
	free_key(&primary);
}

/* Another's word about a key is no word of its owner. */
static void
foreign_self_signatures(void **state)
{
	struct made primary = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct made eve = make_key(false, PGP_EDDSA_LEGACY, PK_ED25519);
	struct buf packets = BUF(1 << 16);
	struct selfsig s = say(KEY_CERTIFY | KEY_SIGN, BORN, 0);
	struct certs c;

	(void)state;
	packet_write(&packets, TAG_PUBLIC_KEY, primary.key.pub);
	assert_true(selfsig_user(&eve.key, SPAN("Anna"), &s, &packets));
	c = read_cert(buf_get0(&packets));
	assert_string_equal(valid_key(&c.v[0], 0, NOW, KEY_SIGN),
	    "no self-signature in force holds");
	certs_free(&c);
	/* nor does her revocation count */
	buf_reset(&packets);
	begin_cert(&primary, 0, &packets);
	assert_true(selfsig_revocation(&eve.key, NULL, 2, NOW, &env,
	    &packets));
	c = read_cert(buf_get0(&packets));
	assert_null(valid_key(&c.v[0], 0, NOW, KEY_SIGN));
	certs_free(&c);
	buf_free(&packets);
	free_key(&primary);
	free_key(&eve);
}

static void
keep(void *arg, struct span s)
{
	buf_span(arg, s);
}

static enum pgp_result
decrypt(struct span octets, const struct session *k, struct buf *text)
{
	static const struct passphrases none = { NULL, 0 };
	struct pgp_error e = { PGP_OK, NULL };
	struct s2k_budget budget = S2K_BUDGET;
	struct decrypter d = { .budget = &budget,
	    .key_budget = &budget, .passwords = &none,
	    .key_passwords = &none, .sessions = k, .sessions_n = 1 };
	struct pgp_msg *m = calloc(1, sizeof(*m));
	struct in in;

	m->data = keep;
	m->arg = text;
	m->decrypt = decrypter_open;
	m->closed = decrypter_close;
	m->keys = &d;
	in_of_span(&in, octets, &e);
	pgp_msg_read(m, &in);
	pgp_msg_free(m);
	free(m);
	return e.result;
}

static void
encrypt(unsigned version, size_t n, const struct session *k,
    struct buf *out)
{
	struct packet_out p, l;
	struct seipd_out s;
	struct sink to, body, inside, literal;
	unsigned char *zeros = calloc(n + 1, 1);

	sink_of_buf(&to, out);
	packet_out_start(&p, TAG_SEIPD, false, &to, &body);
	seipd_start(&s, version, k, &env, &body, &inside);
	packet_out_start(&l, TAG_LITERAL, false, &inside, &literal);
	sink_write(&literal, SPAN("b\0\0\0\0\0"));
	sink_write(&literal, span_of(zeros, n));
	sink_end(&literal);
	sink_end(&inside);
	free(zeros);
}

/*
 * Every bit of the ciphertext, and every cut. The literal is long enough that
 * a changed block does not reach the packet's own structure.
 */
static void
changed_ciphertext(void **state)
{
	struct session k = { .sym = SYM_AES256, .n = 32, .key = "key" };

	(void)state;
	for (unsigned version = 1; version <= 2; version++) {
		struct buf octets = BUF(1 << 16), text = BUF(1 << 16);

		encrypt(version, 100, &k, &octets);
		assert_int_equal(decrypt(buf_get0(&octets), &k, &text),
		    PGP_OK);
		assert_int_equal(text.n, 100);
		for (size_t bit = 0; bit < 8 * octets.n; bit++) {
			octets.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
			if (decrypt(buf_get0(&octets), &k, &text) == PGP_OK)
				fail_msg("version %u: bit %zu", version, bit);
			octets.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
			buf_reset(&text);
		}
		for (size_t n = 0; n < octets.n; n++)
			if (decrypt(span_first(buf_get0(&octets), n), &k,
			    &text) == PGP_OK)
				fail_msg("version %u: %zu octets", version, n);
		buf_free(&octets);
		buf_free(&text);
	}
}

/* Where the last chunk becomes full, and a new one begins. */
static void
every_length_around_a_chunk(void **state)
{
	struct session k = { .sym = SYM_AES256, .n = 32, .key = "key" };

	(void)state;
	for (size_t n = 65536 - 20; n < 65536 + 5; n++)
		for (unsigned version = 1; version <= 2; version++) {
			struct buf octets = BUF(1 << 18);
			struct buf text = BUF(1 << 18);

			encrypt(version, n, &k, &octets);
			if (decrypt(buf_get0(&octets), &k, &text) != PGP_OK ||
			    text.n != n)
				fail_msg("version %u: %zu octets", version,
				    n);
			buf_free(&octets);
			buf_free(&text);
		}
}

/* Chunks may be neither left out, nor exchanged, nor cut off at their end. */
static void
chunks(void **state)
{
	enum { CHUNK = 65536 + 16, HEAD = 36 };
	struct session k = { .sym = SYM_AES256, .n = 32, .key = "key" };
	struct buf octets = BUF(1 << 20), whole = BUF(1 << 20);
	struct buf text = BUF(1 << 20), made = BUF(1 << 20);
	struct pgp_error e = { PGP_OK, NULL };
	struct span body = { NULL, 0 };
	struct packet p;
	struct in in;

	(void)state;
	encrypt(2, 3 * 65536, &k, &octets);
	in_of_span(&in, buf_get0(&octets), &e);
	assert_true(packet_next(&in, &p));
	assert_true(packet_body(&p, 1 << 20, &whole));
	body = buf_get0(&whole);
	for (size_t kind = 0; kind < 4; kind++) {
		struct span head = span_first(body, HEAD);
		struct span one = span_first(span_from(body, HEAD), CHUNK);
		struct span two = span_first(span_from(body, HEAD + CHUNK),
		    CHUNK);
		struct span rest = span_from(body, HEAD + 2 * CHUNK);
		struct buf b = BUF(1 << 20);

		buf_reset(&made);
		buf_reset(&text);
		buf_span(&b, head);
		buf_span(&b, kind == 1 ? two : one);
		if (kind != 2)
			buf_span(&b, kind == 1 ? one : two);
		buf_span(&b, kind == 3 ? span_first(rest, CHUNK) : rest);
		packet_write(&made, TAG_SEIPD, buf_get0(&b));
		assert_int_equal(decrypt(buf_get0(&made), &k, &text),
		    kind == 0 ? PGP_OK : PGP_FORGED);
		buf_free(&b);
	}
	buf_free(&octets);
	buf_free(&whole);
	buf_free(&made);
	buf_free(&text);
}

static struct certs
secret_key(const char *profile, const struct span *passphrase)
{
	struct keygen g = { .profile = keygen_profile(span_str(profile)),
	    .now = NOW, .env = &env, .passphrase = passphrase };
	struct pgp_error e = { PGP_OK, NULL };
	struct buf packets = BUF(CERT_FILE_MAX);
	struct certs c = CERTS;
	const char *why = NULL;
	struct in in;

	assert_true(keygen_make(&g, &packets));
	in_of_span(&in, buf_get0(&packets), &e);
	assert_int_equal(certs_read(&in, true, &c, &why), PGP_OK);
	buf_free_wipe(&packets);
	return c;
}

/*
 * A session key under RSA that was changed is a message that was changed,
 * whether the padding still holds (RFC 9580 13.5): whoever sends such
 * messages learns one thing only, and as late as from any other.
 */
static void
rsa_tells_nothing(void **state)
{
	static const struct passphrases none = { NULL, 0 };
	struct session k = { .sym = SYM_AES256, .n = 32, .key = "key" };
	struct session other = { .sym = SYM_AES256, .n = 32, .key = "no" };
	struct session des = { .sym = 2, .n = 24, .key = "des" };
	/* what stands in front; whether the padding of the last one fails */
	const struct {
		const struct session *first, *last;
		bool fails;
		enum pgp_result want;
	} rows[] = {
		{ NULL, &k, false, PGP_OK },
		{ NULL, &k, true, PGP_FORGED },
		{ NULL, &other, false, PGP_FORGED },
		/* what fits, for a cipher that is not read, is told */
		{ NULL, &des, false, PGP_UNSUPPORTED },
		{ NULL, &des, true, PGP_FORGED },
		/* but who makes one cannot ask for another by it */
		{ &des, &other, false, PGP_FORGED },
		{ &des, &other, true, PGP_FORGED },
	};
	struct certs c = secret_key("rfc4880", NULL);
	struct pgp_key *key = &c.v[0].v[1].key;

	(void)state;
	for (size_t row = 0; row < ROWS(rows); row++) {
		struct s2k_budget budget = S2K_BUDGET;
		struct decrypter d = { .budget = &budget, .files = &c,
		    .key_budget = &budget, .passwords = &none, .files_n = 1,
		    .key_passwords = &none, .env = &env };
		struct pgp_msg *m = calloc(1, sizeof(*m));
		struct buf octets = BUF(1 << 16), text = BUF(1 << 16);
		struct pgp_error e = { PGP_OK, NULL };
		struct in in;

		if (rows[row].first != NULL)
			assert_true(pkesk_write(3, key, false,
			    rows[row].first, &env, &octets));
		assert_true(pkesk_write(3, key, false, rows[row].last, &env,
		    &octets));
		octets.p[octets.n - 9] ^= rows[row].fails;
		encrypt(1, 100, &k, &octets);
		m->data = keep;
		m->arg = &text;
		m->decrypt = decrypter_open;
		m->closed = decrypter_close;
		m->keys = &d;
		in_of_span(&in, buf_get0(&octets), &e);
		pgp_msg_read(m, &in);
		if (e.result != rows[row].want)
			fail_msg("row %zu: %d", row, (int)e.result);
		pgp_msg_free(m);
		free(m);
		buf_free(&octets);
		buf_free(&text);
	}
	certs_free(&c);
}

/*
 * Of two recipients that are not named one could be our RSA key, and is not;
 * the other is ours and locked: then a passphrase is what is missing.
 */
static void
hidden_and_locked(void **state)
{
	static const struct passphrases none = { NULL, 0 };
	struct session k = { .sym = SYM_AES256, .n = 32, .key = "key" };
	struct span pw = SPAN("pass");
	struct certs files[] = { secret_key("rfc4880", NULL),
	    secret_key("default", &pw) };
	struct s2k_budget budget = S2K_BUDGET;
	struct decrypter d = { .budget = &budget, .key_budget = &budget,
	    .files = files, .files_n = 2, .passwords = &none,
	    .key_passwords = &none, .env = &env };
	struct pgp_msg *m = calloc(1, sizeof(*m));
	struct buf octets = BUF(1 << 16), text = BUF(1 << 16);
	struct pgp_error e = { PGP_OK, NULL };
	struct in in;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf one = BUF(1 << 12);

		assert_true(pkesk_write(3, &files[i].v[0].v[1].key, false, &k, &env,
		    &one));
		/* the key ID stands behind header and version */
		memset(one.p + (one.p[1] < 192 ? 3 : 4), 0, 8);
		one.p[one.n - 9] ^= i == 0;
		buf_span(&octets, buf_get0(&one));
		buf_free(&one);
	}
	encrypt(1, 100, &k, &octets);
	m->data = keep;
	m->arg = &text;
	m->decrypt = decrypter_open;
	m->closed = decrypter_close;
	m->keys = &d;
	in_of_span(&in, buf_get0(&octets), &e);
	pgp_msg_read(m, &in);
	assert_int_equal(e.result, PGP_LOCKED);
	pgp_msg_free(m);
	free(m);
	buf_free(&octets);
	buf_free(&text);
	certs_free(&files[0]);
	certs_free(&files[1]);
}

/* As libcrypto has no Camellia where only what NIST approved is allowed. */
static void
cipher_that_is_not_there(void **state)
{
	static const unsigned char skesk[4 + 17] = { 4, 11, S2K_SIMPLE,
	    HASH_SHA256 };
	struct s2k_budget budget = S2K_BUDGET;
	struct session s;

	(void)state;
	/* the hash stays at hand */
	digest_free(digest_new(DIGEST_SHA256));
	assert_int_equal(EVP_set_default_properties(NULL, "provider=none"), 1);
	assert_int_equal(skesk_open(span_of(skesk, sizeof(skesk)),
	    SPAN("pass"), &budget, &s), PGP_UNSUPPORTED);
	assert_int_equal(EVP_set_default_properties(NULL, ""), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures),
		cmocka_unit_test(hashes_fit_the_curve),
		cmocka_unit_test(malformed_numbers),
		cmocka_unit_test(reasons_name_the_key),
		cmocka_unit_test(bounds_and_recipients),
		cmocka_unit_test(subkeys_that_sign),
		cmocka_unit_test(revocations),
		cmocka_unit_test(odd_revocations),
		cmocka_unit_test(flood_of_revocations),
		cmocka_unit_test(bound_once),
		cmocka_unit_test(expiry),
		cmocka_unit_test(two_that_speak),
		cmocka_unit_test(local_signatures),
		cmocka_unit_test(self_signature_expires),
		cmocka_unit_test(foreign_self_signatures),
		cmocka_unit_test(changed_ciphertext),
		cmocka_unit_test(every_length_around_a_chunk),
		cmocka_unit_test(chunks),
		cmocka_unit_test(rsa_tells_nothing),
		cmocka_unit_test(cipher_that_is_not_there),
		cmocka_unit_test(hidden_and_locked),
	};

	env_system(&env);
	return cmocka_run_group_tests_name("pgp_policy", tests, NULL, NULL);
}
