/* Plaintexts that wait to be written; see inbox.h. */
#include "ratchet/inbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "crypto/digest.h"
#include "ratchet/pb.h"

enum { KEPT_TYPE = 1, KEPT_VERSION, KEPT_COUNTER, KEPT_PREVIOUS, KEPT_PASSED,
	KEPT_FLAGS, KEPT_PLAIN, KEPT_FROM, KEPT_SINCE };
enum { FLAG_LATE = 1, FLAG_CHAIN = 2, FLAG_SESSION = 4, FLAG_ONE_TIME = 8,
	FLAG_VERIFIED = 16, FLAG_FIRST = 32 };

void
inbox_id(const struct party *t, struct span body,
    unsigned char id[static INBOX_ID])
{
	unsigned char digest[SHA256_SIZE];

	digest_of(DIGEST_SHA256, body, digest);
	store_name(t->store, span_of(digest, sizeof(digest)), id);
}

static uint64_t
flags_of(const struct receipt *r)
{
	return (r->info.late ? FLAG_LATE : 0u) |
	    (r->info.new_chain ? FLAG_CHAIN : 0u) |
	    (r->new_session ? FLAG_SESSION : 0u) |
	    (r->one_time ? FLAG_ONE_TIME : 0u) |
	    (r->verified ? FLAG_VERIFIED : 0u) |
	    (r->first_contact ? FLAG_FIRST : 0u);
}

static void
set_flags(struct receipt *r, uint32_t flags)
{
	r->info.late = (flags & FLAG_LATE) != 0;
	r->info.new_chain = (flags & FLAG_CHAIN) != 0;
	r->new_session = (flags & FLAG_SESSION) != 0;
	r->one_time = (flags & FLAG_ONE_TIME) != 0;
	r->verified = (flags & FLAG_VERIFIED) != 0;
	r->first_contact = (flags & FLAG_FIRST) != 0;
}

void
inbox_put(struct party *t, const unsigned char id[static INBOX_ID],
    const struct kept *k)
{
	const struct receipt *r = &k->receipt;
	struct buf b = BUF(STORE_VALUE_MAX);

	/* room at once: no copy stays behind in freed memory */
	buf_room(&b, k->plain.n + 512);
	pb_put_uint(&b, KEPT_TYPE, r->type);
	pb_put_uint(&b, KEPT_VERSION, r->version);
	pb_put_uint(&b, KEPT_COUNTER, r->info.counter);
	pb_put_uint(&b, KEPT_PREVIOUS, r->info.previous);
	pb_put_uint(&b, KEPT_PASSED, r->info.passed_over);
	pb_put_uint(&b, KEPT_FLAGS, flags_of(r));
	pb_put_bytes(&b, KEPT_FROM, span_str(k->from));
	pb_put_uint(&b, KEPT_SINCE, (uint64_t)env_now(t->env));
	pb_put_bytes(&b, KEPT_PLAIN, buf_get0(&k->plain));
	store_put(t->store, STORE_INBOX, span_of(id, INBOX_ID), buf_get0(&b));
	buf_free_wipe(&b);
}

static void
kept_field(struct cur *c, const struct pb_field *f, struct kept *k)
{
	struct receipt *r = &k->receipt;
	struct span s = { NULL, 0 };

	switch (f->number) {
	case KEPT_TYPE:
		r->type = pb_get_u32(c, f) == ENVELOPE_PREKEY ?
		    ENVELOPE_PREKEY : ENVELOPE_MESSAGE;
		break;
	case KEPT_VERSION:
		r->version = (uint8_t)pb_get_u32(c, f);
		break;
	case KEPT_COUNTER:
		r->info.counter = pb_get_u32(c, f);
		break;
	case KEPT_PREVIOUS:
		r->info.previous = pb_get_u32(c, f);
		break;
	case KEPT_PASSED:
		r->info.passed_over = pb_get_u32(c, f);
		break;
	case KEPT_FLAGS:
		set_flags(r, pb_get_u32(c, f));
		break;
	case KEPT_FROM:
		s = pb_get_bytes(c, f, NAME_MAX_OCTETS);
		memset(k->from, 0, sizeof(k->from));
		memcpy(k->from, s.n > 0 ? s.p : (const unsigned char *)"",
		    s.n);
		break;
	case KEPT_PLAIN:
		buf_span(&k->plain, pb_get_bytes(c, f, WIRE_MAX));
		break;
	}
}

enum store_result
inbox_get(struct party *t, const unsigned char id[static INBOX_ID],
    struct kept *k)
{
	struct buf b = BUF(STORE_VALUE_MAX);
	enum store_result r = store_get(t->store, STORE_INBOX,
	    span_of(id, INBOX_ID), &b);
	struct cur c = cur_of(buf_get0(&b));
	struct pb_field f;

	while (r == STORE_OK && pb_next(&c, &f))
		kept_field(&c, &f, k);
	if (r == STORE_OK && !cur_done(&c))
		r = STORE_DAMAGED;
	buf_free_wipe(&b);
	return r;
}

void
inbox_drop(struct party *t, const unsigned char id[static INBOX_ID])
{
	store_drop(t->store, STORE_INBOX, span_of(id, INBOX_ID));
}

struct old {
	int64_t then;
	struct { struct { unsigned char id[INBOX_ID]; } *v;
	    size_t n, cap; } ids;
};

static bool
see_old(void *arg, struct span id, struct span value)
{
	struct old *o = arg;
	struct cur c = cur_of(value);
	struct pb_field f;

	while (id.n == INBOX_ID && pb_next(&c, &f))
		if (f.number == KEPT_SINCE && (int64_t)pb_get_u64(&c, &f) <
		    o->then)
			memcpy(VEC_PUSH(&o->ids)->id, id.p, INBOX_ID);
	return true;
}

enum store_result
inbox_expire(struct party *t)
{
	struct old o = { .then = env_now(t->env) - INBOX_LIFE };
	enum store_result r = store_each(t->store, STORE_INBOX, SPAN(""),
	    see_old, &o);

	for (size_t i = 0; r == STORE_OK && i < o.ids.n; i++)
		inbox_drop(t, o.ids.v[i].id);
	free(o.ids.v);
	return r;
}
