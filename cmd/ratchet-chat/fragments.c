/* Streams on our disk until they are read; see fragments.h. */
#include "fragments.h"

#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "base/vec.h"
#include "post.h"
#include "ratchet/pb.h"
#include "sys/exit.h"
#include "sys/say.h"

enum { FRAGMENT_ID = RELAY_STREAM + 4 };
enum { FRAGMENT_SINCE = 1, FRAGMENT_LAST, FRAGMENT_OCTETS, FRAGMENT_TRIES };

/* One as it is kept. */
struct fragment {
	struct relay_fragment f;	/* its octets are the value's */
	int64_t since;
	uint32_t tries;		/* to read its stream, with number 0 */
};

static struct span
id_of(const unsigned char stream[static RELAY_STREAM], uint32_t number,
    unsigned char room[static FRAGMENT_ID])
{
	memcpy(room, stream, RELAY_STREAM);
	for (int i = 0; i < 4; i++)
		room[RELAY_STREAM + i] = (unsigned char)(number >>
		    (24 - 8 * i));
	return span_of(room, FRAGMENT_ID);
}

static void
put_fragment(struct job *j, struct span id, const struct fragment *one)
{
	struct buf b = BUF(POST_CONTENT_MAX + 64);

	pb_put_uint(&b, FRAGMENT_SINCE, (uint64_t)one->since);
	pb_put_uint(&b, FRAGMENT_LAST, one->f.last);
	pb_put_bytes(&b, FRAGMENT_OCTETS, one->f.octets);
	pb_put_uint(&b, FRAGMENT_TRIES, one->tries);
	store_put(j->store, STORE_FRAGMENT, id, buf_get0(&b));
	buf_free(&b);
}

bool
fragment_put(struct job *j, const struct relay_fragment *f)
{
	struct fragment one = { .f = *f, .since = env_now(&j->env) };
	unsigned char room[FRAGMENT_ID];
	struct span id = id_of(f->stream, f->number, room);
	bool fresh = !store_has(j->store, STORE_FRAGMENT, id);

	put_fragment(j, id, &one);
	return fresh;
}

static bool
read_fragment(struct span id, struct span value, struct fragment *out)
{
	struct fragment one = { .since = 0 };
	struct cur c = cur_of(id), v = cur_of(value);
	struct span stream = cur_take(&c, RELAY_STREAM);
	struct pb_field f;

	one.f.number = cur_u32(&c);
	while (pb_next(&v, &f))
		switch (f.number) {
		case FRAGMENT_SINCE:
			one.since = (int64_t)pb_get_u64(&v, &f);
			break;
		case FRAGMENT_LAST:
			one.f.last = pb_get_u32(&v, &f) != 0;
			break;
		case FRAGMENT_OCTETS:
			one.f.octets = pb_get_bytes(&v, &f, POST_CONTENT_MAX);
			break;
		case FRAGMENT_TRIES:
			one.tries = pb_get_u32(&v, &f);
			break;
		}
	if (!cur_done(&c) || !cur_done(&v))
		return false;
	memcpy(one.f.stream, stream.p, RELAY_STREAM);
	*out = one;
	return true;
}

/* --- what there is */

struct stream {
	unsigned char id[RELAY_STREAM];
	/* of its first fragment, if that is here */
	int64_t since;
	uint32_t tries;
	uint32_t n, last;	/* so many are here; the last one's number */
	uint32_t gap;		/* the first that is not */
	uint32_t lowest;
	bool has_last;
};

struct streams {
	struct stream *v;
	size_t n, cap;
	bool bad;
};

/* A stream's fragments follow one another, the highest first. */
static bool
see(void *arg, struct span id, struct span value)
{
	struct streams *all = arg;
	struct stream *s = all->n > 0 ? &all->v[all->n - 1] : NULL;
	struct fragment one;

	all->bad = !read_fragment(id, value, &one);
	if (all->bad)
		return false;
	if (s == NULL || memcmp(s->id, one.f.stream, RELAY_STREAM) != 0) {
		s = VEC_PUSH(all);
		*s = (struct stream){ .gap = one.f.number + 1 };
		memcpy(s->id, one.f.stream, RELAY_STREAM);
	} else if (one.f.number + 1 != s->lowest) {
		s->gap = one.f.number + 1;
	}
	if (one.f.last) {
		s->has_last = true;
		s->last = one.f.number;
	}
	s->lowest = one.f.number;
	s->since = one.since;
	s->tries = one.tries;
	s->n++;
	return true;
}

static bool
is_whole(const struct stream *s)
{
	return s->has_last && s->lowest == 0 && s->n == s->last + 1;
}

/* The number of the first fragment that is missing. */
static uint32_t
first_missing(const struct stream *s)
{
	return s->lowest > 0 ? 0 : s->gap;
}

static int
survey(struct job *j, struct streams *out)
{
	enum store_result r = STORE_OK;
	int status = chat_begin(j, false);

	if (status != EXIT_HOLDS)
		return status;
	r = store_each(j->store, STORE_FRAGMENT, SPAN(""), see, out);
	store_abandon(j->store);
	if (r == STORE_OK && out->bad)
		r = STORE_DAMAGED;
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

/* --- written */

/* A transaction each: who reads our stdout may need the state meanwhile. */
static int
print_one(struct job *j, const struct stream *s, uint32_t number)
{
	struct buf value = BUF(STORE_VALUE_MAX);
	unsigned char room[FRAGMENT_ID];
	struct span id = id_of(s->id, number, room);
	struct fragment one;
	enum store_result r = STORE_OK;
	int status = chat_begin(j, false);

	if (status != EXIT_HOLDS)
		return status;
	r = store_get(j->store, STORE_FRAGMENT, id, &value);
	store_abandon(j->store);
	if (r == STORE_OK && !read_fragment(id, buf_get0(&value), &one))
		r = STORE_DAMAGED;
	status = r == STORE_OK ? run_stdout(one.f.octets) :
	    chat_store_failed(r);
	buf_free(&value);
	return status;
}

/* One that could not be read is in the way of no other. */
static bool
is_before(const struct stream *a, const struct stream *b)
{
	return a->tries != b->tries ? a->tries < b->tries :
	    a->since < b->since;
}

static int
say_missing(const struct streams *all)
{
	for (size_t i = 0; i < all->n; i++)
		say_error("a stream is not whole: %lu fragments are here, "
		    "number %lu is not", (unsigned long)all->v[i].n,
		    (unsigned long)first_missing(&all->v[i]));
	if (all->n > 0) {
		say_hint("who sent it: ratchet-chat push --stream --skip=N < "
		    "stream, with that number");
		return EXIT_UNKNOWN;
	}
	say_error("no stream has come");
	return EXIT_NO_INPUT;
}

int
fragments_print(struct job *j)
{
	struct streams all = { .n = 0 };
	const struct stream *first = NULL;
	int status = survey(j, &all);

	for (size_t i = 0; status == EXIT_HOLDS && i < all.n; i++)
		if (is_whole(&all.v[i]) && (first == NULL ||
		    is_before(&all.v[i], first)))
			first = &all.v[i];
	if (status == EXIT_HOLDS && first == NULL)
		status = say_missing(&all);
	else if (status == EXIT_HOLDS)
		for (uint32_t i = 0; i <= first->last &&
		    status == EXIT_HOLDS; i++)
			status = print_one(j, first, i);
	free(all.v);
	return status;
}

/* --- forgotten */

struct old {
	struct { unsigned char id[FRAGMENT_ID]; } *v;
	size_t n, cap;
	int64_t then;
	bool bad;
};

static bool
see_old(void *arg, struct span id, struct span value)
{
	struct old *o = arg;
	struct fragment one;

	o->bad = !read_fragment(id, value, &one);
	if (!o->bad && one.since < o->then)
		memcpy(VEC_PUSH(o)->id, id.p, FRAGMENT_ID);
	return !o->bad;
}

int
fragments_expire(struct job *j)
{
	struct old o = { .then = env_now(&j->env) - MAIL_LIFE };
	enum store_result r = store_each(j->store, STORE_FRAGMENT, SPAN(""),
	    see_old, &o);

	if (r == STORE_OK && o.bad)
		r = STORE_DAMAGED;
	for (size_t i = 0; r == STORE_OK && i < o.n; i++)
		store_drop(j->store, STORE_FRAGMENT, span_of(o.v[i].id,
		    FRAGMENT_ID));
	free(o.v);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

int
fragments_postpone(struct job *j, struct span line)
{
	struct buf value = BUF(STORE_VALUE_MAX);
	unsigned char stream[RELAY_STREAM], room[FRAGMENT_ID];
	struct fragment one;
	struct span id;
	enum store_result r = STORE_OK;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	relay_stream_id(line, stream);
	id = id_of(stream, 0, room);
	r = store_get(j->store, STORE_FRAGMENT, id, &value);
	if (r == STORE_OK && !read_fragment(id, buf_get0(&value), &one))
		r = STORE_DAMAGED;
	if (r == STORE_OK) {
		one.tries++;
		put_fragment(j, id, &one);
		r = store_commit_light(j->store);
	} else {
		store_abandon(j->store);
	}
	buf_free(&value);
	return r == STORE_OK || r == STORE_ABSENT ? EXIT_HOLDS :
	    chat_store_failed(r);
}

int
fragments_forget(struct job *j, struct span line)
{
	unsigned char id[RELAY_STREAM];
	enum store_result r = STORE_OK;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	relay_stream_id(line, id);
	if (store_drop_all(j->store, STORE_FRAGMENT, span_of(id,
	    RELAY_STREAM)) > 0)
		r = store_commit_light(j->store);
	else
		store_abandon(j->store);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}
