/*
 * Plaintexts that were read but perhaps never written: each is kept in the
 * transaction that used its key up, under the name of its message.
 */
#include "recv.h"

#include <string.h>

#include "base/vec.h"
#include "crypto/hash.h"
#include "ratchet/pb.h"
#include "sys/exit.h"

enum { KEPT_TYPE = 1, KEPT_VERSION, KEPT_COUNTER, KEPT_PREVIOUS, KEPT_PASSED,
	KEPT_FLAGS, KEPT_PLAIN };
enum { FLAG_LATE = 1, FLAG_CHAIN = 2, FLAG_SESSION = 4, FLAG_ONE_TIME = 8,
	FLAG_VERIFIED = 16, FLAG_FIRST = 32 };

static void
message_id(const struct job *j, struct span body,
    unsigned char id[static MESSAGE_ID])
{
	unsigned char digest[SHA256_SIZE];

	hash_sha256(body, digest);
	store_name(j->store, span_of(digest, sizeof(digest)), id);
}

void
kept_put(struct job *j, struct batch *b, struct span body,
    const struct receipt *r, struct span plain)
{
	struct buf kept = BUF(STORE_VALUE_MAX);
	unsigned char id[MESSAGE_ID];

	message_id(j, body, id);
	buf_room(&kept, plain.n + 64);
	pb_put_uint(&kept, KEPT_TYPE, r->type);
	pb_put_uint(&kept, KEPT_VERSION, r->version);
	pb_put_uint(&kept, KEPT_COUNTER, r->info.counter);
	pb_put_uint(&kept, KEPT_PREVIOUS, r->info.previous);
	pb_put_uint(&kept, KEPT_PASSED, r->info.passed_over);
	pb_put_uint(&kept, KEPT_FLAGS, (r->info.late ? FLAG_LATE : 0u) |
	    (r->info.new_chain ? FLAG_CHAIN : 0u) |
	    (r->new_session ? FLAG_SESSION : 0u) |
	    (r->one_time ? FLAG_ONE_TIME : 0u) |
	    (r->verified ? FLAG_VERIFIED : 0u) |
	    (r->first_contact ? FLAG_FIRST : 0u));
	pb_put_bytes(&kept, KEPT_PLAIN, plain);
	store_put(j->store, STORE_INBOX, span_of(id, sizeof(id)),
	    buf_get0(&kept));
	memcpy(VEC_PUSH(&b->kept)->id, id, sizeof(id));
	buf_free_wipe(&kept);
	b->changed = true;
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

static void
kept_field(struct cur *c, const struct pb_field *f, struct receipt *r,
    struct buf *plain)
{
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
	case KEPT_PLAIN:
		buf_span(plain, pb_get_bytes(c, f, WIRE_MAX));
		break;
	}
}

/* The same message twice in one batch is replayed: it will be written. */
static bool
in_batch(const struct batch *b, const unsigned char id[static MESSAGE_ID])
{
	for (size_t i = 0; i < b->kept.n; i++)
		if (memcmp(b->kept.v[i].id, id, MESSAGE_ID) == 0)
			return true;
	return false;
}

bool
kept_find(struct job *j, struct batch *b, struct span body,
    struct receipt *r, struct buf *plain)
{
	struct buf kept = BUF(STORE_VALUE_MAX);
	unsigned char id[MESSAGE_ID];
	struct pb_field f;
	struct cur c;
	bool found = false;

	message_id(j, body, id);
	if (in_batch(b, id))
		return false;
	found = store_get(j->store, STORE_INBOX, span_of(id, sizeof(id)),
	    &kept) == STORE_OK;
	c = cur_of(buf_get0(&kept));
	while (found && pb_next(&c, &f))
		kept_field(&c, &f, r, plain);
	if (found)
		memcpy(VEC_PUSH(&b->kept)->id, id, sizeof(id));
	buf_free_wipe(&kept);
	return found;
}

/* It was written: what was kept of it goes. */
int
kept_forget(struct job *j, const struct batch *b)
{
	enum store_result r = STORE_OK;
	int status = EXIT_HOLDS;

	if (b->kept.n == 0)
		return EXIT_HOLDS;
	status = chat_begin(j, true);
	if (status != EXIT_HOLDS)
		return status;
	for (size_t i = 0; i < b->kept.n; i++)
		store_drop(j->store, STORE_INBOX, span_of(b->kept.v[i].id,
		    MESSAGE_ID));
	/* an older state would only print them again */
	r = store_commit_light(j->store);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}
