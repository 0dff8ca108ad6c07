/* Open hashing with chains, doubled at load 1; see map.h. */
#include "base/map.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

struct entry {
	struct entry *next;
	void *value;
	uint64_t hash;
	size_t n;
	unsigned char key[];
};

struct map {
	struct entry **slot;
	size_t slots;		/* a power of two */
	size_t n;
	uint64_t seed;
};

struct map *
map_new(uint64_t seed)
{
	struct map *m = xcalloc(1, sizeof(*m));

	m->slots = 64;
	m->slot = xcalloc(m->slots, sizeof(*m->slot));
	m->seed = seed | 1;
	return m;
}

static struct entry *
find(const struct map *m, struct span key, uint64_t hash)
{
	struct entry *e = m->slot[hash & (m->slots - 1)];

	while (e != NULL && (e->hash != hash ||
	    !span_eq(span_of(e->key, e->n), key)))
		e = e->next;
	return e;
}

void *
map_get0(const struct map *m, struct span key)
{
	struct entry *e = find(m, key, hash_of(m->seed, key));

	return e ? e->value : NULL;
}

static void
grow(struct map *m)
{
	size_t slots = m->slots * 2;
	struct entry **slot = xcalloc(slots, sizeof(*slot));

	for (size_t i = 0; i < m->slots; i++) {
		struct entry *e = m->slot[i], *next = NULL;

		for (; e != NULL; e = next) {
			next = e->next;
			e->next = slot[e->hash & (slots - 1)];
			slot[e->hash & (slots - 1)] = e;
		}
	}
	free(m->slot);
	m->slot = slot;
	m->slots = slots;
}

void *
map_put(struct map *m, struct span key, void *value)
{
	uint64_t hash = hash_of(m->seed, key);
	struct entry *e = find(m, key, hash);
	void *old = NULL;

	if (e != NULL) {
		old = e->value;
		e->value = value;
		return old;
	}
	if (m->n >= m->slots)
		grow(m);
	e = xmalloc(sizeof(*e) + key.n);
	e->next = m->slot[hash & (m->slots - 1)];
	e->value = value;
	e->hash = hash;
	e->n = key.n;
	if (key.n > 0)
		memcpy(e->key, key.p, key.n);
	m->slot[hash & (m->slots - 1)] = e;
	m->n++;
	return NULL;
}

void *
map_take(struct map *m, struct span key)
{
	uint64_t hash = hash_of(m->seed, key);
	struct entry **at = &m->slot[hash & (m->slots - 1)], *e = NULL;
	void *value = NULL;

	while ((e = *at) != NULL && (e->hash != hash ||
	    !span_eq(span_of(e->key, e->n), key)))
		at = &e->next;
	if (e == NULL)
		return NULL;
	value = e->value;
	*at = e->next;
	free(e);
	m->n--;
	return value;
}

size_t
map_count(const struct map *m)
{
	return m->n;
}

void
map_clear(struct map *m, void (*release)(void *value))
{
	for (size_t i = 0; i < m->slots; i++) {
		struct entry *e = m->slot[i], *next = NULL;

		for (; e != NULL; e = next) {
			next = e->next;
			if (release != NULL)
				release(e->value);
			free(e);
		}
		m->slot[i] = NULL;
	}
	m->n = 0;
}

void
map_free(struct map *m, void (*release)(void *value))
{
	if (m == NULL)
		return;
	map_clear(m, release);
	free(m->slot);
	free(m);
}
