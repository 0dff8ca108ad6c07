/* Who we are and whom we know; see state.h. */
#include "ratchet/state.h"

#include "ratchet/pb.h"

enum { ITEM_MAX = 8192 };
enum { SELF_NAME = 1, SELF_KEY, SELF_REGISTRATION, SELF_DEVICE,
	SELF_NEXT_SIGNED, SELF_NEXT_PREKEY, SELF_NEXT_KYBER, SELF_TIDIED };
enum { PEER_NAME = 1, PEER_IDENTITY, PEER_SINCE, PEER_VERIFIED, PEER_CHANGED,
	PEER_CHANGED_AT, PEER_EXPORTED, PEER_PAST, PEER_STRANGER,
	PEER_DENIED };
enum { PAST_IDENTITY = 1, PAST_SINCE, PAST_UNTIL };

/* Registration ids have 14 bits, and neither 0 nor the top 4 are used. */
enum { REGISTRATION_MAX = 16380 };

static void
get_name(struct cur *c, const struct pb_field *f, char *to)
{
	struct span s = pb_get_bytes(c, f, NAME_MAX_OCTETS);

	if (!c->bad)
		memcpy(to, s.p, s.n);
}

void
self_new(const struct env *env, struct span name, struct self *out)
{
	struct self s = { .device_id = 1, .next_signed = 1,
	    .next_prekey = 1, .next_kyber = 1 };

	memcpy(s.name, name.p, name.n);
	curve_pair_new(env, &s.us.keys);
	s.us.registration_id = (uint32_t)(env_seed(env) % REGISTRATION_MAX) +
	    1;
	*out = s;
	explicit_bzero(&s, sizeof(s));
}

void
self_put(struct store *s, const struct self *self)
{
	struct buf b = BUF(ITEM_MAX);

	pb_put_bytes(&b, SELF_NAME, span_str(self->name));
	pb_put_bytes(&b, SELF_KEY, span_of(self->us.keys.priv,
	    CURVE_PRIVATE));
	pb_put_uint(&b, SELF_REGISTRATION, self->us.registration_id);
	pb_put_uint(&b, SELF_DEVICE, self->device_id);
	pb_put_uint(&b, SELF_NEXT_SIGNED, self->next_signed);
	pb_put_uint(&b, SELF_NEXT_PREKEY, self->next_prekey);
	pb_put_uint(&b, SELF_NEXT_KYBER, self->next_kyber);
	pb_put_uint(&b, SELF_TIDIED, (uint64_t)self->tidied);
	store_put(s, STORE_SELF, SPAN(""), buf_get0(&b));
	buf_free_wipe(&b);
}

static void
self_field(struct cur *c, const struct pb_field *f, struct self *self)
{
	unsigned char priv[CURVE_PRIVATE];

	switch (f->number) {
	case SELF_NAME:
		get_name(c, f, self->name);
		break;
	case SELF_KEY:
		pb_get_octets(c, f, priv, sizeof(priv));
		if (!c->bad)
			curve_pair_of(priv, &self->us.keys);
		explicit_bzero(priv, sizeof(priv));
		break;
	case SELF_REGISTRATION:
		self->us.registration_id = pb_get_u32(c, f);
		break;
	case SELF_DEVICE:
		self->device_id = pb_get_u32(c, f);
		break;
	case SELF_NEXT_SIGNED:
		self->next_signed = pb_get_u32(c, f);
		break;
	case SELF_NEXT_PREKEY:
		self->next_prekey = pb_get_u32(c, f);
		break;
	case SELF_NEXT_KYBER:
		self->next_kyber = pb_get_u32(c, f);
		break;
	case SELF_TIDIED:
		self->tidied = (int64_t)pb_get_u64(c, f);
		break;
	}
}

enum store_result
self_get(struct store *s, struct self *out)
{
	struct buf b = BUF(ITEM_MAX);
	enum store_result r = store_get(s, STORE_SELF, SPAN(""), &b);
	struct cur c = cur_of(buf_get0(&b));
	struct self self = { .device_id = 0 };
	struct pb_field f;

	while (r == STORE_OK && pb_next(&c, &f))
		self_field(&c, &f, &self);
	if (r == STORE_ABSENT || (r == STORE_OK && !cur_done(&c)))
		r = STORE_DAMAGED;
	if (r == STORE_OK)
		*out = self;
	explicit_bzero(&self, sizeof(self));
	buf_free_wipe(&b);
	return r;
}

static void
put_past(struct buf *out, const struct past *p)
{
	struct buf b = BUF(128);

	pb_put_bytes(&b, PAST_IDENTITY, span_of(p->identity, CURVE_PUBLIC));
	pb_put_uint(&b, PAST_SINCE, (uint64_t)p->since);
	pb_put_uint(&b, PAST_UNTIL, (uint64_t)p->until);
	pb_put_bytes(out, PEER_PAST, buf_get0(&b));
	buf_free(&b);
}

void
peer_put(struct store *s, const struct peer *p)
{
	struct buf b = BUF(ITEM_MAX);

	pb_put_bytes(&b, PEER_NAME, span_str(p->name));
	pb_put_bytes(&b, PEER_IDENTITY, span_of(p->identity, CURVE_PUBLIC));
	pb_put_uint(&b, PEER_SINCE, (uint64_t)p->since);
	pb_put_uint(&b, PEER_VERIFIED, p->verified);
	if (p->changed) {
		pb_put_bytes(&b, PEER_CHANGED, span_of(p->changed_to,
		    CURVE_PUBLIC));
		pb_put_uint(&b, PEER_CHANGED_AT, (uint64_t)p->changed_at);
	}
	pb_put_uint(&b, PEER_EXPORTED, p->exported);
	pb_put_uint(&b, PEER_STRANGER, p->stranger);
	if (p->has_denied)
		pb_put_bytes(&b, PEER_DENIED, span_of(p->denied,
		    CURVE_PUBLIC));
	for (size_t i = 0; i < p->n_past; i++)
		put_past(&b, &p->past[i]);
	store_put(s, STORE_PEER, span_of(p->id, PEER_ID), buf_get0(&b));
	buf_free(&b);
}

static void
get_past(struct cur *outer, const struct pb_field *field, struct peer *p)
{
	struct cur c = cur_of(pb_get_bytes(outer, field, 128));
	struct past *past = &p->past[p->n_past];
	struct pb_field f;

	if (p->n_past == PEER_HISTORY) {
		cur_fail(outer);
		return;
	}
	while (pb_next(&c, &f))
		switch (f.number) {
		case PAST_IDENTITY:
			pb_get_octets(&c, &f, past->identity, CURVE_PUBLIC);
			break;
		case PAST_SINCE:
			past->since = (int64_t)pb_get_u64(&c, &f);
			break;
		case PAST_UNTIL:
			past->until = (int64_t)pb_get_u64(&c, &f);
			break;
		}
	p->n_past++;
	if (!cur_done(&c))
		cur_fail(outer);
}

static void
peer_field(struct cur *c, const struct pb_field *f, struct peer *p)
{
	switch (f->number) {
	case PEER_NAME:
		get_name(c, f, p->name);
		break;
	case PEER_IDENTITY:
		pb_get_octets(c, f, p->identity, CURVE_PUBLIC);
		break;
	case PEER_SINCE:
		p->since = (int64_t)pb_get_u64(c, f);
		break;
	case PEER_VERIFIED:
		p->verified = pb_get_u32(c, f) != 0;
		break;
	case PEER_CHANGED:
		pb_get_octets(c, f, p->changed_to, CURVE_PUBLIC);
		p->changed = true;
		break;
	case PEER_CHANGED_AT:
		p->changed_at = (int64_t)pb_get_u64(c, f);
		break;
	case PEER_EXPORTED:
		p->exported = pb_get_u32(c, f) != 0;
		break;
	case PEER_DENIED:
		pb_get_octets(c, f, p->denied, CURVE_PUBLIC);
		p->has_denied = true;
		break;
	case PEER_STRANGER:
		p->stranger = pb_get_u32(c, f) != 0;
		break;
	case PEER_PAST:
		get_past(c, f, p);
		break;
	}
}

static bool
peer_read(struct span id, struct span value, struct peer *out)
{
	struct cur c = cur_of(value);
	struct peer p = { .since = 0 };
	struct pb_field f;

	if (id.n != PEER_ID)
		return false;
	memcpy(p.id, id.p, PEER_ID);
	while (pb_next(&c, &f))
		peer_field(&c, &f, &p);
	if (!cur_done(&c))
		return false;
	*out = p;
	return true;
}

enum store_result
peer_get(struct store *s, struct span name, struct peer *out)
{
	struct buf b = BUF(ITEM_MAX);
	struct peer p = { .since = 0 };
	enum store_result r = STORE_OK;

	store_name(s, name, p.id);
	r = store_get(s, STORE_PEER, span_of(p.id, PEER_ID), &b);
	if (r == STORE_OK && !peer_read(span_of(p.id, PEER_ID), buf_get0(&b),
	    &p))
		r = STORE_DAMAGED;
	if (r == STORE_ABSENT)
		memcpy(p.name, name.p, name.n);
	if (r == STORE_OK || r == STORE_ABSENT)
		*out = p;
	buf_free(&b);
	return r;
}

struct peer_walk {
	void (*see)(void *arg, const struct peer *p);
	void *arg;
	bool bad;
};

static bool
see_peer(void *arg, struct span id, struct span value)
{
	struct peer_walk *w = arg;
	struct peer p;

	w->bad = !peer_read(id, value, &p);
	if (!w->bad)
		w->see(w->arg, &p);
	return !w->bad;
}

enum store_result
peer_each(struct store *s, void (*see)(void *arg, const struct peer *p),
    void *arg)
{
	struct peer_walk w = { see, arg, false };
	enum store_result r = store_each(s, STORE_PEER, SPAN(""), see_peer,
	    &w);

	return r == STORE_OK && w.bad ? STORE_DAMAGED : r;
}
