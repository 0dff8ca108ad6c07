/* Letter Sealing; see letter.h. */
#include "seal/letter.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "crypto/aes.h"
#include "crypto/aes_cbc.h"
#include "crypto/digest.h"
#include "crypto/hmac.h"

enum {
	HALF = SHA256_SIZE / 2,
	AAD_SIZE = 2 * LETTER_MID_SIZE + 4 * 4,
};

struct letter_pair {
	unsigned char shared[X25519_SIZE];
	struct aes *aes;
	struct digest *hash;
};

int
letter_mid_kind(struct span mid)
{
	if (mid.n != LETTER_MID_SIZE ||
	    (mid.p[0] != 'u' && mid.p[0] != 'r' && mid.p[0] != 'c'))
		return 0;
	for (size_t i = 1; i < mid.n; i++)
		if (ascii_hex(mid.p[i]) < 0 || ascii_is_upper(mid.p[i]))
			return 0;
	return mid.p[0];
}

static const char *
flaw_v1(const struct letter *l)
{
	if (l->salt.n != LETTER_V1_SALT_SIZE)
		return "the salt of version 1 has 8 octets";
	if (l->body.n == 0 || l->body.n % AES_BLOCK_SIZE != 0)
		return "the ciphertext is not made of whole blocks";
	if (l->tail.n != LETTER_MAC_SIZE)
		return "the MAC has 16 octets";
	return NULL;
}

static const char *
flaw_v2(const struct letter *l)
{
	if (l->salt.n != LETTER_V2_SALT_SIZE)
		return "the salt of version 2 has 16 octets";
	if (l->body.n < AES_TAG_SIZE)
		return "the ciphertext is shorter than its tag";
	if (l->tail.n != LETTER_NONCE_SIZE &&
	    l->tail.n != LETTER_NONCE_ODD_SIZE)
		return "the nonce has neither 12 nor 16 octets";
	return NULL;
}

const char *
letter_flaw(const struct letter *l)
{
	if (letter_mid_kind(l->from) != 'u')
		return "\"from\" is no user's MID";
	if (letter_mid_kind(l->to) == 0)
		return "\"to\" is no MID";
	if (l->body.n > LETTER_PLAIN_MAX + AES_BLOCK_SIZE)
		return "the message is too long";
	return l->version == 1 ? flaw_v1(l) : l->version == 2 ? flaw_v2(l) :
	    "there are versions 1 and 2";
}

uint64_t
letter_counter(const struct letter *l)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8 && i < l->tail.n; i++)
		v = v << 8 | l->tail.p[i];
	return v;
}

struct letter_pair *
letter_pair_new(const struct x25519 *own,
    const unsigned char peer[static X25519_SIZE])
{
	struct letter_pair *p = xcalloc(1, sizeof(*p));

	if (!x25519_shared(own, peer, p->shared)) {
		free(p);
		return NULL;
	}
	p->aes = aes_new();
	p->hash = digest_new(DIGEST_SHA256);
	return p;
}

void
letter_pair_free(struct letter_pair *p)
{
	if (p == NULL)
		return;
	aes_free(p->aes);
	digest_free(p->hash);
	explicit_bzero(p, sizeof(*p));
	free(p);
}

/* SHA-256 of the shared secret, the salt if there is one, and a label. */
static void
derive(struct letter_pair *p, struct span salt, struct span label,
    unsigned char out[static SHA256_SIZE])
{
	digest_reset(p->hash);
	digest_add(p->hash, span_of(p->shared, sizeof(p->shared)));
	digest_add(p->hash, salt);
	digest_add(p->hash, label);
	digest_final(p->hash, out);
}

/* A hash folded to one block: its first half and its second, by xor. */
static void
fold(const unsigned char hash[static SHA256_SIZE],
    unsigned char out[static HALF])
{
	for (size_t i = 0; i < HALF; i++)
		out[i] = hash[i] ^ hash[HALF + i];
}

static void
derive_iv(struct letter_pair *p, struct span salt,
    unsigned char iv[static HALF])
{
	unsigned char hash[SHA256_SIZE];

	derive(p, salt, SPAN("IV"), hash);
	fold(hash, iv);
	explicit_bzero(hash, sizeof(hash));
}

/*
 * The MAC of version 1: the folded hash of the ciphertext, encrypted as one
 * block under the very key of the message. It covers nothing else.
 */
static void
mac_v1(struct letter_pair *p, const unsigned char key[static AES_KEY_SIZE],
    struct span body, unsigned char mac[static LETTER_MAC_SIZE])
{
	unsigned char hash[SHA256_SIZE], block[HALF];

	digest_reset(p->hash);
	digest_add(p->hash, body);
	digest_final(p->hash, hash);
	fold(hash, block);
	aes_block(p->aes, key, block, mac);
}

/* What version 2 authenticates of the envelope. */
static struct span
aad_v2(const struct letter *l, unsigned char out[static AAD_SIZE])
{
	const uint32_t v[] = { l->sender_key, l->receiver_key, l->version,
	    l->content_type };
	unsigned char *to = out + 2 * LETTER_MID_SIZE;

	memcpy(out, l->to.p, LETTER_MID_SIZE);
	memcpy(out + LETTER_MID_SIZE, l->from.p, LETTER_MID_SIZE);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		for (int shift = 24; shift >= 0; shift -= 8)
			*to++ = (unsigned char)(v[i] >> shift);
	return span_of(out, AAD_SIZE);
}

static void
seal_v1(struct letter_pair *p, struct span salt, struct span plain,
    struct buf *out)
{
	unsigned char key[AES_KEY_SIZE], iv[HALF], mac[LETTER_MAC_SIZE];
	size_t at = 0;

	derive(p, salt, SPAN("Key"), key);
	derive_iv(p, salt, iv);
	buf_span(out, salt);
	at = out->n;
	aes_cbc_seal(key, iv, plain, out);
	mac_v1(p, key, span_from(buf_get0(out), at), mac);
	buf_add(out, mac, sizeof(mac));
	explicit_bzero(key, sizeof(key));
	explicit_bzero(iv, sizeof(iv));
}

static void
seal_v2(struct letter_pair *p, const struct letter *l, struct span salt,
    struct span nonce, struct span plain, struct buf *out)
{
	unsigned char key[AES_KEY_SIZE], aad[AAD_SIZE];

	derive(p, salt, SPAN("Key"), key);
	buf_span(out, salt);
	aes_gcm_seal(p->aes, key, nonce, aad_v2(l, aad), plain, out);
	buf_span(out, nonce);
	explicit_bzero(key, sizeof(key));
}

static void
make_nonce(const struct letter_fresh *fresh,
    unsigned char nonce[static LETTER_NONCE_SIZE])
{
	for (int i = 0; i < 8; i++)
		nonce[i] = (unsigned char)(fresh->counter >> (56 - 8 * i));
	memcpy(nonce + 8, fresh->nonce_end, sizeof(fresh->nonce_end));
}

bool
letter_seal(struct letter_pair *p, struct letter *l,
    const struct letter_fresh *fresh, struct span plain, struct buf *out)
{
	size_t salt_n = l->version == 1 ? LETTER_V1_SALT_SIZE :
	    LETTER_V2_SALT_SIZE;
	size_t tail_n = l->version == 1 ? LETTER_MAC_SIZE : LETTER_NONCE_SIZE;
	struct span salt = span_of(fresh->salt, salt_n), all = { NULL, 0 };
	unsigned char nonce[LETTER_NONCE_SIZE];
	size_t start = out->n;

	if (l->version == 1) {
		seal_v1(p, salt, plain, out);
	} else {
		make_nonce(fresh, nonce);
		seal_v2(p, l, salt, span_of(nonce, sizeof(nonce)), plain, out);
	}
	if (out->over)
		return false;
	all = span_from(buf_get0(out), start);
	l->salt = span_first(all, salt_n);
	l->body = span_of(all.p + salt_n, all.n - salt_n - tail_n);
	l->tail = span_from(all, all.n - tail_n);
	return true;
}

static bool
open_v1(struct letter_pair *p, const struct letter *l, struct buf *out)
{
	unsigned char key[AES_KEY_SIZE], iv[HALF], mac[LETTER_MAC_SIZE];
	bool ok = false;

	derive(p, l->salt, SPAN("Key"), key);
	derive_iv(p, l->salt, iv);
	mac_v1(p, key, l->body, mac);
	ok = hmac_same(mac, l->tail.p, sizeof(mac)) &&
	    aes_cbc_open(key, iv, l->body, out);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(iv, sizeof(iv));
	return ok;
}

static bool
open_v2(struct letter_pair *p, const struct letter *l, struct buf *out)
{
	unsigned char key[AES_KEY_SIZE], aad[AAD_SIZE];
	bool ok = false;

	derive(p, l->salt, SPAN("Key"), key);
	ok = aes_gcm_open(p->aes, key, l->tail, aad_v2(l, aad), l->body, out);
	explicit_bzero(key, sizeof(key));
	return ok;
}

bool
letter_open(struct letter_pair *p, const struct letter *l, struct buf *out)
{
	if (letter_flaw(l) != NULL)
		return false;
	return l->version == 1 ? open_v1(p, l, out) : open_v2(p, l, out);
}

void
letter_wrap(struct letter_pair *p,
    const unsigned char group[static X25519_SIZE], struct buf *out)
{
	unsigned char key[AES_KEY_SIZE], iv[HALF];

	derive(p, SPAN(""), SPAN("Key"), key);
	derive_iv(p, SPAN(""), iv);
	aes_cbc_seal(key, iv, span_of(group, X25519_SIZE), out);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(iv, sizeof(iv));
}

bool
letter_unwrap(struct letter_pair *p, struct span wrapped,
    unsigned char group[static X25519_SIZE])
{
	unsigned char key[AES_KEY_SIZE], iv[HALF];
	struct buf plain = BUF(2 * LETTER_WRAPPED_SIZE);
	bool ok = false;

	derive(p, SPAN(""), SPAN("Key"), key);
	derive_iv(p, SPAN(""), iv);
	ok = wrapped.n == LETTER_WRAPPED_SIZE &&
	    aes_cbc_open(key, iv, wrapped, &plain) &&
	    plain.n == X25519_SIZE;
	if (ok)
		memcpy(group, plain.p, X25519_SIZE);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(iv, sizeof(iv));
	buf_free_wipe(&plain);
	return ok;
}
