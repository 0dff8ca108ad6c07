/* What was fetched and is not read yet, in the state; see post.h. */
#include "post.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "ratchet/pb.h"

enum { MAIL_SINCE = 1, MAIL_N, MAIL_CONTENT };

void
mail_id(const struct job *j, struct span content,
    unsigned char id[static INBOX_ID])
{
	inbox_id(&j->talk, span_trim(span_first(content, span_chr(content,
	    '\n'))), id);
}

bool
mail_ok(struct span content)
{
	size_t n = span_chr(content, '\n');
	struct span line = span_first(content, n);
	struct buf body = BUF(WIRE_MAX), clean = BUF(POST_CONTENT_MAX);
	struct envelope e;
	const char *bad = NULL;
	bool ok = n + 1 == content.n && envelope_read(line, &e, &body, &bad);

	if (ok)
		utf8_clean(&clean, line);
	ok = ok && span_eq(line, buf_get0(&clean));
	buf_free(&body);
	buf_free(&clean);
	return ok;
}

int
mail_room_get(struct job *j, struct mail_room *out)
{
	struct mail_room room = { .n = 0 };
	enum store_result r = store_size(j->store, STORE_MAIL, &room.n,
	    &room.octets);

	if (r != STORE_OK)
		return chat_store_failed(r);
	*out = room;
	return EXIT_HOLDS;
}

/*
 * Whether it says that it is of a peer whom we have answered. Anybody can say
 * so, but in a sealed one.
 */
static bool
of_peer(struct job *j, struct span content)
{
	struct buf body = BUF(WIRE_MAX);
	struct envelope e = { .from = "" };
	const char *bad = NULL;
	struct peer p;
	bool is = envelope_read(span_trim(content), &e, &body, &bad);

	if (is && e.type == ENVELOPE_SEALED)
		is = party_sealed_from(&j->talk, buf_get0(&body), e.from) ==
		    PARTY_OK;
	buf_free(&body);
	return is && peer_get(j->store, span_str(e.from), &p) == STORE_OK &&
	    !p.stranger;
}

/* Whether any message would have room, where "times" as much may be. */
static bool
has_room(const struct mail_room *room, unsigned times)
{
	return room->n < (size_t)times * MAIL_MAX && room->octets +
	    POST_CONTENT_MAX <= (uint64_t)times * MAIL_OCTETS;
}

enum mail_kept
mail_put(struct job *j, struct span content, uint32_t n,
    struct mail_room *room)
{
	struct buf b = BUF(POST_CONTENT_MAX + 64);
	unsigned char id[INBOX_ID];

	mail_id(j, content, id);
	if (store_has(j->store, STORE_MAIL, span_of(id, INBOX_ID)))
		return MAIL_HERE;
	if (!has_room(room, 1) && !of_peer(j, content))
		return MAIL_OF_NOBODY;
	if (!has_room(room, 2))
		return MAIL_NO_ROOM;
	pb_put_uint(&b, MAIL_SINCE, (uint64_t)env_now(&j->env));
	pb_put_uint(&b, MAIL_N, n);
	pb_put_bytes(&b, MAIL_CONTENT, content);
	store_put(j->store, STORE_MAIL, span_of(id, INBOX_ID), buf_get0(&b));
	room->n++;
	room->octets += b.n;
	buf_free(&b);
	return MAIL_KEPT;
}

static bool
mail_read(struct span id, struct span value, struct mail *out)
{
	struct cur c = cur_of(value);
	struct pb_field f;

	out->content = BUF(POST_CONTENT_MAX);
	if (id.n != INBOX_ID)
		return false;
	memcpy(out->id, id.p, INBOX_ID);
	while (pb_next(&c, &f))
		switch (f.number) {
		case MAIL_SINCE:
			out->since = (int64_t)pb_get_u64(&c, &f);
			break;
		case MAIL_N:
			out->n = pb_get_u32(&c, &f);
			break;
		case MAIL_CONTENT:
			buf_span(&out->content, pb_get_bytes(&c, &f,
			    POST_CONTENT_MAX));
			break;
		}
	return cur_done(&c);
}

/* Two of one place were fetched by two commands at once. */
static int
by_place(const void *a, const void *b)
{
	const struct mail *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->since < y->since ? -1 : x->since > y->since;
}

static int
by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct mail_name));
}

void
mail_ids_sort(struct mail_ids *ids)
{
	if (ids->n > 0)
		qsort(ids->v, ids->n, sizeof(*ids->v), by_id);
}

/* Which there are, but those that are named. */
struct walk {
	const struct mail_ids *but;
	struct mail_ids ids;
	uint32_t next;		/* the place behind all that were read */
};

static bool
see(void *arg, struct span id)
{
	struct walk *w = arg;

	if (id.n == INBOX_ID && (w->but->n == 0 || bsearch(id.p, w->but->v,
	    w->but->n, sizeof(*w->but->v), by_id) == NULL))
		memcpy(VEC_PUSH(&w->ids)->octets, id.p, INBOX_ID);
	return true;
}

/* One of them, if it is as old as is wanted. */
static enum store_result
add(struct job *j, struct walk *w, struct span id, bool old,
    struct mails *all)
{
	struct buf b = BUF(POST_CONTENT_MAX + 64);
	struct mail m = { .n = 0 };
	enum store_result r = store_get(j->store, STORE_MAIL, id, &b);

	if (r == STORE_OK && !mail_read(id, buf_get0(&b), &m))
		r = STORE_DAMAGED;
	if (r == STORE_OK && m.n >= w->next)
		w->next = m.n + 1;
	if (r == STORE_OK && old == (m.since < env_now(&j->env) - MAIL_LIFE))
		*VEC_PUSH(all) = m;
	else
		buf_free(&m.content);
	buf_free(&b);
	return r;
}

static int
collect(struct job *j, const struct mail_ids *but, bool old,
    struct mails *out, uint32_t *next)
{
	struct mails all = { .n = 0 };
	struct walk w = { .but = but };
	enum store_result r = store_each_id(j->store, STORE_MAIL, SPAN(""),
	    see, &w);

	for (size_t i = 0; i < w.ids.n && r == STORE_OK; i++)
		r = add(j, &w, span_of(w.ids.v[i].octets, INBOX_ID), old,
		    &all);
	free(w.ids.v);
	*next = w.next;
	if (r == STORE_OK)
		*out = all;
	else
		mails_free(&all);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

int
mails_get(struct job *j, const struct mail_ids *but, struct mails *out)
{
	uint32_t next = 0;
	int status = collect(j, but, false, out, &next);

	if (status == EXIT_HOLDS && out->n > 0)
		qsort(out->v, out->n, sizeof(*out->v), by_place);
	return status;
}

int
mail_expire(struct job *j, uint32_t *next)
{
	static const struct mail_ids none;
	struct mails old;
	int status = collect(j, &none, true, &old, next);

	if (status != EXIT_HOLDS)
		return status;
	for (size_t i = 0; i < old.n; i++)
		store_drop(j->store, STORE_MAIL, span_of(old.v[i].id,
		    INBOX_ID));
	mails_free(&old);
	return EXIT_HOLDS;
}

void
mails_free(struct mails *all)
{
	for (size_t i = 0; i < all->n; i++)
		buf_free(&all->v[i].content);
	free(all->v);
	*all = (struct mails){ .n = 0 };
}
