/* Prekey bundles; see bundle.h. */
#include "ratchet/bundle.h"

#include "base/utf8.h"
#include "sys/json_in.h"
#include "sys/jw.h"

#define KEY(p) span_of(p, CURVE_PUBLIC)
#define SIGNATURE(p) span_of(p, CURVE_SIGNATURE)

bool
name_ok(struct span name)
{
	struct buf clean = BUF(4 * NAME_MAX_OCTETS);
	bool ok = name.n > 0 && name.n <= NAME_MAX_OCTETS &&
	    utf8_valid(name) && span_trim(name).n == name.n;

	if (ok)
		utf8_clean(&clean, name);
	ok = ok && span_eq(name, buf_get0(&clean));
	buf_free(&clean);
	return ok;
}

/* What the signature is over: every field, each with its length or size. */
static void
signed_octets(const struct bundle *b, struct buf *out)
{
	const struct x3dh_offer *o = &b->offer;
	struct span name = span_str(b->name);

	buf_str(out, "msgsec-ratchet-bundle/1");
	buf_u32(out, (uint32_t)name.n);
	buf_span(out, name);
	buf_u32(out, o->registration_id);
	buf_u32(out, b->device_id);
	buf_span(out, KEY(o->identity));
	buf_u32(out, o->signed_id);
	buf_span(out, KEY(o->signed_key));
	buf_span(out, SIGNATURE(o->signature));
	buf_byte(out, o->has_prekey);
	if (o->has_prekey) {
		buf_u32(out, o->prekey_id);
		buf_span(out, KEY(o->prekey));
	}
	buf_byte(out, b->has_kyber);
	if (b->has_kyber) {
		buf_u32(out, b->kyber.id);
		buf_add(out, b->kyber.key, KYBER_PUBLIC);
		buf_span(out, SIGNATURE(b->kyber.signature));
	}
	buf_u32(out, (uint32_t)((uint64_t)b->expires >> 32));
	buf_u32(out, (uint32_t)b->expires);
}

bool
bundle_holds(const struct bundle *b)
{
	struct span identity = KEY(b->offer.identity);
	struct buf octets = BUF(BUNDLE_MAX);
	bool ok = curve_verify(identity, KEY(b->offer.signed_key),
	    SIGNATURE(b->offer.signature));

	if (ok && b->has_kyber)
		ok = curve_verify(identity, span_of(b->kyber.key,
		    KYBER_PUBLIC), SIGNATURE(b->kyber.signature));
	if (ok && b->is_signed) {
		signed_octets(b, &octets);
		ok = curve_verify(identity, buf_get0(&octets),
		    SIGNATURE(b->signature));
	}
	buf_free(&octets);
	return ok;
}

void
bundle_sign(const struct env *env, const struct identity *us,
    struct bundle *b)
{
	struct buf octets = BUF(BUNDLE_MAX);

	signed_octets(b, &octets);
	curve_sign(env, us->keys.priv, buf_get0(&octets), b->signature);
	b->is_signed = true;
	buf_free(&octets);
}

static void
get_public(struct json_in *in, const char *key, unsigned char *to)
{
	json_in_exactly(in, key, to, CURVE_PUBLIC);
	if (in->bad == NULL && !curve_key_ok(span_of(to, CURVE_PUBLIC)))
		in->bad = key;
}

static void
get_name(struct json_in *in, struct bundle *b)
{
	struct buf name = BUF(NAME_MAX_OCTETS);

	if (json_in_has(in, "name")) {
		json_in_text(in, "name", &name);
		if (!name_ok(buf_get0(&name)))
			in->bad = "name";
		else
			memcpy(b->name, name.p, name.n);
	}
	buf_free(&name);
}

static void
get_prekeys(struct json_in *in, struct bundle *b)
{
	struct json_in inner;

	if (json_in_inner(in, "signed_prekey", &inner)) {
		b->offer.signed_id = json_in_u32(&inner, "id");
		get_public(&inner, "key", b->offer.signed_key);
		json_in_exactly(&inner, "signature", b->offer.signature,
		    CURVE_SIGNATURE);
		if (inner.bad != NULL)
			in->bad = "signed_prekey";
		json_in_close(&inner);
	}
	b->offer.has_prekey = json_in_has(in, "prekey");
	if (b->offer.has_prekey && json_in_inner(in, "prekey", &inner)) {
		b->offer.prekey_id = json_in_u32(&inner, "id");
		get_public(&inner, "key", b->offer.prekey);
		if (inner.bad != NULL)
			in->bad = "prekey";
		json_in_close(&inner);
	}
}

static void
get_kyber(struct json_in *in, struct bundle *b)
{
	struct json_in inner;

	b->has_kyber = json_in_has(in, "kyber_prekey");
	if (!b->has_kyber || !json_in_inner(in, "kyber_prekey", &inner))
		return;
	b->kyber.id = json_in_u32(&inner, "id");
	json_in_exactly(&inner, "key", b->kyber.key, KYBER_PUBLIC);
	json_in_exactly(&inner, "signature", b->kyber.signature,
	    CURVE_SIGNATURE);
	if (inner.bad != NULL || b->kyber.key[0] != 8)
		in->bad = "kyber_prekey";
	json_in_close(&inner);
}

/* Both or none: an end that nobody signed is no end. */
static void
get_seal(struct json_in *in, struct bundle *b)
{
	b->is_signed = json_in_has(in, "bundle_signature");
	if (b->is_signed != json_in_has(in, "expires"))
		in->bad = "expires";
	if (!b->is_signed)
		return;
	b->expires = json_in_time(in, "expires");
	json_in_exactly(in, "bundle_signature", b->signature,
	    CURVE_SIGNATURE);
}

bool
bundle_read(struct span json, struct bundle *out, const char **bad)
{
	struct bundle b = { .device_id = 0 };
	struct json_in in;

	*bad = "object";
	if (json.n > BUNDLE_MAX || !json_in_open(json, &in))
		return false;
	get_name(&in, &b);
	b.offer.registration_id = json_in_u32(&in, "registration_id");
	b.device_id = json_in_u32(&in, "device_id");
	get_public(&in, "identity_key", b.offer.identity);
	get_prekeys(&in, &b);
	get_kyber(&in, &b);
	get_seal(&in, &b);
	*bad = in.bad;
	json_in_close(&in);
	if (*bad != NULL)
		return false;
	*out = b;
	return true;
}

static void
put_prekeys(const struct bundle *b, struct jw *j)
{
	jw_object(j, "signed_prekey");
	jw_int(j, "id", b->offer.signed_id);
	jw_b64(j, "key", KEY(b->offer.signed_key));
	jw_b64(j, "signature", SIGNATURE(b->offer.signature));
	jw_end(j);
	if (b->offer.has_prekey) {
		jw_object(j, "prekey");
		jw_int(j, "id", b->offer.prekey_id);
		jw_b64(j, "key", KEY(b->offer.prekey));
		jw_end(j);
	} else {
		jw_null(j, "prekey");
	}
	if (b->has_kyber) {
		jw_object(j, "kyber_prekey");
		jw_int(j, "id", b->kyber.id);
		jw_b64(j, "key", span_of(b->kyber.key, KYBER_PUBLIC));
		jw_b64(j, "signature", SIGNATURE(b->kyber.signature));
		jw_end(j);
	} else {
		jw_null(j, "kyber_prekey");
	}
}

void
bundle_write(const struct bundle *b, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_str(&j, "name", b->name);
	jw_int(&j, "registration_id", b->offer.registration_id);
	jw_int(&j, "device_id", b->device_id);
	jw_b64(&j, "identity_key", KEY(b->offer.identity));
	put_prekeys(b, &j);
	jw_time(&j, "expires", b->expires);
	jw_b64(&j, "bundle_signature", SIGNATURE(b->signature));
	jw_end(&j);
	buf_byte(out, '\n');
}
