/* A MIME entity that is kept whole; see entity.h. */
#include "cms/entity.h"

void
entity_start(struct entity *e, const struct env *env, bool open)
{
	*e = (struct entity){ .head = BUF(ENTITY_HEAD_MAX) };
	vault_init(&e->octets, env, open);
}

void
entity_add(void *entity, struct span s)
{
	struct entity *e = entity;

	vault_add(&e->octets, s);
	if (e->head.n < ENTITY_HEAD_MAX)
		buf_span(&e->head, span_first(s, ENTITY_HEAD_MAX - e->head.n));
}

bool
entity_split(struct entity *e)
{
	struct span s = buf_get0(&e->head);
	size_t scan = 0, end = 0, blank = 0;

	if (!header_end(s, &scan, &end, &blank))
		return false;
	e->skip = end + blank;
	return header_split(span_first(s, end), ENTITY_FIELDS_MAX,
	    &e->header) == HEADER_OK && e->header.garbage == 0;
}

struct rest {
	void (*fn)(void *arg, struct span s);
	void *arg;
	size_t skip;
};

static bool
pass_rest(void *arg, struct span s)
{
	struct rest *r = arg;
	size_t n = r->skip < s.n ? r->skip : s.n;

	r->skip -= n;
	if (s.n > n)
		r->fn(r->arg, span_from(s, n));
	return true;
}

bool
entity_body(void *entity, void (*fn)(void *arg, struct span s), void *arg)
{
	struct entity *e = entity;
	struct rest r = { fn, arg, e->skip };

	return vault_each(&e->octets, pass_rest, &r) == SPOOL_OK;
}

void
entity_free(struct entity *e)
{
	header_free(&e->header);
	/* one that was never begun is zero */
	if (e->octets.env != NULL)
		vault_free(&e->octets);
	buf_free_wipe(&e->head);
}
