/* Test vectors; see vectors.h. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "hex.h"

enum { OCTETS_MAX = 65536 };

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "vectors: %s\n", what);
	abort();
}

json_t *
vectors_load(const char *path)
{
	json_error_t e;
	json_t *v = json_load_file(path, 0, &e);

	must(v != NULL, path);
	return v;
}

struct span
vectors_hex(const json_t *object, const char *key, struct buf *keep)
{
	const char *hex = json_string_value(json_object_get(object, key));
	struct buf octets = BUF(0);
	size_t from = keep->n;

	must(hex != NULL, key);
	octets = unhex(hex);
	if (keep->p == NULL)
		buf_room(keep, OCTETS_MAX);
	buf_span(keep, buf_get0(&octets));
	buf_free(&octets);
	must(!keep->over && keep->n <= OCTETS_MAX, key);
	return span_from(buf_get0(keep), from);
}

void
vectors_get(const json_t *object, const char *key, unsigned char *to,
    size_t n)
{
	struct buf b = BUF(OCTETS_MAX);
	struct span s = vectors_hex(object, key, &b);

	must(s.n == n, key);
	memcpy(to, s.p, n);
	buf_free(&b);
}
