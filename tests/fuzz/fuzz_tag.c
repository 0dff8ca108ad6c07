/*
 * Tag lists: what the strict reader takes the forgiving one takes the same
 * way; names are unique, values trimmed, and all of it lies in the input.
 */
#include "fuzz.h"

#include "tag/tag.h"

static void
check(const struct tags *t, struct span in)
{
	must(t->n <= TAGS_MAX);
	for (size_t i = 0; i < t->n; i++) {
		inside(t->v[i].name, in);
		inside(t->v[i].value, in);
		inside(t->v[i].raw, in);
		must(t->v[i].name.n > 0);
		must(span_eq(span_trim(t->v[i].value), t->v[i].value));
		must(span_chr(t->v[i].raw, ';') == t->v[i].raw.n);
		must(tags_get(t, t->v[i].name) == &t->v[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), bad = { NULL, 0 };
	struct tags strict = { .n = 0 }, loose = { .n = 0 };
	enum tag_error e = tags_parse(in, &strict, &bad);
	bool clean = tags_scan(in, &loose);

	check(&strict, in);
	check(&loose, in);
	if (e == TAG_OK) {
		must(clean && strict.n == loose.n && strict.n > 0);
		for (size_t i = 0; i < strict.n; i++)
			must(span_eq(strict.v[i].raw, loose.v[i].raw));
	} else {
		inside(bad, in);
	}
	return 0;
}
