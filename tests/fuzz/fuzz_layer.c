/*
 * Whole mails as layers of S/MIME, one in the other: what comes of each does
 * not hang on the pieces it comes in, nor on where it is kept, and what was
 * signed is an entity with a header of its own.
 */
#include "fuzz.h"

#include "cms/layer.h"

enum { DEPTH_MAX = 4 };

struct octets {
	struct span all;
	size_t step;
};

static bool
each(void *arg, void (*fn)(void *arg, struct span s), void *to)
{
	struct octets *o = arg;

	for (struct span s = o->all; s.n > 0; s = span_from(s, o->step))
		fn(to, span_first(s, o->step));
	return true;
}

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
same(const struct layer *a, const struct layer *b)
{
	must(a->kind == b->kind && a->why == b->why);
	must(a->parts.type == b->parts.type);
	must(a->parts.signers == b->parts.signers);
	must(a->parts.certs == b->parts.certs);
	must(a->parts.recipients == b->parts.recipients);
	must(a->parts.has_content == b->parts.has_content);
	must(a->content.octets.n == b->content.octets.n);
	must(a->content.skip == b->content.skip);
	must(a->content.header.n == b->content.header.n);
}

static void
check_bounds(const struct layer *l)
{
	must(l->kind != LAYER_NONE || l->why == NULL);
	if (l->kind == LAYER_NONE || l->why != NULL)
		return;
	must(l->parts.type == CMS_SIGNED || l->kind == LAYER_OPAQUE);
	must(l->parts.signers <= CMS_SIGNERS_MAX);
	must(l->parts.certs <= CMS_CERTS_MAX);
	must(l->parts.recipients <= CMS_RECIPIENTS_MAX);
	must(l->parts.rest.n <= CMS_REST_MAX);
	if (l->parts.type != CMS_SIGNED)
		return;
	must(l->parts.signers > 0);
	must((l->kind == LAYER_OPAQUE) == l->parts.has_content);
	must(l->content.header.garbage == 0);
	must(l->content.skip <= l->content.octets.n);
}

static void
look(const struct header *h, struct span body, int depth)
{
	struct env env;
	struct octets whole = { body, body.n + 1 };
	struct octets pieces = { body, 1 };
	struct cms_source from = { each, &whole }, slow = { each, &pieces };
	struct layer a, b;

	env_fixed(&env, 1800000000);
	must(layer_read(&a, h, &from, false, &env));
	must(layer_read(&b, h, &slow, true, &env));
	same(&a, &b);
	check_bounds(&a);
	must(a.kind == layer_kind_of(h));
	if (depth < DEPTH_MAX && layer_is_signed(&a)) {
		struct buf inner = BUF(1 << 20);

		must(entity_body(&a.content, gather, &inner));
		must(inner.n == a.content.octets.n - a.content.skip);
		look(&a.content.header, buf_get0(&inner), depth + 1);
		buf_free(&inner);
	}
	layer_free(&a);
	layer_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct header h = { .n = 0 };
	size_t scan = 0, end = 0, blank = 0;

	if (n > 1 << 18 || !header_end(in, &scan, &end, &blank))
		return 0;
	if (header_split(span_first(in, end), ENTITY_FIELDS_MAX, &h) ==
	    HEADER_OK)
		look(&h, span_from(in, end + blank), 0);
	header_free(&h);
	return 0;
}
