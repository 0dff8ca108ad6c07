/* Data of any size; see stream.h. */
#include "ratchet/stream.h"

#include <sodium.h>

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };

#define MAGIC SPAN("msgsec-stream/1\n")

void
pieces_new(const struct env *env, struct pieces *s, struct buf *plain)
{
	env->random(env->arg, s->key, STREAM_KEY);
	s->n = 0;
	buf_span(plain, MAGIC);
	buf_add(plain, s->key, STREAM_KEY);
}

bool
pieces_of(struct span plain, struct pieces *s)
{
	if (!span_starts(plain, MAGIC) || plain.n != MAGIC.n + STREAM_KEY)
		return false;
	memcpy(s->key, plain.p + MAGIC.n, STREAM_KEY);
	s->n = 0;
	return true;
}

/* The key serves one stream, so a counter is a nonce. */
static void
next_nonce(struct pieces *s, unsigned char nonce[static NONCE])
{
	memset(nonce, 0, NONCE);
	for (int i = 0; i < 8; i++)
		nonce[NONCE - 1 - i] = (unsigned char)(s->n >> (8 * i));
	s->n++;
}

void
pieces_seal(struct pieces *s, struct span chunk, bool last, struct buf *out)
{
	unsigned char nonce[NONCE], about = last;
	unsigned char *to = buf_room(out, chunk.n + STREAM_TAG);

	if (to == NULL)
		return;
	next_nonce(s, nonce);
	crypto_aead_xchacha20poly1305_ietf_encrypt(to, NULL, chunk.p, chunk.n,
	    &about, 1, NULL, nonce, s->key);
	out->n += chunk.n + STREAM_TAG;
}

bool
pieces_open(struct pieces *s, struct span sealed, bool last, struct buf *out)
{
	unsigned char nonce[NONCE], about = last, *to = NULL;

	if (sealed.n < STREAM_TAG)
		return false;
	to = buf_room(out, sealed.n - STREAM_TAG);
	next_nonce(s, nonce);
	if (to == NULL || crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL,
	    NULL, sealed.p, sealed.n, &about, 1, nonce, s->key) != 0)
		return false;
	out->n += sealed.n - STREAM_TAG;
	return true;
}

void
pieces_wipe(struct pieces *s)
{
	sodium_memzero(s, sizeof(*s));
}
