/*
 * What was signed before it is encrypted; see smime-lite.h. Its Content-Type
 * is anybody's word: the layer is read, and each signature tried.
 */
#include "smime-lite.h"

/* vault_each's way of handing on, to one that never stops. */
struct piece_to {
	void (*fn)(void *arg, struct span s);
	void *arg;
};

static bool
pass_piece(void *piece_to, struct span s)
{
	struct piece_to *p = piece_to;

	p->fn(p->arg, s);
	return true;
}

static bool
each_of_vault(void *vault, void (*fn)(void *arg, struct span s), void *arg)
{
	struct piece_to p = { fn, arg };

	return vault_each(vault, pass_piece, &p) == SPOOL_OK ||
	    say_spool(vault);
}

struct cms_source
before_body(struct before *b)
{
	return (struct cms_source){ each_of_vault, &b->body };
}

static void
feed(void *verifier, struct span s)
{
	cms_verify_add(verifier, s);
}

/* Why not each signature holds; NULL: they do, whoever made them. */
static const char *
first_problem(const struct cms_signatures *sigs)
{
	for (size_t i = 0; i < sigs->n; i++)
		if (sigs->v[i].result != CMS_SIG_GOOD)
			return sigs->v[i].why;
	return NULL;
}

static bool
try_signatures(struct before *b, STACK_OF(X509) *given, int64_t now)
{
	const struct cms_judges nobody = { NULL, NULL, NULL };
	struct cms_signatures sigs = { .n = 0 };
	struct cms_verifier *v = cms_verify_open(&b->layer.parts, given);

	if (v == NULL) {
		b->why = "its signatures cannot be read";
		return true;
	}
	if (!each_of_vault(&b->layer.content.octets, feed, v)) {
		cms_verifier_free(v);
		return false;
	}
	cms_verify_end(v, &nobody, now, &sigs);
	b->is = sigs.n > 0;
	b->why = b->is ? first_problem(&sigs) : "nobody has signed it";
	cms_signatures_free(&sigs);
	return true;
}

bool
before_read(struct before *b, const struct header *h,
    const struct cms_source *from, STACK_OF(X509) *given,
    const struct env *env)
{
	struct cms_source body = before_body(b);
	struct layer *l = &b->layer;

	vault_init(&b->body, env, false);
	if (!from->each(from->arg, into_vault, &b->body))
		return false;
	if (b->body.state != SPOOL_OK)
		return say_spool(&b->body);
	if (!read_layer(l, h, &body, true, env))
		return false;
	if (layer_is_signed(l))
		return try_signatures(b, given, env_now(env));
	b->why = l->why != NULL ? l->why : "there is no signature in it";
	return true;
}

void
before_free(struct before *b)
{
	layer_free(&b->layer);
	/* one that was never begun is zero */
	if (b->body.env != NULL)
		vault_free(&b->body);
}
