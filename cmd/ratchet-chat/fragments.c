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

static enum store_result
get_fragment(struct job *j, const unsigned char stream[static RELAY_STREAM],
    uint32_t number, struct buf *value, struct fragment *out)
{
	unsigned char room[FRAGMENT_ID];
	struct span id = id_of(stream, number, room);
	enum store_result r = STORE_OK;

	buf_reset(value);
	r = store_get(j->store, STORE_FRAGMENT, id, value);
	if (r == STORE_OK && !read_fragment(id, buf_get0(value), out))
		r = STORE_DAMAGED;
	return r;
}

/* --- what there is */

struct stream {
	unsigned char id[RELAY_STREAM];
	uint32_t n;		/* so many are here */
	uint32_t gap;		/* the first that is not */
	uint32_t lowest, highest;
	/* of the lowest one: the first, if that is here */
	int64_t since;
	uint32_t tries;
	/* of the highest one */
	int64_t renewed;
	bool has_last;
};

struct streams {
	struct stream *v;
	size_t n, cap;
	bool bad;
};

/* A stream's fragments follow one another, the highest first. */
static bool
see(void *arg, struct span id)
{
	struct streams *all = arg;
	struct stream *s = all->n > 0 ? &all->v[all->n - 1] : NULL;
	struct cur c = cur_of(id);
	struct span stream = cur_take(&c, RELAY_STREAM);
	uint32_t number = cur_u32(&c);

	all->bad = !cur_done(&c);
	if (all->bad)
		return false;
	if (s == NULL || memcmp(s->id, stream.p, RELAY_STREAM) != 0) {
		s = VEC_PUSH(all);
		*s = (struct stream){ .gap = number + 1, .highest = number };
		memcpy(s->id, stream.p, RELAY_STREAM);
	} else if (number + 1 != s->lowest) {
		s->gap = number + 1;
	}
	s->lowest = number;
	s->n++;
	return true;
}

/* What only its fragments say; of all of them to open two is enough. */
static enum store_result
see_ends(struct job *j, struct stream *s)
{
	struct buf value = BUF(STORE_VALUE_MAX);
	struct fragment one;
	enum store_result r = get_fragment(j, s->id, s->highest, &value, &one);

	if (r == STORE_OK) {
		s->has_last = one.f.last;
		s->renewed = one.since;
	}
	if (r == STORE_OK && s->lowest != s->highest)
		r = get_fragment(j, s->id, s->lowest, &value, &one);
	if (r == STORE_OK) {
		s->since = one.since;
		s->tries = one.tries;
	}
	buf_free(&value);
	return r;
}

static bool
is_whole(const struct stream *s)
{
	return s->has_last && s->lowest == 0 && s->n - 1 == s->highest;
}

/* The number of the first fragment that is missing. */
static uint32_t
first_missing(const struct stream *s)
{
	return s->lowest > 0 ? 0 : s->gap;
}

/* Inside a transaction. */
static int
survey(struct job *j, struct streams *out)
{
	enum store_result r = store_each_id(j->store, STORE_FRAGMENT,
	    SPAN(""), see, out);

	if (r == STORE_OK && out->bad)
		r = STORE_DAMAGED;
	for (size_t i = 0; r == STORE_OK && i < out->n; i++)
		r = see_ends(j, &out->v[i]);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

/* --- written */

/* A transaction each: who reads our stdout may need the state meanwhile. */
static int
print_one(struct job *j, const struct stream *s, uint32_t number)
{
	struct buf value = BUF(STORE_VALUE_MAX);
	struct fragment one;
	enum store_result r = STORE_OK;
	int status = chat_begin(j, false);

	if (status != EXIT_HOLDS)
		return status;
	r = get_fragment(j, s->id, number, &value, &one);
	store_abandon(j->store);
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
	int status = chat_begin(j, false);

	if (status != EXIT_HOLDS)
		return status;
	status = survey(j, &all);
	store_abandon(j->store);
	for (size_t i = 0; status == EXIT_HOLDS && i < all.n; i++)
		if (is_whole(&all.v[i]) && (first == NULL ||
		    is_before(&all.v[i], first)))
			first = &all.v[i];
	if (status == EXIT_HOLDS && first == NULL)
		status = say_missing(&all);
	else if (status == EXIT_HOLDS)
		for (uint32_t i = 0; i <= first->highest &&
		    status == EXIT_HOLDS; i++)
			status = print_one(j, first, i);
	free(all.v);
	return status;
}

/* --- forgotten */

int
fragments_expire(struct job *j)
{
	struct streams all = { .n = 0 };
	int64_t then = env_now(&j->env) - MAIL_LIFE;
	int status = survey(j, &all);

	for (size_t i = 0; status == EXIT_HOLDS && i < all.n; i++)
		if (all.v[i].since < then && all.v[i].renewed < then)
			store_drop_all(j->store, STORE_FRAGMENT,
			    span_of(all.v[i].id, RELAY_STREAM));
	free(all.v);
	return status;
}

int
fragments_postpone(struct job *j, struct span line)
{
	struct buf value = BUF(STORE_VALUE_MAX);
	unsigned char stream[RELAY_STREAM], room[FRAGMENT_ID];
	struct fragment one;
	enum store_result r = STORE_OK;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	relay_stream_id(line, stream);
	r = get_fragment(j, stream, 0, &value, &one);
	if (r == STORE_OK) {
		one.tries++;
		put_fragment(j, id_of(stream, 0, room), &one);
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
