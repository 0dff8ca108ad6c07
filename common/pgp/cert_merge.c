/* Certificates of one primary key made one; see cert.h. */
#include <stdlib.h>

#include "base/vec.h"
#include "pgp/cert.h"

bool
cert_same(const struct cert *a, const struct cert *b)
{
	return span_eq(a->v[0].key.pub, b->v[0].key.pub);
}

static bool
same_component(const struct component *a, const struct component *b)
{
	return a->kind == b->kind && span_eq(a->id, b->id) &&
	    span_eq(a->key.pub, b->key.pub);
}

/* Signatures among each other, equal ones in the order they stand in. */
static int
by_octets(const void *a, const void *b)
{
	const struct span *const *x = a, *const *y = b;
	int order = span_cmp(**x, **y);

	return order != 0 ? order : (*x > *y) - (*x < *y);
}

/* Of equal signatures the first stays, and all keep their order. */
static void
drop_doubles(struct component *v)
{
	size_t n = v->sigs.n, kept = 0;
	struct span **sorted = xcalloc(n + 1, sizeof(*sorted));
	bool *twice = xcalloc(n + 1, sizeof(*twice));

	for (size_t i = 0; i < n; i++)
		sorted[i] = &v->sigs.v[i];
	qsort(sorted, n, sizeof(struct span *), by_octets);
	for (size_t i = 1; i < n; i++)
		if (span_eq(*sorted[i - 1], *sorted[i]))
			twice[sorted[i] - v->sigs.v] = true;
	for (size_t i = 0; i < n; i++)
		if (!twice[i])
			v->sigs.v[kept++] = v->sigs.v[i];
	v->sigs.n = kept;
	free(sorted);
	free(twice);
}

/* What was known of signatures by their places is not any more. */
void
cert_merge_end(struct cert *c)
{
	for (size_t i = 0; i < c->n; i++) {
		drop_doubles(&c->v[i]);
		free(c->v[i].seen);
		c->v[i].seen = NULL;
		c->v[i].seen_n = 0;
	}
}

bool
cert_merge(struct cert *c, const struct cert *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct component *f = &from->v[i];
		size_t j = 0;

		while (j < c->n && !same_component(&c->v[j], f))
			j++;
		if (j == CERT_PARTS_MAX)
			return false;
		if (j == c->n) {
			*VEC_PUSH(c) = (struct component){ .kind = f->kind,
			    .id = f->id, .key = f->key };
			c->v[j].key.open = c->v[j].key.unlocked = NULL;
		}
		for (size_t k = 0; k < f->sigs.n; k++)
			*VEC_PUSH(&c->v[j].sigs) = f->sigs.v[k];
	}
	return true;
}

/* --- over files */

struct place {
	struct cert *c;
	size_t file, at;	/* in the order that they were given */
};

static int
by_key(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = span_cmp(x->c->v[0].key.pub, y->c->v[0].key.pub);

	if (order != 0)
		return order;
	if (x->file != y->file)
		return (x->file > y->file) - (x->file < y->file);
	return (x->at > y->at) - (x->at < y->at);
}

static struct place *
sorted_places(struct certs *const *files, size_t n, size_t *count)
{
	struct {
		struct place *v;
		size_t n, cap;
	} all = { NULL, 0, 0 };

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < files[i]->n; j++)
			*VEC_PUSH(&all) = (struct place){ &files[i]->v[j],
			    i, j };
	if (all.n > 0)
		qsort(all.v, all.n, sizeof(*all.v), by_key);
	*count = all.n;
	return all.v;
}

/*
 * Give the first of each file all that the n certificates of one key have,
 * and empty the others.
 */
static bool
unite(const struct place *same, size_t n)
{
	struct cert all = { .n = 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = cert_merge(&all, same[i].c);
	cert_merge_end(&all);
	for (size_t i = 0; ok && i < n; i++) {
		if (i > 0 && same[i].file == same[i - 1].file) {
			cert_close(same[i].c);
			continue;
		}
		ok = cert_merge(same[i].c, &all);
		cert_merge_end(same[i].c);
	}
	cert_close(&all);
	return ok;
}

static void
drop_empty(struct certs *file)
{
	size_t kept = 0;

	for (size_t i = 0; i < file->n; i++)
		if (file->v[i].n > 0)
			file->v[kept++] = file->v[i];
	file->n = kept;
}

bool
certs_unite(struct certs *const *files, size_t n)
{
	size_t count = 0, same = 1;
	struct place *p = sorted_places(files, n, &count);
	bool ok = true;

	for (size_t i = 0; ok && i < count; i += same) {
		same = 1;
		while (i + same < count && cert_same(p[i].c, p[i + same].c))
			same++;
		ok = same == 1 || unite(p + i, same);
	}
	for (size_t i = 0; i < n; i++)
		drop_empty(files[i]);
	free(p);
	return ok;
}
