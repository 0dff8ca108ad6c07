/* Digests of the data; see hasher.h. */
#include "pgp/hasher.h"

int
hasher_want(struct hasher *h, unsigned hash, unsigned sig_type,
    struct span salt)
{
	bool text = sig_type == SIG_TEXT;
	struct hashing *v = NULL;
	enum digest_alg alg;

	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].hash == hash && h->v[i].text == text &&
		    span_eq(span_of(h->v[i].salt, h->v[i].salt_n), salt))
			return (int)i;
	if (h->n == HASHER_MAX || salt.n > PGP_SALT_MAX ||
	    !algo_hash(hash, &alg))
		return -1;
	v = &h->v[h->n];
	*v = (struct hashing){ .hash = hash, .text = text,
	    .salt_n = salt.n, .d = digest_new(alg) };
	if (salt.n > 0)
		memcpy(v->salt, salt.p, salt.n);
	digest_add(v->d, salt);
	text_start(&v->lines, v->d);
	return (int)h->n++;
}

void
hasher_add(struct hasher *h, struct span s)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->v[i].text)
			text_add(&h->v[i].lines, s);
		else
			digest_add(h->v[i].d, s);
	}
}

const struct digest *
hasher_get0(const struct hasher *h, int at)
{
	return h->v[at].d;
}

void
hasher_free(struct hasher *h)
{
	for (size_t i = 0; i < h->n; i++)
		digest_free(h->v[i].d);
	h->n = 0;
}
