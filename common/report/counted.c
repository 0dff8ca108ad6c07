/* Texts counted; see counted.h. */
#include "report/counted.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"

void
counted_init(struct counted *c, uint64_t seed)
{
	*c = (struct counted){ .by_text = map_new(seed) };
}

void
counted_add(struct counted *c, struct span text, size_t split,
    uint64_t times)
{
	struct counted_text *t = map_get0(c->by_text, text);

	if (t == NULL || t->split != split) {
		t = xcalloc(1, sizeof(*t));
		t->text = span_dup(text);
		t->n = text.n;
		t->split = split;
		map_put(c->by_text, text, t);
		*VEC_PUSH(&c->all) = t;
	}
	t->count += times;
}

static int
by_octets(const void *a, const void *b)
{
	const struct counted_text *x = *(struct counted_text *const *)a;
	const struct counted_text *y = *(struct counted_text *const *)b;
	int order = span_cmp(span_of(x->text, x->n), span_of(y->text, y->n));

	return order != 0 ? order : (x->split > y->split) -
	    (x->split < y->split);
}

void
counted_sort(struct counted *c)
{
	if (c->all.n > 0)
		qsort(c->all.v, c->all.n, sizeof(*c->all.v), by_octets);
}

void
counted_free(struct counted *c)
{
	for (size_t i = 0; i < c->all.n; i++) {
		free(c->all.v[i]->text);
		free(c->all.v[i]);
	}
	free(c->all.v);
	map_free(c->by_text, NULL);
}

struct span
counted_head(const struct counted_text *t)
{
	return span_of(t->text, t->split);
}

struct span
counted_tail(const struct counted_text *t)
{
	return span_of(t->text + t->split, t->n - t->split);
}
