/* A batch and what is kept of it until it was written. */
#include "post.h"
#include "recv.h"

#include <string.h>

#include "base/vec.h"
#include "sys/exit.h"

static void
note(struct batch *b, const unsigned char id[static INBOX_ID])
{
	memcpy(VEC_PUSH(&b->kept)->id, id, INBOX_ID);
}

void
kept_put(struct job *j, struct batch *b, struct span body,
    const struct kept *k)
{
	unsigned char id[INBOX_ID];

	inbox_id(&j->talk, body, id);
	inbox_put(&j->talk, id, k);
	note(b, id);
	b->changed = true;
}

/* The same message twice in one batch is replayed: it will be written. */
static bool
in_batch(const struct batch *b, const unsigned char id[static INBOX_ID])
{
	for (size_t i = 0; i < b->kept.n; i++)
		if (memcmp(b->kept.v[i].id, id, INBOX_ID) == 0)
			return true;
	return false;
}

enum store_result
kept_find(struct job *j, struct batch *b, struct span body, struct kept *k)
{
	unsigned char id[INBOX_ID];
	char from[NAME_MAX_OCTETS + 1];
	enum store_result r = STORE_ABSENT;

	inbox_id(&j->talk, body, id);
	memcpy(from, k->from, sizeof(from));
	if (!in_batch(b, id))
		r = inbox_get(&j->talk, id, k);
	if (r != STORE_OK)
		return r;
	/* the octets do not change whose they are with their envelope */
	if (from[0] != '\0' && strcmp(from, k->from) != 0) {
		memcpy(k->from, from, sizeof(from));
		buf_reset(&k->plain);
		return STORE_ABSENT;
	}
	note(b, id);
	return STORE_OK;
}

void
kept_mail(struct job *j, struct batch *b, struct span in)
{
	unsigned char id[INBOX_ID];

	mail_id(j, in, id);
	if (store_has(j->store, STORE_MAIL, span_of(id, INBOX_ID)))
		memcpy(VEC_PUSH(&b->mail)->id, id, INBOX_ID);
}

int
kept_forget(struct job *j, const struct batch *b)
{
	enum store_result r = STORE_OK;
	int status = EXIT_HOLDS;

	if (b->kept.n == 0 && b->mail.n == 0)
		return EXIT_HOLDS;
	status = chat_begin(j, true);
	if (status != EXIT_HOLDS)
		return status;
	for (size_t i = 0; i < b->kept.n; i++)
		inbox_drop(&j->talk, b->kept.v[i].id);
	for (size_t i = 0; i < b->mail.n; i++)
		store_drop(j->store, STORE_MAIL, span_of(b->mail.v[i].id,
		    INBOX_ID));
	r = inbox_expire(&j->talk);
	if (r == STORE_OK && party_tidy(&j->talk) != PARTY_OK)
		r = j->talk.store_error;
	/* an older state would only print them again */
	if (r == STORE_OK)
		r = store_commit_light(j->store);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}
