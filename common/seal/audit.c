/* Judging a conversation; see audit.h. */
#include "seal/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "crypto/digest.h"
#include "seal/content.h"

enum { DIGEST_SIZE = 16, KEY_MAX = 256, PLACE_MAX = 64 };

/*
 * A counter beyond this was never counted to: a message a microsecond for a
 * hundred years. Chance is below it once in 2^12 nonces.
 */
#define COUNTER_MAX ((uint64_t)1 << 52)

/* One message, found by its octets. */
struct sighting {
	uint64_t place;
	uint64_t names, label;	/* hashes: from and to; the whole envelope */
	enum audit_auth auth;
};

/* No place of a message. */
#define NOWHERE UINT64_MAX

/* One sender's key in one chat. */
struct count {
	uint64_t last;
	uint64_t place;
};

struct audit {
	uint64_t seed;
	struct digest *hash;
	/*
	 * Digest of the chunks: struct sighting, the first one. Where a copy
	 * came first that says less, digest of chunks and chat has the one
	 * that says most.
	 */
	struct map *octets;
	struct map *nonces;	/* chat, salt and nonce: place */
	struct map *counts;	/* from, to, key id: struct count */
	struct map *v2;		/* chat: place */
};

struct audit *
audit_new(uint64_t seed)
{
	struct audit *a = xcalloc(1, sizeof(*a));

	a->seed = seed;
	a->hash = digest_new(DIGEST_SHA256);
	a->octets = map_new(seed);
	a->nonces = map_new(seed);
	a->counts = map_new(seed);
	a->v2 = map_new(seed);
	return a;
}

void
audit_free(struct audit *a)
{
	if (a == NULL)
		return;
	digest_free(a->hash);
	map_free(a->octets, free);
	map_free(a->nonces, NULL);
	map_free(a->counts, free);
	map_free(a->v2, NULL);
	free(a);
}

/* --- a message alone ------------------------------------------------------ */

void
audit_form(const struct chunks *c, struct findings *fs)
{
	const struct letter *l = &c->letter;

	if (l->version == 1)
		finding_add(fs, F_SEAL_V1, "version", NULL);
	if (l->version == 2 && l->tail.n != LETTER_NONCE_SIZE)
		finding_add(fs, F_SEAL_NONCE_SIZE, "nonce", "%zu octets",
		    l->tail.n);
	if (l->version == 2 && letter_counter(l) > COUNTER_MAX)
		finding_add(fs, F_SEAL_NONCE_RANDOM, "nonce", NULL);
	if (c->ids_differ)
		finding_add(fs, F_SEAL_KEY_ID, "chunks", NULL);
	if (c->ids_odd)
		finding_add(fs, F_SEAL_KEY_ID_SIZE, "chunks", NULL);
	if (letter_mid_kind(l->to) != 'u')
		finding_add(fs, F_SEAL_GROUP, "to", NULL);
	if (c->extra.n > 0)
		finding_add(fs, F_SEAL_METADATA, "", "%.*s",
		    (int)span_first(buf_get0(&c->extra), 400).n,
		    (const char *)c->extra.p);
}

/* The same message as the other side would have sent it. */
static bool
opens_other_way(struct letter_pair *pair, const struct letter *l,
    struct buf *plain)
{
	struct letter other = *l;
	bool ok = false;

	if (letter_mid_kind(l->to) != 'u')
		return false;
	other.from = l->to;
	other.to = l->from;
	ok = letter_open(pair, &other, plain);
	if (!ok) {
		other.sender_key = l->receiver_key;
		other.receiver_key = l->sender_key;
		ok = letter_open(pair, &other, plain);
	}
	return ok;
}

enum audit_auth
audit_open(struct letter_pair *pair, const struct letter *l,
    struct buf *plain)
{
	if (letter_open(pair, l, plain))
		return AUDIT_AUTHENTIC;
	return opens_other_way(pair, l, plain) ? AUDIT_OTHER_WAY :
	    AUDIT_FORGED;
}

static void
judge_content(const struct letter *l, struct span plain, struct findings *fs)
{
	struct buf inside = BUF(LETTER_PLAIN_MAX);
	const char *why = NULL;

	buf_room(&inside, plain.n);
	if (!content_unwrap(l->content_type, plain, &inside, &why))
		finding_add(fs, F_SEAL_CONTENT, "content", "%s", why);
	buf_free_wipe(&inside);
}

void
audit_auth(const struct letter *l, enum audit_auth auth, struct span plain,
    struct findings *fs)
{
	switch (auth) {
	case AUDIT_AUTHENTIC:
		judge_content(l, plain, fs);
		break;
	case AUDIT_OTHER_WAY:
		finding_add(fs, F_SEAL_DIRECTION, "from", NULL);
		break;
	case AUDIT_FORGED:
		finding_add(fs, F_SEAL_NOT_AUTHENTIC, "", NULL);
		break;
	case AUDIT_NO_KEY:
		finding_add(fs, F_SEAL_NO_KEY, "", "%" PRIu32 " and %" PRIu32,
		    l->sender_key, l->receiver_key);
		break;
	case AUDIT_NOT_ASKED:
		break;
	}
}

/* --- beside the others ---------------------------------------------------- */

/* Append a piece with its length, so that no two lists of pieces are one. */
static void
piece(struct buf *key, struct span s)
{
	buf_u32(key, (uint32_t)s.n);
	buf_span(key, s);
}

static uint64_t
names_hash(const struct audit *a, struct span from, struct span to)
{
	unsigned char room[KEY_MAX];
	struct buf key = { .p = room, .cap = KEY_MAX, .max = KEY_MAX };

	piece(&key, from);
	piece(&key, to);
	return hash_of(a->seed, buf_get0(&key));
}

static uint64_t
label_hash(const struct audit *a, const struct letter *l)
{
	unsigned char room[KEY_MAX];
	struct buf key = { .p = room, .cap = KEY_MAX, .max = KEY_MAX };

	piece(&key, l->from);
	piece(&key, l->to);
	buf_u32(&key, l->version);
	buf_u32(&key, l->content_type);
	buf_u32(&key, l->sender_key);
	buf_u32(&key, l->receiver_key);
	return hash_of(a->seed, buf_get0(&key));
}

/* Who shares a secret, in either direction: two, or a member and a group. */
static void
chat_key(const struct letter *l, struct buf *key)
{
	bool first = span_cmp(l->from, l->to) < 0;

	piece(key, first ? l->from : l->to);
	piece(key, first ? l->to : l->from);
}

static const char *
place_name(uint64_t place, char out[static PLACE_MAX])
{
	if (place >= AUDIT_EARLIER)
		snprintf(out, PLACE_MAX, "line %" PRIu64 " of an earlier file",
		    place - AUDIT_EARLIER);
	else
		snprintf(out, PLACE_MAX, "line %" PRIu64, place);
	return out;
}

/* A place as a map's value, which may not be NULL. */
static void *
place_value(uint64_t place)
{
	return (void *)(uintptr_t)(place + 1);
}

static uint64_t
value_place(const void *value)
{
	return (uint64_t)(uintptr_t)value - 1;
}

/* The first 16 octets of a hash: all that is kept of a message. */
static struct span
short_digest(struct audit *a, struct span lead, struct span body,
    unsigned char digest[static SHA256_SIZE])
{
	digest_reset(a->hash);
	digest_add(a->hash, lead);
	digest_add(a->hash, body);
	digest_final(a->hash, digest);
	return span_of(digest, DIGEST_SIZE);
}

/* What a message is found by: its octets, or those in its chat. */
static struct span
octets_key(struct audit *a, const struct letter *l, bool in_chat,
    unsigned char digest[static SHA256_SIZE])
{
	unsigned char room[KEY_MAX];
	struct buf lead = { .p = room, .cap = KEY_MAX, .max = KEY_MAX };

	piece(&lead, l->salt);
	piece(&lead, l->tail);
	if (in_chat)
		chat_key(l, &lead);
	return short_digest(a, buf_get0(&lead), l->body, digest);
}

static struct sighting *
sighting_new(const struct audit *a, const struct letter *l,
    enum audit_auth auth, uint64_t place)
{
	struct sighting *s = xcalloc(1, sizeof(*s));

	s->place = place;
	s->names = names_hash(a, l->from, l->to);
	s->label = label_hash(a, l);
	s->auth = auth;
	return s;
}

/* How much a message proves: a forged one nothing, an authentic one most. */
static int
weight(enum audit_auth auth)
{
	switch (auth) {
	case AUDIT_FORGED:
	case AUDIT_OTHER_WAY:
		return 0;
	case AUDIT_NOT_ASKED:
	case AUDIT_NO_KEY:
		return 1;
	case AUDIT_AUTHENTIC:
		break;
	}
	return 2;
}

/* Of the same chat, and held against the others with the same right. */
static bool
stands_for(const struct audit *a, const struct sighting *s,
    const struct letter *l, enum audit_auth auth)
{
	return weight(s->auth) >= weight(auth) &&
	    (s->names == names_hash(a, l->from, l->to) ||
	    s->names == names_hash(a, l->to, l->from));
}

static void
tell_copy(const struct audit *a, const struct sighting *s,
    const struct letter *l, struct findings *fs)
{
	char where[PLACE_MAX];

	place_name(s->place, where);
	if (s->label == label_hash(a, l))
		finding_add(fs, F_SEAL_REPLAY, where, NULL);
	else if (s->names == names_hash(a, l->to, l->from))
		finding_add(fs, F_SEAL_REFLECTED, where, NULL);
	else
		finding_add(fs, F_SEAL_RELABELLED, where, NULL);
}

/*
 * True when the very octets were there before in a message that stands for
 * this one: nothing else is new then. A copy that proves less, which whoever
 * delivers the messages can send in front of the true one, does not: *copy
 * is where it was.
 */
static bool
seen_octets(struct audit *a, const struct letter *l, enum audit_auth auth,
    uint64_t place, struct findings *fs, uint64_t *copy)
{
	unsigned char digest[SHA256_SIZE];
	struct span key = octets_key(a, l, false, digest);
	struct sighting *first = map_get0(a->octets, key), *s = NULL;
	bool stands = false;

	if (first == NULL) {
		map_put(a->octets, key, sighting_new(a, l, auth, place));
		return false;
	}
	stands = stands_for(a, first, l, auth);
	if (!stands) {
		key = octets_key(a, l, true, digest);
		s = map_get0(a->octets, key);
		stands = s != NULL && stands_for(a, s, l, auth);
	}
	if (s == NULL)
		s = first;
	tell_copy(a, s, l, fs);
	*copy = s->place;
	if (!stands)
		free(map_put(a->octets, key,
		    sighting_new(a, l, auth, place)));
	return stands;
}

/*
 * Salt and chat make the key, and in version 1 the IV too. That a copy of the
 * same octets has the same is no news.
 */
static void
see_nonce(struct audit *a, const struct letter *l, uint64_t place,
    uint64_t copy, struct findings *fs)
{
	unsigned char room[KEY_MAX];
	struct buf key = { .p = room, .cap = KEY_MAX, .max = KEY_MAX };
	unsigned char digest[SHA256_SIZE];
	struct span short_key = { NULL, 0 };
	void *before = NULL;
	char where[PLACE_MAX];

	chat_key(l, &key);
	piece(&key, l->salt);
	if (l->version == 2)
		piece(&key, l->tail);
	short_key = short_digest(a, buf_get0(&key), SPAN(""), digest);
	before = map_get0(a->nonces, short_key);
	if (before == NULL)
		map_put(a->nonces, short_key, place_value(place));
	else if (value_place(before) != copy)
		finding_add(fs, F_SEAL_NONCE_REUSED,
		    place_name(value_place(before), where), NULL);
}

static void
see_counter(struct audit *a, const struct letter *l, uint64_t place,
    struct findings *fs)
{
	unsigned char room[KEY_MAX];
	struct buf key = { .p = room, .cap = KEY_MAX, .max = KEY_MAX };
	uint64_t counter = letter_counter(l);
	struct count *c = NULL;
	char where[PLACE_MAX];

	if (l->version != 2 || counter > COUNTER_MAX)
		return;
	piece(&key, l->from);
	piece(&key, l->to);
	buf_u32(&key, l->sender_key);
	c = map_get0(a->counts, buf_get0(&key));
	if (c == NULL) {
		c = xcalloc(1, sizeof(*c));
		map_put(a->counts, buf_get0(&key), c);
	} else if (counter <= c->last) {
		finding_add(fs, F_SEAL_COUNTER, place_name(c->place, where),
		    "%" PRIu64 " after %" PRIu64, counter, c->last);
		return;
	} else if (counter - c->last > 1) {
		finding_add(fs, F_SEAL_COUNTER_GAP, place_name(c->place,
		    where), "%" PRIu64 " after %" PRIu64, counter, c->last);
	}
	*c = (struct count){ counter, place };
}

static void
see_version(struct audit *a, const struct letter *l, uint64_t place,
    struct findings *fs)
{
	unsigned char room[KEY_MAX];
	struct buf key = { .p = room, .cap = KEY_MAX, .max = KEY_MAX };
	void *before = NULL;
	char where[PLACE_MAX];

	chat_key(l, &key);
	before = map_get0(a->v2, buf_get0(&key));
	if (l->version == 1 && before != NULL)
		finding_add(fs, F_SEAL_DOWNGRADE,
		    place_name(value_place(before), where), NULL);
	else if (l->version == 2 && before == NULL)
		map_put(a->v2, buf_get0(&key), place_value(place));
}

void
audit_beside(struct audit *a, const struct chunks *c, enum audit_auth auth,
    uint64_t place, struct findings *fs)
{
	const struct letter *l = &c->letter;
	uint64_t copy = NOWHERE;

	if (seen_octets(a, l, auth, place, fs, &copy) || weight(auth) == 0)
		return;
	see_nonce(a, l, place, copy, fs);
	see_counter(a, l, place, fs);
	see_version(a, l, place, fs);
}
