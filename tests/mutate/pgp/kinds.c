/*
 * The messages: some made here, some that other programs and RFC 9580 made;
 * see kinds.h. Passphrases are stretched as little as the formats let them.
 */
#include "kinds.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../support/pgp_files.h"
#include "base/mem.h"
#include "pgp/armor.h"
#include "pgp/keygen.h"
#include "pgp/locked.h"
#include "pgp/packet.h"
#include "pgp/packet_out.h"
#include "pgp/seipd.h"
#include "pgp/signer.h"

enum { KINDS_MAX = 64 };

#define TEXT SPAN("Dear Bert,\n\nthe plan holds. \n- Anna\n")

static const struct env *env;
static int64_t now;
static struct kind all[KINDS_MAX];
static struct certs *kept[KINDS_MAX];
static size_t kept_n;
static size_t kinds_n;

static void
must(bool ok, const char *what)
{
	if (!ok) {
		printf("Bail out! %s cannot be made\n", what);
		exit(1);
	}
}

static struct kind *
add(const char *name, enum form form)
{
	struct kind *k = &all[kinds_n++];

	must(kinds_n <= KINDS_MAX, name);
	*k = (struct kind){ .name = name, .form = form,
	    .octets = BUF(1 << 20) };
	return k;
}

static struct certs *
read_certs(struct span octets, bool secret, const char *name)
{
	struct certs *c = xcalloc(1, sizeof(*c));
	struct pgp_error e = { PGP_OK, NULL };
	const char *why = NULL;
	struct in in;

	*c = CERTS;
	c->file = name;
	in_of_span(&in, octets, &e);
	must(certs_read(&in, secret, c, &why) == PGP_OK, name);
	in_free(&in);
	must(kept_n < KINDS_MAX, name);
	kept[kept_n++] = c;
	return c;
}

/* A key of its own and its certificate. */
struct pair {
	struct certs *key, *cert;
};

static struct pair
unlocked(struct certs *key)
{
	struct s2k_budget budget = S2K_BUDGET;
	const struct passphrases none = { .n = 0 };
	struct buf public = BUF(1 << 20);
	struct pair p = { .key = key };

	for (size_t i = 0; i < key->v[0].n; i++)
		if (key->v[0].v[i].key.has_secret)
			must(key_unlock(&key->v[0].v[i].key, &none,
			    &budget) == KEY_UNLOCKED, key->file);
	cert_write_public(&key->v[0], &public);
	p.cert = read_certs(buf_get0(&public), false, key->file);
	buf_free(&public);
	return p;
}

static struct pair
generate(const char *profile)
{
	struct keygen g = { .profile = keygen_profile(span_str(profile)),
	    .now = now - 1000, .env = env };
	struct buf packets = BUF(1 << 20);

	struct pair p = { NULL, NULL };

	must(keygen_make(&g, &packets), profile);
	p = unlocked(read_certs(buf_get0(&packets), true, profile));
	buf_free(&packets);
	return p;
}

static struct pair
of_vector(const char *name)
{
	struct buf file = vector(name);
	struct pair p = unlocked(read_certs(buf_get0(&file), true, name));

	buf_free(&file);
	return p;
}

static void
sign(struct certs *by, unsigned type, struct signers *s)
{
	must(signers_add(s, cert_primary(&by->v[0]), type, now - 10, env),
	    by->file);
	signers_data(s, TEXT);
}

/* One-pass signature, literal data, signature; or the literal data alone. */
static void
inside(struct certs *by, unsigned type, struct buf *out)
{
	struct signers *s = xcalloc(1, sizeof(*s));

	if (by != NULL) {
		sign(by, type, s);
		signers_begin(s, out);
	}
	buf_byte(out, 0xc0 | TAG_LITERAL);
	buf_byte(out, (unsigned char)(TEXT.n + 10));
	buf_str(out, type == SIG_TEXT ? "u" : "b");
	buf_add(out, "\4name\0\0\0\0", 9);
	buf_span(out, TEXT);
	must(signers_end(s, out), "a signature");
	signers_free(s);
	free(s);
}

static void
protect(unsigned version, const struct session *k, struct certs *by,
    struct buf *out)
{
	struct packet_out p;
	struct seipd_out s;
	struct sink to, body, plain;
	struct buf message = BUF(1 << 20);

	inside(by, SIG_BINARY, &message);
	if (version == 2)
		packet_write(&message, TAG_PADDING, SPAN("0123456789"));
	sink_of_buf(&to, out);
	packet_out_start(&p, TAG_SEIPD, false, &to, &body);
	seipd_start(&s, version, k, env, &body, &plain);
	sink_write(&plain, buf_get0(&message));
	sink_end(&plain);
	buf_free(&message);
}

static struct session
new_session(void)
{
	struct session s = { .sym = SYM_AES256, .n = 32 };

	env->random(env->arg, s.key, s.n);
	return s;
}

static void
to_key(const char *name, unsigned version, struct pair to,
    const struct pair *by)
{
	struct kind *k = add(name, ENCRYPTED);
	struct session s = new_session();
	size_t last = to.cert->v[0].n - 1;

	must(pkesk_write(version == 2 ? 6 : 3, &to.cert->v[0].v[last].key,
	    false, &s, env, &k->octets), name);
	protect(version, &s, by != NULL ? by->key : NULL, &k->octets);
	k->keys = to.key;
	if (by != NULL)
		k->certs = by->cert;
	k->sigs = by != NULL;
}

/* Version 4: the passphrase's key is the message's, or seals it. */
static void
to_password_v4(const char *name, bool sealed)
{
	static const unsigned char zero[CIPHER_BLOCK];
	struct kind *k = add(name, ENCRYPTED);
	struct s2k s2k = { .type = S2K_ITERATED, .hash = HASH_SHA256,
	    .count = 1024 };
	struct s2k_budget budget = S2K_BUDGET;
	struct session s = { .sym = SYM_AES256, .n = 32 };
	struct buf body = BUF(4096);
	unsigned char plain[33] = { SYM_AES256 };
	struct cfb *c = NULL;

	env->random(env->arg, s2k.salt, S2K_SALT);
	s2k_derive(&s2k, SPAN("pass"), &budget, s.key, s.n);
	buf_add(&body, "\4\x09", 2);
	s2k_write(&s2k, &body);
	if (sealed) {
		c = cfb_encrypt_new("AES-256", span_of(s.key, s.n), zero);
		s = new_session();
		memcpy(plain + 1, s.key, s.n);
		cfb_run(c, span_of(plain, sizeof(plain)), plain);
		cfb_free(c);
		buf_add(&body, plain, sizeof(plain));
	}
	packet_write(&k->octets, TAG_SKESK, buf_get0(&body));
	protect(1, &s, NULL, &k->octets);
	k->password = "pass";
	buf_free(&body);
}

/* Version 6 with Argon2 over 1 MiB. */
static void
to_password_v6(const char *name, unsigned aead)
{
	struct kind *k = add(name, ENCRYPTED);
	const unsigned char info[] = { 0xc0 | TAG_SKESK, 6, SYM_AES256,
	    (unsigned char)aead };
	struct s2k s2k = { .type = S2K_ARGON2, .t = 1, .p = 1, .m = 10 };
	struct s2k_budget budget = S2K_BUDGET;
	struct session s = new_session();
	struct buf body = BUF(4096), spec = BUF(64);
	unsigned char stretched[32], key[CIPHER_KEY_MAX];
	unsigned char nonce[AEAD_NONCE_MAX], sealed[32 + AEAD_TAG];
	enum aead_mode mode = AEAD_OCB;
	struct aead *a = NULL;

	must(algo_aead(aead, &mode), name);
	env->random(env->arg, s2k.salt, sizeof(s2k.salt));
	env->random(env->arg, nonce, sizeof(nonce));
	must(s2k_derive(&s2k, SPAN("pass"), &budget, stretched, 32) ==
	    PGP_OK, name);
	locked_key(span_of(stretched, 32), info, key);
	a = aead_new(mode, span_of(key, 32), true);
	aead_seal(a, nonce, span_of(info, 4), span_of(s.key, 32), sealed);
	s2k_write(&s2k, &spec);
	buf_byte(&body, 6);
	buf_byte(&body, (unsigned char)(3 + spec.n + aead_nonce_size(mode)));
	buf_add(&body, info + 2, 2);
	buf_byte(&body, (unsigned char)spec.n);
	buf_span(&body, buf_get0(&spec));
	buf_add(&body, nonce, aead_nonce_size(mode));
	buf_add(&body, sealed, sizeof(sealed));
	packet_write(&k->octets, TAG_SKESK, buf_get0(&body));
	protect(2, &s, NULL, &k->octets);
	k->password = "pass";
	aead_free(a);
	buf_free(&body);
	buf_free(&spec);
}

static void
made_inline(const char *name, struct pair by, unsigned type)
{
	struct kind *k = add(name, INLINE);

	inside(by.key, type, &k->octets);
	k->certs = by.cert;
	k->sigs = 1;
}

static void
armored(const char *name, const struct kind *plain)
{
	struct kind *k = add(name, plain->form);
	struct span octets = buf_get0(&plain->octets);
	struct buf was = k->octets;

	*k = *plain;
	k->name = name;
	k->octets = was;
	armor_write(&k->octets, ARMOR_MESSAGE, octets);
}

static void
made_detached(const char *name, struct pair by, unsigned type)
{
	struct kind *k = add(name, DETACHED);
	struct signers *s = xcalloc(1, sizeof(*s));

	sign(by.key, type, s);
	must(signers_end(s, &k->octets), name);
	k->certs = by.cert;
	k->data = TEXT;
	k->sigs = 1;
	signers_free(s);
	free(s);
}

static struct kind *
of_file(const char *name, enum form form, const struct pair *pair, size_t sigs)
{
	struct kind *k = add(name, form);

	buf_free(&k->octets);
	k->octets = vector(name);
	if (pair != NULL && form == ENCRYPTED)
		k->keys = pair->key;
	if (pair != NULL && sigs > 0)
		k->certs = pair->cert;
	k->sigs = sigs;
	return k;
}

/* RFC 9580 A.9 to A.11, of which the passphrase would take 2 GiB. */
static void
samples(void)
{
	static const struct {
		const char *name, *key;
	} rows[] = {
		{ "rfc9580/a9.seipd2", "\x38\x81\xba\xfe\x98"
		  "\x54\x12\x45\x9b\x86\xc3\x6f\x98\xcb\x9a\x5e" },
		{ "rfc9580/a10.seipd2", "\x28\xe7\x9a\xb8\x23"
		  "\x97\xd3\xc6\x3d\xe2\x4a\xc2\x17\xd7\xb7\x91" },
		{ "rfc9580/a11.seipd2", "\x19\x36\xfc\x85\x68"
		  "\x98\x02\x74\xbb\x90\x0d\x83\x19\x36\x0c\x77" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kind *k = of_file(rows[i].name, ENCRYPTED, NULL, 0);

		k->session = (struct session){ .sym = SYM_AES128, .n = 16 };
		memcpy(k->session.key, rows[i].key, 16);
	}
}

static void
from_peers(void)
{
	struct pair v6 = of_vector("rfc9580/a4-v6.key");
	struct pair rsa = of_vector("peers/rsa.key");
	struct pair p256 = of_vector("peers/p256.key");
	struct pair p521 = of_vector("peers/p521.key");
	struct pair brainpool = of_vector("peers/brainpool.key");
	struct pair js = of_vector("openpgpjs/performance.key");
	struct pair js448 = of_vector("openpgpjs/security.key");

	of_file("rfc9580/a6-cleartext.asc", CLEAR, &v6, 1);
	of_file("rfc9580/a7-inline.asc", INLINE, &v6, 1);
	of_file("rfc9580/a8-pkesk.asc", ENCRYPTED, &v6, 0);
	samples();
	of_file("peers/rsa.msg", ENCRYPTED, &rsa, 1);
	of_file("peers/rsa.zlib", INLINE, &rsa, 1);
	of_file("peers/rsa.clear", CLEAR, &rsa, 1);
	of_file("peers/p256.msg", ENCRYPTED, &p256, 1);
	of_file("peers/p521.msg", ENCRYPTED, &p521, 1);
	of_file("peers/brainpool.msg", ENCRYPTED, &brainpool, 1);
	of_file("peers/hidden.msg", ENCRYPTED, &rsa, 0);
	of_file("peers/rnp-packet20.msg", ENCRYPTED, &rsa, 0);
	of_file("openpgpjs/performance.enc-signed.asc", ENCRYPTED, &js, 1);
	of_file("openpgpjs/security.enc-signed.asc", ENCRYPTED, &js448, 1);
	of_file("openpgpjs/security.inline.asc", INLINE, &js448, 1);
	of_file("openpgpjs/performance.clearsigned.asc", CLEAR, &js, 1);
}

static void
made(struct pair v4, struct pair v6)
{
	struct pair x448 = generate("security");
	struct pair rsa = generate("compatibility");

	to_key("version 1, X25519, signed", 1, v4, &v4);
	armored("version 1, X25519, signed, armored", &all[kinds_n - 1]);
	to_key("version 1, RSA", 1, rsa, NULL);
	to_key("version 2, X25519, signed", 2, v6, &v6);
	to_key("version 2, X448, signed by RSA", 2, x448, &rsa);
	to_password_v4("version 1, a passphrase", false);
	to_password_v4("version 1, a passphrase that seals", true);
	to_password_v6("version 2, Argon2, EAX", PGP_EAX);
	to_password_v6("version 2, Argon2, OCB", PGP_OCB);
	to_password_v6("version 2, Argon2, GCM", PGP_GCM);
	made_inline("signed, version 4", v4, SIG_BINARY);
	armored("signed, version 4, armored", &all[kinds_n - 1]);
	made_inline("signed, RSA, text", rsa, SIG_TEXT);
	made_inline("signed, version 6", v6, SIG_BINARY);
	made_inline("signed, Ed448", x448, SIG_BINARY);
	made_detached("detached, version 4", v4, SIG_BINARY);
	made_detached("detached, RSA, text", rsa, SIG_TEXT);
	made_detached("detached, version 6", v6, SIG_BINARY);
}

/* Those of RFC 9980, where libcrypto has them. */
static void
made_post(void)
{
	struct pair p = { NULL, NULL };

	if (!keygen_available(keygen_profile(SPAN("rfc9980"))))
		return;
	p = generate("rfc9980");
	to_key("version 2, ML-KEM-768+X25519, signed", 2, p, &p);
	made_inline("signed, ML-DSA-65+Ed25519", p, SIG_BINARY);
	made_detached("detached, ML-DSA-65+Ed25519", p, SIG_BINARY);
}

struct kind *
kinds(const struct env *e, size_t *n)
{
	env = e;
	now = env_now(env);
	made(generate("default"), generate("rfc9580"));
	made_post();
	from_peers();
	*n = kinds_n;
	return all;
}

static void
write_file(const char *folder, size_t number, const char *what,
    struct span s)
{
	char path[256] = "";
	FILE *f = NULL;

	snprintf(path, sizeof(path), "%s/%zu.%s", folder, number, what);
	f = fopen(path, "wb");
	must(f != NULL && fwrite(s.p, 1, s.n, f) == s.n && fclose(f) == 0,
	    path);
}

static void
write_session(const char *folder, size_t number, const struct session *s)
{
	struct buf text = BUF(256);

	buf_printf(&text, "%u:", s->sym);
	for (size_t i = 0; i < s->n; i++)
		buf_printf(&text, "%02X", s->key[i]);
	write_file(folder, number, "session", buf_get0(&text));
	buf_free(&text);
}

void
kinds_write(const char *folder)
{
	static const char *const forms[] = { [ENCRYPTED] = "decrypt",
	    [INLINE] = "inline-verify", [CLEAR] = "inline-verify clear",
	    [DETACHED] = "verify" };

	for (size_t i = 0; i < kinds_n; i++) {
		const struct kind *k = &all[i];
		struct buf how = BUF(256);

		buf_printf(&how, "%s\n%s\n", k->name, forms[k->form]);
		write_file(folder, i + 1, "how", buf_get0(&how));
		write_file(folder, i + 1, "msg", buf_get0(&k->octets));
		if (k->keys != NULL)
			write_file(folder, i + 1, "key",
			    buf_get0(&k->keys->raw));
		if (k->certs != NULL)
			write_file(folder, i + 1, "cert",
			    buf_get0(&k->certs->raw));
		if (k->data.n > 0)
			write_file(folder, i + 1, "data", k->data);
		if (k->password != NULL)
			write_file(folder, i + 1, "pw",
			    span_str(k->password));
		if (k->session.n > 0)
			write_session(folder, i + 1, &k->session);
		buf_free(&how);
	}
}
