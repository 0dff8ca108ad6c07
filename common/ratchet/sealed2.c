/*
 * Sealed sender, version 2; see sealed2.h. On the wire:
 *
 *	22 | C (32) | AT (16) | E (32) | AES-256-GCM-SIV(K, 0, what is inside)
 *
 * M, from which K and the private half of E are derived, is C without what
 * E and the recipient's key agree on; AT is what the sender's key and the
 * recipient's agree on.
 */
#include "ratchet/sealed2.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/cur.h"
#include "crypto/kdf.h"
#include "crypto/lib.h"

enum { VERSION = 0x22, SIZE = 32, AT = 16, TAG = 16, NONCE = 12 };

struct parts {
	struct span c, at, e, sealed;
	unsigned char ephemeral[CURVE_PUBLIC];	/* e with its type */
};

bool
sealed2_is(struct span in)
{
	return in.n > 0 && in.p[0] == VERSION;
}

static EVP_CIPHER *
fetch(void)
{
	EVP_CIPHER *cipher = NULL;

	crypto_start();
	cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM-SIV", NULL);
	ERR_clear_error();
	return cipher;
}

bool
sealed2_available(void)
{
	EVP_CIPHER *cipher = fetch();

	EVP_CIPHER_free(cipher);
	return cipher != NULL;
}

static bool
read_parts(struct span in, struct parts *p)
{
	struct cur c = cur_of(in);

	if (cur_u8(&c) != VERSION)
		return false;
	p->c = cur_take(&c, SIZE);
	p->at = cur_take(&c, AT);
	p->e = cur_take(&c, SIZE);
	p->sealed = cur_left(&c);
	if (c.bad || p->sealed.n < TAG)
		return false;
	p->ephemeral[0] = 5;
	memcpy(p->ephemeral + 1, p->e.p, SIZE);
	return curve_key_ok(span_of(p->ephemeral, CURVE_PUBLIC));
}

/* HKDF of an agreement and what was agreed over. */
static bool
agree(const struct curve_pair *us, const unsigned char *theirs,
    const struct span *over, size_t n, struct span label, unsigned char *out,
    size_t out_n)
{
	struct buf ikm = BUF(256);
	unsigned char shared[CURVE_SHARED];
	bool ok = curve_dh(us->priv, theirs, shared);

	buf_add(&ikm, shared, sizeof(shared));
	for (size_t i = 0; i < n; i++)
		buf_span(&ikm, over[i]);
	kdf_hkdf(DIGEST_SHA256, buf_get0(&ikm), SPAN(""), label, out, out_n);
	explicit_bzero(shared, sizeof(shared));
	buf_free_wipe(&ikm);
	return ok;
}

/* What M hides under: what the keys agree on, over both public ones. */
static bool
mask(const struct curve_pair *us, const unsigned char *theirs,
    const unsigned char *e, const unsigned char *recipient,
    unsigned char out[static SIZE])
{
	const struct span over[] = { { e, CURVE_PUBLIC },
	    { recipient, CURVE_PUBLIC } };

	return agree(us, theirs, over, 2, SPAN("Sealed Sender v2: DH"), out,
	    SIZE);
}

/* The pair E that M leads to. */
static void
ephemeral_of(const unsigned char m[static SIZE], struct curve_pair *e)
{
	unsigned char r[SIZE];

	kdf_hkdf(DIGEST_SHA256, span_of(m, SIZE), SPAN(""),
	    SPAN("Sealed Sender v2: r (2023-08)"), r, SIZE);
	curve_pair_of(r, e);
	explicit_bzero(r, sizeof(r));
}

static void
key_of(const unsigned char m[static SIZE], unsigned char key[static SIZE])
{
	kdf_hkdf(DIGEST_SHA256, span_of(m, SIZE), SPAN(""),
	    SPAN("Sealed Sender v2: K"), key, SIZE);
}

/* M, when the E that it leads to is the one that stands there. */
static bool
find_m(const struct curve_pair *us, const struct parts *p,
    unsigned char m[static SIZE])
{
	struct curve_pair e;
	bool ok = mask(us, p->ephemeral, p->ephemeral, us->pub, m);

	for (size_t i = 0; i < SIZE; i++)
		m[i] ^= p->c.p[i];
	ephemeral_of(m, &e);
	ok = ok && CRYPTO_memcmp(e.pub, p->ephemeral, CURVE_PUBLIC) == 0;
	explicit_bzero(&e, sizeof(e));
	return ok;
}

static bool
decrypt(const unsigned char *key, struct span sealed, struct buf *out)
{
	static const unsigned char zero[NONCE];
	struct span text = span_first(sealed, sealed.n - TAG);
	unsigned char tag[TAG], *to = buf_room(out, text.n + TAG);
	EVP_CIPHER *cipher = fetch();
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;
	bool ok = to != NULL && cipher != NULL && ctx != NULL;

	memcpy(tag, sealed.p + text.n, TAG);
	ok = ok && EVP_DecryptInit_ex2(ctx, cipher, key, zero, NULL) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptUpdate(ctx, to, &n, text.p, (int)text.n) == 1 &&
	    EVP_DecryptFinal_ex(ctx, to + n, &last) == 1;
	if (ok)
		out->n += (size_t)n + (size_t)last;
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
	ERR_clear_error();
	return ok;
}

bool
sealed2_open(const struct curve_pair *us, struct span in, struct buf *inside)
{
	unsigned char m[SIZE], key[SIZE];
	struct parts p;
	bool ok = read_parts(in, &p) && find_m(us, &p, m);

	if (!ok)
		return false;
	key_of(m, key);
	ok = decrypt(key, p.sealed, inside);
	explicit_bzero(m, sizeof(m));
	explicit_bzero(key, sizeof(key));
	return ok;
}

/* That the sender was it: what its key and the recipient's agree on. */
static bool
vouch(const struct curve_pair *us, const unsigned char *theirs,
    const unsigned char *e, struct span c, const unsigned char *sender,
    const unsigned char *recipient, unsigned char at[static AT])
{
	const struct span over[] = { { e, CURVE_PUBLIC }, c,
	    { sender, CURVE_PUBLIC }, { recipient, CURVE_PUBLIC } };

	return agree(us, theirs, over, 4, SPAN("Sealed Sender v2: DH-sender"),
	    at, AT);
}

bool
sealed2_is_from(const struct curve_pair *us, struct span in,
    const unsigned char sender[static CURVE_PUBLIC])
{
	unsigned char at[AT];
	struct parts p;

	return read_parts(in, &p) && vouch(us, sender, p.ephemeral, p.c,
	    sender, us->pub, at) && CRYPTO_memcmp(at, p.at.p, AT) == 0;
}

static bool
encrypt(const unsigned char *key, struct span text, struct buf *out)
{
	static const unsigned char zero[NONCE];
	unsigned char *to = buf_room(out, text.n + TAG);
	EVP_CIPHER *cipher = fetch();
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;
	bool ok = to != NULL && cipher != NULL && ctx != NULL &&
	    EVP_EncryptInit_ex2(ctx, cipher, key, zero, NULL) == 1 &&
	    EVP_EncryptUpdate(ctx, to, &n, text.p, (int)text.n) == 1 &&
	    EVP_EncryptFinal_ex(ctx, to + n, &last) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, to +
	    text.n) == 1;

	if (ok)
		out->n += text.n + TAG;
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
	ERR_clear_error();
	return ok;
}

bool
sealed2_seal(const struct env *env, const struct curve_pair *us,
    const unsigned char to[static CURVE_PUBLIC], struct span inside,
    struct buf *out)
{
	unsigned char m[SIZE], c[SIZE], key[SIZE], at[AT];
	struct curve_pair e;
	size_t before = out->n;
	bool ok = false;

	env->random(env->arg, m, SIZE);
	ephemeral_of(m, &e);
	key_of(m, key);
	ok = mask(&e, to, e.pub, to, c);
	for (size_t i = 0; i < SIZE; i++)
		c[i] ^= m[i];
	ok = ok && vouch(us, to, e.pub, span_of(c, SIZE), us->pub, to, at);
	buf_byte(out, VERSION);
	buf_add(out, c, SIZE);
	buf_add(out, at, AT);
	buf_add(out, e.pub + 1, SIZE);
	ok = ok && encrypt(key, inside, out) && !out->over;
	if (!ok)
		out->n = before;
	explicit_bzero(m, sizeof(m));
	explicit_bzero(key, sizeof(key));
	explicit_bzero(&e, sizeof(e));
	return ok;
}
