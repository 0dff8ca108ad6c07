/* Mailboxes of ours and addresses of peers, in the state; see post.h. */
#include "post.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "ratchet/pb.h"
#include "sys/exit.h"
#include "sys/say.h"

enum { ITEM_MAX = 2048 };
enum { BOX_ADDRESS = 1, BOX_TOKEN, BOX_MADE };
/* 2 stands in older states, and is of no use any more */
enum { WHERE_ADDRESS = 1, WHERE_SAID = 3, WHERE_TOLD };

#define INTRODUCTION SPAN("msgsec-address/1\n")

static void
put_address(struct buf *b, uint32_t field, const struct relay_address *a)
{
	struct buf text = BUF(RELAY_ADDRESS_MAX);

	relay_address_write(a, &text);
	pb_put_bytes(b, field, buf_get0(&text));
	buf_free_wipe(&text);
}

static void
get_address(struct cur *c, const struct pb_field *f,
    struct relay_address *out)
{
	if (!relay_address_read(pb_get_bytes(c, f, RELAY_ADDRESS_MAX), out))
		cur_fail(c);
}

void
mailbox_put(struct job *j, const struct mailbox *m)
{
	struct buf b = BUF(ITEM_MAX);

	buf_room(&b, ITEM_MAX);
	put_address(&b, BOX_ADDRESS, &m->address);
	pb_put_bytes(&b, BOX_TOKEN, span_of(m->token, RELAY_TOKEN));
	pb_put_uint(&b, BOX_MADE, (uint64_t)m->made);
	store_put(j->store, STORE_MAILBOX, span_of(m->address.id, RELAY_ID),
	    buf_get0(&b));
	buf_free_wipe(&b);
}

void
mailbox_drop(struct job *j, const unsigned char id[static RELAY_ID])
{
	store_drop(j->store, STORE_MAILBOX, span_of(id, RELAY_ID));
}

static bool
mailbox_read(struct span value, struct mailbox *out)
{
	struct cur c = cur_of(value);
	struct pb_field f;
	unsigned parts = 0;

	while (pb_next(&c, &f))
		switch (f.number) {
		case BOX_ADDRESS:
			get_address(&c, &f, &out->address);
			parts |= 1;
			break;
		case BOX_TOKEN:
			pb_get_octets(&c, &f, out->token, RELAY_TOKEN);
			parts |= 2;
			break;
		case BOX_MADE:
			out->made = (int64_t)pb_get_u64(&c, &f);
			break;
		}
	return cur_done(&c) && parts == 3;
}

struct walk {
	struct mailboxes *all;
	bool bad;
};

static bool
see_mailbox(void *arg, struct span id, struct span value)
{
	struct walk *w = arg;

	(void)id;
	w->bad = !mailbox_read(value, VEC_PUSH(w->all));
	return !w->bad;
}

static int
by_age(const void *a, const void *b)
{
	const struct mailbox *x = a, *y = b;

	if (x->made != y->made)
		return x->made < y->made ? -1 : 1;
	return memcmp(x->address.id, y->address.id, RELAY_ID);
}

int
mailboxes_read(struct job *j, struct mailboxes *out)
{
	struct mailboxes all = { .n = 0 };
	struct walk w = { &all, false };
	enum store_result r = store_each(j->store, STORE_MAILBOX, SPAN(""),
	    see_mailbox, &w);

	if (r == STORE_OK && w.bad)
		r = STORE_DAMAGED;
	if (r != STORE_OK) {
		mailboxes_free(&all);
		return chat_store_failed(r);
	}
	if (all.n > 0)
		qsort(all.v, all.n, sizeof(*all.v), by_age);
	*out = all;
	return EXIT_HOLDS;
}

int
mailboxes_get(struct job *j, struct mailboxes *out)
{
	int status = chat_begin(j, false);

	if (status == EXIT_HOLDS)
		status = mailboxes_read(j, out);
	store_abandon(j->store);
	return status;
}

void
mailboxes_free(struct mailboxes *all)
{
	if (all->v != NULL)
		explicit_bzero(all->v, all->cap * sizeof(*all->v));
	free(all->v);
	*all = (struct mailboxes){ .n = 0 };
}

int
whereabouts_get(struct job *j, const char *peer, struct whereabouts *out)
{
	struct buf b = BUF(ITEM_MAX);
	struct whereabouts w = { .known = false };
	unsigned char id[PEER_ID];
	enum store_result r = STORE_OK;
	struct cur c;
	struct pb_field f;

	store_name(j->store, span_str(peer), id);
	r = store_get(j->store, STORE_ADDRESS, span_of(id, PEER_ID), &b);
	c = cur_of(buf_get0(&b));
	while (r == STORE_OK && pb_next(&c, &f)) {
		if (f.number == WHERE_ADDRESS) {
			get_address(&c, &f, &w.address);
			w.known = true;
		}
		if (f.number == WHERE_SAID)
			w.said = (int64_t)pb_get_u64(&c, &f);
		if (f.number == WHERE_TOLD)
			w.told = (int64_t)pb_get_u64(&c, &f);
	}
	if (r == STORE_OK && !cur_done(&c))
		r = STORE_DAMAGED;
	buf_free_wipe(&b);
	if (r != STORE_OK && r != STORE_ABSENT)
		return chat_store_failed(r);
	*out = w;
	return EXIT_HOLDS;
}

int
whereabouts_find(struct job *j, const char *peer, struct relay_address *out)
{
	struct whereabouts w = { .known = false };
	int status = chat_begin(j, false);

	if (status == EXIT_HOLDS)
		status = whereabouts_get(j, peer, &w);
	store_abandon(j->store);
	if (status != EXIT_HOLDS)
		return status;
	if (!w.known) {
		say_error("%s: no address is known", peer);
		say_hint("ratchet-chat address %s ADDRESS says it", peer);
		return EXIT_UNKNOWN_PEER;
	}
	*out = w.address;
	return EXIT_HOLDS;
}

void
whereabouts_put(struct job *j, const char *peer, const struct whereabouts *w)
{
	struct buf b = BUF(ITEM_MAX);
	unsigned char id[PEER_ID];

	buf_room(&b, ITEM_MAX);
	if (w->known)
		put_address(&b, WHERE_ADDRESS, &w->address);
	pb_put_uint(&b, WHERE_SAID, (uint64_t)w->said);
	pb_put_uint(&b, WHERE_TOLD, (uint64_t)w->told);
	store_name(j->store, span_str(peer), id);
	store_put(j->store, STORE_ADDRESS, span_of(id, PEER_ID),
	    buf_get0(&b));
	buf_free_wipe(&b);
}

int
whereabouts_set(struct job *j, const char *peer,
    const struct relay_address *at)
{
	struct whereabouts w;
	int status = whereabouts_get(j, peer, &w);

	if (status != EXIT_HOLDS)
		return status;
	w.known = true;
	w.address = *at;
	whereabouts_put(j, peer, &w);
	return EXIT_HOLDS;
}

void
introduction_write(const struct introduction *i, struct buf *out)
{
	buf_span(out, INTRODUCTION);
	relay_address_write(&i->address, out);
	buf_printf(out, "\n%lld\n", (long long)i->at);
}

bool
introduction_read(struct span plain, struct introduction *out)
{
	struct span rest = span_from(plain, INTRODUCTION.n);
	struct span address = span_first(rest, span_chr(rest, '\n'));
	struct span at = span_from(rest, address.n + 1);
	struct introduction i = { .at = 0 };
	uint64_t when = 0;

	if (!span_starts(plain, INTRODUCTION) || !span_ends(plain,
	    SPAN("\n")) || !relay_address_read(address, &i.address))
		return false;
	if (at.n > 0 && !span_dec(span_first(at, at.n - 1), INT64_MAX,
	    &when))
		return false;
	i.at = (int64_t)when;
	*out = i;
	return true;
}

int
introduction_hear(struct job *j, const char *peer,
    const struct introduction *i)
{
	struct whereabouts w;
	int status = whereabouts_get(j, peer, &w);

	if (status != EXIT_HOLDS)
		return status;
	if (w.known && i->at < w.said) {
		say_detail("%s: was at %s before", peer, i->address.host);
		return EXIT_HOLDS;
	}
	w.known = true;
	w.address = i->address;
	w.said = i->at;
	whereabouts_put(j, peer, &w);
	say_detail("%s: has a mailbox at %s", peer, w.address.host);
	return EXIT_HOLDS;
}

int
introduction_next(struct job *j, const char *peer,
    const struct relay_address *ours, struct introduction *out, bool *known)
{
	int64_t now = env_now(&j->env);
	struct buf b = BUF(ITEM_MAX);
	unsigned char id[PEER_ID];
	struct whereabouts w;
	enum store_result r = STORE_OK;
	int status = whereabouts_get(j, peer, &w);

	if (status != EXIT_HOLDS)
		return status;
	store_name(j->store, span_str(peer), id);
	r = store_get(j->store, STORE_TOLD, span_of(id, PEER_ID), &b);
	*known = r == STORE_OK && span_eq(buf_get0(&b), span_of(ours->id,
	    RELAY_ID));
	buf_free(&b);
	if (r != STORE_OK && r != STORE_ABSENT)
		return chat_store_failed(r);
	/* a clock that was put back makes it no older one */
	*out = (struct introduction){ *ours, now > w.told ? now : w.told +
	    1 };
	return EXIT_HOLDS;
}

void
introduction_told(struct job *j, const char *peer,
    const struct introduction *i)
{
	struct whereabouts w;
	unsigned char id[PEER_ID];

	store_name(j->store, span_str(peer), id);
	store_put(j->store, STORE_TOLD, span_of(id, PEER_ID),
	    span_of(i->address.id, RELAY_ID));
	if (whereabouts_get(j, peer, &w) == EXIT_HOLDS) {
		w.told = i->at;
		whereabouts_put(j, peer, &w);
	}
}
