/*
 * Picking signed fields from the bottom up (RFC 6376 section 5.4.2). Every
 * field knows the one of its name above it, so that a hostile h= of a
 * thousand names over ten thousand fields costs no more than a plain one.
 */
#include "auth/dkim_sig.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/map.h"
#include "base/mem.h"

enum { NAME_MAX_LEN = 256, NONE = -1 };

struct header_index {
	const struct header *header;
	struct map *group;	/* lower-case name -> group number + 1 */
	size_t groups;
	int *last;		/* of a group: its lowest field, or NONE */
	int *above;		/* of a field: the next of its name, or NONE */
};

/* Longer names never match: no registered name comes near. */
static size_t
group_of(const struct header_index *ix, struct span name)
{
	unsigned char lower[NAME_MAX_LEN];

	if (name.n == 0 || name.n > sizeof(lower))
		return 0;
	for (size_t i = 0; i < name.n; i++)
		lower[i] = ascii_lower(name.p[i]);
	return (size_t)(uintptr_t)map_get0(ix->group, span_of(lower, name.n));
}

static size_t
group_made(struct header_index *ix, struct span name)
{
	unsigned char lower[NAME_MAX_LEN];
	size_t g = group_of(ix, name);

	if (g != 0 || name.n == 0 || name.n > sizeof(lower))
		return g;
	for (size_t i = 0; i < name.n; i++)
		lower[i] = ascii_lower(name.p[i]);
	g = ++ix->groups;
	map_put(ix->group, span_of(lower, name.n), (void *)(uintptr_t)g);
	ix->last[g - 1] = NONE;
	return g;
}

struct header_index *
header_index_new(const struct header *h, uint64_t seed)
{
	struct header_index *ix = xcalloc(1, sizeof(*ix));

	ix->header = h;
	ix->group = map_new(seed);
	ix->last = xcalloc(h->n, sizeof(*ix->last));
	ix->above = xcalloc(h->n, sizeof(*ix->above));
	for (size_t i = 0; i < h->n; i++) {
		size_t g = group_made(ix, h->v[i].name);

		ix->above[i] = g ? ix->last[g - 1] : NONE;
		if (g != 0)
			ix->last[g - 1] = (int)i;
	}
	return ix;
}

void
header_index_free(struct header_index *ix)
{
	if (ix == NULL)
		return;
	map_free(ix->group, NULL);
	free(ix->last);
	free(ix->above);
	free(ix);
}

void
header_pick(const struct header_index *ix, struct span names,
    enum canon kind, const struct field *skip, struct buf *out)
{
	int *next = xcalloc(ix->groups, sizeof(*next));
	struct span name = { NULL, 0 };

	if (ix->groups > 0)
		memcpy(next, ix->last, ix->groups * sizeof(*next));
	while (span_split(&names, ':', &name)) {
		size_t g = group_of(ix, span_trim(name));
		int i = g ? next[g - 1] : NONE;

		if (i != NONE && &ix->header->v[i] == skip)
			i = ix->above[i];
		if (i == NONE)
			continue;
		next[g - 1] = ix->above[i];
		canon_field(out, kind, ix->header->v[i].raw);
	}
	free(next);
}

void
dkim_sig_unsigned(struct span raw, struct span b_raw, enum canon kind,
    struct buf *out)
{
	size_t at = (size_t)(b_raw.p - raw.p);
	struct buf without = BUF(raw.n + 1);

	buf_span(&without, span_first(raw, at));
	buf_span(&without, span_from(raw, at + b_raw.n));
	canon_field(out, kind, buf_get0(&without));
	if (out->n >= 2)
		out->n -= 2;
	buf_free(&without);
}
