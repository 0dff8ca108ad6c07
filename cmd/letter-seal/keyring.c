/* The keys of an audit; see keyring.h. */
#include "keyring.h"

#include <stdlib.h>

#include "base/cur.h"
#include "base/vec.h"

/* Two keys, by the numbers they were given with; none fits any. */
struct ring_pair {
	struct number own, peer;
	struct letter_pair *pair;
};

/* "ID=WHAT": the number off the front. A file called "7=x" is "./7=x". */
static const char *
cut_id(const char *arg, struct number *id)
{
	struct span s = span_str(arg);
	size_t at = span_chr(s, '=');

	id->given = at > 0 && at + 1 < s.n &&
	    span_dec(span_first(s, at), UINT32_MAX, &id->v);
	return id->given ? arg + at + 1 : arg;
}

int
keyring_load(struct keyring *k, const struct opt_list *own,
    const struct opt_list *peers)
{
	int status = EXIT_HOLDS;

	for (size_t i = 0; i < own->n; i++)
		for (size_t j = 0; j < peers->n; j++) {
			struct ring_pair *p = VEC_PUSH(k);
			const char *key = cut_id(own->v[i], &p->own);
			const char *peer = cut_id(peers->v[j], &p->peer);

			status = pair_of(key, peer, &p->pair);
			if (status != EXIT_HOLDS)
				return status;
		}
	return EXIT_HOLDS;
}

static bool
is_id(const struct number *n, uint32_t id)
{
	return !n->given || n->v == id;
}

/* Own key and other one may stand on either side. */
static bool
fits(const struct ring_pair *p, const struct letter *l)
{
	return (is_id(&p->own, l->sender_key) &&
	    is_id(&p->peer, l->receiver_key)) ||
	    (is_id(&p->own, l->receiver_key) &&
	    is_id(&p->peer, l->sender_key));
}

enum audit_auth
keyring_open(struct keyring *k, const struct letter *l, struct buf *plain)
{
	enum audit_auth best = k->n > 0 ? AUDIT_NO_KEY : AUDIT_NOT_ASKED;

	buf_reset(plain);
	for (size_t i = 0; i < k->n && best != AUDIT_AUTHENTIC; i++) {
		enum audit_auth one = AUDIT_FORGED;

		if (!fits(&k->v[i], l))
			continue;
		buf_reset(plain);
		one = audit_open(k->v[i].pair, l, plain);
		best = one > best ? one : best;
	}
	return best;
}

void
keyring_free(struct keyring *k)
{
	for (size_t i = 0; i < k->n; i++)
		letter_pair_free(k->v[i].pair);
	free(k->v);
	*k = (struct keyring){ 0 };
}
