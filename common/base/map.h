/*
 * A hash table from octets to pointers, seeded so that nobody outside can
 * choose keys that collide. It owns copies of its keys, not the values.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct map;

/* "seed" comes from env's random. Never NULL. */
struct map *map_new(uint64_t seed);

/* The value stored under the key, or NULL. */
void *map_get0(const struct map *m, struct span key);

/* Store a value that is not NULL; returns the one it replaced, or NULL. */
void *map_put(struct map *m, struct span key, void *value);

/* Remove the entry; returns its value, or NULL when there was none. */
void *map_take(struct map *m, struct span key);

size_t map_count(const struct map *m);

/* Remove every entry, handing each value to "release" (may be NULL). */
void map_clear(struct map *m, void (*release)(void *value));

/* map_clear and free the table. NULL is fine. */
void map_free(struct map *m, void (*release)(void *value));

#endif
