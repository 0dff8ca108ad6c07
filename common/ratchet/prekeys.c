/* Our prekeys in the store; see state.h. */
#include <stdlib.h>

#include "base/vec.h"
#include "ratchet/pb.h"
#include "ratchet/state.h"

enum { KEY_PRIVATE = 1, KEY_MADE };

/* Ids in network order, so that the highest is found first. */
static struct span
id_octets(uint32_t id, unsigned char room[static 4])
{
	for (int i = 0; i < 4; i++)
		room[i] = (unsigned char)(id >> (24 - 8 * i));
	return span_of(room, 4);
}

void
prekey_put(struct store *s, enum store_kind kind, const struct prekey *k)
{
	struct buf b = BUF(128);
	unsigned char room[4];

	pb_put_bytes(&b, KEY_PRIVATE, span_of(k->keys.priv, CURVE_PRIVATE));
	pb_put_uint(&b, KEY_MADE, (uint64_t)k->made);
	store_put(s, kind, id_octets(k->id, room), buf_get0(&b));
	buf_free_wipe(&b);
}

static bool
prekey_read(struct span id, struct span value, struct prekey *out)
{
	struct cur c = cur_of(value), i = cur_of(id);
	struct prekey k = { .id = cur_u32(&i) };
	unsigned char priv[CURVE_PRIVATE] = { 0 };
	struct pb_field f;

	while (pb_next(&c, &f)) {
		if (f.number == KEY_PRIVATE)
			pb_get_octets(&c, &f, priv, sizeof(priv));
		if (f.number == KEY_MADE)
			k.made = (int64_t)pb_get_u64(&c, &f);
	}
	if (!cur_done(&c) || !cur_done(&i))
		return false;
	curve_pair_of(priv, &k.keys);
	*out = k;
	explicit_bzero(priv, sizeof(priv));
	explicit_bzero(&k, sizeof(k));
	return true;
}

enum store_result
prekey_get(struct store *s, enum store_kind kind, uint32_t id,
    struct prekey *out)
{
	unsigned char room[4];
	struct buf b = BUF(256);
	enum store_result r = store_get(s, kind, id_octets(id, room), &b);

	if (r == STORE_OK && !prekey_read(id_octets(id, room), buf_get0(&b),
	    out))
		r = STORE_DAMAGED;
	buf_free_wipe(&b);
	return r;
}

void
prekey_drop(struct store *s, enum store_kind kind, uint32_t id)
{
	unsigned char room[4];

	store_drop(s, kind, id_octets(id, room));
}

struct newest {
	struct prekey *out;
	bool found, bad;
};

static bool
see_newest(void *arg, struct span id, struct span value)
{
	struct newest *n = arg;

	n->found = true;
	n->bad = !prekey_read(id, value, n->out);
	return false;
}

enum store_result
prekey_newest(struct store *s, enum store_kind kind, struct prekey *out)
{
	struct prekey got = { .id = 0 };
	struct newest n = { &got, false, false };
	enum store_result r = store_each(s, kind, SPAN(""), see_newest, &n);

	if (r == STORE_OK && n.bad)
		r = STORE_DAMAGED;
	if (r == STORE_OK && !n.found)
		r = STORE_ABSENT;
	if (r == STORE_OK)
		*out = got;
	explicit_bzero(&got, sizeof(got));
	return r;
}

static bool
count_one(void *arg, struct span id, struct span value)
{
	(void)id;
	(void)value;
	++*(size_t *)arg;
	return true;
}

enum store_result
prekey_count(struct store *s, enum store_kind kind, size_t *out)
{
	size_t n = 0;
	enum store_result r = store_each(s, kind, SPAN(""), count_one, &n);

	if (r == STORE_OK)
		*out = n;
	return r;
}

struct expired {
	int64_t then;
	struct { uint32_t *v; size_t n, cap; } ids;
};

/* All kinds of prekeys have their date in one place. */
static bool
see_expired(void *arg, struct span id, struct span value)
{
	struct expired *e = arg;
	struct cur c = cur_of(value), i = cur_of(id);
	struct pb_field f;

	while (pb_next(&c, &f))
		if (f.number == KEY_MADE && (int64_t)pb_get_u64(&c, &f) <
		    e->then)
			*VEC_PUSH(&e->ids) = cur_u32(&i);
	return true;
}

static enum store_result
expire_kind(struct store *s, enum store_kind kind, int64_t then)
{
	struct expired e = { .then = then };
	enum store_result r = store_each(s, kind, SPAN(""), see_expired, &e);
	unsigned char room[4];

	for (size_t i = 0; r == STORE_OK && i < e.ids.n; i++) {
		prekey_drop(s, kind, e.ids.v[i]);
		if (kind == STORE_SIGNED_PREKEY)
			store_drop_all(s, STORE_SEEN, id_octets(e.ids.v[i],
			    room));
	}
	free(e.ids.v);
	return r;
}

enum store_result
prekey_expire(struct store *s, int64_t then)
{
	static const enum store_kind kinds[] = { STORE_SIGNED_PREKEY,
	    STORE_PREKEY, STORE_KYBER, STORE_KYBER_SHARED };
	enum store_result r = STORE_OK;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) &&
	    r == STORE_OK; i++)
		r = expire_kind(s, kinds[i], then);
	return r;
}

void
kyber_put(struct store *s, enum store_kind kind,
    const struct kyber_prekey *k)
{
	struct buf b = BUF(256);
	unsigned char room[4];

	pb_put_bytes(&b, KEY_PRIVATE, span_of(k->seed, KYBER_SEED));
	pb_put_uint(&b, KEY_MADE, (uint64_t)k->made);
	store_put(s, kind, id_octets(k->id, room), buf_get0(&b));
	buf_free_wipe(&b);
}

static bool
kyber_read(struct span id, struct span value, struct kyber_prekey *out)
{
	struct cur c = cur_of(value), i = cur_of(id);
	struct kyber_prekey k = { .id = cur_u32(&i) };
	struct pb_field f;

	while (pb_next(&c, &f)) {
		if (f.number == KEY_PRIVATE)
			pb_get_octets(&c, &f, k.seed, KYBER_SEED);
		if (f.number == KEY_MADE)
			k.made = (int64_t)pb_get_u64(&c, &f);
	}
	if (!cur_done(&c) || !cur_done(&i))
		return false;
	*out = k;
	explicit_bzero(&k, sizeof(k));
	return true;
}

enum store_result
kyber_get(struct store *s, enum store_kind kind, uint32_t id,
    struct kyber_prekey *out)
{
	unsigned char room[4];
	struct buf b = BUF(256);
	enum store_result r = store_get(s, kind, id_octets(id, room), &b);

	if (r == STORE_OK && !kyber_read(id_octets(id, room), buf_get0(&b),
	    out))
		r = STORE_DAMAGED;
	buf_free_wipe(&b);
	return r;
}

struct newest_kyber {
	struct kyber_prekey *out;
	bool found, bad;
};

static bool
see_newest_kyber(void *arg, struct span id, struct span value)
{
	struct newest_kyber *n = arg;

	n->found = true;
	n->bad = !kyber_read(id, value, n->out);
	return false;
}

enum store_result
kyber_newest(struct store *s, enum store_kind kind,
    struct kyber_prekey *out)
{
	struct newest_kyber n = { out, false, false };
	enum store_result r = store_each(s, kind, SPAN(""), see_newest_kyber,
	    &n);

	if (r == STORE_OK && n.bad)
		r = STORE_DAMAGED;
	return r == STORE_OK && !n.found ? STORE_ABSENT : r;
}
