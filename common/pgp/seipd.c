/* Reading encrypted data; see seipd.h. */
#include "pgp/seipd.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/kdf.h"

enum {
	PREFIX = CIPHER_BLOCK + 2,
	MDC = 22,			/* header and SHA-1 (section 5.13.1) */
	PIECE = 65536,
	CHUNK_OCTET_MAX = 16,		/* 4 MiB (section 5.13.2) */
	SALT = 32,
};

static bool
take(struct packet *p, unsigned char *to, size_t n)
{
	while (n > 0) {
		struct span s = packet_piece(p, n);

		if (s.n == 0) {
			pgp_fail(p->in->error, PGP_BAD,
			    "the encrypted data is cut short");
			return false;
		}
		memcpy(to, s.p, s.n);
		to += s.n;
		n -= s.n;
	}
	return true;
}

bool
seipd_head(struct packet *p, struct seipd_head *out)
{
	struct seipd_head h = { 0 };
	unsigned char b[4];
	enum aead_mode mode = AEAD_OCB;
	bool librepgp = p->tag == TAG_AEAD, ok = take(p, b, 1);

	h.version = librepgp ? 0 : ok ? b[0] : 0;
	if (!ok || (h.version == 1 && !librepgp)) {
		*out = h;
		return ok;
	}
	if (b[0] != (librepgp ? 1 : 2) || !take(p, b + 1, 3) ||
	    !algo_sym_is_aes(b[1]) || !algo_aead(b[2], &mode) ||
	    b[3] > CHUNK_OCTET_MAX) {
		pgp_fail(p->in->error, PGP_UNSUPPORTED,
		    "an unknown form of encryption");
		return false;
	}
	h.sym = b[1];
	h.aead = b[2];
	h.chunk = b[3];
	if (!take(p, h.salt, librepgp ? aead_nonce_size(mode) : SALT))
		return false;
	*out = h;
	return true;
}

/* Read on until "room" octets are held. */
static void
fill(struct seipd *s)
{
	while (s->end < s->room && !s->ended) {
		size_t n = packet_read(s->from, s->own + s->end,
		    s->room - s->end);

		if (n == 0)
			s->ended = true;
		s->end += n;
	}
	if (s->end > s->used)
		s->used = s->end;
}

static size_t
give(struct seipd *s, unsigned char *p, size_t n)
{
	if (n > s->ready - s->at)
		n = s->ready - s->at;
	memcpy(p, s->own + s->at, n);
	s->at += n;
	return n;
}

/* Move what is behind the part that was given to the front. */
static void
compact(struct seipd *s)
{
	memmove(s->own, s->own + s->ready, s->end - s->ready);
	s->end -= s->ready;
	s->at = s->ready = 0;
}

static void
forged(struct seipd *s)
{
	s->at = s->ready = s->end = 0;
	s->ended = true;
	pgp_fail(s->from->in->error, PGP_FORGED,
	    "the encrypted data was changed, or the key is another");
}

/* The MDC packet: its header is hashed with all that is before it. */
static void
check_mdc(struct seipd *s)
{
	unsigned char hash[DIGEST_MAX];
	const unsigned char *mdc = s->own;

	if (s->end < MDC) {
		forged(s);
		return;
	}
	digest_add(s->sha1, span_of(mdc, 2));
	digest_final(s->sha1, hash);
	if (mdc[0] != 0xd3 || mdc[1] != 0x14 ||
	    CRYPTO_memcmp(hash, mdc + 2, 20) != 0)
		forged(s);
	s->end = 0;
}

/*
 * Version 1: all but the last 22 octets may be given on, and those are looked
 * at when everything else has been.
 */
static size_t
read_v1(void *arg, unsigned char *p, size_t n)
{
	struct seipd *s = arg;
	size_t held = 0;

	if (s->at < s->ready)
		return give(s, p, n);
	compact(s);
	if (!s->ended) {
		held = s->end;
		fill(s);
		cfb_run(s->cfb, span_of(s->own + held, s->end - held),
		    s->own + held);
		s->ready = s->end > MDC ? s->end - MDC : 0;
		digest_add(s->sha1, span_of(s->own, s->ready));
	}
	if (s->from->in->error->result != PGP_OK)
		return 0;
	if (s->ready == 0 && !s->checked) {
		s->checked = true;
		check_mdc(s);
	}
	return give(s, p, n);
}

/* Nonce of a chunk: version 2 ends with the index, packet 20 mixes it in. */
static void
chunk_nonce(const struct seipd *s, unsigned char out[AEAD_NONCE_MAX])
{
	size_t n = aead_nonce_size(s->mode);

	memcpy(out, s->nonce, n);
	for (size_t i = 0; i < 8; i++)
		out[n - 1 - i] ^= (unsigned char)(s->index >> (8 * i));
}

static void
put_u64(unsigned char *to, uint64_t v)
{
	for (size_t i = 0; i < 8; i++)
		to[i] = (unsigned char)(v >> (56 - 8 * i));
}

/* Open the first n octets in place; "final": the total is authentic, too. */
static bool
open_part(struct seipd *s, size_t n, bool final)
{
	unsigned char nonce[AEAD_NONCE_MAX];
	size_t ad_n = s->ad_n;

	if (s->version == 0) {
		put_u64(s->ad + ad_n, s->index);
		ad_n += 8;
	}
	if (final) {
		put_u64(s->ad + ad_n, s->total);
		ad_n += 8;
	}
	chunk_nonce(s, nonce);
	return aead_open(s->aead, nonce, span_of(s->ad, ad_n),
	    span_of(s->own, n), s->own);
}

/* The last tag is over nothing but the total. */
static void
check_total(struct seipd *s)
{
	s->checked = true;
	if (!open_part(s, AEAD_TAG, true))
		forged(s);
	s->end = 0;
}

/*
 * A chunk is held with its tag and 16 octets more: only what follows tells
 * whether it is the last, and the final tag proves that nothing was cut off.
 * False at the end, and after an error.
 */
static bool
next_chunk(struct seipd *s)
{
	size_t sealed = s->chunk + AEAD_TAG;

	/* the tag of the chunk before goes with it */
	if (s->ready > 0)
		s->ready += AEAD_TAG;
	compact(s);
	fill(s);
	if (s->from->in->error->result != PGP_OK || s->checked)
		return false;
	if (s->ended && s->end == AEAD_TAG) {
		check_total(s);
		return false;
	}
	if (s->end < s->room)
		sealed = s->end - AEAD_TAG;
	if (s->end < 2 * AEAD_TAG || sealed <= AEAD_TAG ||
	    !open_part(s, sealed, false)) {
		forged(s);
		return false;
	}
	s->index++;
	s->ready = sealed - AEAD_TAG;
	s->total += s->ready;
	return true;
}

static size_t
read_chunks(void *arg, unsigned char *p, size_t n)
{
	struct seipd *s = arg;

	while (s->at == s->ready)
		if (!next_chunk(s))
			return 0;
	return give(s, p, n);
}

/* Section 5.13.1: a random block, and its last two octets once more. */
static enum pgp_result
open_v1(struct seipd *s, const struct session *k, struct in *out)
{
	static const unsigned char zero[CIPHER_BLOCK];
	unsigned char prefix[PREFIX];
	size_t n = 0;
	const char *cipher = algo_sym(k->sym, &n);

	if (cipher == NULL || n != k->n)
		return PGP_BAD;
	s->cfb = cfb_decrypt_new(cipher, span_of(k->key, k->n), zero);
	if (s->cfb == NULL || !take(s->from, prefix, PREFIX))
		return PGP_BAD;
	cfb_run(s->cfb, span_of(prefix, PREFIX), prefix);
	s->sha1 = digest_new(DIGEST_SHA1);
	digest_add(s->sha1, span_of(prefix, PREFIX));
	s->room = PIECE;
	s->own = xmalloc(s->room);
	in_init(out, read_v1, s, s->from->in->error);
	return PGP_OK;
}

/* Section 5.13.2: key and nonce come from the session key by HKDF. */
static enum pgp_result
open_chunks(struct seipd *s, const struct seipd_head *h,
    const struct session *k, struct in *out)
{
	unsigned char derived[CIPHER_KEY_MAX + AEAD_NONCE_MAX];
	size_t n = 0, nonce_n = 0;

	algo_sym(h->sym, &n);
	algo_aead(h->aead, &s->mode);
	if (k->n != n || (k->sym != 0 && k->sym != h->sym))
		return PGP_BAD;
	s->chunk = (size_t)1 << (h->chunk + 6);
	s->ad_n = 5;
	s->ad[0] = s->version == 0 ? 0xc0 | TAG_AEAD : 0xc0 | TAG_SEIPD;
	s->ad[1] = s->version == 0 ? 1 : 2;
	s->ad[2] = (unsigned char)h->sym;
	s->ad[3] = (unsigned char)h->aead;
	s->ad[4] = (unsigned char)h->chunk;
	nonce_n = aead_nonce_size(s->mode);
	if (s->version == 0) {
		memcpy(derived, k->key, n);
		memcpy(s->nonce, h->salt, nonce_n);
	} else {
		kdf_hkdf(DIGEST_SHA256, span_of(k->key, k->n),
		    span_of(h->salt, SALT), span_of(s->ad, 5), derived,
		    n + nonce_n - 8);
		memcpy(s->nonce, derived + n, nonce_n - 8);
	}
	s->aead = aead_new(s->mode, span_of(derived, n), false);
	OPENSSL_cleanse(derived, sizeof(derived));
	s->room = s->chunk + 2 * AEAD_TAG;
	s->own = xmalloc(s->room);
	in_init(out, read_chunks, s, s->from->in->error);
	return PGP_OK;
}

enum pgp_result
seipd_open(struct seipd *s, struct packet *p, const struct seipd_head *h,
    const struct session *k, struct in *out)
{
	*s = (struct seipd){ .from = p, .version = h->version };
	return s->version == 1 ? open_v1(s, k, out) :
	    open_chunks(s, h, k, out);
}

void
seipd_close(struct seipd *s)
{
	cfb_free(s->cfb);
	digest_free(s->sha1);
	aead_free(s->aead);
	if (s->own != NULL)
		explicit_bzero(s->own, s->used);
	free(s->own);
	OPENSSL_cleanse(s, sizeof(*s));
}

bool
seipd_quick_check(struct packet *p, const struct session *k)
{
	static const unsigned char zero[CIPHER_BLOCK];
	unsigned char prefix[PREFIX];
	struct span s = in_peek(p->in, PREFIX);
	size_t n = 0;
	const char *cipher = algo_sym(k->sym, &n);
	struct cfb *c = NULL;

	/* shorter than that it cannot be; the real reading will say so */
	if (s.n < PREFIX || cipher == NULL || n != k->n || (!p->open &&
	    p->left < PREFIX))
		return true;
	c = cfb_decrypt_new(cipher, span_of(k->key, k->n), zero);
	if (c == NULL)
		return true;
	cfb_run(c, span_first(s, PREFIX), prefix);
	cfb_free(c);
	return prefix[14] == prefix[16] && prefix[15] == prefix[17];
}
