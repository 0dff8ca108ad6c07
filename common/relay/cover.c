/* Envelopes; see cover.h. */
#include "relay/cover.h"

#include "base/cur.h"
#include "crypto/aead.h"

enum { NONCE = 12, LENGTH = 4 };

static const struct span no_data = { NULL, 0 };

bool
relay_cover(const struct env *env, const unsigned char key[static RELAY_KEY],
    struct span content, struct buf *out)
{
	struct aead *a = NULL;
	unsigned char *at = NULL;
	size_t i = 0, inner = 0;

	while (i < RELAY_SIZES && content.n + RELAY_COVER > relay_sizes[i])
		i++;
	if (i == RELAY_SIZES || (at = buf_room(out, relay_sizes[i])) == NULL)
		return false;
	inner = relay_sizes[i] - NONCE - AEAD_TAG;
	env->random(env->arg, at, NONCE);
	memset(at + NONCE, 0, inner);
	for (size_t b = 0; b < LENGTH; b++)
		at[NONCE + b] = (unsigned char)(content.n >> (24 - 8 * b));
	if (content.n > 0)
		memcpy(at + NONCE + LENGTH, content.p, content.n);
	a = aead_new(AEAD_GCM, span_of(key, RELAY_KEY), true);
	aead_seal(a, at, no_data, span_of(at + NONCE, inner), at + NONCE);
	aead_free(a);
	out->n += relay_sizes[i];
	return true;
}

/* The length is honest, and zeros follow. */
static bool
take_content(struct span plain, struct buf *content)
{
	struct cur c = cur_of(plain);
	struct span text = cur_counted(&c), zeros = cur_left(&c);

	for (size_t i = 0; i < zeros.n; i++)
		if (zeros.p[i] != 0)
			return false;
	if (c.bad)
		return false;
	buf_span(content, text);
	return !content->over;
}

bool
relay_uncover(const unsigned char key[static RELAY_KEY],
    struct span envelope, struct buf *content)
{
	struct buf plain = BUF(RELAY_MESSAGE_MAX);
	struct aead *a = NULL;
	unsigned char *at = NULL;
	bool ok = false;

	if (!relay_size_ok(envelope.n))
		return false;
	at = buf_room(&plain, envelope.n - NONCE);
	a = aead_new(AEAD_GCM, span_of(key, RELAY_KEY), false);
	ok = aead_open(a, envelope.p, no_data, span_from(envelope, NONCE), at);
	plain.n = ok ? envelope.n - NONCE - AEAD_TAG : 0;
	ok = ok && take_content(buf_get0(&plain), content);
	aead_free(a);
	buf_free_wipe(&plain);
	return ok;
}
