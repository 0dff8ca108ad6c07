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
#include "crypto/hmac.h"
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
	hkdf_sha256(buf_get0(&ikm), SPAN(""), label, out, out_n);
	explicit_bzero(shared, sizeof(shared));
	buf_free_wipe(&ikm);
	return ok;
}

/* M, when the E that it leads to is the one that stands there. */
static bool
find_m(const struct curve_pair *us, const struct parts *p,
    unsigned char m[static SIZE])
{
	const struct span over[] = { { p->ephemeral, CURVE_PUBLIC },
	    { us->pub, CURVE_PUBLIC } };
	unsigned char r[SIZE];
	struct curve_pair e;
	bool ok = agree(us, p->ephemeral, over, 2,
	    SPAN("Sealed Sender v2: DH"), m, SIZE);

	for (size_t i = 0; i < SIZE; i++)
		m[i] ^= p->c.p[i];
	hkdf_sha256(span_of(m, SIZE), SPAN(""),
	    SPAN("Sealed Sender v2: r (2023-08)"), r, SIZE);
	curve_pair_of(r, &e);
	ok = ok && CRYPTO_memcmp(e.pub, p->ephemeral, CURVE_PUBLIC) == 0;
	explicit_bzero(r, sizeof(r));
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
	hkdf_sha256(span_of(m, SIZE), SPAN(""), SPAN("Sealed Sender v2: K"),
	    key, SIZE);
	ok = decrypt(key, p.sealed, inside);
	explicit_bzero(m, sizeof(m));
	explicit_bzero(key, sizeof(key));
	return ok;
}

bool
sealed2_is_from(const struct curve_pair *us, struct span in,
    const unsigned char sender[static CURVE_PUBLIC])
{
	unsigned char at[AT];
	struct parts p;

	if (!read_parts(in, &p))
		return false;
	return agree(us, sender, (const struct span[]){
	    { p.ephemeral, CURVE_PUBLIC }, p.c, { sender, CURVE_PUBLIC },
	    { us->pub, CURVE_PUBLIC } }, 4,
	    SPAN("Sealed Sender v2: DH-sender"), at, AT) &&
	    CRYPTO_memcmp(at, p.at.p, AT) == 0;
}
