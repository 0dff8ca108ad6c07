/* All body hashes of a message in one pass; see body.h. */
#include "auth/body.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"

/* What some prefix of the body may have for its digest. */
struct target {
	size_t want;		/* whose prefixes */
	unsigned char digest[SHA256_SIZE];
	int64_t matched;	/* length of the matching prefix, or -1 */
};

struct want {
	enum canon kind;
	int64_t limit;		/* -1: none */
	bool prefix;		/* there are targets */
	bool text;		/* of those: the line begun is not empty */
	struct digest *hash;
	uint64_t seen;		/* canonical octets so far */
	unsigned char digest[SHA256_SIZE];
};

struct body {
	struct {
		struct want *v;
		size_t n, cap;
	} wants;
	struct {
		struct target *v;
		size_t n, cap;
	} targets;
	bool begins[256];	/* some target begins with the octet */
	struct digest *room;	/* for digest_peek; NULL without targets */
	struct canon_body canon[2];
	bool used[2];
};

struct body *
body_new(void)
{
	return xcalloc(1, sizeof(struct body));
}

static void
check_prefix(struct body *b, size_t want)
{
	const struct want *w = &b->wants.v[want];
	unsigned char digest[SHA256_SIZE];

	digest_peek(w->hash, b->room, digest);
	if (!b->begins[digest[0]])
		return;
	for (size_t i = 0; i < b->targets.n; i++) {
		struct target *t = &b->targets.v[i];

		if (t->want == want && t->matched < 0 &&
		    memcmp(digest, t->digest, sizeof(digest)) == 0)
			t->matched = (int64_t)w->seen;
	}
}

/*
 * An empty line is looked behind only where it is the whole body, as in the
 * simple form of none.
 */
static void
add_prefix(struct body *b, size_t want, struct span s)
{
	struct want *w = &b->wants.v[want];

	if (w->seen == 0)
		check_prefix(b, want);	/* an empty body had text appended */
	while (s.n > 0) {
		size_t at = span_chr(s, '\n');
		struct span line = span_first(s, at < s.n ? at + 1 : at);
		bool empty = !w->text && w->seen > 0 &&
		    span_eq(line, SPAN("\r\n"));

		digest_add(w->hash, line);
		w->seen += line.n;
		w->text = at == s.n;
		if (at < s.n && !empty)
			check_prefix(b, want);
		s = span_from(s, line.n);
	}
}

static void
add_to(struct body *b, size_t want, struct span s)
{
	struct want *w = &b->wants.v[want];
	struct span hashed = s;

	if (w->prefix) {
		add_prefix(b, want, s);
		return;
	}
	if (w->limit >= 0) {
		uint64_t left = (uint64_t)w->limit > w->seen ?
		    (uint64_t)w->limit - w->seen : 0;

		hashed = span_first(s, left < s.n ? (size_t)left : s.n);
	}
	w->seen += s.n;
	if (hashed.n > 0)
		digest_add(w->hash, hashed);
}

static void
put(struct body *b, enum canon kind, struct span s)
{
	for (size_t i = 0; i < b->wants.n; i++)
		if (b->wants.v[i].kind == kind)
			add_to(b, i, s);
}

static void
put_simple(void *arg, struct span s)
{
	put(arg, CANON_SIMPLE, s);
}

static void
put_relaxed(void *arg, struct span s)
{
	put(arg, CANON_RELAXED, s);
}

static struct want *
add_want(struct body *b, enum canon kind)
{
	struct want *w = VEC_PUSH(&b->wants);

	w->kind = kind;
	w->limit = -1;
	w->hash = digest_new(DIGEST_SHA256);
	if (!b->used[kind])
		canon_body_start(&b->canon[kind], kind, kind == CANON_SIMPLE ?
		    put_simple : put_relaxed, b);
	b->used[kind] = true;
	return w;
}

size_t
body_want(struct body *b, enum canon kind, int64_t limit)
{
	for (size_t i = 0; i < b->wants.n; i++)
		if (b->wants.v[i].kind == kind && b->wants.v[i].limit == limit)
			return i;
	add_want(b, kind)->limit = limit;
	return b->wants.n - 1;
}

size_t
body_want_prefix(struct body *b, enum canon kind,
    const unsigned char target[static SHA256_SIZE])
{
	size_t want = body_want(b, kind, -1);
	struct target *t = VEC_PUSH(&b->targets);

	t->want = want;
	t->matched = -1;
	memcpy(t->digest, target, SHA256_SIZE);
	b->wants.v[want].prefix = true;
	b->begins[target[0]] = true;
	if (b->room == NULL)
		b->room = digest_new(DIGEST_SHA256);
	return b->targets.n - 1;
}

void
body_add(struct body *b, struct span piece)
{
	for (int kind = CANON_SIMPLE; kind <= CANON_RELAXED; kind++)
		if (b->used[kind])
			canon_body_add(&b->canon[kind], piece);
}

void
body_end(struct body *b)
{
	for (int kind = CANON_SIMPLE; kind <= CANON_RELAXED; kind++)
		if (b->used[kind])
			canon_body_end(&b->canon[kind]);
	for (size_t i = 0; i < b->wants.n; i++) {
		if (b->wants.v[i].prefix && b->wants.v[i].seen == 0)
			check_prefix(b, i);
		digest_final(b->wants.v[i].hash, b->wants.v[i].digest);
	}
}

const unsigned char *
body_digest(const struct body *b, size_t want)
{
	return b->wants.v[want].digest;
}

uint64_t
body_length(const struct body *b, size_t want)
{
	return b->wants.v[want].seen;
}

bool
body_is_whole(const struct body *b, size_t want)
{
	const struct want *w = &b->wants.v[want];

	return w->limit < 0 || (uint64_t)w->limit == w->seen;
}

int64_t
body_prefix(const struct body *b, size_t target)
{
	return b->targets.v[target].matched;
}

void
body_free(struct body *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->wants.n; i++)
		digest_free(b->wants.v[i].hash);
	digest_free(b->room);
	free(b->wants.v);
	free(b->targets.v);
	free(b);
}
