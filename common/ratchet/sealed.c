/* Sealed sender; see sealed.h. */
#include "ratchet/sealed.h"

#include <openssl/crypto.h>

#include "crypto/aes.h"
#include "crypto/hmac.h"
#include "crypto/kdf.h"
#include "ratchet/cert.h"
#include "ratchet/pb.h"
#include "ratchet/sealed2.h"

enum { VERSION = 0x11, TAG = 10, KEY = 32, STATIC = CURVE_PUBLIC + TAG };
enum { OUTER_EPHEMERAL = 1, OUTER_STATIC, OUTER_MESSAGE };
enum { INNER_TYPE = 1, INNER_CERTIFICATE, INNER_CONTENT };

/* The three keys that one agreement gives; the first is a chain key. */
struct layer {
	unsigned char chain[KEY], cipher[KEY], mac[KEY];
};

static bool
derive(const unsigned char *priv, const unsigned char *pub,
    struct span salt, struct layer *out)
{
	unsigned char shared[CURVE_SHARED];
	bool ok = curve_dh(priv, pub, shared);

	kdf_hkdf(DIGEST_SHA256, span_of(shared, sizeof(shared)), salt, SPAN(""),
	    (unsigned char *)out, sizeof(*out));
	explicit_bzero(shared, sizeof(shared));
	return ok;
}

/* "UnidentifiedDelivery" || recipient || ephemeral */
static bool
derive_outer(const unsigned char *priv, const unsigned char *pub,
    const unsigned char *recipient, const unsigned char *ephemeral,
    struct layer *out)
{
	struct buf salt = BUF(128);
	bool ok = false;

	buf_str(&salt, "UnidentifiedDelivery");
	buf_add(&salt, recipient, CURVE_PUBLIC);
	buf_add(&salt, ephemeral, CURVE_PUBLIC);
	ok = derive(priv, pub, buf_get0(&salt), out);
	buf_free(&salt);
	return ok;
}

static bool
derive_inner(const unsigned char *priv, const unsigned char *pub,
    const struct layer *outer, struct span sealed_static, struct layer *out)
{
	struct buf salt = BUF(128);
	bool ok = false;

	buf_add(&salt, outer->chain, KEY);
	buf_span(&salt, sealed_static);
	ok = derive(priv, pub, buf_get0(&salt), out);
	buf_free_wipe(&salt);
	return ok;
}

/* From a counter of zero: each key of these serves once. */
static void
ctr(const unsigned char key[static KEY], struct span text, struct buf *out)
{
	static const unsigned char zero[AES_BLOCK_SIZE];
	struct aes *a = aes_new();

	aes_ctr_start(a, key, zero);
	aes_ctr_add(a, text, out);
	aes_free(a);
}

static void
seal_part(const struct layer *l, struct span plain, struct buf *out)
{
	unsigned char code[HMAC_SIZE];
	struct span text = { NULL, 0 };

	ctr(l->cipher, plain, out);
	text = buf_get0(out);
	hmac_sha256(span_of(l->mac, KEY), &text, 1, code);
	buf_add(out, code, TAG);
}

/* The code first: nothing is decrypted that is not authentic. */
static bool
open_part(const struct layer *l, struct span sealed, struct buf *out)
{
	unsigned char code[HMAC_SIZE];
	struct span text = { NULL, 0 };

	if (sealed.n < TAG)
		return false;
	text = span_first(sealed, sealed.n - TAG);
	hmac_sha256(span_of(l->mac, KEY), &text, 1, code);
	if (CRYPTO_memcmp(code, sealed.p + text.n, TAG) != 0)
		return false;
	ctr(l->cipher, text, out);
	return !out->over;
}

static void
write_inside(const struct sealed *what, struct buf *out)
{
	pb_put_uint(out, INNER_TYPE, what->type);
	pb_put_bytes(out, INNER_CERTIFICATE, what->certificate);
	pb_put_bytes(out, INNER_CONTENT, what->content);
}

bool
sealed_is(struct span in)
{
	return (in.n > 0 && in.p[0] == VERSION) || sealed2_is(in);
}

bool
sealed_write(const struct env *env, const struct curve_pair *us,
    const unsigned char to[static CURVE_PUBLIC], const struct sealed *what,
    struct buf *out)
{
	struct buf inside = BUF(WIRE_MAX), message = BUF(WIRE_MAX),
	    who = BUF(STATIC);
	struct curve_pair e;
	struct layer outer, inner;
	bool ok = false;

	curve_pair_new(env, &e);
	ok = derive_outer(e.priv, to, to, e.pub, &outer);
	seal_part(&outer, span_of(us->pub, CURVE_PUBLIC), &who);
	ok = ok && derive_inner(us->priv, to, &outer, buf_get0(&who), &inner);
	write_inside(what, &inside);
	if (ok)
		seal_part(&inner, buf_get0(&inside), &message);
	ok = ok && !inside.over && !message.over;
	if (ok) {
		buf_byte(out, VERSION);
		pb_put_bytes(out, OUTER_EPHEMERAL, span_of(e.pub,
		    CURVE_PUBLIC));
		pb_put_bytes(out, OUTER_STATIC, buf_get0(&who));
		pb_put_bytes(out, OUTER_MESSAGE, buf_get0(&message));
	}
	explicit_bzero(&e, sizeof(e));
	explicit_bzero(&outer, sizeof(outer));
	explicit_bzero(&inner, sizeof(inner));
	buf_free(&inside);
	buf_free(&message);
	buf_free(&who);
	return ok && !out->over;
}

bool
sealed_write2(const struct env *env, const struct curve_pair *us,
    const unsigned char to[static CURVE_PUBLIC], const struct sealed *what,
    struct buf *out)
{
	struct buf inside = BUF(WIRE_MAX);
	bool ok = false;

	write_inside(what, &inside);
	ok = !inside.over && sealed2_seal(env, us, to, buf_get0(&inside),
	    out);
	buf_free(&inside);
	return ok;
}

struct outside {
	struct span ephemeral, who, message;
};

static bool
read_outside(struct span in, struct outside *o)
{
	const uint64_t needed = 1 << OUTER_EPHEMERAL | 1 << OUTER_STATIC |
	    1 << OUTER_MESSAGE;
	struct cur c = cur_of(in);
	struct pb_field f;
	uint64_t seen = 0;

	if (in.n > WIRE_MAX || cur_u8(&c) != VERSION)
		return false;
	while (pb_next(&c, &f)) {
		if (f.number > OUTER_MESSAGE || !pb_once(&c, &seen, f.number))
			continue;
		if (f.number == OUTER_EPHEMERAL)
			o->ephemeral = pb_get_bytes(&c, &f, CURVE_PUBLIC);
		else if (f.number == OUTER_STATIC)
			o->who = pb_get_bytes(&c, &f, STATIC);
		else
			o->message = pb_get_bytes(&c, &f, WIRE_MAX);
	}
	return cur_done(&c) && seen == needed &&
	    curve_key_ok(o->ephemeral) && o->who.n == STATIC;
}

bool
sealed_read_inside(struct span in, struct sealed *out)
{
	struct sealed got = { .type = SEALED_MESSAGE };
	const uint64_t needed = 1 << INNER_TYPE | 1 << INNER_CERTIFICATE |
	    1 << INNER_CONTENT;
	struct cur c = cur_of(in);
	struct pb_field f;
	uint64_t seen = 0;
	uint32_t type = 0;

	while (pb_next(&c, &f)) {
		if (f.number > INNER_CONTENT || !pb_once(&c, &seen, f.number))
			continue;
		if (f.number == INNER_TYPE)
			type = pb_get_u32(&c, &f);
		else if (f.number == INNER_CERTIFICATE)
			got.certificate = pb_get_bytes(&c, &f, CERT_MAX);
		else
			got.content = pb_get_bytes(&c, &f, WIRE_MAX);
	}
	/* groups' and bare messages are not for us */
	if (!cur_done(&c) || seen != needed || (type != SEALED_PREKEY &&
	    type != SEALED_MESSAGE))
		return false;
	got.type = (enum sealed_type)type;
	*out = got;
	return true;
}

/* In version 2 the sender's key stands in the certificate alone. */
static bool
open_second(const struct curve_pair *us, struct span in,
    unsigned char *sender, struct buf *inside, struct sealed *out)
{
	struct sealed got;
	struct scert c;

	if (!sealed2_open(us, in, inside) ||
	    !sealed_read_inside(buf_get0(inside), &got) ||
	    !scert_read(got.certificate, &c) ||
	    !sealed2_is_from(us, in, c.key.p))
		return false;
	memcpy(sender, c.key.p, CURVE_PUBLIC);
	*out = got;
	return true;
}

static bool
open_first(const struct curve_pair *us, struct span in,
    unsigned char *sender, struct buf *inside, struct sealed *out)
{
	struct buf who = BUF(STATIC);
	struct layer outer, inner;
	struct sealed got = { .type = SEALED_MESSAGE };
	struct outside o;
	bool ok = read_outside(in, &o) && derive_outer(us->priv,
	    o.ephemeral.p, us->pub, o.ephemeral.p, &outer) &&
	    open_part(&outer, o.who, &who) && curve_key_ok(buf_get0(&who)) &&
	    derive_inner(us->priv, who.p, &outer, o.who, &inner) &&
	    open_part(&inner, o.message, inside) &&
	    sealed_read_inside(buf_get0(inside), &got);

	if (ok) {
		memcpy(sender, who.p, CURVE_PUBLIC);
		*out = got;
	}
	explicit_bzero(&outer, sizeof(outer));
	explicit_bzero(&inner, sizeof(inner));
	buf_free(&who);
	return ok;
}

bool
sealed_open(const struct curve_pair *us, struct span in,
    unsigned char sender[static CURVE_PUBLIC], struct buf *inside,
    struct sealed *out)
{
	return sealed2_is(in) ? open_second(us, in, sender, inside, out) :
	    open_first(us, in, sender, inside, out);
}
